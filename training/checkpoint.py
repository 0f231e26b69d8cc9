"""Checkpoints of training: the weights, and beside them the tokenizer; or a GGUF file, which holds both."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch

import gguf
from model import Llama, Shape
from tokenizer import Tokenizer


def save_model(path: Path, model: Llama) -> None:
    save(path, {"model": model.state_dict(), "shape": asdict(model.shape)})


def save(path: Path, what: dict[str, object]) -> None:
    """Replaces a file at once, so that it is whole whenever training is broken off."""
    partial = path.with_suffix(".partial")
    torch.save(what, partial)
    partial.replace(path)


def load_checkpoint(path: Path) -> tuple[Llama, Tokenizer]:
    """Weights and tokenizer of a checkpoint, or of a GGUF file, whose weights are rounded."""
    if path.suffix == ".gguf":
        return gguf.load(path), gguf.tokenizer_of(path)
    stored = torch.load(path, weights_only=True)
    model = Llama(Shape(**stored["shape"]))
    model.load_state_dict(stored["model"])
    return model, load_tokenizer(path.parent / "tokenizer.json")


def save_tokenizer(path: Path, tokenizer: Tokenizer) -> None:
    path.write_text(json.dumps({"phrases": tokenizer.phrases, "merges": tokenizer.merges}, indent=0))


def load_tokenizer(path: Path) -> Tokenizer:
    stored = json.loads(path.read_text())
    return Tokenizer(stored["phrases"], [(left, right) for left, right in stored["merges"]])
