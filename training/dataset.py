"""Training texts as arrays: tokens, what each is to be followed by, and how much that counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tokenizer import Tokenizer

# Loss weights by part of the text.
OBSERVATION = 0.5
REFLECTION = 1.5
VERDICT = 5.0
ACTION = 4.0
MARKER = 0.1

# Mark of a line to its marker, the weight of its text and the verdict to learn (None: none is learnt or there is none).
_LINES: dict[str, tuple[str, float, str | None]] = {
    "G": ("Goal:", 0.0, None),
    "o": ("Observation:", 0.0, None),
    "O": ("Observation:", OBSERVATION, None),
    "a": ("Action:", 0.0, None),
    "A": ("Action:", ACTION, None),
    "c": ("Critic:", 0.0, None),
    "N": ("Critic:", REFLECTION, None),
    "P": ("Critic:", REFLECTION, " GOOD"),
    "M": ("Critic:", REFLECTION, " BAD"),
    "n": ("Critic:", 0.0, None),
    "g": ("Critic:", 0.0, " GOOD"),
    "b": ("Critic:", 0.0, " BAD"),
}
_UNFORESEEN = "~"
_MOST_KEPT = 2_000_000

# Tokens, targets and weights of a line.
Encoded = tuple[list[int], list[int], list[float]]


def read_texts(path: Path) -> Iterator[list[str]]:
    lines: list[str] = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line != "\n":
                lines.append(line.rstrip("\n"))
            elif lines:
                yield lines
                lines = []


def plain(lines: list[str]) -> str:
    """A text as the model meets it."""
    return "".join(f"{_LINES[line[0]][0]} {_body(line)}\n" for line in lines)


def _body(line: str) -> str:
    return f"This step is {line[1:]}." if line[0] in "ngb" else line[1:].replace(_UNFORESEEN, "")


@dataclass(frozen=True)
class Texts:
    """Texts one after the other; text i is `tokens[starts[i]:starts[i + 1]]`, and `targets` follow one place later."""

    tokens: NDArray[np.uint16]
    targets: NDArray[np.uint16]
    weights: NDArray[np.float32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    def save(self, path: Path) -> None:
        np.savez(path, tokens=self.tokens, targets=self.targets, weights=self.weights, starts=self.starts)

    @staticmethod
    def load(path: Path) -> Texts:
        with np.load(path) as file:
            return Texts(file["tokens"], file["targets"], file["weights"], file["starts"])


class Encoder:
    """Encodes texts line by line; equal lines are encoded once."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._lead = tokenizer.ids[" This step is"]
        self._newline = tokenizer.encode("\n")
        self._known: dict[str, Encoded] = {}

    def encode(self, paths: list[Path]) -> Texts:
        tokens: list[NDArray[np.uint16]] = []
        targets: list[NDArray[np.uint16]] = []
        weights: list[NDArray[np.float32]] = []
        starts = [0]
        for path in paths:
            for lines in read_texts(path):
                parts = [self._line(line) for line in lines]
                tokens.append(np.array([t for part in parts for t in part[0]], dtype=np.uint16))
                targets.append(np.array([t for part in parts for t in part[1]], dtype=np.uint16))
                weights.append(np.array([w for part in parts for w in part[2]], dtype=np.float32))
                starts.append(starts[-1] + len(tokens[-1]))
        return Texts(np.concatenate(tokens), np.concatenate(targets), np.concatenate(weights), np.array(starts))

    def _line(self, line: str) -> Encoded:
        known = self._known.get(line)
        if known is not None:
            return known
        marker, weight, verdict = _LINES[line[0]]
        if line[0] in "Oo":
            return self._keep(line, self._observation(line[1:], marker, weight))
        tokens = self._tokenizer.encode(f"{marker} {_body(line)}") + self._newline
        targets = list(tokens)
        # What stands right after a marker depends on the role that is asked, never on this choice: it counts little.
        weights = [MARKER if weight > 0 else 0.0] + [weight] * (len(tokens) - 1)
        if line[0] in "cNPMngb":
            slot = tokens.index(self._lead) + 1
            weights[slot] = 0.0
            if verdict is not None:
                targets[slot] = self._tokenizer.ids["Ġ" + verdict.strip()]
                weights[slot] = VERDICT
        return self._keep(line, (tokens, targets, weights))

    def _observation(self, text: str, marker: str, weight: float) -> Encoded:
        """What follows `~` could not be foreseen and is not to be learnt. Sentences begin at token boundaries."""
        tokens = self._tokenizer.encode(marker)
        weights = [MARKER if weight > 0 else 0.0] * len(tokens)
        for number, sentence in enumerate(text.split(", ")):
            found = self._tokenizer.encode((", " if number else " ") + sentence.removeprefix(_UNFORESEEN))
            tokens += found
            weights += [0.0 if sentence.startswith(_UNFORESEEN) else weight] * len(found)
        return tokens + self._newline, tokens + self._newline, [*weights, weight]

    def _keep(self, line: str, encoded: Encoded) -> Encoded:
        if len(self._known) < _MOST_KEPT:
            self._known[line] = encoded
        return encoded
