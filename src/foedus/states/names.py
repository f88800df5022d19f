"""Names of states: the one door through which a state comes in, by code or by any name that is in use for it.

``names.csv`` has an English short name and the codes of ISO 3166-1 for each state and territory, with those of states
that ended. ``spellings.csv`` has every other name: official ones, those of Correlates of War and of Gleditsch and Ward,
those of international organisations, and former ones; with days where a name meant another state before or after. Names
marked ``alone`` mean a state only where nothing else is said: in a text, they are often something else.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from foedus.csvfile import data_rows
from foedus.dates import parse_day
from foedus.errors import InputError, closest
from foedus.states.codes import check_then, codes, exists, stands_for

_EXPECTED = "an ISO 3166-1 alpha-3 code, or a name in English"
_WITH_THE = re.compile(
    r"^(?:United|Central African|Dominican Republic|Czech Republic|Soviet|German Dem|Netherlands|Philippines|Bahamas|"
    r"Gambia$|Maldives|Comoros|Seychelles|Vatican|Caribbean Neth|Isle )|Islands(?: \(.*\))?$|Territor(?:y|ies)$"
)
_NOTHING = frozenset({"", "none", "nan", "null", "n/a", "nat", "<na>"})
_SHOWN = 80  # characters of what was given
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "æ": "ae", "đ": "d", "&": " and "})
_QUOTES = re.compile("['\u2018\u2019\u02bc\u02bb`\u00b4\u2032]")
_FOOTNOTE = re.compile(
    r"(?:[\s,]*(?:\[\w{1,3}\]|\(\d{1,2}\)|\b\w[/)]|\d\d?[/)]|[\u00b9\u00b2\u00b3\u2070-\u2079*\u2020\u2021\u00a7#]+))+$"
)
_PARTED = re.compile(r"[()/\[\]]|,?\s+(?=formerly\b)")
_ONCE = re.compile(r"^\s*(?:formerly|previously|now|ex|also|later)\b(?:\s+known\s+as\b)?[\s.:-]*", re.IGNORECASE)
_LONE = re.compile(r"\b(\w)[.\s]\s?(?=\w\b)")
_WORDS = re.compile(r"\w+")
_SILENT = frozenset({"the", "of", "and", "former"})
_SHORT = {
    "st": "saint", "ste": "saint", "rep": "republic", "repub": "republic", "dem": "democratic", "fed": "federal",
    "federated": "federal", "federative": "federal", "federation": "federal",
    "sts": "states", "is": "islands", "isl": "islands",
    "island": "islands", "eq": "equatorial", "afr": "african", "af": "african", "cent": "central", "utd": "united",
    "terr": "territory", "plur": "plurinational", "barb": "barbuda", "vin": "vincent", "gren": "grenadines",
    "herz": "herzegovina", "hercegovina": "herzegovina", "peoples": "people", "n": "north", "s": "south", "e": "east",
    "w": "west", "northern": "north", "southern": "south", "eastern": "east", "western": "west",
}  # fmt: skip
_LETTERED = {
    "dr": "democratic republic", "dpr": "democratic people republic", "pdr": "people democratic republic",
    "fr": "federal republic", "sfr": "socialist federal republic", "fyr": "yugoslav republic",
    "sar": "special administrative region", "ssr": "soviet socialist republic", "rok": "republic korea",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A state's name, and the days between which it meant that state (None = no limit).

    ``main``: it is the short name; ``alone``: in a text it need not mean the state.
    """

    text: str
    iso3: str
    start: dt.date | None = None
    until: dt.date | None = None
    main: bool = False
    alone: bool = False

    def holds(self, day: dt.date) -> bool:
        """Whether the name meant the state on a day."""
        return (self.start is None or self.start <= day) and (self.until is None or day < self.until)


