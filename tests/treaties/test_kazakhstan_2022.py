"""January 2022, decided by hand before the engine is asked (docs and the design give the argument)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foedus.cli import run_cli
from foedus.treaties import Truth, obligations

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
GOLDEN = Path(__file__).parent / "golden" / "kazakhstan-2022.txt"


def art4(on: str = "2022-01-05", **options: str):
    return obligations("KAZ", on, "kazakhstan-2022", **options)["csto"].provision("4")


def test_article_4_is_met_on_the_broad_reading_only_and_disputed() -> None:
    finding = art4()
    assert finding.status is YES
    assert finding.readings == {"textual": UNKNOWN, "broad": YES, "external_only": UNKNOWN}
    assert finding.disputed


def test_before_19_december_2012_article_4_needed_a_state_and_article_2_served() -> None:
    found = obligations("KAZ", "2012-12-18", "kazakhstan-2022")["csto"]
    assert found.provision("4").status is NO
    assert found.provision("2").status is YES


@pytest.mark.parametrize(("day", "version"), [("2012-12-18", "1994-04-20"), ("2012-12-19", "2012-12-19")])
def test_the_version_of_article_4_changes_on_19_december_2012(day: str, version: str) -> None:
    assert str(art4(day).version.start) == version


def test_what_was_not_known_on_4_january_leaves_article_4_open() -> None:
    assert art4(known_by="2022-01-04").status is UNKNOWN


def test_the_president_of_kazakhstan_sees_an_attack_from_abroad() -> None:
    assert art4(according_to="president").readings["external_only"] is YES


def test_independent_observers_see_no_attack_from_abroad_and_leave_the_rest_open() -> None:
    finding = art4(according_to="observers")
    assert finding.status is UNKNOWN
    assert finding.readings["external_only"] is NO


def test_the_president_of_russia_claims_aggression_from_10_january() -> None:
    before = art4("2022-01-09", according_to="russia-president", known_by="2022-01-09").readings
    after = art4("2022-01-10", according_to="russia-president", known_by="2022-01-10").readings
    assert (before["external_only"], after["external_only"]) == (UNKNOWN, YES)
    assert (before["textual"], after["textual"]) == (UNKNOWN, YES)  # he claims all that the treaty calls aggression


def test_five_members_owe_military_help_and_none_of_them_is_uzbekistan() -> None:
    duties = [duty for duty in art4().duties if duty.owed is YES and duty.action == "assist_incl_military"]
    assert {duty.bearer for duty in duties} == {"ARM", "BLR", "KGZ", "RUS", "TJK"}


def test_the_reasoning_tree_is_the_reviewed_one() -> None:
    found = obligations("KAZ", "2022-01-05", "kazakhstan-2022", treaty="csto").explain()
    assert found == GOLDEN.read_text(encoding="utf-8"), (
        "the tree changed; review the difference and, if it is right, write found to the golden file"
    )


def test_json_has_the_promised_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["obligations", "KAZ", "--on", "2022-01-05", "--facts", "kazakhstan-2022", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {"target", "on", "findings"} <= set(data)
    expected = {"treaty", "provision", "article", "version_from", "status", "disputed", "readings", "duties", "trace"}
    for finding in data["findings"]:
        assert expected | {"could_change"} <= set(finding)
        assert all({"bearer", "modality", "action", "level", "owed"} <= set(duty) for duty in finding["duties"])


def test_nato_and_cis_do_not_speak_for_each_other() -> None:
    treaties = {finding.treaty.id for finding in obligations("KAZ", "2022-01-05", "kazakhstan-2022").findings}
    assert "cis-charter-1993" in treaties
    assert "nato-1949" not in treaties  # Kazakhstan is no party
