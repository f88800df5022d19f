"""Votes against published power indices, closed forms and hand-counted cases."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.errors import InputError
from foedus.treaties import Positions, Truth, council, power

FIVE = ["CHN", "FRA", "GBR", "RUS", "USA"]
TEN = ["DZA", "GUY", "KOR", "SLE", "SVN", "DNK", "GRC", "PAK", "PAN", "SOM"]


def test_the_security_council_as_published() -> None:
    found = power(dict.fromkeys(FIVE + TEN, 1), 9, FIVE)
    assert found.shapley_shubik["USA"] == pytest.approx(0.1963, abs=5e-5)
    assert found.banzhaf["USA"] == pytest.approx(0.1669, abs=5e-5)
    assert sum(found.shapley_shubik.values()) == pytest.approx(1)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.data())
def test_power_equals_counting_every_coalition(weights: list[int], data: st.DataObject) -> None:
    quota = data.draw(st.integers(1, sum(weights)))
    veto = data.draw(st.sets(st.integers(0, len(weights) - 1)))
    names = [f"m{i}" for i in range(len(weights))]

    def wins(members: tuple[int, ...]) -> bool:
        return veto <= set(members) and sum(weights[i] for i in members) >= quota

    swings = [0] * len(weights)
    for size in range(len(weights)):
        for members in combinations(range(len(weights)), size):
            for i in set(range(len(weights))) - set(members):
                swings[i] += wins((*members, i)) and not wins(members)
    found = power(dict(zip(names, weights, strict=True)), quota, [names[i] for i in veto])
    assert [found.banzhaf[n] for n in names] == pytest.approx([s / max(1, sum(swings)) for s in swings])


def positions(**said: str) -> Positions:
    return Positions(proposal="help", positions=said, target="KAZ")


def test_january_2022_passes_without_objection_and_in_limited_format() -> None:
    said = {"ARM": "yes", "BLR": "yes", "KAZ": "yes", "RUS": "yes", "TJK": "yes", "KGZ": "abstain"}
    found = council("csto", positions(**said), "2022-01-06")
    assert found.passes is Truth.YES
    assert found.limited_format is Truth.YES
    assert found.may_stay_out == ("KGZ",)
    assert set(found.pivotal) == set(said)
    assert council("csto", positions(**{**said, "KGZ": "no"}), "2022-01-06").passes is Truth.NO
    assert (
        council("csto", positions(**{k: v for k, v in said.items() if k != "KGZ"}), "2022-01-06").passes
        is Truth.UNKNOWN
    )


def test_a_veto_defeats_nine_votes_and_an_abstention_does_not() -> None:
    yes = dict.fromkeys(FIVE + TEN, "yes")
    assert council("un", positions(**yes), "2025-06-01").passes is Truth.YES
    assert council("un", positions(**{**yes, "RUS": "no"}), "2025-06-01").passes is Truth.NO
    assert council("un", positions(**{**yes, "RUS": "abstain"}), "2025-06-01").passes is Truth.YES


def test_rio_needs_two_thirds_and_leaves_out_the_disputants() -> None:
    everyone = council("rio-1947", Positions(proposal="x", positions={}), "1969-07-20")
    stand = Positions(proposal="x", positions={}, target="HND", attackers=("SLV",), disputants=("SLV", "HND"))
    found = council("rio-1947", stand, "1969-07-20")
    assert set(everyone.voters) - set(found.voters) == {"HND", "SLV"}
    assert found.passes is Truth.UNKNOWN
    agreed = dict.fromkeys(found.voters, "yes")
    assert council("rio-1947", stand.model_copy(update={"positions": agreed}), "1969-07-20").passes is Truth.YES


@given(
    st.dictionaries(
        st.sampled_from(["ARM", "BLR", "KAZ", "RUS", "TJK", "KGZ"]), st.sampled_from(["yes", "no", "abstain", "absent"])
    )
)
def test_an_answer_given_with_unknowns_holds_however_they_turn_out(said: dict[str, str]) -> None:
    before = council("csto", positions(**said), "2022-01-06")
    if before.passes is Truth.UNKNOWN:
        return
    for word in ("yes", "no", "abstain", "absent"):
        full = {state: said.get(state, word) for state in before.voters}
        assert council("csto", positions(**full), "2022-01-06").passes is before.passes


def test_who_has_no_vote_and_what_cannot_be_counted_is_said() -> None:
    with pytest.raises(InputError, match="USA has no vote"):
        council("csto", positions(USA="yes"), "2022-01-06")
    with pytest.raises(InputError, match="no organ"):
        council("usa-jpn-1960", positions(), "2022-01-06")
    with pytest.raises(InputError, match="no day given"):
        council("csto", positions())


def test_a_file_with_a_bad_position_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "positions.yaml"
    file.write_text("proposal: help\non: 2022-01-06\npositions:\n  RUS: yes\n  KGZ: maybe\n")
    with pytest.raises(InputError) as error:
        council("csto", file)
    assert error.value.line == 5
