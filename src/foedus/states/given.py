"""A state as people's files give it: by its code, or by any name of it, which counts as the code.

A name means whom it meant on the days of the file: a model that has a day reads its states under ``dated``.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from foedus.dates import DateInterval
from foedus.errors import InputError
from foedus.faults import wrong
from foedus.states.names import code_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

_CODE = re.compile("[A-Z]{3}")
_DAYS: ContextVar[tuple[dt.date, ...]] = ContextVar("days", default=())


@contextmanager
def naming_on(days: Iterable[dt.date]) -> Iterator[None]:
    """Let names in what is read here mean whom they meant on these days; those of the outermost call count."""
    token = _DAYS.set(_DAYS.get() or tuple(days))
    try:
        yield
    finally:
        _DAYS.reset(token)


def dated(*keys: str) -> Any:
    """Return a validator for a model whose keys hold the days on which its names of states are meant."""

    def read(_cls: Any, given: Any, inner: Any) -> Any:
        with naming_on(_days(given, keys)):
            return inner(given)

    of_class: Any = classmethod(read)
    return model_validator(mode="wrap")(of_class)


def code_given(value: str) -> str:
    """Return the code of a state that is given by a name: as of the first of the days on which one was called so.

    Raises:
        InputError: no state was called so on these days, or several were.

    """
    refused: InputError | None = None
    for day in _DAYS.get() or (None,):
        try:
            return code_of(value, day)
        except InputError as error:
            refused = refused or error
    raise refused or InputError(f"no state has the code or name '{value}'")


def _days(given: Any, keys: tuple[str, ...]) -> Iterator[dt.date]:
    for key in keys:
        day = given.get(key) if isinstance(given, dict) else None
        if day is not None:
            with suppress(InputError):  # its own field tells what is wrong with it
                # a moment begins with its day
                yield DateInterval.parse(day.strip()[:10] if isinstance(day, str) else day).latest


def _as_code(value: Any) -> Any:
    if not isinstance(value, str) or _CODE.fullmatch(value):
        return value  # codes of a treaty file of one's own stay as they are
    try:
        return code_given(value)
    except InputError as error:
        raise wrong(error.message, error.expected or "", error.cure or "") from error


def _each_once(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    given: dict[Any, Any] = {}
    for key, item in value.items():
        code = _as_code(key)
        if code in given:
            raise wrong(f"'{code}' appears twice", "each state once", f"leave out '{key}', or its other name")
        given[code] = item
    return given


GivenState = Annotated[str, Field(pattern="^[A-Z]{3}$"), BeforeValidator(_as_code)]
"""The code of a state, or a name of it."""

OfEachState = BeforeValidator(_each_once)
"""For a dictionary by state, none of which it may have under two names."""
