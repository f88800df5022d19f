"""Allies, differences over time, panels and base frames; external data where they are."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import astuple
from pathlib import Path

import pytest

from foedus import states, treaties
from foedus.errors import InputError
from foedus.treaties import atop
from foedus.treaties.panels import join, panel

GOLDEN = Path(__file__).parent / "golden"


def test_kazakhstans_allies_in_january_2022() -> None:
    found = {(ally.state, ally.treaty) for ally in treaties.allies("KAZ", "2022-01-05")}
    assert {state for state, treaty in found if treaty == "cst-1992"} == {"ARM", "BLR", "KGZ", "RUS", "TJK"}
    assert not any(treaty == "nato-1949" for _, treaty in found)


def test_the_csto_changed_between_2010_and_2013_where_history_says() -> None:
    changes = [(change.date, change.what) for change in treaties.diff("csto", "2010-01-01", "2013-01-01")]
    assert any(date == "2012-12-19" and "art. 4 changed" in what and "attacker.state" in what for date, what in changes)
    assert any("UZB no longer bound" in what for _, what in changes)
    assert changes == [(c.date, c.what) for c in treaties.timeline("csto") if (c.date, c.what) in changes]
    with pytest.raises(InputError, match="must be later"):
        treaties.diff("csto", "2013-01-01", "2010-01-01")


def test_panel_of_dyads_knows_what_atop_misses() -> None:
    frame = panel(1993, 2024).set_index(["state1", "state2", "year"])
    assert frame.loc[("ARM", "AZE", 1995), "defence"] == 1  # both in the treaty of 1992
    assert frame.loc[("ARM", "AZE", 2005), "defence"] == 0  # Azerbaijan left in 1999; the CIS Charter promises no help
    assert frame.loc[("ARM", "AZE", 2005), "consultation"] == 1
    assert ("FIN", "USA", 2022) not in frame.index
    assert frame.loc[("FIN", "USA", 2023), "defence"] == 1


def test_panel_is_symmetric_and_state_years_count_its_rows() -> None:
    frame = panel(2000, 2001)
    guests = {"CPV", "GNB", "MLI"}  # members of ECOWAS that its protocol on defence protects and does not bind
    assert set(frame[frame["protected"] == 1]["state2"]) == guests
    frame = frame[~frame["state1"].isin(guests) & ~frame["state2"].isin(guests)]
    turned = frame.rename(columns={"state1": "state2", "state2": "state1"})
    keys = ["state1", "state2", "year"]
    assert (
        frame.sort_values(keys)[keys]
        .reset_index(drop=True)
        .equals(turned.sort_values(keys)[keys].reset_index(drop=True))
    )
    own = panel(2000, 2001, "state-year").set_index(["state", "year"])
    dyads = frame[frame["defence"] == 1].groupby(["state1", "year"]).size()
    assert own.loc[("KAZ", 2000), "defence"] == dyads[("KAZ", 2000)]


def test_outside_coverage_is_refused_or_missing() -> None:
    with pytest.raises(InputError, match="outside what the treaty library covers"):
        panel(1900, 1950)


@pytest.mark.parametrize(
    ("code", "source", "to", "day", "expected"),
    [
        ("DEU", "iso3", "cow", "1960-01-01", 260),
        ("DEU", "iso3", "cow", "2000-01-01", 255),
        ("DEU", "iso3", "gw", "2000-01-01", 260),
        (365, "cow", "iso3", "1980-01-01", "SUN"),
        (260, "cow", "iso3", "1980-01-01", "DEU"),
        (265, "gw", "iso3", "1980-01-01", "DDR"),
        (345, "cow", "iso3", "1995-01-01", "YUG"),
        (345, "cow", "iso3", "2005-01-01", "SCG"),
        (345, "cow", "iso3", "2010-01-01", "SRB"),
        (345, "cow", "gw", "2010-01-01", 340),
        (315, "cow", "iso3", "1992-12-31", "CSK"),
        ("CZE", "iso3", "cow", "1993-01-01", 316),
        ("SVK", "iso3", "gw", "1993-01-01", 317),
        (816, "cow", "iso3", "1970-01-01", "VDR"),
        (817, "cow", "iso3", "1970-01-01", "VNM"),
        (816, "cow", "iso3", "1980-01-01", "VNM"),
        ("YMD", "iso3", "cow", "1985-01-01", 680),
        (679, "cow", "gw", "1995-01-01", 678),
        (240, "cow", "gw", "1850-01-01", 240),
        ("BRD", "iso3", "cow", "1980-01-01", 260),
        (365, "cow", "iso3", "2000-01-01", "RUS"),
        ("SRB", "iso3", "gw", "2010-01-01", 340),
        ("YEM", "iso3", "cow", "1985-01-01", 678),
        ("YEM", "iso3", "cow", "1995-01-01", 679),
    ],
)
def test_codes_follow_successors(code: str | int, source: str, to: str, day: str, expected: str | int) -> None:
    assert states.convert(code, source, to, day) == expected


def test_unknown_codes_are_explained() -> None:
    with pytest.raises(InputError, match="no state has"):
        states.convert("XXX", "iso3", "cow", "2000-01-01")
    with pytest.raises(InputError, match="no state had"):
        states.convert("SUN", "iso3", "cow", "2000-01-01")


@pytest.mark.external_data
def test_directed_dyad_years_have_the_published_number_of_rows(external_data: Path) -> None:
    frame = states.dyad_years(1816, 2024, data=external_data)
    assert len(frame) == 2_214_930
    assert not frame.duplicated().any()
    assert len(states.dyad_years(1816, 2024, directed=False, data=external_data)) == 2_214_930 // 2


@pytest.mark.external_data
def test_joining_keeps_rows_and_order_and_never_invents_a_zero(external_data: Path) -> None:
    frame = states.dyad_years(1940, 1947, data=external_data)
    joined = join(frame)
    assert joined[["code1", "code2", "year"]].equals(frame)
    assert joined.loc[joined["year"] < 1945, "defence"].isna().all()
    assert (joined.loc[joined["year"] == 1947, "defence"] == 0).any()


@pytest.mark.external_data
def test_every_difference_from_atop_has_its_reason_and_every_reason_its_difference(external_data: Path) -> None:
    found = atop.differences(external_data)
    assert [d for d in found if not d.reason] == []
    used = {d.reason for d in found}
    assert set(atop._reasons().values()) - used == set()
    assert any(d.treaty == "cis-charter-1993" and d.field == "defense" for d in found)


@pytest.mark.external_data
def test_the_list_of_differences_from_atop_is_exact(external_data: Path) -> None:
    """The data are not ours to publish: the list is kept as its numbers by reason and a digest of every line."""
    found = atop.differences(external_data)
    digest = hashlib.sha256("\n".join("|".join(astuple(one)) for one in found).encode()).hexdigest()
    numbers = sorted(Counter(one.reason for one in found).items(), key=lambda item: (-item[1], item[0]))
    lines = [f"{len(found)} differences, sha256 {digest}", *(f"{number} {reason}" for reason, number in numbers)]
    assert "\n".join(lines) + "\n" == (GOLDEN / "atop-differences.txt").read_text(encoding="utf-8"), (
        "compare `foedus treaties atop` before and after, then write the new lines:\n" + "\n".join(lines)
    )


@pytest.mark.external_data
def test_what_the_difference_means_for_pairs_of_states(external_data: Path) -> None:
    theirs = atop.dyad_years(external_data).set_index(["code1", "code2", "year"])["defense"]
    ours = panel(1980, 2018).set_index(["state1", "state2", "year"])["defence"]
    armenia, azerbaijan, australia, new_zealand = 371, 373, 900, 920
    coded = theirs.loc[armenia, azerbaijan]
    assert (coded.loc[1993:2018] == 1).all()  # the CIS Charter as a defence pact, while they were at war
    assert [year for year in range(1993, 2019) if ours.get(("ARM", "AZE", year)) == 1] == list(range(1994, 2000))
    assert max(theirs.loc[new_zealand, australia][lambda pair: pair == 1].index) == 1986
    assert all(ours[("NZL", "AUS", year)] == 1 for year in range(1980, 2019))


@pytest.mark.external_data
def test_atop_files_have_their_published_sizes(external_data: Path) -> None:
    assert len(atop.alliances(external_data)) == 745
    assert len(atop.dyad_years(external_data)) == 273_296


def test_missing_external_data_is_explained(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        states.dyad_years(2000, 2001, data=tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        states.dyad_years(2000, 2001, data=tmp_path / "none")
