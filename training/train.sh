#!/bin/sh
# Makes the model that ships: texts, training, texts from its own play, training on both, in four rounds, then GGUF.
# Everything is seeded; two idle CPU cores take about three hours.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-training/.venv/bin/python}"
out=training/out
export OMP_NUM_THREADS=1
mkdir -p "$out"

texts() { node scripts/run.mjs training/generate.ts "$@"; }
own_play() { node scripts/run.mjs training/ownPlay.ts "$@"; }
recolor() { node scripts/run.mjs training/recolorTexts.ts "$@"; }
export_model() { "$python" training/export.py "$1" "$2" --held-out "$out/held-out.txt"; }

# Trains with two processes, one for each core.
train() {
  folder="$1"
  shift
  rm -f "$out/$folder/workers"
  pids=""
  for worker in 0 1; do
    "$python" training/train.py --out "$out/$folder" --held-out "$out/held-out.txt" --validate-every 600 --compile \
      --tokens-per-step 2560 --workers 2 --worker "$worker" "$@" &
    pids="$pids $!"
  done
  for pid in $pids; do wait "$pid"; done
}

texts "$out/held-out.txt" 700 900000000 --varied

# What the planner and worse players meet.
texts "$out/texts-1.txt" 170000 1000000 --vague 0.15
texts "$out/texts-2.txt" 170000 2000000 --vague 0.15
train first --texts "$out/texts-1.txt" "$out/texts-2.txt" --layers 5 --feed-forward 320 --steps 5400 --stop 1800 --warmup 200

# What the model itself reaches, imagines and says, with the truth to it, and as much again of what it has not seen.
export_model "$out/first/model.pt" "$out/first/model.gguf"
texts "$out/texts-3.txt" 80000 4000000 --vague 0.15
own_play "$out/first/model.gguf" "$out/own-1.txt" 14000 5000000
own_play "$out/first/model.gguf" "$out/own-2.txt" 14000 6000000
train second --from "$out/first/model.pt" --texts "$out/texts-3.txt" "$out/own-1.txt" "$out/own-2.txt" "$out/own-1.txt" "$out/own-2.txt" \
  --steps 2700 --warmup 50 --matrix-rate 0.012 --other-rate 0.0015

# The same in many colours, so that colours are compared and pairs of colour and type are not learnt by heart.
texts "$out/texts-4.txt" 150000 7000000 --varied
recolor "$out/own-1.txt" "$out/own-1-varied.txt" 801
recolor "$out/own-2.txt" "$out/own-2-varied.txt" 802
train third --from "$out/second/model.pt" --new-vocabulary --texts "$out/texts-4.txt" "$out/own-1-varied.txt" "$out/own-2-varied.txt" \
  --steps 2600 --warmup 60 --matrix-rate 0.012 --other-rate 0.0015

# Its own play once more, now that it plays better.
export_model "$out/third/model.pt" "$out/third/model.gguf"
texts "$out/texts-5.txt" 230000 11000000 --varied
own_play "$out/third/model.gguf" "$out/own-3.txt" 16000 9000000
own_play "$out/third/model.gguf" "$out/own-4.txt" 16000 10000000
recolor "$out/own-3.txt" "$out/own-3-varied.txt" 903
recolor "$out/own-4.txt" "$out/own-4-varied.txt" 904
train fourth --from "$out/third/model.pt" --new-vocabulary \
  --texts "$out/texts-5.txt" "$out/own-3-varied.txt" "$out/own-4-varied.txt" "$out/own-3-varied.txt" "$out/own-4-varied.txt" \
  --steps 5000 --warmup 60 --matrix-rate 0.02 --other-rate 0.0025

export_model "$out/fourth/model.pt" media/data/model/lac-babyai.gguf
cat "$out/first/log.jsonl" "$out/second/log.jsonl" "$out/third/log.jsonl" "$out/fourth/log.jsonl" > training/log.jsonl
