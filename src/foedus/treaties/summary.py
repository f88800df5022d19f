"""The bottom line of an answer: who owes, may or must not do what under which article, and what is open on what."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from foedus.shown import visible
from foedus.treaties.logic import Truth
from foedus.treaties.membership import bound_on
from foedus.treaties.naming import listed, state_name
from foedus.treaties.terms import vocabulary
from foedus.treaties.words import (
    bearer_name,
    breach_words,
    clause,
    decider,
    duty_lines,
    facts_in_words,
    presumption,
)

if TYPE_CHECKING:
    import datetime as dt

    from foedus.treaties.evaluated import Evaluated, Evaluation
    from foedus.treaties.words import DutyLine

_MOST_LINES = 5
_MOST_ACTS = 2
_MOST_NAMES = 6
_MOST_FACTS = 3
_MOST_ORGANS = 3
_MOST_CLAUSES = 2
_FORCE = ("use_force", "use_force_against_any_state")
_ON_OTHERS = ("scope",)  # kinds of rules on what other bodies do: what they presume is told with the conflicts
_MARK = "*"

Told = tuple["Evaluated", "DutyLine"]


def bottom_line(found: Evaluation) -> list[str]:
    """Return at most five lines: who must, who may, who decides, what is disputed, what would change the answer.

    What all states are barred from is not named, but for the use of force by the attackers that the incident names.

    >>> from foedus.treaties import obligations
    >>> found = obligations("KAZ", "2022-01-05", "kazakhstan-2022", treaty="cst-1992")
    >>> bottom_line(found)[1]
    'May: the Collective Security Council may decide binding collective measures (CST art. 6*, disputed).'
    """
    if not found.findings:
        return list(found.notes)
    told = [(finding, line) for finding in found.findings for line in duty_lines(finding) if line.level > 0]
    lines = [_must(found, told), _may(told), _decides(told), _disputed(found), _open(found, told)]
    lines = [line for line in lines if line]
    if any(_MARK in line for line in lines):
        lines[-1] += f" {_MARK} encoded from memory or a paraphrase; not checked against the text."
    lines += found.notes
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], " ".join(lines[_MOST_LINES - 1 :])]


def _must(found: Evaluation, told: list[Told]) -> str:
    """Return a line on what is owed, on the strongest acts that are barred, and on who has broken a bar on force."""
    if not found.incident.facts:
        could = _acts([one for one in told if one[1].modality == "must"], "open")
        return f"Could oblige: {'; '.join(could)}." if could else "Could oblige: nobody to help."
    in_doubt = any(line.answer == "open" and line.modality == "must" for _, line in told)
    nothing = "nothing is owed for certain on these facts" if in_doubt else "no help is owed on these facts"
    acts = [*(_acts(told, "owed") or [nothing]), *_force(found), *_acts(told, "barred")]
    return f"Must: {'; '.join(acts)}."


def _may(told: list[Told]) -> str:
    acts = _acts(told, "permitted")
    return f"May: {'; '.join(acts)}." if acts else ""


def _acts(told: list[Told], answer: str) -> list[str]:
    """Return the strongest acts that have one answer: who, what, and under which clauses."""
    groups: dict[tuple[tuple[str, ...], str], list[Told]] = {}
    for finding, line in told:
        if line.answer == answer:
            groups.setdefault((line.bearer_names, line.act), []).append((finding, line))
    ranked = sorted(groups.values(), key=lambda group: (_rank(*group[0]), -len(group)))
    acts = [f"{_who(group[0][1])} {group[0][1].act} ({_clauses(group)})" for group in ranked[:_MOST_ACTS]]
    return acts + ([f"and {len(ranked) - _MOST_ACTS} more"] if len(ranked) > _MOST_ACTS else [])


def _force(found: Evaluation) -> list[str]:
    """Return that the attackers must not use force, under which clauses, and whether they are in breach."""
    groups: dict[tuple[tuple[str, ...], str], list[Told]] = {}
    for finding in found.findings:
        for line in duty_lines(finding):
            if (line.modality, line.answer) == ("must_not", "barred") and line.action in _FORCE:
                bound = tuple(state for state in found.incident.attackers if _bears(finding, line, state, found.on))
                deeds = [d.state for d in finding.duties if d.bearer in bound and d.action == line.action]
                broken = next((state for state in deeds if state is not None), "")
                groups.setdefault((bound, broken), []).append((finding, line))
    acts = []
    for (bound, broken), group in groups.items():
        if bound:
            group.sort(key=lambda one: one[0].treaty.universal is None)  # the rule for all states first
            more = f"; and {len(group) - _MOST_ACTS} more" if len(group) > _MOST_ACTS else ""
            names = listed(state_name(state) for state in bound)
            breach = f": {breach_words(broken)}" if broken else ""
            acts.append(f"{names} {group[0][1].act} ({_clauses(group[:_MOST_ACTS])}{more}){breach}")
    return acts


def _decides(told: list[Told]) -> str:
    """Return a line on the organs on whose decision something hangs that is not ruled out, and how they decide."""
    named: dict[str, list[str]] = {}
    for finding, line in told:
        action = vocabulary().actions[line.action]
        decides = action.organ is not None or not action.help  # an organ may have to help, too
        organs = [one.removeprefix("organ:") for one in line.bearers if decides and one.startswith("organ:")]
        if finding.version.decided_by and finding.status is not Truth.NO:
            organs.append(finding.version.decided_by)
        for organ in organs:
            clauses = named.setdefault(decider(finding.treaty, organ), [])
            if clause(finding) not in clauses and finding.status is not Truth.NO:
                clauses.append(clause(finding))
    ways = [f"{name} ({'; '.join(clauses[:_MOST_CLAUSES])})" for name, clauses in named.items() if clauses]
    more = f"; and {len(ways) - _MOST_ORGANS} more" if len(ways) > _MOST_ORGANS else ""
    return f"Decides: {'; '.join(ways[:_MOST_ORGANS])}{more}." if ways else ""


def _disputed(found: Evaluation) -> str:
    """Return a line on the clauses whose readings differ, and on what is presumed."""
    rival = [
        f"{clause(finding)} ({', '.join(f'{name} {value}' for name, value in finding.readings.items())})".replace(
            "_", " "
        )
        for finding in sorted(found.findings, key=lambda one: one.treaty.universal is not None)
        if finding.disputed
    ]
    more = f"; and {len(rival) - _MOST_ACTS} more" if len(rival) > _MOST_ACTS else ""
    holding = (one for one in found.findings if one.status is Truth.YES and one.provision.kind not in _ON_OTHERS)
    presumed = dict.fromkeys(fact for one in holding for fact in one.presuming)
    parts = [f"Disputed: {'; '.join(rival[:_MOST_ACTS])}{more}.".replace("_", " ")] if rival else []
    parts += [f"Presumed: {presumption(presumed)}."] if presumed else []
    return " ".join(parts)


def _bears(finding: Evaluated, line: DutyLine, state: str, day: dt.date) -> bool:
    """Say whether a duty is a state's own, by name or as one of the members of a treaty of nearly all states."""
    if state in line.bearers:
        return True
    all_members = any(bearer.startswith("every ") for bearer in line.bearers)
    return all_members and bound_on(finding.treaty, state, day) is Truth.YES


