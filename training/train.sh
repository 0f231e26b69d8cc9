#!/bin/sh
# Makes the model: texts, training, texts from its own play, training on both, three times, then GGUF. At the end the same
# with an actor that learnt from clean demonstrations, for comparison only. Everything is seeded; two idle CPU cores take
# about two and a half hours.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-training/.venv/bin/python}"
out=training/out
export OMP_NUM_THREADS=1
mkdir -p "$out"

texts() { node scripts/run.mjs training/generate.ts "$@"; }
export_model() { "$python" training/export.py "$1" "$2" --held-out "$out/held-out.txt"; }

wait_for() { for pid in "$@"; do wait "$pid"; done; }

# Trains with two processes, one for each core.
train() {
  folder="$1"
  shift
  rm -f "$out/$folder/workers"
  pids=""
  for worker in 0 1; do
    "$python" training/train.py --out "$out/$folder" --held-out "$out/held-out.txt" --validate-every 500 --compile \
      --tokens-per-step 2560 --workers 2 --worker "$worker" "$@" &
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
    node scripts/run.mjs training/ownPlay.ts "$out/$round/model.gguf" "$out/$round-own-$part.txt" "$count" $((seed + part * 1000000)) &
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

texts "$out/held-out.txt" 700 900000000 --varied

# What the planner and worse players meet.
texts "$out/texts-1.txt" 170000 1000000 --varied
texts "$out/texts-2.txt" 170000 2000000 --varied
train first --texts "$out/texts-1.txt" "$out/texts-2.txt" --layers 5 --feed-forward 320 --steps 6000 --stop 2000 --warmup 200

# What the model itself reaches, imagines and says, with the truth to it, and more of what it has not seen.
own_play first 4000000 16000
train second --from "$out/first/model.pt" --texts "$out/texts-2.txt" "$out"/first-own-[12]-[12].txt \
  --steps 4500 --stop 2000 --warmup 50 --matrix-rate 0.015 --other-rate 0.0019

# Its own play once more, now that it plays better, and more locked doors.
own_play second 7000000 16000
texts "$out/texts-3.txt" 200000 10000000 --varied
texts "$out/doors.txt" 40000 15000000 --varied --type "open door"
train third --from "$out/second/model.pt" --texts "$out/texts-3.txt" "$out/doors.txt" "$out"/first-own-[12]-1.txt "$out"/second-own-[12]-[12].txt \
  --steps 12000 --warmup 100 --matrix-rate 0.018 --other-rate 0.0022

# The usual shares again: with so many doors, missions that name one thing twice are forgotten.
own_play third 30000000 12000
texts "$out/texts-4.txt" 90000 20000000 --varied
train fourth --from "$out/third/model.pt" --texts "$out/texts-4.txt" "$out"/third-own-[12]-[12].txt \
  --steps 2400 --warmup 60 --matrix-rate 0.012 --other-rate 0.0015
export_model "$out/fourth/model.pt" media/data/model/lac-babyai.gguf
for round in first second third fourth; do cat "$out/$round/log.jsonl"; done > training/log.jsonl

# For comparison: the actor sees the planner's demonstrations instead.
texts "$out/texts-clean.txt" 80000 13000000 --varied --clean
train clean --from "$out/fourth/model.pt" --texts "$out/texts-clean.txt" --steps 800 --warmup 60 --matrix-rate 0.006 --other-rate 0.0008
export_model "$out/clean/model.pt" "$out/clean/model.gguf"
