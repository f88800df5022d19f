"""The bottom line of an answer: who owes, may or must not do what under which article, and what is open on what."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from foedus.shown import visible
from foedus.treaties.logic import Truth
from foedus.treaties.membership import bound_on
from foedus.treaties.naming import listed, state_name
from foedus.treaties.words import bearer_name, clause, duty_lines, facts_in_words

if TYPE_CHECKING:
    import datetime as dt

    from foedus.treaties.evaluated import Evaluated, Evaluation
    from foedus.treaties.words import DutyLine

_MOST_ACTS = 2
_MOST_NAMES = 6
_MOST_FACTS = 3
_MARK = "*"

Told = tuple["Evaluated", "DutyLine"]


def bottom_line(found: Evaluation) -> list[str]:
    """Return two to five lines: what is owed, permitted and barred, what is open, and what rests on memory.

    What all states are barred from is not named, but for the use of force by the attackers that the incident names.

    >>> from foedus.treaties import obligations
    >>> found = obligations("KAZ", "2022-01-05", "kazakhstan-2022", treaty="cst-1992")
    >>> bottom_line(found)[1]
    'Permitted: the Collective Security Council may decide binding collective measures (CST art. 6).'
    """
    if not found.findings:
        return list(found.notes)
    told = [(finding, line) for finding in found.findings for line in duty_lines(finding) if line.level > 0]
    lines = [_owed(told), _acts("Permitted", told, "permitted"), _barred(found, told), _open(told)]
    lines = [line for line in lines if line]
    if any(_MARK in line for line in lines):
        lines.append(f"{_MARK} encoded from memory or a paraphrase; not checked against the text.")
    return [*lines, *found.notes]


def _owed(told: list[Told]) -> str:
    if owed := _acts("Owed", told, "owed"):
        return owed
    in_doubt = any(line.answer == "open" and line.modality == "must" for _, line in told)
    return "Owed: nothing for certain on these facts." if in_doubt else "Owed: no help on these facts."


def _acts(word: str, told: list[Told], answer: str) -> str:
    """Return a line on the strongest acts that have one answer: who, what, and under which clauses."""
    groups: dict[tuple[tuple[str, ...], str], list[Told]] = {}
    for finding, line in told:
        if line.answer == answer:
            groups.setdefault((line.bearer_names, line.act), []).append((finding, line))
    ranked = sorted(groups.values(), key=lambda group: (_rank(*group[0]), -len(group)))
    acts = [f"{_who(group[0][1])} {group[0][1].act} ({_clauses(group)})" for group in ranked[:_MOST_ACTS]]
    if len(ranked) > _MOST_ACTS:
        acts.append(f"and {len(ranked) - _MOST_ACTS} more")
    return f"{word}: {'; '.join(acts)}." if acts else ""


def _barred(found: Evaluation, told: list[Told]) -> str:
    """Return a line on the strongest acts that are barred, and on the attackers that must not use force."""
    groups: dict[tuple[str, ...], list[Told]] = {}
    for finding in found.findings:
        for line in duty_lines(finding):
            if (line.modality, line.action, line.answer) == ("must_not", "use_force", "barred"):
                bound = tuple(state for state in found.incident.attackers if _bears(finding, line, state, found.on))
                groups.setdefault(bound, []).append((finding, line))
    acts = []
    for bound, group in groups.items():
        if bound:
            group.sort(key=lambda one: one[0].treaty.universal is None)  # the rule for all states first
            more = f"; and {len(group) - _MOST_ACTS} more" if len(group) > _MOST_ACTS else ""
            names = listed(state_name(state) for state in bound)
            acts.append(f"{names} {group[0][1].act} ({_clauses(group[:_MOST_ACTS])}{more})")
    rest = _acts("Barred", told, "barred")
    if not acts:
        return rest
    return "Barred: " + "; ".join([*acts, *([rest.removeprefix("Barred: ").removesuffix(".")] if rest else [])]) + "."


def _bears(finding: Evaluated, line: DutyLine, state: str, day: dt.date) -> bool:
    """Say whether a duty is a state's own, by name or as one of the members of a treaty of nearly all states."""
    if state in line.bearers:
        return True
    all_members = any(bearer.startswith("every ") for bearer in line.bearers)
    return all_members and bound_on(finding.treaty, state, day) is Truth.YES


def _rank(finding: Evaluated, line: DutyLine) -> tuple[bool, int]:
    """Return how early to name a duty: those of one alliance before those of all states, the strongest first."""
    return finding.treaty.universal is not None, -line.level


def _open(told: list[Told]) -> str:
    """Return a line on the strongest thing that is open, and the facts on which it hangs."""
    opened = [(finding, line) for finding, line in told if line.answer == "open"]
    if not opened:
        return ""
    finding, line = min(opened, key=lambda one: _rank(*one))
    others = {one.provision.id for one, _ in opened} - {finding.provision.id}
    more = f"; {len(others)} more {'clause is' if len(others) == 1 else 'clauses are'} open" if others else ""
    facts = facts_in_words(finding.could_change[:_MOST_FACTS], brief=True)
    hangs = f"it hangs on: {facts}" if facts else "whether the treaty binds is not established"
    return f"Open: whether {_who(line)} {line.act} ({_clauses([(finding, line)])}); {hangs}{more}."


def _who(line: DutyLine) -> str:
    few = len(line.bearer_names) <= _MOST_NAMES
    return listed(line.bearer_names) if few else f"{len(line.bearer_names)} parties"


def _clauses(told: list[Told]) -> str:
    """Return clauses, each once; marked if from memory, and said if the readings disagree or an organ decides."""
    named = {
        finding.provision.id: clause(finding)
        + (_MARK if finding.basis == "memory" else "")
        + (", disputed" if finding.disputed else "")
        + (", as the organ decides" if line.discretion == "organ" else "")
        for finding, line in told
    }
    return "; ".join(named.values())


def approvals_at_home(found: Evaluation) -> dict[str, str]:
    """Return, by the name of each state that may have to send troops, whose approval it needs at home first."""
    return {
        bearer_name(finding.treaty, duty.bearer): duty.home
        for finding in found.findings
        for duty in finding.duties
        if duty.home and duty.owed is not Truth.NO and duty.modality != "must_not"
    }


def wrapped(line: str, width: int | None) -> str:
    """Return a line broken between words at a width, what follows indented deeper; None does not break it.

    What a file's text holds breaks none: its own line ends become spaces, what moves a cursor is written out.
    """
    line = visible(re.sub(r"\s*[\t\n]\s*", " ", line.rstrip()))
    if width is None or len(line) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip()))
    hang = indent + ("          " if line.lstrip().startswith("[") else "  ")
    return textwrap.fill(
        line.strip(), max(width, 40), initial_indent=indent, subsequent_indent=hang, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
