"""What an evaluation gives: findings by provision, with readings, duties and reasoning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foedus.errors import InputError, closest
from foedus.treaties.load import resolve
from foedus.treaties.trace import explain_finding, trace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from foedus.treaties.logic import Truth
    from foedus.treaties.model import Incident, Provision, Treaty, Version
    from foedus.treaties.view import View


@dataclass(frozen=True, slots=True)
class OwedDuty:
    """A duty of one bearer, and whether it is owed on the facts."""

    bearer: str
    modality: str
    action: str
    level: int
    owed: Truth
    discretion: str | None
    deadline: str | None
    basis: str | None
    state: str | None = None
    """Of a must that is owed: met, open, or breached (a dated deadline passed without it)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer for one provision."""

    treaty: Treaty
    provision: Provision
    version: Version
    status: Truth
    readings: Mapping[str, Truth]
    duties: tuple[OwedDuty, ...]
    bound: Truth
    reading: str
    view: View
    could_change: tuple[str, ...]

    @property
    def disputed(self) -> bool:
        """Whether the readings disagree."""
        return len(set(self.readings.values())) > 1

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
                    "discretion": duty.discretion,
                    "deadline": duty.deadline,
                    "state": duty.state,
                }
                for duty in self.duties
            ],
            "trace": trace(self.version, self.view, self.readings),
            "could_change": list(self.could_change),
            "confidence": self.provision.confidence,
            "sources": list(self.provision.sources),
            "note": self.version.note,
        }


class Findings:
    """Findings of one treaty or family, found by article or provision id."""

    def __init__(self, name: str, findings: list[Finding]) -> None:
        self.name = name
        self._findings = findings

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    def __len__(self) -> int:
        return len(self._findings)

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


@dataclass(frozen=True, slots=True)
class Obligations:
    """All findings for one state, day and set of facts."""

    target: str
    on: dt.date
    incident: Incident
    known_by: dt.date | None
    according_to: str | None
    findings: tuple[Finding, ...]
    conflicts: tuple[str, ...]

    def __getitem__(self, name: str) -> Findings:
        treaties = {treaty.id for treaty in resolve(name)}
        return Findings(name, [finding for finding in self.findings if finding.treaty.id in treaties])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data (the ``--json`` form)."""
        return {
            "target": self.target,
            "on": str(self.on),
            "incident": self.incident.name,
            "known_by": None if self.known_by is None else str(self.known_by),
            "according_to": self.according_to,
            "conflicts": list(self.conflicts),
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def explain(self) -> str:
        """Return the reasoning as an indented text."""
        view = f", according to {self.according_to}" if self.according_to else ""
        view += f", known by {self.known_by}" if self.known_by else ""
        lines = [f"{self.target} on {self.on}: {self.incident.title}{view}", ""]
        for finding in self.findings:
            lines += [*explain_finding(finding), ""]
        for conflict in self.conflicts:
            lines.append(f"conflict: {conflict}")
        return "\n".join(lines).rstrip() + "\n"
