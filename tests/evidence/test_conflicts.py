"""What the five articles, the table of figures and the timeline say against each other must surface."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from foedus.evidence import Claim, Conflict, Reconciliation, extract_files, reconcile

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.external_data


@pytest.fixture(scope="module")
def found(from_articles: list[Claim], figures: Path) -> Reconciliation:
    table = [c for _, claims in extract_files([figures], event="kazakhstan-2022") for c in claims]
    return reconcile([*from_articles, *table])


def one(found: Reconciliation, kind: str, about: str, *words: str) -> Conflict:
    fitting = [c for c in found.conflicts if c.kind == kind and c.about == about and all(w in c.summary for w in words)]
    assert len(fitting) == 1, [(c.kind, c.about, c.summary) for c in found.conflicts if c.about == about]
    return fitting[0]


def test_164_dead_was_disowned_and_lives_on_in_three_articles(found: Reconciliation) -> None:
    one(found, "retraction", "dead, Kazakhstan", "164", "2022-01-09")
    echo = one(found, "echo", "dead, Kazakhstan", "disowned 164")
    assert len({claim.split("-")[0] for claim in echo.claims}) == 4  # the table and three articles


def test_the_dead_were_corrected_after_the_event_and_225_came_back(found: Reconciliation) -> None:
    text = one(found, "revision", "dead, Kazakhstan").summary
    places = [text.index(number) for number in ("225 on", "230 on", "232 on", "238 on")]
    assert places == sorted(places)
    one(found, "echo", "dead, Kazakhstan", "superseded 225", "Trend")


def test_18_security_dead_cannot_fall_to_16_and_19_follow(found: Reconciliation) -> None:
    one(found, "fall", "dead among security forces, Kazakhstan", "18 on 2022-01-06", "16 on 2022-01-10")
    (series,) = [s for s in found.series if s.quantity == "dead_security" and s.place == "Kazakhstan"]
    assert (series.points[-1].low, series.points[-1].high) == (19, 19)


def test_the_strength_of_the_force_is_disputed_and_3600_is_a_roster(found: Reconciliation) -> None:
    one(found, "contradiction", "alliance troops, Kazakhstan", "2,030", "1,900 to 2,100", "up to 2,500")
    one(found, "definition", "alliance troops, Kazakhstan", "3,600 on the roster")


def test_2500_russians_or_2500_in_all(found: Reconciliation) -> None:
    one(found, "definition", "alliance troops, Kazakhstan", "2,500 is reported for RUS alone")


def test_the_health_service_and_the_prosecutor_count_different_wounded(found: Reconciliation) -> None:
    one(found, "definition", "injured, Kazakhstan", "4,353", "2,677 sought medical help", "2,265 sought medical help")


def test_the_alliance_was_founded_in_1992_1999_and_2002(found: Reconciliation) -> None:
    one(found, "date", "year of foundation (CSTO)", "1992", "1999", "2002")


def test_four_spellings_are_one_president(found: Reconciliation) -> None:
    one(found, "spelling", "Kassym-Jomart Tokayev", "4 spellings")


def test_custody_at_a_time_is_not_arrest_in_all(found: Reconciliation) -> None:
    one(found, "definition", "detained, Kazakhstan", "held at a time (446 to 766)")


def test_20000_attackers_of_one_city_or_of_the_country(found: Reconciliation) -> None:
    one(found, "definition", "alleged attackers, Kazakhstan", "20,000 is reported for Almaty alone")


def test_the_accounts_of_who_did_it_stand_side_by_side(found: Reconciliation) -> None:
    text = one(found, "account", "who did it and why").summary
    for words in ("terrorists trained abroad affirmed by Kassym-Jomart Tokayev", "foreign actors denied", "coup"):
        assert words in text


def test_the_end_of_the_mission_was_announced_on_the_11th_or_the_12th(
    found: Reconciliation, from_articles: list[Claim], external_data: Path
) -> None:
    """The 11th stands in the project's timeline, a chronicle whose paragraphs open with their day."""
    timeline = external_data.parent / "facts" / "kazakhstan_2022_timeline.md"
    days = [c for _, claims in extract_files([timeline], event="kazakhstan-2022") for c in claims]
    both = reconcile([*from_articles, *(c for c in days if c.quantity == "withdrawal")])
    one(both, "date", "end of the mission announced, Kazakhstan", "2022-01-11", "2022-01-12")


def test_the_dead_of_another_war_stay_out(found: Reconciliation) -> None:
    (series,) = [s for s in found.series if s.quantity == "dead" and s.event == "karabakh-2020"]
    assert [(p.low, p.high) for p in series.points] == [(6500, 6500)]
    assert not any(p.low == 6500 for s in found.series if s.event == "kazakhstan-2022" for p in s.points)


def test_no_claim_is_lost_on_its_way(from_articles: list[Claim]) -> None:
    assert all(c.as_of is None or c.as_of.latest <= dt.date(2022, 1, 31) for c in from_articles)
    assert len({c.claim_id for c in from_articles}) == len(from_articles)
