#!/bin/sh
# Makes the model: texts, training, texts from its own play, training on both, three times, then GGUF. At the end the same
# with an actor that learnt from clean demonstrations, for comparison only. Everything is seeded; two idle CPU cores take
# about two and a half hours. DEVICE=cuda trains on a GPU. PERCENT=10 goes the whole way with a tenth of the texts and
# steps, to try it: the model is then worth little, and MODEL and LOG should name other places for it.
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
texts() {
  file="$1"
  count="$2"
  shift 2
  node scripts/run.mjs training/generate.ts "$file" "$(share "$count")" "$@"
}
export_model() { "$python" training/export.py "$1" "$2" --held-out "$out/held-out.txt"; }

wait_for() { for pid in "$@"; do wait "$pid"; done; }

# Trains so many steps: on a CPU with two processes, one for each core, on a GPU with one that takes as many tokens a step.
train() {
  folder="$1"
  steps="$(share "$2")"
  shift 2
  set -- --out "$out/$folder" --held-out "$out/held-out.txt" --validate-every 500 --steps "$steps" "$@"
  rm -f "$out/$folder/workers"
  if [ "$device" != cpu ]; then
    "$python" training/train.py --device "$device" --tokens-per-step 5120 "$@"
    return
  fi
  pids=""
  for worker in 0 1; do
    "$python" training/train.py --compile --tokens-per-step 2560 --workers 2 --worker "$worker" "$@" &
    pids="$pids $!"
  done
  wait_for $pids
}

# Two files of texts of a checkpoint's own play, so many each, and each in two choices of other colours too.
own_play() {
  round="$1"
  seed="$2"
  count="$3"
  export_model "$out/$round/model.pt" "$out/$round/model.gguf"
  pids=""
  for part in 1 2; do
    node scripts/run.mjs training/ownPlay.ts "$out/$round/model.gguf" "$out/$round-own-$part.txt" "$(share "$count")" $((seed + part * 1000000)) &
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

node scripts/run.mjs training/generate.ts "$out/held-out.txt" 700 900000000 --varied

# What the planner and worse players meet.
texts "$out/texts-1.txt" 170000 1000000 --varied
texts "$out/texts-2.txt" 170000 2000000 --varied
train first 6000 --texts "$out/texts-1.txt" "$out/texts-2.txt" --layers 5 --feed-forward 320 --stop "$(share 2000)" --warmup 200

# What the model itself reaches, imagines and says, with the truth to it, and more of what it has not seen.
own_play first 4000000 16000
train second 4500 --from "$out/first/model.pt" --texts "$out/texts-2.txt" "$out"/first-own-[12]-[12].txt \
  --stop "$(share 2000)" --warmup 50 --matrix-rate 0.015 --other-rate 0.0019

# Its own play once more, now that it plays better, and more locked doors.
own_play second 7000000 16000
texts "$out/texts-3.txt" 200000 10000000 --varied
texts "$out/doors.txt" 40000 15000000 --varied --type "open door"
train third 12000 --from "$out/second/model.pt" \
  --texts "$out/texts-3.txt" "$out/doors.txt" "$out"/first-own-[12]-1.txt "$out"/second-own-[12]-[12].txt \
  --warmup 100 --matrix-rate 0.018 --other-rate 0.0022

# The usual shares again: with so many doors, missions that name one thing twice are forgotten.
own_play third 30000000 12000
texts "$out/texts-4.txt" 90000 20000000 --varied
train fourth 2400 --from "$out/third/model.pt" --texts "$out/texts-4.txt" "$out"/third-own-[12]-[12].txt \
  --warmup 60 --matrix-rate 0.012 --other-rate 0.0015
export_model "$out/fourth/model.pt" "$shipped"
for round in first second third fourth; do cat "$out/$round/log.jsonl"; done > "$log"

# For comparison: the actor sees the planner's demonstrations instead.
texts "$out/texts-clean.txt" 80000 13000000 --varied --clean
train clean 800 --from "$out/fourth/model.pt" --texts "$out/texts-clean.txt" --warmup 60 --matrix-rate 0.006 --other-rate 0.0008
export_model "$out/clean/model.pt" "$out/clean/model.gguf"
