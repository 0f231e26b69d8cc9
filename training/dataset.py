"""Training texts as arrays: tokens, what each is to be followed by, and how much that counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
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
# Texts that may share a beginning: with more of them, what endings do not see of each other costs more than is saved.
_MOST_ENDINGS = 6

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


def _beginning(lines: list[str]) -> int:
    """How many lines stand before the last action."""
    return max(index for index, line in enumerate(lines) if line[0] in "aA")


def grouped(texts: Iterable[list[str]]) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Texts that follow each other and begin alike up to their last action: the beginning, and their endings."""
    beginning: list[str] = []
    endings: list[list[str]] = []
    for lines in texts:
        at = _beginning(lines)
        if endings and (lines[:at] != beginning or len(endings) == _MOST_ENDINGS):
            yield beginning, endings
            endings = []
        beginning = lines[:at]
        endings.append(lines[at:])
    if endings:
        yield beginning, endings


def plain(lines: list[str]) -> str:
    """A text as the model meets it."""
    return "".join(f"{_LINES[line[0]][0]} {_body(line)}\n" for line in lines)


def _body(line: str) -> str:
    return f"This step is {line[1:]}." if line[0] in "ngb" else line[1:].replace(_UNFORESEEN, "")


@dataclass(frozen=True)
class Texts:
    """Groups of texts one after the other: `tokens[starts[i]:starts[i + 1]]` are a beginning and its endings, and
    `targets` follow one place later. `endings` is 0 in the beginning and counts the endings from 1 on; `positions` are
    those in the text that is made of the beginning and one ending."""

    tokens: NDArray[np.uint16]
    targets: NDArray[np.uint16]
    weights: NDArray[np.float32]
    positions: NDArray[np.uint16]
    endings: NDArray[np.uint8]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    def save(self, path: Path) -> None:
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, **{field.name: getattr(self, field.name) for field in fields(self)})
        partial.replace(path)

    @staticmethod
    def load(path: Path) -> Texts:
        with np.load(path) as file:
            return Texts(*(file[field.name] for field in fields(Texts)))

    @staticmethod
    def joined(parts: list[Texts]) -> Texts:
        columns = {
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Texts)
            if field.name != "starts"
        }
        starts = np.cumsum([0, *(length for part in parts for length in part.lengths)])
        return Texts(**columns, starts=starts)


class Encoder:
    """Encodes texts line by line; equal lines are encoded once."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._lead = tokenizer.ids[" This step is"]
        self._newline = tokenizer.encode("\n")
        self._known: dict[str, Encoded] = {}

    def encode(self, path: Path) -> Texts:
        return Texts.joined([self._group(*group) for group in grouped(read_texts(path))])

    def _group(self, beginning: list[str], endings: list[list[str]]) -> Texts:
        tokens, targets, weights = self._lines(beginning)
        shared = len(tokens)
        positions = list(range(shared))
        numbers = [0] * shared
        for number, ending in enumerate(endings, start=1):
            more, wanted, counts = self._lines(ending)
            if number > 1:
                # Its marker stands after another ending and is not what that one goes on with.
                counts[0] = 0.0
            tokens += more
            targets += wanted
            weights += counts
            positions += range(shared, shared + len(more))
            numbers += [number] * len(more)
        return Texts(
            np.array(tokens, dtype=np.uint16),
            np.array(targets, dtype=np.uint16),
            np.array(weights, dtype=np.float32),
            np.array(positions, dtype=np.uint16),
            np.array(numbers, dtype=np.uint8),
            np.array([0, len(tokens)]),
        )

    def _lines(self, lines: list[str]) -> Encoded:
        tokens: list[int] = []
        targets: list[int] = []
        weights: list[float] = []
        for more, wanted, counts in map(self._line, lines):
            tokens += more
            targets += wanted
            weights += counts
        return tokens, targets, weights

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