def name_of(iso3: str) -> str:
    """Return a state's name, or the code itself if it is not known.

    >>> name_of("KAZ"), name_of("SUN"), name_of("ZZZ")
    ('Kazakhstan', 'Soviet Union', 'ZZZ')
    """
    return names().get(iso3, iso3)


def spoken_name_of(iso3: str) -> str:
    """Return a state's name as a sentence has it, with its article.

    >>> spoken_name_of("USA"), spoken_name_of("PHL"), spoken_name_of("KAZ")
    ('the United States', 'the Philippines', 'Kazakhstan')
    """
    return f"the {name_of(iso3)}" if _WITH_THE.search(name_of(iso3)) else name_of(iso3)


def state_of(territory: str) -> str:
    """Return the alpha-3 code of the state of an ISO 3166 code: its own, or that of a subdivision.

    >>> state_of("USA"), state_of("US-HI"), state_of("TR-34")
    ('USA', 'USA', 'TUR')
    """
    head, dash, _ = territory.partition("-")
    return _by_alpha2().get(head, (head,))[-1] if dash else territory


def code_of(state: str, on: str | dt.date | None = None) -> str:
    """Return the alpha-3 code of a state given by its code or by any of its names, in any case and order of words.

    With a day, the state must have existed on it, and a name means whom it meant then.

    >>> code_of("lux"), code_of("Korea, Republic of"), code_of("ST. LUCIA"), code_of("Cote d'Ivoire"), code_of("Burma")
    ('LUX', 'KOR', 'LCA', 'CIV', 'MMR')
    >>> code_of("Russia"), code_of("Russia", on="1970-01-01"), code_of("Zaire", on="1980-01-01")
    ('RUS', 'SUN', 'COD')

    Args:
        state: ISO 3166-1 alpha-3 or alpha-2 code, or a name: short, official, former, as in common lists.
        on: a day (default: today's state, or the one that had the name last).

    Raises:
        InputError: no state has that code or name, several have, or none had it on that day.

    """
    day = None if on is None else parse_day(on)
    text = re.sub(r"^the\s+", "", str(state).strip(), flags=re.IGNORECASE)
    found = _meant(text, day) or _meant(_FOOTNOTE.sub("", text), day)
    if not found:
        raise _unknown(state, text)
    if len(found) > 1:
        raise InputError(
            f"several states are called '{text}'" + ("" if day is None else f" on {day}"), expected=_EXPECTED,
            cure="write " + " or ".join(f"{code} ({name_of(code)})" for code in found),
        )  # fmt: skip
    if day is not None:
        check_then(found[0], day)
    return found[0]


def _meant(text: str, day: dt.date | None) -> tuple[str, ...]:
    return _coded(text.upper().replace(".", ""), day) or _named(text, day)


def _coded(code: str, day: dt.date | None) -> tuple[str, ...]:
    """Return the state of a code: alpha-3, alpha-2, or one that some files use beside that of ISO 3166."""
    if code in names():
        return (code,)
    if len(code) == 2 and (shared := _by_alpha2().get(code)):
        return tuple(one for one in shared if day is not None and exists(one, day))[:1] or shared[-1:]
    return tuple(one for one in stands_for(code, day) if one in names())[:1]


def _named(text: str, day: dt.date | None) -> tuple[str, ...]:
    """Return the states that a name means: on a day, or today; of those that have it as their short name, that one."""
    found = _by_key().get(key(text), ()) or _both(text)
    if day is None:
        lasting = [name for name in found if name.until is None] or found
        today = [name for name in lasting if exists(name.iso3, dt.date.max)] or lasting
        chosen = [name for name in today if name.main] or today
    else:
        held = [name for name in found if name.holds(day)] or found
        chosen = [name for name in held if exists(name.iso3, day)] or [name for name in held if name.main] or held
    return tuple(dict.fromkeys(name.iso3 for name in chosen))


