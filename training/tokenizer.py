"""The tokenizer of the embedded model: GPT-2's byte-level BPE with whole phrases as user-defined tokens.

llama.cpp, and the extension's own runtime, look for user-defined tokens in plain text first, the longest first, and
split what is left into words that are merged by BPE. The phrases make a transcript about five times shorter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

END = "<|endoftext|>"

COLORS = ("blue", "green", "grey", "purple", "red", "yellow")
# What training texts borrow besides (`data/recolor.ts`).
BORROWED = (
    "black", "brown", "cyan", "golden", "lime", "maroon", "navy", "pink", "silver", "teal",
    "violet", "white", "beige", "bronze", "copper", "coral", "cream", "crimson", "fuchsia", "ginger",
    "jade", "khaki", "lavender", "lemon", "lilac", "magenta", "mauve", "mint", "mustard", "peach",
    "pearl", "plum", "ruby", "rust", "salmon", "scarlet", "tan", "tawny", "turquoise", "wine",
)
TYPES = ("key", "ball", "box", "door")
# Longest offset in a room; what lies farther is written with ordinary tokens.
FARTHEST = 7

# `\p{L}` and `\p{N}` for the ASCII text that the training data consist of.
_WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+")


def _steps(count: int) -> str:
    return f"{count} step{'s' if count > 1 else ''}"


def phrases() -> list[str]:
    """The user-defined tokens, longest first, so that readers which go by number agree with those that sort."""
    distances = range(1, FARTHEST + 1)
    sides = [f"{_steps(n)} {side}" for n in distances for side in ("left", "right")]
    lines = [f"{_steps(n)} {way}" for n in distances for way in ("forward", "behind")]
    walls = [f"{_steps(n)} forward" for n in range(1, 7)]
    walls += [f"{_steps(n)} {side}" for n in range(1, 4) for side in ("left", "right")]
    found = ["Goal:", "Observation:", "Action:", "Critic:"]
    found += [f" {place}" for place in sides + lines]
    found += [f" {side} and {line}" for side, line in product(sides, lines)]
    for start in (" You see a", ", You see a"):
        found += [start, *(f"{start} wall {place}" for place in walls)]
    # A thing is one token wherever it is named, so that goal, observation and reflection are compared by identity.
    found += [f" {color} {kind}" for color, kind in product((*COLORS, *BORROWED), TYPES)]
    found += [" You carry a", " I carry the", " The", " is"]
    found += [f" is not in view, {unseen}" for unseen in _unseen_sides()]
    found += [" turn left", " turn right", " go forward", " pick up", " go to", " next to", " after you", ", then"]
    found += [" Turned left.", " Turned right.", " Moved forward.", " The way is blocked.", " Picked it up."]
    found += [" Nothing to pick up.", " Dropped it.", " Nothing was dropped.", " Nothing to toggle."]
    found += [" The box is gone.", " The door moved.", " The goal is reached.", " This step is"]
    return sorted(found, key=lambda phrase: (-len(phrase), phrase))


def _unseen_sides() -> list[str]:
    wordings = ["all sides are seen"]
    for chosen in range(1, 8):
        names = [name for bit, name in enumerate(("left", "right", "behind")) if chosen >> bit & 1]
        if len(names) == 1:
            wordings.append(f"{names[0]} is unseen")
        else:
            wordings.append(f"{', '.join(names[:-1])} and {names[-1]} are unseen")
    return wordings


def byte_alphabet() -> list[str]:
    """GPT-2's character for each byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    shifted = 0x100
    alphabet = []
    for byte in range(256):
        if byte in printable:
            alphabet.append(chr(byte))
        else:
            alphabet.append(chr(shifted))
            shifted += 1
    return alphabet


@dataclass
class Tokenizer:
    """Ids: the end token, the phrases, the bytes, then the results of the merges in order."""

    phrases: list[str]
    merges: list[tuple[str, str]]
    _cache: dict[str, list[int]] = field(default_factory=dict, repr=False)

    @cached_property
    def tokens(self) -> list[str]:
        """Entries as GGUF stores them: phrases as plain text, the rest in GPT-2's alphabet."""
        return [END, *self.phrases, *byte_alphabet(), *(left + right for left, right in self.merges)]

    @cached_property
    def ids(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}

    @cached_property
    def _ranks(self) -> dict[tuple[str, str], int]:
        return {pair: rank for rank, pair in enumerate(self.merges)}

    @cached_property
    def _split(self) -> re.Pattern[str]:
        # Phrases are longest first and none overlaps another's end in the transcripts, so one pass finds what
        # llama.cpp's search, phrase by phrase, finds.
        return re.compile("(" + "|".join(map(re.escape, self.phrases)) + ")")

    def encode(self, text: str) -> list[int]:
        found: list[int] = []
        for part in self._split.split(text):
            if part in self.ids and part in self._phrase_set:
                found.append(self.ids[part])
            else:
                for word in _WORDS.findall(part):
                    found += self._word(word)
        return found

    @cached_property
    def _phrase_set(self) -> frozenset[str]:
        return frozenset(self.phrases)

    def decode(self, ids: Iterable[int]) -> str:
        bytes_of = {character: byte for byte, character in enumerate(byte_alphabet())}
        text = b""
        for number in ids:
            token = self.tokens[number]
            text += token.encode() if token in self._phrase_set else bytes(bytes_of[c] for c in token)
        return text.decode("utf-8", errors="replace")

    def _word(self, word: str) -> list[int]:
        known = self._cache.get(word)
        if known is None:
            known = [self.ids[piece] for piece in merge(spell(word), self._ranks)]
            self._cache[word] = known
        return known


def spell(word: str) -> list[str]:
    alphabet = byte_alphabet()
    return [alphabet[byte] for byte in word.encode()]


def merge(pieces: list[str], ranks: dict[tuple[str, str], int]) -> list[str]:
    """Joins neighbours, lowest rank first, leftmost first."""
    while len(pieces) > 1:
        best = min(range(len(pieces) - 1), key=lambda at: ranks.get((pieces[at], pieces[at + 1]), len(ranks)))
        if (pieces[best], pieces[best + 1]) not in ranks:
            break
        pieces = [*pieces[:best], pieces[best] + pieces[best + 1], *pieces[best + 2 :]]
    return pieces


def learn(texts: Iterable[str], extra_words: Iterable[str]) -> Tokenizer:
    """Learns merges, most frequent pair first, until every word of the texts outside the phrases is one token."""
    chosen = phrases()
    split = re.compile("|".join(map(re.escape, chosen)))
    counts: Counter[str] = Counter()
    for text in texts:
        for part in split.split(text):
            counts.update(word for word in _WORDS.findall(part) if word.strip())
    for word in extra_words:
        counts[word] += 1
    words = {word: spell(word) for word in counts}
    merges: list[tuple[str, str]] = []
    while True:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, pieces in words.items():
            for pair in zip(pieces, pieces[1:], strict=False):
                pairs[pair] += counts[word]
        if not pairs:
            return Tokenizer(chosen, merges)
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = {word: merge(pieces, {best: 0}) for word, pieces in words.items()}
