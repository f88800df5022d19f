"""What may be asked of the law: states that existed, days that the library covers, treaties of one's own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from foedus.errors import InputError
from foedus.states import code_of
from foedus.treaties.load import library
from foedus.treaties.naming import capital, listed, state_name

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from foedus.treaties.model import Treaty


def check_state(state: str, day: dt.date, among: Iterable[Treaty] = ()) -> str:
    """Return the code of a state given by code or name, as it was on a day.

    A state need not have a treaty; codes that only a treaty file of one's own uses are taken from there.

    Raises:
        InputError: no state has that code or name, or none had it that day.

    """
    own = str(state).strip().upper()
    if any(own in treaty.states() for treaty in among if is_own(treaty)):
        return own
    return code_of(state, day)


def is_own(treaty: Treaty) -> bool:
    """Return whether a treaty comes from a file of one's own and not from the library."""
    return library().get(treaty.id) is not treaty


def unbound(state: str, day: dt.date, among: Sequence[Treaty] | None = None, *, with_others: bool = False) -> str:
    """Return that nothing binds a state: no treaty of the library at all, none that day, or none of those asked about.

    ``with_others``: that no treaty makes it an ally of others.
    """
    name = capital(state_name(state))
    if among is not None:
        return f"{name}: {listed((treaty.short for treaty in among), 'or')} did not bind it on {day}."
    if state not in _library_states():
        return f"{name}: no treaty in the library binds it; the library does not hold every treaty."
    return f"{name}: no treaty in the library bound it{' with another state' if with_others else ''} on {day}."


@cache
def naming(state: str) -> tuple[Treaty, ...]:
    """Return the treaties of the library that may speak of a state.

    They name it, protect states beyond their parties, or have a list of parties that is not whole.
    """
    return tuple(
        treaty
        for treaty in library().values()
        if treaty.parties_incomplete or state in treaty.states() or treaty.protects(state)
    )


@cache
def _library_states() -> frozenset[str]:
    return frozenset().union(*(treaty.states() for treaty in library().values()))


def check_covered(day: dt.date, cure: str = "name a day from then on") -> None:
    """Refuse a day before the first treaty of the library: it can say nothing about it.

    Raises:
        InputError: the day lies before what the library covers.

    """
    if day < _first_day():
        raise InputError(
            "this day is outside what the treaty library covers", found=day, expected=f"{_first_day()} or later",
            cure=cure,
        )  # fmt: skip


@cache
def _first_day() -> dt.date:
    return min(treaty.signed.earliest for treaty in library().values())
