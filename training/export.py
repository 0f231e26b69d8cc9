"""Writes a checkpoint as GGUF and checks the file: read again, it must answer as the weights it was made of do."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch.nn import functional as F

from checkpoint import load_checkpoint
from dataset import plain, read_texts
from gguf import load, read, write

_TEXTS = 100
# Mean and largest difference of log-probabilities that rounding to 8 bits may make.
_MEAN, _LARGEST = 0.02, 2.0


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--held-out", type=Path, required=True, help="texts on which the two are compared")
    parser.add_argument("--f32", action="store_true", help="do not round the matrices")
    args = parser.parse_args()

    torch.set_num_threads(1)
    model, tokenizer = load_checkpoint(args.checkpoint)
    description = {
        "general.name": "LAC BabyAI-Text",
        "general.license": "mit",
        "general.description": "Plays, imagines and judges BabyAI-Text in LAC transcripts; knows nothing else.",
        # The one text that the model knows; prompt set and parameters are chosen by it, whoever serves the file.
        "lac.transcript": "babyai-text",
    }
    write(args.file, model, tokenizer, description, quantised=not args.f32)

    metadata, _ = read(args.file)
    if metadata["tokenizer.ggml.tokens"] != tokenizer.tokens:
        raise SystemExit("the file's vocabulary is not the tokenizer's")
    reread = load(args.file)
    differences = []
    for lines, _ in zip(read_texts(args.held_out), range(_TEXTS), strict=False):
        tokens = torch.tensor([tokenizer.encode(plain(lines))])
        wanted = tokens[:, 1:, None]
        before, after = (F.log_softmax(m(tokens[:, :-1]), dim=-1).gather(-1, wanted) for m in (model, reread))
        differences.append((before - after).abs().flatten())
    difference = torch.cat(differences)
    mean, largest = float(difference.mean()), float(difference.max())
    print(f"{args.file}: {args.file.stat().st_size} bytes; |d log p| mean {mean:.5f}, largest {largest:.4f}")
    if mean > _MEAN or largest > _LARGEST:
        raise SystemExit("the file does not answer as the checkpoint does")


if __name__ == "__main__":
    main()
