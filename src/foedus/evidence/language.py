"""Which language a text is in, as far as telling that it is not English: by its script and its little words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.models import Frozen, Text
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_READ = 30_000  # characters; enough to tell
_FEW = 5  # words; a text of fewer tells nothing
_LEAST, _CLEARLY = 0.15, 1.5  # share of little words that a language needs, and how far it must be before English
_PROSE = 0.12  # share of words without a capital that are no little words
_STRANGE = 0.03  # a text with fewer of the little words of English is none, if it is long
_LONG = 40  # words in lower case
_LINE, _PART = 70, 0.2  # characters of a line that is judged by itself; share of a text that is worth telling
_WORD = re.compile(r"[^\W\d_]+")
UNKNOWN = "a language that is not English"


class Languages(Frozen):
    """``languages.yaml``."""

    english: frozenset[Text]
    shared: frozenset[Text]
    scripts: dict[str, Text]
    languages: dict[str, frozenset[Text]]


@lru_cache(maxsize=1)
def _book() -> Languages:
    return load_model(Languages, Path(str(resources.files("foedus.evidence").joinpath("languages.yaml"))))


@lru_cache(maxsize=1)
def _of_word() -> Mapping[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = dict.fromkeys(_book().shared, ())
    table |= dict.fromkeys(_book().english, ("",))
    for name, words in _book().languages.items():
        for word in words:
            table[word] = (*table.get(word, ()), name)
    return table


def language_of(text: str) -> str:
    """Return the language of a text by its English name, "" for English and for what is too short to tell.

    >>> language_of("The police said that 12 people were killed in Port-au-Prince and in Cité Soleil.")
    ''
    >>> language_of("Au moins 12 personnes ont été tuées dans la capitale, selon la police.")
    'French'
    """
    letters = Counter(_script(letter) for letter in text[:_READ] if letter.isalpha())
    script = letters.most_common(1)[0][0] if letters else "LATIN"
    if script != "LATIN" and letters[script] < 2 * letters["LATIN"]:
        script = "LATIN"
    if script == "CJK" and letters["HIRAGANA"] + letters["KATAKANA"] > 0.1 * letters["CJK"]:
        script = "HIRAGANA"
    words = _WORD.findall(text[:_READ])
    if script == "LATIN":
        words = [word for word in words if _script(word[0]) == "LATIN"]
        found = _by_words(words)
        return found if found is not None else _strange([word for word in words if word[0].islower()])
    known = _book().scripts.get(script, UNKNOWN)
    return (_by_words(words) or known) if known.startswith("a language") else known


def languages_in(text: str) -> tuple[str, bool]:
    """Return the language that a text, or else a good part of it, is in, and whether it is only a part.

    ("", False) for a text in English.
    """
    whole = language_of(text)
    if whole:
        return whole, False
    letters: Counter[str] = Counter()
    for line in text[: 10 * _READ].split("\n"):
        letters[language_of(line) if len(line) >= _LINE else ""] += len(line)
    foreign = [(count, name) for name, count in letters.items() if name not in ("", UNKNOWN)]
    if foreign and sum(count for count, _ in foreign) >= _PART * letters.total():
        return max(foreign)[1], True
    return "", False


def _script(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "?").split(" ", 1)[0]


def _by_words(words: Sequence[str]) -> str | None:
    """Return the language whose little words are by far the most, "" for English, None if nothing tells."""
    said = [word if word == "I" else word.lower() for word in words]  # "I" is English, "i" is Polish
    counts = Counter(name for word in said for name in _of_word().get(word, ()))
    kinds = {name: len({word for word in set(said) if name in _of_word().get(word, ())}) for name in counts}
    english = counts.pop("", 0)
    fitting = [
        (count, name)
        for name, count in counts.items()
        if kinds[name] >= 3 or (kinds[name] == 2 and not english and _outside_names(words, _book().languages[name]))
    ]
    if len(said) < _FEW:
        return ""
    prose = sum(not word[0].isupper() and word not in _of_word() for word in words)
    if prose < _PROSE * len(said):  # a list of names, such as La Paz, Port-au-Prince, Rio de Janeiro
        return ""
    if fitting:
        count, name = max(fitting)
        if count >= _LEAST * len(said) and count > _CLEARLY * english:
            return name
    return "" if english >= _STRANGE * len(said) else None


def _outside_names(words: Sequence[str], little: frozenset[str]) -> bool:
    """Whether a little word leads to no capital: "la policía", and not "de la Cruz"."""
    within = False
    for word in reversed(words):
        if word[0].isupper():
            within = True
        elif word not in little:
            within = False
        elif not within:
            return True
    return False


def _strange(words: list[str]) -> str:
    """Return the language of a text without little words of English: unknown if it is long, else none at all."""
    return UNKNOWN if len(words) >= _LONG else ""
