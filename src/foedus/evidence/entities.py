"""Names in reports: places, alliances, persons, agencies, and the events that are not the article's own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from foedus.evidence.letters import unaccented
from foedus.evidence.numbers import lowered
from foedus.models import Day, Frozen, FrozenByName, Text
from foedus.places import atlas
from foedus.states.names import every_name, name_of
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

Kind = Literal["country", "city", "alliance", "person", "agency"]


class Alliance(Frozen):
    """An alliance or organisation by the names that reports give it."""

    label: Text
    names: tuple[Text, ...]


class Conflict(FrozenByName):
    """An event known by words and years."""

    words: tuple[Text, ...]
    first: int = Field(alias="from")
    last: int = Field(alias="to")
    place: str = ""
    unique: bool = False


class Person(FrozenByName):
    """A person whom reports quote; ``key`` is how incident files name the claimant while in office, else ``otherwise``.

    The office is held from ``start`` on and before ``until``, where they are known. ``surname``: where it is not the
    last word of the name.
    """

    country: str = ""
    role: str = ""
    key: str = ""
    start: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    otherwise: str = ""
    surname: str = ""

    def key_on(self, day: dt.date | None) -> str:
        """Return how incident files name the claimant on a day (None: in office)."""
        in_office = day is None or (
            (self.start is None or self.start <= day) and (self.until is None or day < self.until)
        )
        return self.key if in_office else self.otherwise


class Entities(Frozen):
    """Everything in ``entities.yaml``."""

    countries: dict[str, tuple[Text, ...]]
    cities: dict[str, tuple[Text, ...]]
    seats: dict[str, tuple[Text, ...]]
    offices: frozenset[Text]
    homonyms: frozenset[Text]
    disputed: tuple[Text, ...]
    alliances: dict[str, Alliance]
    conflicts: dict[str, Conflict]
    persons: dict[str, Person]
    agencies: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text; ``key`` is the code, slug or canonical name, ``country`` the code of its state."""

    start: int
    end: int
    kind: Kind
    key: str
    country: str = ""


_WORD = re.compile(r"[A-ZÀ-ÞŞĞ][\w.'-]*|\bthe Gambia\b|\bdpa\b")
_NAME = re.compile(r"(?<![\w-])(?=([A-ZÀ-Þ][\w'-]+ [A-ZÀ-Þ][\w'-]+))")
_ACRONYM = re.compile(r"((?:[A-Z][\w'-]+ (?:(?:of|the|and|for|in) ){0,2}){1,6}[A-Z]?[\w'-]*)\s?\(([A-Z]{2,8})\)")
_BODY = re.compile(
    r"\b(?:organi[sz]ation|pact|alliance|league|union|treaty|council|community|association|bloc|compact|coalition"
    r"|confederation|commonwealth|partnership)\b",
    re.IGNORECASE,
)
_SHORT = re.compile(r"\b[A-Z]{2,8}\b")
_BODY_NAME = re.compile(
    r"\b(?:[A-Z][\w'-]+ (?:(?:of|the|and|for|in) ){0,2}){1,6}"
    r"(?:Organi[sz]ation|Pact|Alliance|League|Union|Treaty|Council|Community|Association|States|Compact|Coalition)\b"
)
GENERIC_ALLIANCE = re.compile(
    r"\b(?:the|its|this|their|a|russia(?:n)?-led|moscow-led|security|military|regional|defen[cs]e|mutual)[\w -]{0,30}?"
    r"\b(?:alliance|bloc|pact|organi[sz]ations?|league|union|treaty|coalition|council|forum|grouping)\b"
)


@lru_cache(maxsize=1)
def entities() -> Entities:
    """Return the names that come with Foedus."""
    return load_model(Entities, Path(str(resources.files("foedus.evidence").joinpath("entities.yaml"))))


@lru_cache(maxsize=1)
def _names() -> Mapping[str, list[tuple[str, Kind, str, str]]]:
    """Return, per first word, the names that begin with it, the longest first."""
    table: dict[str, list[tuple[str, Kind, str, str]]] = {}

    def add(name: str, kind: Kind, key: str, country: str) -> None:
        table.setdefault(re.split(r"[\s-]", name)[0], []).append((name, kind, key, country))

    known = entities()
    for code in dict.fromkeys((*known.countries, *sorted(atlas()))):
        for name in dict.fromkeys((name_of(code), *known.countries.get(code, ()))):
            add(name, "country", code, code)
    for other in every_name():
        if not other.alone and other.iso3 in atlas() and not re.search(r"[(/,]", other.text):
            add(other.text, "country", other.iso3, other.iso3)
    for code, cities in known.cities.items():
        for city in cities:
            add(city, "city", city, code)
    for slug, alliance in known.alliances.items():
        for name in alliance.names:
            add(name, "alliance", slug, "")
    for name in known.agencies:
        add(name, "agency", name, "")
    for names_here in table.values():
        names_here.sort(key=lambda entry: -len(entry[0]))
    return table