def _rank(finding: Evaluated, line: DutyLine) -> tuple[bool, int]:
    """Return how early to name a duty: those of one alliance before those of all states, the strongest first."""
    return finding.treaty.universal is not None, -line.level


def _open(found: Evaluation, told: list[Told]) -> str:
    """Return a line on the strongest thing that is open, and the facts on which it hangs."""
    opened = [(finding, line) for finding, line in told if line.answer == "open"]
    if not opened:
        return ""
    finding, line = min(opened, key=lambda one: _rank(*one))
    others = {one.provision.id for one, _ in opened} - {finding.provision.id}
    more = f"; {len(others)} more {'clause is' if len(others) == 1 else 'clauses are'} open" if others else ""
    if not found.incident.facts:
        counted = Counter(fact for one in found.findings for fact in one.could_change)
        most = [fact for fact, _ in counted.most_common(2 * _MOST_FACTS)]
        return f"Would change it: the facts that matter to most clauses are: {facts_in_words(most, brief=True)}."
    facts = facts_in_words(finding.could_change[:_MOST_FACTS], brief=True)
    hangs = f"it hangs on: {facts}" if facts else "whether the treaty binds is not established"
    return f"Would change it: whether {_who(line)} {line.act} ({_clauses([(finding, line)])}) is open; {hangs}{more}."


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
