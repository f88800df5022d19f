"""What reports say without a number: codes affirmed or denied, found by the rules of ``statements.yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from foedus.errors import InputError
from foedus.evidence.cues import Cues
from foedus.evidence.model import vocabulary
from foedus.evidence.rules import StatementFile, expand
from foedus.yamlfile import load_model

_SHOUT = re.compile(
    r"\b(?:den(?:ied|ies|y)|reject(?:ed|s)|dismiss(?:ed|es) (?:claims|reports|allegations)|refut(?:ed|es))\b"
    r"[^.;]{0,60}$"
)


@dataclass(frozen=True, slots=True)
class View:
    """A statement in a sentence: its code, affirmed or denied, and its span in the sentence as rules see it."""

    statement: str
    affirmed: bool
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class _Rule:
    statement: str
    words: tuple[str, ...]
    affirmed: tuple[re.Pattern[str], ...]
    denied: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    path = Path(str(resources.files("foedus.evidence").joinpath("statements.yaml")))
    file = load_model(StatementFile, path)
    known = vocabulary().statements
    made = []
    for rule in file.statements:
        if rule.statement not in known:
            raise InputError(f"unknown statement '{rule.statement}'", file=path)
        made.append(
            _Rule(
                rule.statement,
                rule.words,
                tuple(expand(p, file.macros, path) for p in rule.affirmed),
                tuple(expand(p, file.macros, path) for p in rule.denied),
                expand(rule.unless, file.macros, path) if rule.unless else None,
            )
        )
    return tuple(made)


@lru_cache(maxsize=1)
def _cues() -> Cues:
    return Cues([rule.words for rule in _rules()])


def statements(low: str) -> list[View]:
    """Return what one sentence says, each code at most once."""
    found = []
    for number in _cues().called(low):
        rule = _rules()[number]
        if rule.unless and rule.unless.search(low):
            continue
        view = _search(rule, low, rule.denied, affirmed=False) or _search(rule, low, rule.affirmed, affirmed=True)
        if view:
            found.append(view)
    return found


def _search(rule: _Rule, low: str, patterns: tuple[re.Pattern[str], ...], *, affirmed: bool) -> View | None:
    for number, pattern in enumerate(patterns, 1):
        match = pattern.search(low)
        if match and match.end() > match.start():
            meant = affirmed and not _SHOUT.search(low[: match.start()])
            way = "affirmed" if affirmed else "denied"
            return View(rule.statement, meant, match.start(), match.end(), f"{rule.statement}.{way}-{number}")
    return None
