"""States that a short text names: by code, by present or former name, by a common alias or by an adjective."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from foedus.csvfile import data_rows
from foedus.errors import InputError
from foedus.states.codes import codes, stands_for
from foedus.states.names import code_of, known_codes, names

_ENGLISH = {"AND", "ARE", "CAN", "NOR", "PER"}  # words, in a text of capitals
_ALIKE = str.maketrans({"\u2019": "'", "\u2010": "-", "\u2011": "-", "\u0131": "i", "\0": " "})
_BETWEEN = re.compile(r"[;,/&+()\[\]]|\b(?:and|with|plus|against|vs|versus)\b", re.IGNORECASE)
_BEHIND = re.compile(r"\b(?:back|support|sponsor|controll|fund|arm|direct)ed\b|\bprox(?:y|ies)\b", re.IGNORECASE)
_ETHNIC = re.compile(r"\bethnic\b[^;,]*", re.IGNORECASE)
_SIGN = re.compile("\0([0-9]+)\0")
_FORCES = re.compile(
    r"(?:'s)?\s+(?:government|regime|junta|army|armed|forces|troops|soldiers|military|navy|air|police)\b", re.IGNORECASE
)
_SIDED = re.compile(r"\b(?:pro|anti)[- ]$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """States that one name in a text stands for, most often one.

    ``meant`` is no where it only says whose rebels, rioters or the like are spoken of.
    """

    words: str
    states: tuple[str, ...]
    meant: bool


@lru_cache(maxsize=1024)
def states_in(text: str) -> tuple[Mention, ...]:
    """Return the states that a text names, in its order.

    >>> [m.states for m in states_in("Turkish forces and the Russian Federation; IRQ")]
    [('TUR',), ('RUS',), ('IRQ',)]
    >>> [m.meant for m in states_in("Syrian rebels; Iran-backed militias")]
    [False, True]
    """
    plain = _plain(text)
    alone = plain.strip().upper()
    if alone in _codes():
        return (Mention(plain.strip(), _states(alone), meant=True),)
    if len(alone) > 3 and plain.strip().casefold() not in _aliases():
        with contextlib.suppress(InputError):  # a name as lists have it: "Korea, North"
            return (Mention(plain.strip(), (code_of(text),), meant=True),)
    found: list[re.Match[str]] = [match for match in _pattern().finditer(plain) if _is_name(match[0])]
    mentions: dict[int, Mention] = {}
    # the texts between separators, with each name as one sign, since a name may hold an "and"
    marked, at = [], 0
    for number, match in enumerate(found):
        marked += [plain[at : match.start()], f"\0{number}\0"]
        at = match.end()
    whole = "".join([*marked, plain[at:]])
    peoples = set(_SIGN.findall(" ".join(_ETHNIC.findall(whole))))
    for part in _BETWEEN.split(whole):
        irregular = irregulars(part) and not _BEHIND.search(part)
        for sign in _SIGN.finditer(part):
            words = found[int(sign[1])][0]
            sided = _SIDED.search(part[: sign.start()]) is not None
            forces = _FORCES.match(part, sign.end()) is not None
            meant = words in _codes() or forces or not (irregular or sided or sign[1] in peoples)
            mentions[int(sign[1])] = Mention(words, _states(words), meant)
        if part.strip().upper() in _codes() | _short():  # a code or an abbreviation alone, in small letters
            name = part.strip().upper()
            mentions[len(found) + len(mentions)] = Mention(part.strip(), _states(name), meant=True)
    return tuple(mention for _, mention in sorted(mentions.items()) if mention.states)


def irregulars(text: str) -> bool:
    """Whether a text speaks of people who fight, or riot, without being a state."""
    return _irregular().search(_plain(text)) is not None


def _is_name(words: str) -> bool:
    return words not in _ENGLISH and (not words.islower() or len(words) > 3)


def _states(words: str) -> tuple[str, ...]:
    if words in _codes():
        return (words,) if words in known_codes() else stands_for(words)[:1]
    return _aliases().get(words.casefold(), ())


def _plain(text: str) -> str:
    """Return a text without accents, without the dots of abbreviations and with single spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    bare = " ".join(bare.split()).translate(_ALIKE)
    return re.sub(r"\b([A-Za-z])\.(?=[A-Za-z]\b)|(?<=\.[A-Za-z])\.", r"\1", bare)


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return known_codes() | {row.iso3 for row in codes() if row.iso3}


@lru_cache(maxsize=1)
def _short() -> frozenset[str]:
    """Return the abbreviations among the aliases: in a text they count in capitals only."""
    return frozenset(_plain(alias) for alias, _ in _rows() if alias.isupper())


@lru_cache(maxsize=1)
def _aliases() -> dict[str, tuple[str, ...]]:
    """Return states by each of their names in small letters; names that only hold a state's have none."""
    found: dict[str, tuple[str, ...]] = {}
    for alias, iso3 in [*((name, code) for code, name in names().items()), *_rows()]:
        key = _plain(alias).casefold()
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *([iso3] if iso3 else ()))))
    return found


def _rows() -> list[tuple[str, str]]:
    rows = data_rows("foedus.states", "aliases.csv")
    return [(alias, row["iso3"]) for row in rows for alias in row["aliases"].split(";")]


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Return a pattern of all names, the longest first; codes and abbreviations are told from words by capitals."""
    longest = sorted({_plain(name) for name in [*names().values(), *(a for a, _ in _rows())]}, key=len, reverse=True)
    words = "|".join(re.escape(name) for name in longest if name not in _short())
    signs = "|".join(re.escape(name) for name in sorted(_codes() | _short(), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:(?i:{words})|{signs})(?!\w)")


@lru_cache(maxsize=1)
def _irregular() -> re.Pattern[str]:
    text = resources.files("foedus.states").joinpath("irregulars.txt").read_text(encoding="utf-8")
    kinds = "|".join(line for line in text.splitlines() if line and not line.startswith("#"))
    return re.compile(rf"\b(?:{kinds})\b", re.IGNORECASE)
