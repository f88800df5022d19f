"""What a treaty file says of a party: when the treaty bound it, what happened to that, and what it reserved."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from foedus.models import Text
from foedus.treaties.records import Confidence, Interval, Record, State, When, in_order

Effect = Literal["told", "organs", "rights", "treaty"]
_EFFECTS: dict[str, Effect] = {"suspended": "treaty", "suspended_from_organs": "organs", "suspended_rights": "rights"}


class Membership(Record):
    """One stretch of being bound; without an exit it lasts.

    ``assumed``: why the entry is taken to be what it is, where no source gives this party's own; ``contested``: who
    says and who denies that it was bound in this stretch, which is then unknown.
    """

    entry: Interval
    exit: Interval | None = None
    assumed: Text | None = None
    contested: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Membership:
        in_order("a membership", self.entry, self.exit)
        return self


class PartyEvent(Record):
    """Something that happened to a party's membership: suspended, frozen, contested, left a command ...

    ``effect`` says what it does. ``treaty``: the obligations are in doubt both ways; ``rights``: the party's claims are
    in doubt and its obligations go on; ``organs``: it has no seat and no vote, and stays bound; ``told``: it changes
    nothing and is told. Kinds that begin with ``suspended`` have an effect of their own (see ``weight``).
    """

    kind: Text
    date: Interval
    until: Interval | None = None
    effect: Effect | None = None
    between: tuple[State, ...] = ()
    says: Text | None = None
    note: str | None = None
    sources: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _a_pair_or_none(self) -> PartyEvent:
        in_order("an event", self.date, self.until)
        if len(self.between) not in (0, 2):
            raise ValueError("'between' names the two states between which it holds")
        return self

    @property
    def weight(self) -> Effect:
        """What it does: as the file says, else as its kind implies."""
        return self.effect or _EFFECTS.get(self.kind, "told")


class Reservation(Record):
    """What a party declared when it signed, ratified or joined: how its own duties are narrower than the text.

    ``provisions``: ids of those that it touches; ``only_if``: a condition of the party's duties under them; ``says``:
    what it says, in our own words. One without ``only_if`` is told and changes nothing.
    """

    kind: Literal["reservation", "understanding", "declaration"]
    made: Interval
    until: Interval | None = None
    provisions: tuple[Text, ...] = Field(min_length=1)
    only_if: When | None = None
    says: Text
    sources: tuple[str, ...] = ()
    confidence: Confidence

    @model_validator(mode="after")
    def _in_order(self) -> Reservation:
        in_order("a reservation", self.made, self.until)
        return self


class Party(Record):
    """A state and when the treaty bound it; an empty list of memberships means that it never did, or unknown.

    ``notice``: the day a party gave notice of leaving; ``exit`` of its membership is when that took effect.
    """

    state: State
    signed: Interval | None = None
    notice: Interval | None = None
    memberships: tuple[Membership, ...] = ()
    unknown: str | None = None
    events: tuple[PartyEvent, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    note: str | None = None
    sources: tuple[str, ...] = ()
