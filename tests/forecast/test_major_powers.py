"""Who was a major power, and until when the record goes, are data with dates."""

from __future__ import annotations

import datetime as dt

import pytest

from foedus import record
from foedus.forecast.call import Call, major_powers
from foedus.states import convert
from foedus.states.frames import read_rda


@pytest.mark.external_data
def test_the_major_powers_are_those_of_correlates_of_war(external_data) -> None:
    listed = read_rda(external_data / "states" / "cow_majors.rda").astype(int)
    for year in range(1816, 2017):
        day = dt.date(year, 7, 1)
        theirs = {
            row.ccode
            for row in listed.itertuples()
            if dt.date(row.styear, row.stmonth, row.stday) <= day <= dt.date(row.endyear, row.endmonth, row.endday)
        }
        ours = {convert(code, "iso3", "cow", day) for code in major_powers(day)}
        assert ours == theirs - {300}, year  # Austria-Hungary has no ISO code


@pytest.mark.parametrize(
    ("day", "yes", "no"),
    [
        ("1949-06-01", {"USA", "SUN", "GBR", "FRA"}, {"CHN", "RUS", "DEU"}),
        ("1950-10-01", {"CHN"}, {"JPN"}),
        ("2022-01-05", {"RUS", "CHN", "DEU"}, {"SUN", "IND"}),
    ],
)
def test_a_major_power_is_one_on_its_days(day: str, yes: set[str], no: set[str]) -> None:
    then = major_powers(dt.date.fromisoformat(day))
    assert yes <= then
    assert not no & then


def test_no_row_of_the_record_has_an_adversary_that_was_a_major_power_on_another_day_only() -> None:
    """The fits that come with Foedus were made with a list without days: on the record's rows the two agree."""
    undated = {"USA", "SUN", "RUS", "CHN", "GBR", "FRA"}
    for case in record.cases():
        call = Call.of(case)
        then = major_powers(call.when.earliest)
        assert bool(call.adversary_states & undated) == bool(call.adversary_states & then), case.case_id


def test_the_record_says_until_when_it_goes() -> None:
    assert record.closes() == dt.date(2024, 12, 31)
    assert all(case.crisis_start.earliest <= record.closes() for case in record.cases())


def test_titles_have_abbreviations_in_capitals_and_towns_not() -> None:
    titles = {case.case_id: case.title for case in record.cases()}
    assert titles["suez-1956-gbr-fra"].endswith("(GBR FRA)")
    assert titles["thailand-1962-nam-tha"].endswith("(Nam Tha)")
