#!/bin/sh
# Makes the model that ships: texts, training, texts from its own play, training on both, GGUF. Everything is seeded; one
# idle CPU core takes about an hour and a half.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-training/.venv/bin/python}"
out=training/out
export OMP_NUM_THREADS=1
mkdir -p "$out"

texts() { node scripts/run.mjs training/generate.ts "$@"; }
train() { "$python" training/train.py --held-out "$out/held-out.txt" --tokens-per-step 3072 --validate-every 1000 --compile "$@"; }

texts "$out/held-out.txt" 700 900000000
texts "$out/texts-1.txt" 170000 1000000 --vague 0.15
texts "$out/texts-2.txt" 170000 2000000 --vague 0.15
train --texts "$out/texts-1.txt" "$out/texts-2.txt" --out "$out/first" --layers 5 --feed-forward 320 --steps 9000 --stop 3000 --warmup 200

# What it reaches, imagines and says itself, with the truth to it, and as much again of what it has not seen.
"$python" training/export.py "$out/first/model.pt" "$out/first/model.gguf" --held-out "$out/held-out.txt"
texts "$out/texts-3.txt" 80000 4000000 --vague 0.15
node scripts/run.mjs training/ownPlay.ts "$out/first/model.gguf" "$out/own-1.txt" 14000 5000000
node scripts/run.mjs training/ownPlay.ts "$out/first/model.gguf" "$out/own-2.txt" 14000 6000000
train --from "$out/first/model.pt" --texts "$out/texts-3.txt" "$out/own-1.txt" "$out/own-2.txt" "$out/own-1.txt" "$out/own-2.txt" --out "$out/second" \
  --steps 4500 --warmup 50 --matrix-rate 0.012 --other-rate 0.0015

# The same in many colours, so that colours are compared and pairs of colour and type are not learnt by heart.
texts "$out/texts-4.txt" 150000 7000000 --varied
for part in 1 2; do node scripts/run.mjs training/recolorTexts.ts "$out/own-$part.txt" "$out/own-$part-varied.txt" "80$part"; done
rm -f "$out/third/workers"
for worker in 0 1; do
  train --from "$out/second/model.pt" --new-vocabulary --texts "$out/texts-4.txt" "$out/own-1-varied.txt" "$out/own-2-varied.txt" \
    --out "$out/third" --steps 2600 --warmup 60 --matrix-rate 0.012 --other-rate 0.0015 --tokens-per-step 2560 --workers 2 --worker "$worker" &
  pids="${pids:-} $!"
done
for pid in $pids; do wait "$pid"; done

"$python" training/export.py "$out/third/model.pt" media/data/model/lac-babyai.gguf --held-out "$out/held-out.txt"
cat "$out/first/log.jsonl" "$out/second/log.jsonl" "$out/third/log.jsonl" > training/log.jsonl
