#!/bin/sh
# Makes the model that ships: texts, training, GGUF. Everything is seeded; one idle CPU core takes about a quarter of an hour.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-training/.venv/bin/python}"
out=training/out
export OMP_NUM_THREADS=1
mkdir -p "$out"

node scripts/run.mjs training/generate.ts "$out/train.txt" 80000 1000000
node scripts/run.mjs training/generate.ts "$out/held-out.txt" 700 900000000
rm -f "$out/model/workers"
pids=
for worker in 0 1; do
  "$python" training/train.py --texts "$out/train.txt" --held-out "$out/held-out.txt" --out "$out/model" --layers 4 \
    --feed-forward 256 --steps 1650 --stop 1375 --validate-every 275 --tokens-per-step 2048 --compile \
    --workers 2 --worker "$worker" &
  pids="$pids $!"
done
for pid in $pids; do wait "$pid"; done
"$python" training/export.py "$out/model/model.pt" media/data/model/lac-babyai.gguf --held-out "$out/held-out.txt"
cp "$out/model/log.jsonl" training/log.jsonl
