"""Does an organisation's law reach a kind of trouble: hand-argued answers, and the whole record answered."""

from __future__ import annotations

import datetime as dt

import pytest

from foedus import record
from foedus.errors import InputError
from foedus.treaties import Truth, coverage

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


@pytest.mark.parametrize(
    ("organisation", "kind", "day", "covers", "inside"),
    [
        ("csto", "domestic_unrest", "2008-12-31", NO, UNKNOWN),  # before the agreement on peacekeeping
        ("csto", "domestic_unrest", "2010-06-12", YES, YES),  # Osh: peacekeeping on request, as a may
        ("csto", "insurgency", "1999-08-15", NO, UNKNOWN),  # art. 4 of 1992: a state must attack
        ("csto", "interstate_attack", "1999-08-15", YES, UNKNOWN),
        ("nato", "interstate_attack", "1999-01-01", YES, NO),
        ("nato", "domestic_unrest", "1999-01-01", UNKNOWN, NO),  # unrest alone is none; an attack from abroad would be
        ("nato", "terror_attack", "2001-09-12", UNKNOWN, NO),  # until it was found to come from abroad
        ("warsaw-pact", "domestic_unrest", "1956-10-24", NO, NO),
        ("gcc", "domestic_unrest", "2011-03-14", YES, UNKNOWN),  # the default reading reaches danger
        ("ecowas", "coup", "2012-04-26", YES, YES),
        ("ecowas", "coup", "1995-01-01", UNKNOWN, YES),  # only if it is a conflict fed from outside
        ("seato", "interstate_attack", "1980-01-01", YES, UNKNOWN),  # the body was dissolved, the treaty not denounced
        ("cento", "interstate_attack", "1980-01-01", UNKNOWN, UNKNOWN),  # no treaty in force
        ("oau", "coup", "1980-01-01", UNKNOWN, UNKNOWN),  # not encoded
    ],
)
def test_coverage_is_what_the_texts_say(organisation: str, kind: str, day: str, covers: Truth, inside: Truth) -> None:
    found = coverage(organisation, kind, day)
    assert (found.covers, found.acts_inside) == (covers, inside)


def test_every_case_of_the_record_has_an_answer() -> None:
    for case in record.cases():
        found = coverage(case.organisation, case.trigger_kind, dt.date(2015, 1, 1))
        assert found.covers is UNKNOWN or found.treaties


def test_an_unknown_kind_of_trouble_is_named() -> None:
    with pytest.raises(InputError, match="did you mean 'coup'"):
        coverage("csto", "coups", "2015-01-01")