def mentions(text: str) -> list[Mention]:
    """Return the places, alliances and agencies named in a text, in order."""
    table = _names()
    found: list[Mention] = []
    end = 0
    for match in _WORD.finditer(text):
        if match.start() < end:
            continue
        word = match.group()
        plain = word.split("-")[0].removesuffix("'s").rstrip(".'")
        names = table.get(word) or table.get(plain)
        for name, kind, key, country in names or ():
            if _stands(text, match.start(), name):
                end = match.start() + len(name)
                found.append(Mention(match.start(), end, kind, key, country))
                break
    return found


def _stands(text: str, start: int, name: str) -> bool:
    end = start + len(name)
    return text.startswith(name, start) and not text[end : end + 1].isalnum()


def acronyms(text: str) -> dict[str, str]:
    """Return alliances that a text introduces itself, "Eastern Mutual Aid Pact (EMAP)", as name to slug."""
    found: dict[str, str] = {}
    shorts = set(_SHORT.findall(text))
    if not shorts:
        return found
    known = {name for alliance in entities().alliances.values() for name in alliance.names}
    for match in _ACRONYM.finditer(text):
        name, short = re.sub(r"^(?:The|An?) ", "", match.group(1)).strip(), match.group(2)
        initials = "".join(word[0] for word in name.split() if word[0].isupper())
        if short not in known and _BODY.search(name) and (initials.endswith(short) or short in initials):
            found[short] = found[name] = short.lower()
    for match in _BODY_NAME.finditer(text):
        name = re.sub(r"^(?:The|An?) ", "", match.group())
        initials = "".join(word[0] for word in name.split() if word[0].isupper())
        if initials in shorts and initials not in known and name not in known:
            found[initials] = found[name] = initials.lower()
    return found


def sound(name: str) -> str:
    """Return a name as it sounds, so that spellings of one name fall together.

    >>> len({sound(n) for n in ("Kassym-Jomart Tokayev", "Kasim-Yomart Tokayev", "Kasym-Zhomart Tokaev")})
    1
    """
    plain = unaccented(name).lower()
    for old, new in (("zh", "j"), ("kh", "h"), ("dzh", "j"), ("ck", "k"), ("q", "k"), ("x", "ks"), ("ph", "f")):
        plain = plain.replace(old, new)
    plain = re.sub(r"[jy]+", "i", plain.replace("w", "v").replace("'", ""))
    plain = re.sub(r"(.)\1+", r"\1", plain)
    plain = plain.replace("ei", "e").replace("ie", "e").replace("ai", "a")
    return re.sub(r"[\s-]+", " ", plain).strip()


@lru_cache(maxsize=1)
def _by_sound() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for name in entities().persons:
        table[sound(name)] = name
    return table


@lru_cache(maxsize=1)
def _by_surname() -> Mapping[str, str]:
    table: dict[str, str] = {}
    for name, person in entities().persons.items():
        table.setdefault(sound(person.surname or name.split()[-1]), name)
    return table


@lru_cache(maxsize=1)
def _short_surnames() -> frozenset[str]:
    return frozenset(person.surname for person in entities().persons.values() if person.surname)


@lru_cache(maxsize=4096)
def person_of(name: str) -> str | None:
    """Return whom a full name or a surname means, None if nobody known.

    >>> person_of("Kasim-Yomart Tokayev"), person_of("Tokayev"), person_of("Smith"), person_of("Xi")
    ('Kassym-Jomart Tokayev', 'Kassym-Jomart Tokayev', None, 'Xi Jinping')
    """
    name = name.removesuffix("'s").removesuffix("'")
    if " " in name:
        return _by_sound().get(sound(name))
    return _by_surname().get(sound(name)) if len(name) > 3 or name in _short_surnames() else None


def spellings(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, canonical name) of every known person written in full."""
    found = []
    for match in _NAME.finditer(text):
        person = person_of(match.group(1))
        if person:
            end = match.end(1) - (2 if match.group(1).endswith("'s") else 0)
            found.append((match.start(1), end, person))
    return found


def main_country(found: Iterable[Mention]) -> str:
    """Return the state that a report is about: the one it names most often, cities counted."""
    counts = Counter(mention.country for mention in found if mention.kind in ("country", "city"))
    return max(counts, key=lambda code: (counts[code], code)) if counts else ""


def main_alliance(found: Iterable[Mention]) -> str:
    """Return the alliance that a report is about."""
    counts = Counter(m.key for m in found if m.kind == "alliance" and m.key not in ("un", "osce", "eu"))
    return max(counts, key=lambda slug: counts[slug]) if counts else ""


def known_conflict(text: str, year: int) -> tuple[str, str] | None:
    """Return the event and the place that words and a year point to, None if not known."""
    low = lowered(text)
    for event, conflict in entities().conflicts.items():
        if conflict.first <= year <= conflict.last and any(word in low for word in conflict.words):
            return event, conflict.place
    return None


@lru_cache(maxsize=1)
def _unique() -> tuple[tuple[tuple[str, ...], int, str, str], ...]:
    return tuple((c.words, c.last, event, c.place) for event, c in entities().conflicts.items() if c.unique)


def unique_conflict(low: str, year: int | None) -> tuple[str, str] | None:
    """Return the latest event up to a year that words of a lower-case text alone point to, with its place."""
    known = [
        (last, event, place)
        for words, last, event, place in _unique()
        if (year is None or last <= year) and any(word in low for word in words)
    ]
    return max(known)[1:] if known else None
