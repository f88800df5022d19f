"""The library as a whole: every file loads, every boundary day behaves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from foedus.cli import run_cli
from foedus.errors import InputError
from foedus.states import check_then, code_then
from foedus.treaties import Truth, bound_on, incident_names, library, load_incident, obligations

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("treaty", "state", "first", "last"),
    [
        ("cst-1992", "KAZ", "1994-04-20", None),
        ("cst-1992", "GEO", "1994-04-20", "1999-04-20"),
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
    found = obligations("KAZ", "1991-12-20", "kazakhstan-2022")
    assert {finding.provision.protects for finding in found.findings} == {
        "any_state"
    }  # the Charter protects non-members
    assert "no treaty in the library bound it" in found.notes[0]


def test_a_day_outside_the_library_is_refused_everywhere_without_an_option_that_is_lacking(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match="outside what the treaty library covers"):
        obligations("USA", "1940-01-01", "kazakhstan-2022")
    stand = tmp_path / "positions.yaml"
    stand.write_text("proposal: help\npositions: {}\n", encoding="utf-8")
    for command in (
        ["allies", "POL", "--on", "1939-09-01"],
        ["council", "un", "--on", "1939-09-01", "--positions", str(stand)],
        ["treaties", "diff", "nato", "--from", "1930-01-01", "--to", "1939-09-01"],
        ["scenario", "new", str(tmp_path / "mine"), "--state", "POL", "--on", "1939-09-01"],
        ["obligations", "POL", "--on", "1939-09-01", "--facts", "kazakhstan-2022"],
    ):
        assert run_cli(command) == 2
        told = capsys.readouterr().err
        assert "outside what the treaty library covers" in told
        assert ("--treaty" in told) == (command[0] == "obligations")


@pytest.mark.parametrize(
    ("state", "day", "told"),
    [
        ("SSD", "2005-01-01", "from 2011-07-09"),
        ("XKX", "2000-01-01", "from 2008-02-17"),
        ("DDR", "2024-03-01", "to 1990-10-02"),
        ("YUG", "2024-03-01", "from 1918-12-01 to 2003-02-03"),
        ("SUN", "2024-03-01", "did you mean 'RUS'"),
        ("KAZ", "1990-01-01", "from 1991-12-16"),
        ("EST", "1970-01-01", "from 1918-02-24 to 1940-06-16, or from 1991-09-06"),
    ],
)
def test_a_state_outside_its_time_is_refused_with_the_days_of_its_code(
    state: str, day: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (
        ["allies", state, "--on", day],
        ["obligations", state, "--on", day, "--facts", "kazakhstan-2022"],
        ["scenario", "new", str(tmp_path / "mine"), "--state", state, "--on", day],
        ["forecast", "new", "--organisation", "nato", "--target", state, "--trigger", "border_clash", "--on", day],
    ):
        assert run_cli(command) == 2, command
        said = capsys.readouterr().err
        assert f"no state had the code '{state}' on {day}" in said
        assert told in said
    assert not (tmp_path / "mine").exists()


def test_every_member_is_a_state_on_the_day_on_which_its_treaty_certainly_binds_it() -> None:
    for treaty in library().values():
        for party in treaty.parties:
            for stretch in party.memberships:
                if code_then(party.state, stretch.entry.latest) is None:  # Serbia's seat in the UN was Yugoslavia's
                    check_then(party.state, stretch.entry.latest)
    for name in incident_names():
        found = load_incident(name)
        for state in (found.target, *found.attackers):
            check_then(state, found.date)
