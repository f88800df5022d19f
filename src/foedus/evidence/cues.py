"""Which rules the words of a sentence call for: a cheap test before the dear ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_REMEMBERED = 50_000  # tokens; a bound on memory


class Cues:
    """The cue words of many rules. A rule is called for if one of its words stands in a sentence, or if it has none.

    Tokens are looked up once and remembered, since reports repeat their words.
    """

    def __init__(self, words: Sequence[Sequence[str]]) -> None:
        """Take the cue words of each rule, in lower case."""
        self._always = 0
        single: dict[str, int] = {}
        phrases: dict[str, int] = {}
        for number, cues in enumerate(words):
            self._always |= 0 if cues else 1 << number
            for cue in cues:
                kind = phrases if " " in cue else single
                kind[cue] = kind.get(cue, 0) | 1 << number
        self._single = tuple(single.items())
        self._phrases = tuple(phrases.items())
        self._known: dict[str, int] = {}

    def called(self, low: str) -> Iterator[int]:
        """Yield, in their order, the numbers of the rules that a sentence in lower case calls for."""
        bits, known = self._always, self._known
        for token in low.split(" "):
            mask = known.get(token)
            bits |= self._learn(token) if mask is None else mask
        for phrase, mask in self._phrases:
            if phrase in low:
                bits |= mask
        while bits:
            lowest = bits & -bits
            yield lowest.bit_length() - 1
            bits ^= lowest

    def _learn(self, token: str) -> int:
        mask = 0
        for cue, bits in self._single:
            if cue in token:
                mask |= bits
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[token] = mask
        return mask
