"""The library as a whole: every file loads, every boundary day behaves."""

from __future__ import annotations

import datetime as dt

import pytest

from foedus.errors import InputError
from foedus.treaties import Truth, bound_on, library, obligations

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("treaty", "state", "first", "last"),
    [
        ("cst-1992", "KAZ", "1994-04-20", None),
        ("cst-1992", "GEO", "1994-04-20", "1999-04-19"),
        ("nato-1949", "MNE", "2017-06-05", None),
        ("nato-1949", "FIN", "2023-04-04", None),
    ],
)
def test_membership_begins_and_ends_on_its_day(treaty: str, state: str, first: str, last: str | None) -> None:
    found = library()[treaty]
    start = dt.date.fromisoformat(first)
    assert bound_on(found, state, start - DAY) is Truth.NO
    assert bound_on(found, state, start) is Truth.YES
    if last:
        end = dt.date.fromisoformat(last)
        assert bound_on(found, state, end - DAY) is Truth.YES
        assert bound_on(found, state, end + DAY) is Truth.NO


def test_every_treaty_names_a_source_for_what_is_not_from_memory() -> None:
    for treaty in library().values():
        assert treaty.sources, treaty.id


def test_before_any_treaty_bound_it_a_state_has_no_findings() -> None:
    assert obligations("KAZ", "1990-01-01", "kazakhstan-2022").findings == ()


def test_a_day_outside_the_library_is_refused() -> None:
    with pytest.raises(InputError, match="outside what the treaty library covers"):
        obligations("USA", "1940-01-01", "kazakhstan-2022")
