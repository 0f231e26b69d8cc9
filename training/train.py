"""Trains the embedded model. `train.sh` holds the commands of the model that ships; README.md explains the data."""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.distributed as workers
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from checkpoint import load_checkpoint, load_tokenizer, save, save_model, save_tokenizer
from dataset import ACTION, OBSERVATION, REFLECTION, VERDICT, Encoder, Texts, plain, read_texts
from model import Llama, Shape
from optimizer import Optimizer
from tokenizer import Tokenizer, learn

_ACTIONS = {" turn left": "turn", " turn right": "turn", " go forward": "forward"}
_POOL = 64
_LENGTH_STEP = 8


def build_tokenizer(paths: list[Path], sample: int = 5_000) -> Tokenizer:
    texts = (plain(lines) for path in paths for _, lines in zip(range(sample), read_texts(path), strict=False))
    words = [" UNKNOWN", " GOOD", " BAD", " a", " an", " object", " closed", " open", " locked"]
    return learn(texts, words)


def encoded(tokenizer: Tokenizer, paths: list[Path]) -> Texts:
    """The texts of some files, encoded once for a tokenizer and kept beside them."""
    shards = []
    digest = sha256(json.dumps(tokenizer.tokens).encode()).hexdigest()[:12]
    for path in paths:
        cached = path.with_suffix(f".{digest}.npz")
        if not cached.exists() or cached.stat().st_mtime < path.stat().st_mtime:
            Encoder(tokenizer).encode(path).save(cached)
        shards.append(Texts.load(cached))
    return Texts.joined(shards)


@dataclass(frozen=True)
class Batch:
    """Groups of texts, [groups, longest], padded at the end to a multiple of `_LENGTH_STEP`, which CPUs like."""

    tokens: Tensor
    positions: Tensor
    endings: Tensor
    targets: Tensor
    weights: Tensor


