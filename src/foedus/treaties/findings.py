"""What an evaluation gives: findings by provision, with readings, duties and reasoning."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foedus.errors import InputError, closest
from foedus.shown import one_line
from foedus.states import name_of
from foedus.treaties.evaluated import Evaluated, Evaluation
from foedus.treaties.load import resolve
from foedus.treaties.summary import approvals_at_home, bottom_line, wrapped
from foedus.treaties.terms import vocabulary
from foedus.treaties.trace import explain_finding, trace
from foedus.treaties.words import (
    answer,
    basis_words,
    bearer_name,
    clause,
    duty_lines,
    duty_sentence,
    in_view,
    presumption,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


_KEYS = (
    "treaty", "provision", "article", "version_from", "status", "disputed", "readings", "duties", "trace",
    "could_change",
)  # fmt: skip
_WIDTH = 80
_SHOWN = 12
_DUTY = ("bearer", "modality", "action", "level", "owed")


@dataclass(frozen=True, slots=True, repr=False)
class Finding(Evaluated):
    """The answer for one provision, which tells itself."""

    def __repr__(self) -> str:
        disputed = ", disputed" if self.disputed else ""
        duties = f"{len(self.duties)} {'duty' if len(self.duties) == 1 else 'duties'}"
        return one_line(f"<Finding {self.provision.id}: {clause(self)} is {self.status}{disputed}; {duties}>")

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as plain data."""
        return {
            "treaty": self.treaty.id,
            "treaty_name": self.treaty.name,
            "provision": self.provision.id,
            "article": self.provision.article,
            "kind": self.provision.kind,
            "title": self.provision.title,
            "version_from": str(self.version.start),
            "status": str(self.status),
            "disputed": self.disputed,
            "default_reading": self.reading,
            "readings": {name: str(value) for name, value in self.readings.items()},
            "target_bound": str(self.bound),
            "duties": [
                {
                    "bearer": duty.bearer,
                    "modality": duty.modality,
                    "action": duty.action,
                    "level": duty.level,
                    "owed": str(duty.owed),
                    "answer": answer(self, duty),
                    "bearer_name": bearer_name(self.treaty, duty.bearer),
                    "sentence": duty_sentence(self, duty),
                    "discretion": duty.discretion,
                    "deadline": duty.deadline,
                    "due": None if duty.due is None else str(duty.due),
                    "state": duty.state,
                    "home": duty.home,
                    "reserved": duty.reserved,
                }
                for duty in self.duties
            ],
            "lines": [line._asdict() for line in duty_lines(self)],
            "trace": trace(self),
            "could_change": list(self.could_change),
            "could_change_text": [vocabulary().facts[fact] for fact in self.could_change],
            "confidence": self.provision.confidence,
            "confidence_text": basis_words(self.basis),
            "basis": self.basis,
            "says": self.version.says,
            "text": None if self.version.text is None else self.version.text.model_dump(exclude_none=True),
            "presuming": list(self.presuming),
            "presuming_text": presumption(self.presuming) if self.presuming else None,
            "remarks": list(self.remarks),
            "assumed": list(self.assumed),
            "sources": list(self.provision.sources),
            "note": self.version.note,
        }

    def to_json(self) -> dict[str, Any]:
        """Return the finding in the shape of ``obligations --json``: fixed keys, all else under ``trace``."""
        whole = self.to_dict()
        details = {key: value for key, value in whole.items() if key not in _KEYS}
        left = ("modality", "level", "owed")  # they stand in the fixed keys
        details["duties"] = [{key: value for key, value in duty.items() if key not in left} for duty in whole["duties"]]
        duties = [{key: duty[key] for key in _DUTY} for duty in whole["duties"]]
        return {key: whole[key] for key in _KEYS} | {"duties": duties, "trace": {**whole["trace"], **details}}


class Findings:
    """Findings of one treaty or family, found by article or provision id."""

    def __init__(self, name: str, findings: list[Finding]) -> None:
        self.name = name
        self._findings = findings

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    def __len__(self) -> int:
        return len(self._findings)

    def __repr__(self) -> str:
        shown = "".join(f"\n  {finding!r}" for finding in self._findings[:_SHOWN])
        more = len(self._findings) - _SHOWN
        return f"<Findings on {one_line(self.name)}: {len(self)}>{shown}" + (f"\n  and {more} more" if more > 0 else "")

    def provision(self, name: str) -> Finding:
        """Return the finding on a provision, by its id or its article (``"4"``).

        Within a family the article of its founding treaty is meant.

        Raises:
            InputError: there is none.

        """
        for key in ("id", "article"):
            for finding in self._findings:
                if getattr(finding.provision, key) == str(name):
                    return finding
        known = [finding.provision.id for finding in self._findings]
        raise InputError(
            f"no finding on provision '{name}' of {self.name} that day", expected=", ".join(known) or "none in force",
            cure=closest(str(name), known),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Obligations(Evaluation):
    """All findings for one state, day and set of facts, which tell themselves."""

    findings: tuple[Finding, ...]

    def __getitem__(self, name: str) -> Findings:
        treaties = {treaty.id for treaty in resolve(name)}
        return Findings(name, [finding for finding in self.findings if finding.treaty.id in treaties])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "target": self.target,
            "on": str(self.on),
            "incident": self.incident.name,
            "known_by": None if self.known_by is None else str(self.known_by),
            "according_to": self.according_to,
            "conflicts": list(self.conflicts),
            "notes": list(self.notes),
            "summary": bottom_line(self),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def to_json(self) -> dict[str, Any]:
        """Return the published shape of ``obligations --json``: ``target``, ``on``, ``findings``.

        How the facts were looked at, and the conflicts, stand in the trace of every finding; where there is something
        to know beside the findings, ``notes`` says it.
        """
        whole = self.to_dict()
        view = {key: whole[key] for key in ("incident", "known_by", "according_to", "conflicts", "notes")}
        findings = [finding.to_json() for finding in self.findings]
        return {
            "target": self.target,
            "on": str(self.on),
            "findings": [{**one, "trace": {**one["trace"], **view}} for one in findings],
        } | ({"notes": whole["notes"]} if self.notes else {})

    def __repr__(self) -> str:
        counted = Counter(str(finding.status) for finding in self.findings)
        numbers = ", ".join(f"{counted[status]} {status}" for status in ("yes", "unknown", "no") if counted[status])
        head = f"Obligations: {self._head()}; {len(self.findings)} findings ({numbers or 'none'})"
        return "\n".join(wrapped(line, _WIDTH) for line in (head, *(f"  {line}" for line in bottom_line(self))))

    def _head(self) -> str:
        return f"{name_of(self.target)} {in_view(self.on, self.known_by, self.according_to)}"

    def explain(self, width: int | None = _WIDTH) -> str:
        """Return the answer as a text: the bottom line first, then every finding with its reasons.

        Args:
            width: columns at which lines are broken between words; None breaks none.

        """
        lines = [f"{self._head()}: {self.incident.title}", "", *(f"  {line}" for line in bottom_line(self)), ""]
        for finding in self.findings:
            lines += [*explain_finding(finding), ""]
        homes = [
            f"{name[0].upper()}{name[1:]} needs approval at home before it can send troops: {body}"
            for name, body in approvals_at_home(self).items()
        ]
        lines += [*homes, ""] if homes else []
        lines += [f"Conflict: {conflict}" for conflict in self.conflicts if self.findings]
        return "\n".join(wrapped(line, width) for line in lines).rstrip() + "\n"
