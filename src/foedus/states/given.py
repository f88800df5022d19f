"""A state as people's files give it: by its code, or by any name of it, which counts as the code."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from foedus.errors import InputError
from foedus.faults import wrong
from foedus.states.names import code_of

_CODE = re.compile("[A-Z]{3}")


def _as_code(value: Any) -> Any:
    if not isinstance(value, str) or _CODE.fullmatch(value):
        return value  # codes of a treaty file of one's own stay as they are
    try:
        return code_of(value)
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