def batch(texts: Texts, chosen: NDArray[np.int64], device: torch.device) -> Batch:
    lengths = texts.lengths[chosen] - 1
    longest = -(-int(lengths.max()) // _LENGTH_STEP) * _LENGTH_STEP

    def rows(column: NDArray[np.generic], ahead: int, kind: type) -> Tensor:
        found = np.zeros((len(chosen), longest), dtype=kind)
        for row, (text, length) in enumerate(zip(chosen, lengths, strict=True)):
            start = texts.starts[text] + ahead
            found[row, :length] = column[start : start + length]
        return torch.from_numpy(found).to(device)

    return Batch(
        rows(texts.tokens, 0, np.int64),
        rows(texts.positions, 0, np.int64),
        rows(texts.endings, 0, np.int64),
        rows(texts.targets, 1, np.int64),
        rows(texts.weights, 1, np.float32),
    )


def batches(texts: Texts, tokens_per_step: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Texts of similar length together, each once per round, batches in random order within a pool."""
    random = np.random.default_rng(seed)
    padded = -(-(texts.lengths - 1) // _LENGTH_STEP) * _LENGTH_STEP
    while True:
        order = random.permutation(len(texts))
        pool_size = _POOL * tokens_per_step // int(padded.mean())
        for at in range(0, len(order), pool_size):
            pool = order[at : at + pool_size]
            pool = pool[padded[pool].argsort(kind="stable")]
            found = []
            end = len(pool)
            while end > 0:
                begin = max(0, end - max(1, tokens_per_step // int(padded[pool[end - 1]])))
                found.append(pool[begin:end])
                end = begin
            for number in random.permutation(len(found)):
                yield found[number]


def loss_of(model: Llama, hidden: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    counted = weights.flatten().nonzero().squeeze(1)
    logits = model.logits(hidden.flatten(0, 1)[counted])
    losses = F.cross_entropy(logits, targets.flatten()[counted], reduction="none")
    counts = weights.flatten()[counted]
    # A batch of long texts may hold nothing to learn.
    return (losses * counts).sum() / counts.sum().clamp(min=1)


def auc(scores: NDArray[np.float64], good: NDArray[np.bool_]) -> float:
    """Probability that a good step scores above a bad one; NaN where one kind is missing."""
    order = scores.argsort(kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    positives, negatives = int(good.sum()), int((~good).sum())
    if positives == 0 or negatives == 0:
        return math.nan
    return float((ranks[good].sum() - positives * (positives + 1) / 2) / (positives * negatives))


@torch.no_grad()
def validate(model: Llama, texts: Texts, tokenizer: Tokenizer, device: torch.device) -> dict[str, float]:
    """Mean loss by part of the text (of actions apart from those that no reflection stands before), and how well the
    verdict slot tells good steps from bad ones, by action."""
    by_part: dict[str, list[float]] = defaultdict(list)
    parts = {OBSERVATION: "observation", REFLECTION: "reflection", VERDICT: "verdict"}
    scores: dict[str, list[float]] = defaultdict(list)
    labels: dict[str, list[bool]] = defaultdict(list)
    good, bad = tokenizer.ids["ĠGOOD"], tokenizer.ids["ĠBAD"]
    action_marker, critic_marker = tokenizer.ids["Action:"], tokenizer.ids["Critic:"]
    order = texts.lengths.argsort(kind="stable")
    for at in range(0, len(order), 32):
        chosen = batch(texts, order[at : at + 32], device)
        tokens, targets, weights = chosen.tokens, chosen.targets, chosen.weights
        logits = F.log_softmax(model.logits(model.hidden(tokens, chosen.positions, chosen.endings)), dim=-1)
        losses = -logits.gather(-1, targets[..., None]).squeeze(-1)
        for weight, part in parts.items():
            by_part[part] += losses[weights == weight].tolist()
        reflected = (tokens == critic_marker).cumsum(dim=-1) > 0
        by_part["action"] += losses[(weights == ACTION) & reflected].tolist()
        by_part["action alone"] += losses[(weights == ACTION) & ~reflected].tolist()
        for row, column in (weights == VERDICT).nonzero().tolist():
            seen = tokens[row, : column + 1].tolist()
            marker = len(seen) - 1 - seen[::-1].index(action_marker)
            kind = _ACTIONS.get(tokenizer.tokens[seen[marker + 1]], "hands")
            found = logits[row, column]
            for group in (kind, "all"):
                scores[group].append(float(found[good] - found[bad]))
                labels[group].append(int(targets[row, column]) == good)
    report = {part: round(float(np.mean(found)), 4) for part, found in by_part.items() if found}
    for group in ("all", "turn", "forward", "hands"):
        report[f"auc {group}"] = round(auc(np.array(scores[group]), np.array(labels[group], dtype=bool)), 4)
    return report


def share_gradients(model: Llama) -> None:
    """Replaces each worker's gradients by their mean."""
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    workers.all_reduce(flat)
    flat /= workers.get_world_size()
    for gradient, part in zip(gradients, flat.split([gradient.numel() for gradient in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def schedule(step: int, steps: int, warmup: int, last: float) -> float:
    """Factor of the learning rates: a linear rise to 1, then half a cosine down to `last`."""
    if step < warmup:
        return (step + 1) / warmup
    return last + (1 - last) * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    parser.add_argument("--held-out", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint, tokenizer and log")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--tokens-per-step", type=int, default=3072)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=5)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--feed-forward", type=int, default=352)
    parser.add_argument("--matrix-rate", type=float, default=0.02)
    parser.add_argument("--other-rate", type=float, default=2.5e-3)
    parser.add_argument("--decay", type=float, default=0.02)
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--last", type=float, default=0.02, help="share of the rates that the last step takes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", dest="origin", type=Path, help="checkpoint or GGUF file to go on from")
    parser.add_argument("--validate-every", type=int, default=400)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--device", type=torch.device, default="cpu", help="cuda takes one worker only")
    parser.add_argument("--worker", type=int, default=0, help="number of this process")
    parser.add_argument("--workers", type=int, default=1, help="processes that train together, each on its batches")
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    if args.workers > 1:
        # Meeting point of the workers; torch removes it when they have left.
        meeting = (args.out / "workers").resolve().as_uri()
        workers.init_process_group("gloo", init_method=meeting, rank=args.worker, world_size=args.workers)
    leads = args.worker == 0
    tokenizer_path = args.out / "tokenizer.json"
    origin = None if args.origin is None else load_checkpoint(args.origin)
    if not leads:
        workers.barrier()
    elif origin is not None:
        save_tokenizer(tokenizer_path, origin[1])
    elif not tokenizer_path.exists():
        save_tokenizer(tokenizer_path, build_tokenizer(args.texts))
    tokenizer = load_tokenizer(tokenizer_path)
    if leads:
        encoded(tokenizer, [*args.texts, *args.held_out])
        if args.workers > 1:
            workers.barrier()
    texts = encoded(tokenizer, args.texts)
    held_out = encoded(tokenizer, args.held_out)

    if origin is not None:
        model, _ = origin
    else:
        model = Llama(Shape(len(tokenizer.tokens), args.width, args.layers, args.heads, args.feed_forward))
    model.to(args.device)
    optimizer = Optimizer(model, matrix_rate=args.matrix_rate, other_rate=args.other_rate, decay=args.decay)
    hidden = torch.compile(model.hidden, dynamic=True) if args.compile else model.hidden

    # Where it was when it was broken off; gone once it has ended.
    state_path = args.out / "state.pt"
    settings = {key: str(value) for key, value in vars(args).items() if key != "worker"}
    first, seen, running, before = 0, 0, 0.0, 0.0
    if state_path.exists():
        state = torch.load(state_path, map_location=args.device, weights_only=True)
        if state["settings"] != settings:
            raise SystemExit(f"{state_path} was left by training with other settings; delete it to begin anew")
        model.load_state_dict(state["model"])
        optimizer.restore(state["optimizer"])
        first, seen, running, before = state["step"], state["tokens"], state["running"], state["seconds"]
    log_path = args.out / "log.jsonl"
    logged = log_path.read_text().splitlines(keepends=True) if first > 0 and leads else []
    log = log_path.open("w") if leads else None
    if log is not None:
        log.writelines(line for line in logged if json.loads(line).get("step", 0) <= first)

    def note(**entry: object) -> None:
        if log is None:
            return
        log.write(json.dumps(entry) + "\n")
        log.flush()

    if first == 0:
        note(
            parameters=sum(p.numel() for p in model.parameters()),
            shape=asdict(model.shape),
            groups=len(texts),
            tokens=int(texts.starts[-1]),
            settings=settings,
            torch=torch.__version__,
        )
    began = time.monotonic() - before
    skipped = first * args.workers + args.worker
    own_batches = islice(batches(texts, args.tokens_per_step, args.seed), skipped, None, args.workers)
    for step, chosen in zip(range(first, args.steps), own_batches, strict=False):
        group = batch(texts, chosen, args.device)
        loss = loss_of(model, hidden(group.tokens, group.positions, group.endings), group.targets, group.weights)
        loss.backward()
        if args.workers > 1:
            share_gradients(model)
        optimizer.step(schedule(step, args.steps, args.warmup, args.last))
        seen += int(texts.lengths[chosen].sum()) * args.workers
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if not math.isfinite(running):
            raise ArithmeticError(f"the loss of step {step + 1} is not a number (texts {chosen.tolist()})")
        if (step + 1) % 50 == 0:
            note(step=step + 1, tokens=seen, loss=round(running, 4), seconds=round(time.monotonic() - began, 1))
        if leads and ((step + 1) % args.validate_every == 0 or step + 1 == args.steps):
            note(step=step + 1, tokens=seen, **validate(model, held_out, tokenizer, args.device))
            save_model(args.out / "model.pt", model)
            state = {"model": model.state_dict(), "optimizer": optimizer.state(), "settings": settings}
            progress = {"step": step + 1, "tokens": seen, "running": running, "seconds": time.monotonic() - began}
            save(state_path, {**state, **progress})
    if leads:
        state_path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
