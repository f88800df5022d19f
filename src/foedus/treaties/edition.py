"""Until when the library of treaties knows the law."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.models import Day
from foedus.treaties.records import Record
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    import datetime as dt


class Edition(Record):
    """What a library says of itself."""

    up_to_date: Day


@cache
def up_to_date() -> dt.date:
    """Return the day on which the library was last brought up to date."""
    return load_model(Edition, Path(str(resources.files("foedus.treaties").joinpath("library.yaml")))).up_to_date


def note_on(day: dt.date) -> str | None:
    """Return a warning for a day after the library was last brought up to date, else None."""
    if day <= up_to_date():
        return None
    return f"The library was last brought up to date on {up_to_date()}; what changed from then to {day} is not in it."
