#!/bin/sh
# Makes the model that ships: texts, two rounds of training, GGUF. Everything is seeded; two CPU cores take half an hour.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-training/.venv/bin/python}"
out=training/out
export OMP_NUM_THREADS=1
mkdir -p "$out"

texts() { # file, number, first seed, share of vague missions
  node scripts/run.mjs training/generate.ts "$out/$1" "$2" "$3" "$4"
}

round() { # name, further arguments of train.py
  name=$1
  shift
  rm -f "$out/$name/workers"
  pids=
  for worker in 0 1; do
    "$python" training/train.py --out "$out/$name" --held-out "$out/held-out.txt" --tokens-per-step 2048 --compile \
      --workers 2 --worker "$worker" "$@" &
    pids="$pids $!"
  done
  for pid in $pids; do wait "$pid"; done
}

texts first.txt 80000 1000000 0
texts second.txt 50000 6000000 0.4
texts held-out.txt 700 900000000 0
round first --texts "$out/first.txt" --layers 4 --feed-forward 256 --steps 1650 --stop 1375 --validate-every 275 --seed 1
round second --from "$out/first/model.pt" --texts "$out/second.txt" --matrix-rate 0.01 --other-rate 0.00125 --warmup 20 \
  --steps 850 --validate-every 170 --seed 3
"$python" training/export.py "$out/second/model.pt" media/data/model/lac-babyai.gguf --held-out "$out/held-out.txt"
cat "$out/first/log.jsonl" "$out/second/log.jsonl" >training/log.jsonl
