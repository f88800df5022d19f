"""What cannot all be true must surface; what can, must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.crisis import load_scenario
from foedus.evidence import Claim, Conflict, load_claims, reconcile


@pytest.fixture(scope="module")
def conflicts() -> list[Conflict]:
    return reconcile(load_claims(load_scenario("kazakhstan-2022").claims_path)).conflicts


def only(conflicts: list[Conflict], kind: str, about: str, words: str = "") -> Conflict:
    found = [c for c in conflicts if c.kind == kind and c.about == about and words in c.summary]
    assert len(found) == 1, [(c.kind, c.about) for c in conflicts]
    return found[0]


def test_164_dead_is_disowned_and_still_echoed(conflicts: list[Conflict]) -> None:
    assert "164" in only(conflicts, "retraction", "dead, Kazakhstan").summary
    assert any("disowned 164" in c.summary and len(c.claims) == 4 for c in conflicts if c.kind == "echo")


def test_225_230_232_238_is_one_revised_series(conflicts: list[Conflict]) -> None:
    text = only(conflicts, "revision", "dead, Kazakhstan").summary
    assert [text.index(number) for number in ("225", "230", "232", "238")] == sorted(
        text.index(number) for number in ("225", "230", "232", "238")
    )


def test_sixteen_after_eighteen_security_dead_cannot_be(conflicts: list[Conflict]) -> None:
    text = only(conflicts, "fall", "dead among security forces, Kazakhstan").summary
    assert text.startswith("18 on 2022-01-06")
    assert "16 on 2022-01-10" in text


def test_2500_in_all_or_russian_alone(conflicts: list[Conflict]) -> None:
    only(conflicts, "definition", "alliance troops, Kazakhstan", "2,500 is reported for RUS alone")
    text = only(conflicts, "definition", "alliance troops, Kazakhstan", "two definitions").summary
    assert "2,500 announced" in text
    assert "2,030 (" in text
    text = only(conflicts, "contradiction", "alliance troops, Kazakhstan").summary
    assert all(number in text for number in ("2,500", "2,030", "2,000"))


def test_health_service_and_prosecutor_count_different_injured(conflicts: list[Conflict]) -> None:
    text = only(conflicts, "definition", "injured, Kazakhstan", "two definitions").summary
    assert "4,353" in text
    assert "2,677 sought medical help" in text


def test_founding_years_spellings_and_the_end_of_the_mission(conflicts: list[Conflict]) -> None:
    text = only(conflicts, "date", "year of foundation (CSTO)").summary
    assert all(year in text for year in ("1992", "1999", "2002"))
    assert "4 spellings" in only(conflicts, "spelling", "Kassym-Jomart Tokayev").summary
    text = only(conflicts, "date", "end of the mission announced, Kazakhstan").summary
    assert "2022-01-11" in text
    assert "2022-01-12" in text


def test_rival_accounts_stand_side_by_side_with_their_speakers(conflicts: list[Conflict]) -> None:
    text = only(conflicts, "account", "who did it and why").summary
    for words in ("terrorists trained abroad affirmed", "coup by insiders affirmed", "foreign actors denied"):
        assert words in text


def claim(number: int, day: int, low: float, high: float | None = None, **more: str) -> Claim:
    return Claim(
        claim_id=f"c{number}", document="0" * 64, title="t", publisher="p", paragraph=1, quantity="detained",
        low=low, high=low if high is None else high, event="e", place="X", as_of=f"2022-01-{day:02d}", **more,
    )  # fmt: skip


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_a_growing_count_by_one_reporter_has_no_conflict(values: list[int]) -> None:
    claims = [claim(i, i + 1, float(v)) for i, v in enumerate(sorted(values))]
    found = reconcile(claims)
    assert found.conflicts == []
    points = found.series[0].points
    assert [p.low for p in points] == sorted(p.low for p in points if p.low is not None)


@given(st.permutations(range(6)))
def test_the_order_of_the_file_does_not_matter(order: list[int]) -> None:
    claims = [claim(i, 1 + i // 2, float(10 * i % 37)) for i in range(6)]
    assert reconcile([claims[i] for i in order]).to_dict() == reconcile(claims).to_dict()


def test_every_bound_names_the_claims_behind_it() -> None:
    found = reconcile([claim(1, 1, 10, 20), claim(2, 1, 15, 30), claim(3, 1, 12, 18)])
    (point,) = found.series[0].points
    assert (point.low, point.high, point.claims) == (10, 30, ["c1", "c2"])


def test_a_rejected_claim_is_not_used() -> None:
    assert reconcile([claim(1, 1, 10), claim(2, 1, 99, status="rejected")]).conflicts == []


def dead(number: int, day: str, low: float, high: float | None = None, **more: str) -> Claim:
    return Claim.model_validate(
        {
            "claim_id": f"c{number}", "document": f"{number:064x}", "title": f"report {number}", "publisher": "p",
            "paragraph": 1, "quantity": "dead", "low": low, "high": high, "event": "veldania-2031",
            "place": "Veldania", "as_of": day, **more,
        }
    )  # fmt: skip


def kinds(*claims: Claim) -> dict[str, list[str]]:
    return {c.kind: c.claims for c in reconcile(claims).conflicts}


def test_what_repeats_a_disowned_figure_is_an_echo_and_stays_out_of_the_interval() -> None:
    gone = dead(1, "2031-01-09", 164, 164, status="retracted")
    claims = [gone, dead(2, "2031-01-10", 160), dead(3, "2031-01-14", 164, 164), dead(4, "2031-01-15", 225, 225)]
    assert kinds(*claims) == {"retraction": ["c1"], "echo": ["c1", "c2", "c3"]}
    assert [(p.low, p.high) for p in reconcile(claims).series[0].points] == [(225, 225)]


def test_a_rounded_figure_long_after_is_its_own() -> None:
    assert "echo" not in kinds(dead(1, "2031-01-09", 164, 164, status="retracted"), dead(2, "2031-03-10", 160))


def test_a_count_that_grows_long_after_the_event_is_a_revision_and_a_fall_back_an_echo() -> None:
    claims = [dead(1, "2031-01-15", 225, 225), dead(2, "2031-03-14", 230, 230), dead(3, "2033-01-03", 225, 225)]
    assert kinds(*claims) == {"revision": ["c1", "c2"], "echo": ["c1", "c3"]}


def test_the_end_of_an_event_is_where_its_mission_ended() -> None:
    end = dead(9, "2031-05-01", 0).model_copy(update={"quantity": "mission_end", "low": 741562.0, "high": 741562.0})
    assert "revision" not in kinds(dead(1, "2031-01-15", 225, 225), dead(2, "2031-03-14", 230, 230), end)


def test_one_figure_in_three_reports_is_one_observation() -> None:
    assert kinds(*(dead(n, "2031-01-15", 225, 225) for n in (1, 2, 3))) == {"echo": ["c1", "c2", "c3"]}


def test_undated_claims_make_no_fall() -> None:
    undated = dead(1, "2031-01-15", 500, 500).model_copy(update={"as_of": None})
    assert kinds(undated, dead(2, "2031-01-16", 225, 225)) == {}