def _both(text: str) -> tuple[Name, ...]:
    """Return the names of the states that a name and another beside it both mean: "Burkina Faso (Upper Volta)"."""
    parts = [_ONCE.sub("", part) for part in _PARTED.split(text) if part.strip()]
    found = [_by_key().get(key(part), ()) for part in parts]
    if len(parts) < 2:
        return ()
    shared = set.intersection(*({name.iso3 for name in names} for names in found))
    return tuple(name for names in found for name in names if name.iso3 in shared)


def _unknown(state: object, text: str) -> InputError:
    for row in codes():
        if row.iso3 is None and text and key(row.note.partition("(")[0]) == key(text):
            listed = " and ".join(f"{kind} {n}" for kind, n in (("COW", row.cow), ("GW", row.gw)) if n)
            return InputError(
                f"'{text}' is a state of the past without an ISO 3166 code", found=f"{listed}: {row.note}",
                expected=_EXPECTED, cure="no treaty of the library names it; use its number in state-system lists",
            )  # fmt: skip
    if text.casefold() in _NOTHING:
        cure: str | None = "give a state; this is how files write that there is none"
    elif text.isdigit():
        cure = "a number is read by foedus.states.convert, which asks of which list it is"
    else:
        wanted = text.upper() if len(text) <= 3 else text.title()
        cure = closest(wanted, known_codes() if len(text) <= 3 else names().values())
        cure = cure or closest(wanted, {name.text for name in every_name()})
    shown = str(state) if len(str(state)) <= _SHOWN else f"{str(state)[:_SHOWN]}..."
    return InputError(f"no state has the code or name '{shown}'", expected=_EXPECTED, cure=cure)


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """Return what the spellings of a name have in common: its words, without accents, articles and order.

    >>> key("Korea, Dem. People's Rep.") == key("The Democratic People's Republic of Korea")
    True
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(_LETTERS)
    plain = _LONE.sub(r"\1", _QUOTES.sub("", plain))
    words = [word for word in _WORDS.findall(plain.replace("_", " ")) if word not in _SILENT]
    full = [part for word in words for part in (_LETTERED.get(word) or _SHORT.get(word, word)).split()]
    return " ".join(sorted(full)) or " ".join(words)


@lru_cache(maxsize=1)
def _by_key() -> dict[str, tuple[Name, ...]]:
    found: dict[str, tuple[Name, ...]] = {}
    for name in every_name():
        found[key(name.text)] = (*found.get(key(name.text), ()), name)
    return found


@lru_cache(maxsize=1)
def every_name() -> tuple[Name, ...]:
    """Return every name of every state, its short name first."""

    def day(text: str) -> dt.date | None:
        return dt.date.fromisoformat(text) if text else None

    return (
        *(Name(name, iso3, main=True) for iso3, name in names().items()),
        *(
            Name(text, row["iso3"], day(row["from"]), day(row["until"]), alone=row["alone"] == "yes")
            for row in _table("spellings.csv")
            for text in row["names"].split(";")
        ),
    )


@lru_cache(maxsize=1)
def _by_alpha2() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in _table("names.csv"):
        found[row["iso2"]] = (*found.get(row["iso2"], ()), row["iso3"])
    return found


@lru_cache(maxsize=1)
def numeric_codes() -> dict[str, tuple[str, ...]]:
    """Return the states of each ISO 3166-1 number; two where a number passed on, as from Yugoslavia to another."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _table("names.csv"):
        for number in filter(None, row["numeric"].split(";")):
            found[number] = (*found.get(number, ()), row["iso3"])
    return found


@lru_cache(maxsize=1)
def known_codes() -> frozenset[str]:
    """Return every code that names a state or territory, of today or ended."""
    return frozenset(names())


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Return the name of each state and territory by its code."""
    return {row["iso3"]: row["name"] for row in _table("names.csv")}


@lru_cache(maxsize=2)
def _table(file: str) -> tuple[dict[str, str], ...]:
    return tuple(data_rows("foedus.states", file))
