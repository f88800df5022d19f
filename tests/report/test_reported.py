"""What reports say beside the simulated figures: a chart of a level shows what was there, not what was announced."""

from __future__ import annotations

from pathlib import Path

import pytest

from foedus.crisis import load_scenario
from foedus.evidence import extract, load, load_claims
from foedus.report.claims import final, marks

REAL = load_scenario("kazakhstan-2022")


def test_soldiers_announced_are_no_soldiers_in_the_country() -> None:
    claims = [c for c in load_claims(REAL.claims_path) if c.quantity == "troops"]
    drawn = {mark["claim"] for mark in marks(claims, "Kazakhstan")["alliance_troops"]}
    assert {c.claim_id for c in claims if c.qualifier == "announced"} >= {"c14", "f15", "f24"}
    assert drawn == {"c07", "e03", "f40", "f46", "f60"}  # said of what was there
    assert final(claims, "Kazakhstan")["troops"]["claims"] == ["f60"]
    first = min(contingent.arrival for contingent in REAL.contingents).date()
    assert all(c.as_of is None or c.as_of.earliest >= first for c in claims if c.claim_id in drawn)
    planned = [c.model_copy(update={"qualifier": "on the roster"}) for c in claims]
    assert marks(planned, "Kazakhstan")["alliance_troops"] == []


def test_a_figure_with_a_qualifier_stays_on_a_chart_that_adds_up() -> None:
    drawn = {mark["claim"] for mark in marks(load_claims(REAL.claims_path), "Kazakhstan")["wounded"]}
    assert "f30" in drawn  # those who sought medical help


@pytest.mark.parametrize(
    ("text", "qualifiers"),
    [
        ("The prime minister announced that the alliance would send 2,500 peacekeepers.", ["announced"]),
        ("Parliament approved sending 150 soldiers.", ["announced"]),
        ("Some 2,500 soldiers will be deployed to Kazakhstan, the CSTO said.", ["announced"]),
        ("Around 3,000 soldiers are expected to arrive on Friday.", ["announced"]),
        ("About 2,500 peacekeepers were on their way to Kazakhstan.", ["announced"]),
        ("Moscow pledged 3,000 troops.", ["announced"]),
        ("Russia has deployed about 3,000 soldiers as part of a force expected to grow to 4,000.", ["", "announced"]),
        ("The alliance sent 2,500 troops.", [""]),
        ("The president announced that 2,030 soldiers had arrived.", [""]),
        ("The 2,030 soldiers will leave on 13 January.", [""]),
        ("The alliance's 2,030 troops are to be withdrawn within ten days.", [""]),
        ("Troops were ordered to guard the airport; 2,030 soldiers are there.", [""]),
    ],
)
def test_the_reader_of_reports_tells_announced_soldiers_from_those_there(
    text: str, qualifiers: list[str], tmp_path: Path
) -> None:
    (tmp_path / "report.txt").write_text(f"10 January 2022\n\n{text}\n", encoding="utf-8")
    found = extract(load(tmp_path / "report.txt"), event="kazakhstan-2022")
    assert [claim.qualifier for claim in found if claim.quantity == "troops"] == qualifiers
