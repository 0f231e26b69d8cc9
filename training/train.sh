#!/bin/sh
# Makes the model: texts, training, more texts and a long training, texts from its own play, a training on these and more,
# then GGUF. At the end the same with an actor that learnt from clean demonstrations, for comparison only.
# Everything is seeded; two idle CPU cores take about an hour and a half. Broken off, it goes on where it was; to begin
# anew, delete OUT.
# DEVICE=cuda trains on a GPU. PERCENT=10 goes the whole way with a tenth of the texts and steps, to try it: the model is
# then worth little, and MODEL, LOG and OUT should name other places.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-training/.venv/bin/python}"
out="${OUT:-training/out}"
device="${DEVICE:-cpu}"
percent="${PERCENT:-100}"
# Relative to the repository's root.
shipped="${MODEL:-media/data/model/lac-babyai.gguf}"
log="${LOG:-training/log.jsonl}"
export OMP_NUM_THREADS=1
mkdir -p "$out"

share() { echo $(($1 * percent / 100)); }

# A file of texts: so many, from a seed on.
generate() {
  [ -e "$1" ] && return
  file="$1"
  shift
  node scripts/run.mjs training/generate.ts "$file.partial" "$@"
  mv "$file.partial" "$file"
}
texts() {
  file="$1"
  count="$2"
  shift 2
  generate "$file" "$(share "$count")" "$@"
}
export_model() { "$python" training/export.py "$1" "$2" --held-out "$out/held-out.txt"; }

wait_for() { for pid in "$@"; do wait "$pid"; done; }

# Trains so many steps: on a CPU with two processes, one for each core, on a GPU with one that takes as many tokens a step.
train() {
  folder="$out/$1"
  steps="$(share "$2")"
  shift 2
  [ -e "$folder/finished" ] && return
  set -- --out "$folder" --held-out "$out/held-out.txt" "$out/held-out-actions.txt" --validate-every 500 --steps "$steps" "$@"
  rm -f "$folder/workers"
  if [ "$device" != cpu ]; then
    "$python" training/train.py --device "$device" --tokens-per-step 5120 "$@"
  else
    pids=""
    for worker in 0 1; do
      "$python" training/train.py --compile --tokens-per-step 2560 --workers 2 --worker "$worker" "$@" &
      pids="$pids $!"
    done
    wait_for $pids
  fi
  touch "$folder/finished"
}

# A file of texts of a checkpoint's own play: so many, from a seed on.
play() {
  [ -e "$2" ] && return
  node scripts/run.mjs training/ownPlay.ts "$1" "$2.partial" "$(share "$3")" "$4"
  mv "$2.partial" "$2"
}

# Two such files, and each in two choices of other colours too.
own_play() {
  round="$1"
  seed="$2"
  count="$3"
  [ -e "$out/$round-own-2-2.txt" ] && return
  export_model "$out/$round/model.pt" "$out/$round/model.gguf"
  pids=""
  for part in 1 2; do
    play "$out/$round/model.gguf" "$out/$round-own-$part.txt" "$count" $((seed + part * 1000000)) &
    pids="$pids $!"
    # The two would write the same bundle at once.
    sleep 5
  done
  wait_for $pids
  for part in 1 2; do
    for colors in 1 2; do
      node scripts/run.mjs training/recolorTexts.ts "$out/$round-own-$part.txt" "$out/$round-own-$part-$colors.txt" "$part$colors"
    done
  done
}

generate "$out/held-out.txt" 2100 900000000 --varied
generate "$out/held-out-actions.txt" 1000 910000000 --varied --demonstrations

# What the planner and worse players meet, half with lookups in the first round, and more locked doors in the second.
texts "$out/texts-1.txt" 80000 1000000 --varied
texts "$out/lookups.txt" 95000 17000000 --varied --lookups
train first 2000 --texts "$out/texts-1.txt" "$out/lookups.txt" --layers 5 --feed-forward 320 --warmup 200 --last 0.5
texts "$out/texts-2.txt" 320000 2000000 --varied
texts "$out/doors.txt" 20000 15000000 --varied --type "open door"
train second 4500 --from "$out/first/model.pt" --texts "$out/texts-2.txt" "$out/doors.txt" \
  --warmup 100 --matrix-rate 0.018 --other-rate 0.0022

# What the model itself reaches, imagines and says, with the truth to it, once it plays well; the usual shares: with so many
# doors, missions that name one thing twice are forgotten. An actor that has no critic beside it learns slowly, as most texts
# have reflections to go by, and so does a critic that has no rollout, as most verdicts follow one: texts for both.
own_play second 30000000 8000
texts "$out/texts-3.txt" 160000 25000000 --varied
texts "$out/demonstrations.txt" 70000 18000000 --varied --demonstrations
texts "$out/verdicts.txt" 60000 21000000 --varied --verdicts
train third 4000 --from "$out/second/model.pt" \
  --texts "$out/texts-3.txt" "$out/demonstrations.txt" "$out/verdicts.txt" "$out"/second-own-[12]-[12].txt \
  --warmup 60 --matrix-rate 0.012 --other-rate 0.0015
export_model "$out/third/model.pt" "$shipped"
for round in first second third; do cat "$out/$round/log.jsonl"; done > "$log"

# For comparison: the actor sees the planner's demonstrations instead.
texts "$out/texts-clean.txt" 40000 13000000 --varied --clean
texts "$out/clean-demonstrations.txt" 30000 19000000 --varied --clean --demonstrations
train clean 500 --from "$out/third/model.pt" --texts "$out/texts-clean.txt" "$out/clean-demonstrations.txt" \
  --warmup 60 --matrix-rate 0.006 --other-rate 0.0008
export_model "$out/clean/model.pt" "$out/clean/model.gguf"
