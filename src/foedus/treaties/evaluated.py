"""What the evaluation of the law gives, as bare values; how it is told stands in words, trace, summary and findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from foedus.treaties.incident import Incident
    from foedus.treaties.logic import Truth
    from foedus.treaties.model import Provision, Treaty, Version
    from foedus.treaties.provision import Basis
    from foedus.treaties.view import View


class OwedDuty(NamedTuple):
    """A duty of one bearer, and whether it is owed on the facts."""

    bearer: str
    modality: str
    action: str
    level: int
    owed: Truth
    discretion: str | None
    deadline: str | None
    basis: str | None
    due: dt.date | None = None
    """The last day to do it, where the text gives one that can be counted."""
    state: str | None = None
    """Of a must that is owed, as far as deeds are recorded: met, late, open, or breached; of a ban: breached."""
    home: str | None = None
    """Whose approval the bearer needs at home, if the library knows."""
    reserved: str | None = None
    """What the bearer declared about the provision when it became a party."""


@dataclass(frozen=True, slots=True)
class Evaluated:
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
    presuming: tuple[str, ...] = ()
    """Facts of which nobody said anything and that are presumed not to hold; the answer may change with them."""
    remarks: tuple[str, ...] = ()
    """What is to be known beside the answer: what happened to a party's membership, who invoked the provision."""

    @property
    def disputed(self) -> bool:
        """Whether the readings disagree."""
        return len(set(self.readings.values())) > 1

    @property
    def basis(self) -> Basis:
        """Whether the encoder read the article's words, had a quotation or translation, or went by memory."""
        return self.provision.basis(self.version)

    @property
    def assumed(self) -> tuple[str, ...]:
        """Parties whose day of entry is assumed and not established, of those that the finding speaks of."""
        spoken_of = {duty.bearer for duty in self.duties}
        return tuple(
            party.state
            for party in self.treaty.parties
            if party.state in spoken_of and any(stretch.assumed for stretch in party.memberships)
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The answers for one state, day and set of facts."""

    target: str
    on: dt.date
    incident: Incident
    known_by: dt.date | None
    according_to: str | None
    findings: tuple[Evaluated, ...]
    conflicts: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What to know beside the findings: that no treaty binds the state, that the library is older than the day."""
