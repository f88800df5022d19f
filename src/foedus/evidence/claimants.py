"""Under which key an incident file lists a speaker: the offices of the state in trouble, and everybody else by name."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from foedus.evidence.entities import entities, mentions
from foedus.evidence.governments import disputed_place, is_state, is_town, state_named
from foedus.evidence.letters import plain
from foedus.models import Frozen, FrozenByName, Text
from foedus.states.names import name_of
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable


class Office(FrozenByName):
    """An office or a kind of speaker, by the words that name it.

    ``home_key``: its key where it is the office of the state in trouble; ``state_key``: of another state it is
    listed under the state's name alone.
    """

    key: Text
    words: tuple[Text, ...]
    unless: str = ""
    home_key: str = Field(default="", alias="home-key")
    state_key: bool = Field(default=False, alias="state-key")


class Claimants(Frozen):
    """``claimants.yaml``."""

    observers: Text
    offices: tuple[Office, ...]
    organisations: dict[str, Text]
    alliance: tuple[Text, ...]


@lru_cache(maxsize=1)
def _book() -> Claimants:
    return load_model(Claimants, Path(str(resources.files("foedus.evidence").joinpath("claimants.yaml"))))


def nobody() -> tuple[str, str]:
    """Return the key and the meaning of those who speak for no government, a report's own voice among them."""
    return "observers", _book().observers


@lru_cache(maxsize=512)
def claimant(who: str, target: str = "", on: dt.date | None = None) -> tuple[str, str]:
    """Return the key under which the incident file of a state lists a speaker, and what the key means.

    With a day, a person speaks for the office that he or she held on it.

    >>> claimant("Kassym-Jomart Tokayev")[0], claimant("independent observers")[0], claimant("Interior Ministry")[0]
    ('president', 'observers', 'officials')
    >>> claimant("defence ministry in Baku", "ARM")[0], claimant("president of South Africa", "LSO")[0]
    ('azerbaijan-defence-ministry', 'south-africa-president')
    >>> claimant("opposition leaders", "KEN")[0], claimant("ECOWAS", "NER")[0], claimant("Tajikistan", "KGZ")[0]
    ('opposition', 'ecowas', 'tajikistan')
    """
    person = entities().persons.get(who)
    key = person.key_on(on) if person else ""
    if person and key:
        state = name_of(person.country) if person.country else ""
        title = ", ".join(
            filter(None, (who, person.role + (f" of {state}" if state and " of " not in person.role else "")))
        )
        abroad = target and person.country not in ("", target) and key in _home_keys()
        return f"{_slug(person.country)}-{key}" if abroad else key, title
    named = state_named(who)
    state = "" if named == target else named
    body = next((mention.key for mention in mentions(who) if mention.kind == "alliance"), "")
    low = who.lower()
    office = next((item for item in _book().offices if _named(item.words, low) and not _says(item.unless, low)), None)
    if office and office.key in ("opposition", "rebels"):
        return f"{_slug(state)}-{office.key}" if state else office.key, who
    if body:
        return _book().organisations.get(body, body), who
    if office and office.key == "observers":
        return nobody()
    if is_town(who) or (not named and disputed_place(who)):
        return nobody()  # whose the place is, or who there speaks, is not said
    if state:
        return _slug(state) if office is None or office.state_key else f"{_slug(state)}-{office.key}", who
    if _named(_book().alliance, low):
        return "alliance", who
    if office is None:
        return ("government", who) if named and is_state(who) else nobody()
    return office.home_key or office.key, who


@lru_cache(maxsize=1)
def _home_keys() -> frozenset[str]:
    """Return the keys that an office of the state in trouble has; those of other states begin with a name."""
    return frozenset(office.home_key or office.key for office in _book().offices) - {nobody()[0]}


def _named(patterns: Iterable[str], low: str) -> bool:
    return any(re.search(pattern, low) for pattern in patterns)


def _says(pattern: str, low: str) -> bool:
    return bool(pattern and re.search(pattern, low))


def _slug(state: str) -> str:
    return plain(name_of(state), "-")
