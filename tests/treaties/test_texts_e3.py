"""The treaties of Eurasia as their texts have them: freezes told, decisions, requests, days of joining and leaving."""

from __future__ import annotations

import datetime as dt

import pytest

from foedus.treaties import Truth, library, load_incident, obligations
from foedus.treaties.membership import bound_on

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


def asked(name: str, treaty: str, on: str | None = None):
    incident = load_incident(name)
    return obligations(incident.target, on or incident.date, incident, treaty=treaty)


@pytest.mark.parametrize(
    ("treaty", "state", "day", "bound"),
    [
        ("cst-1992", "UZB", "1999-04-20", YES),
        ("cst-1992", "UZB", "1999-04-21", NO),
        ("cst-1992", "ARM", "2024-09-01", YES),  # a freeze is no withdrawal
        ("cis-charter-1993", "KAZ", "1994-04-19", NO),
        ("cis-charter-1993", "KAZ", "1994-04-20", YES),
        ("cis-charter-1993", "GEO", "1994-03-01", UNKNOWN),
        ("cis-charter-1993", "GEO", "2009-08-17", YES),
        ("cis-charter-1993", "GEO", "2009-08-18", NO),
        ("cis-charter-1993", "MDA", "1994-06-26", NO),
    ],
)
def test_who_was_bound_on_the_day(treaty: str, state: str, day: str, bound: Truth) -> None:
    assert bound_on(library()[treaty], state, dt.date.fromisoformat(day)) is bound


def test_the_freeze_of_armenia_is_told_to_it_and_of_it() -> None:
    remarks = asked("armenia-2024-freeze", "cst-1992").findings[0].remarks
    assert any("frozen in practice" in remark and "stays bound" in remark for remark in remarks)
    helper = asked("kursk-2024", "cst-1992")["cst-1992"].provision("4")
    assert any("frozen in practice" in remark for remark in helper.remarks)
    before = asked("kazakhstan-2022", "cst-1992")["cst-1992"].provision("4")
    assert not any("frozen" in remark for remark in before.remarks)
    assert any("Invoked on 2022-01-05" in remark for remark in before.remarks)


def test_who_took_measures_reports_them_and_the_others_may_have_to() -> None:
    found = asked("kazakhstan-2022", "cst-1992")["cst-1992"].provision("4")
    reports = {duty.bearer: duty.owed for duty in found.duties if duty.action == "report_unsc"}
    assert reports == {"KAZ": UNKNOWN} | dict.fromkeys(("ARM", "BLR", "KGZ", "RUS", "TJK"), YES)


def test_russia_may_not_help_georgia_against_itself_and_broke_the_charter_of_the_cis() -> None:
    found = asked("georgia-2008", "cis-charter-1993")["cis-charter-1993"]
    helpers = {duty.bearer for duty in found.provision("12").duties if duty.action == "assist_incl_military"}
    assert "RUS" not in helpers
    assert "KAZ" in helpers
    broken = {duty.bearer: duty.state for duty in found.provision("3").duties if duty.action == "use_force"}
    assert broken["RUS"] == "breached"


def test_belarus_owes_military_help_after_a_request_and_the_agreement_of_the_heads_of_state() -> None:
    found = asked("kursk-2025", "union-state-1999")["union-state-1999"].provision("usg.art-attack")
    owed = {duty.action: duty.owed for duty in found.duties if duty.bearer == "BLR"}
    assert owed["assist_incl_military"] is NO
    assert owed["assist_as_deemed"] is YES


def test_every_alliance_is_barred_on_one_reading_only() -> None:
    default = obligations("ARM", "2024-09-01", "armenia-2024-freeze", treaty="cst-1992")
    other = obligations("ARM", "2024-09-01", "armenia-2024-freeze", treaty="cst-1992", reading="hostile_only")
    alliances = [
        next(duty.owed for duty in found["cst-1992"].provision("1").duties if duty.action == "join_any_alliance")
        for found in (default, other)
    ]
    assert alliances == [YES, UNKNOWN]


def test_on_a_disputed_day_of_change_a_new_duty_is_not_certain() -> None:
    found = asked("kazakhstan-2022", "csto-charter-2002", "2012-12-18")["csto-charter-2002"].provision("7")
    owed = {duty.action: duty.owed for duty in found.duties if duty.bearer == "KAZ"}
    assert owed["consult"] is YES
    assert owed["host_foreign_bases_over_objection"] is UNKNOWN


def test_every_version_says_where_its_words_stand_or_that_they_were_not_had() -> None:
    names = (
        "cst-1992", "csto-charter-2002", "csto-forces-2010", "csto-pk-2007", "crrf-2009", "cis-charter-1993",
        "union-state-1999", "sco-charter-2002", "rus-prk-2024", "tur-aze-shusha-2021",
    )  # fmt: skip
    for provision in (provision for name in names for provision in library()[name].provisions):
        for version in provision.versions:
            assert version.says, provision.id
            assert version.basis, provision.id
            assert version.basis == "memory" or (version.text and version.text.address)
