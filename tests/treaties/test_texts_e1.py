"""The Charter, the treaties of the Americas and of the Pacific: what their words have of their own, and their votes."""

from __future__ import annotations

import pytest

from foedus.errors import InputError
from foedus.treaties import Positions, Truth, council

ELEVEN = ["CHN", "FRA", "GBR", "SUN", "USA", "BOL", "CIV", "JOR", "MYS", "NLD", "URY"]  # 1965
IN_1976 = ["CHN", "FRA", "GBR", "SUN", "USA", "BEN", "GUY", "ITA", "JPN", "LBY", "PAK", "PAN", "ROU", "SWE", "TZA"]
IN_2022 = ["CHN", "FRA", "GBR", "RUS", "USA", "ALB", "BRA", "GAB", "GHA", "IND", "IRL", "KEN", "MEX", "NOR", "ARE"]


def stand(members: list[str], *, no: str = "", abstain: str = "", **more: object) -> Positions:
    """Return the positions of a body whose other members vote yes."""
    said = {
        state: "no" if state in no.split() else "abstain" if state in abstain.split() else "yes" for state in members
    }
    return Positions.model_validate({"proposal": "x", "positions": said, **more})


def test_argentina_voted_on_28_april_1982_since_the_dispute_was_with_a_european_state() -> None:
    told = {"target": "ARG", "attackers": ["GBR"]}
    everyone = council("rio-1947", Positions(proposal="x", positions={}), "1982-04-28").voters
    found = council("rio-1947", stand([*everyone], abstain="USA CHL COL TTO", **told), "1982-04-28")
    assert (len(found.voters), found.excluded, found.passes) == (21, (), Truth.YES)  # 17-0-4
    assert [*found.positions.values()].count("yes") == 17


@pytest.mark.parametrize(
    ("day", "parties", "excluded"),
    [
        ("1969-07-18", ["SLV", "HND"], ("HND", "SLV")),
        ("1957-05-02", ["NIC", "HND"], ("HND", "NIC")),
        ("1962-10-23", ["USA", "SUN", "CUB"], ()),  # one of them is no American state
        ("1982-04-28", ["ARG", "GBR"], ()),
        ("1979-06-23", ["NIC"], ()),  # a situation inside one state
    ],
)
def test_rio_bars_the_parties_of_a_dispute_between_american_states_only(
    day: str, parties: list[str], excluded: tuple[str, ...]
) -> None:
    for matter in (None, "convocation"):
        found = council(
            "rio-1947", Positions(proposal="x", positions={}, disputants=tuple(parties)), day, matter=matter
        )
        assert found.excluded == excluded


def test_the_council_of_eleven_went_by_seven_votes_to_the_end_of_1965() -> None:
    vote = stand(ELEVEN, abstain="FRA NLD GBR USA")  # resolution 218: 7-0-4
    assert council("un", vote, "1965-11-23").passes is Truth.YES
    assert council("un", vote, "1965-12-31").needed.startswith("7 yes of 11")
    assert council("un", stand(ELEVEN, abstain="FRA NLD GBR USA JOR"), "1965-11-23").passes is Truth.NO
    with pytest.raises(InputError, match="15 seats"):
        council("un", vote, "1966-01-01")
    assert council("un", stand(IN_1976), "1976-02-06").needed.startswith("9 yes of 15")


def test_a_party_to_a_dispute_abstains_under_chapter_vi_and_then_has_no_veto() -> None:
    mayotte = {"no": "FRA", "abstain": "ITA GBR USA", "disputants": ["COM", "FRA"]}  # 6 February 1976: 11-1-3
    assert council("un", stand(IN_1976, **mayotte), "1976-02-06").passes is Truth.NO  # as the Council counted it
    found = council("un", stand(IN_1976, **mayotte), "1976-02-06", matter="settlement")
    assert (found.passes, found.excluded, found.to_dict()["matter"]) == (Truth.YES, ("FRA",), "settlement")
    told = stand(IN_1976, matter="settlement", **mayotte)
    assert council("un", told, "1976-02-06").passes is Truth.YES  # the file names the matter
    assert (
        council("un", stand(IN_1976, no="USA", disputants=["COM", "FRA"]), "1976-02-06", matter="settlement").passes
        is Truth.NO
    )
    eichmann = [
        "CHN",
        "FRA",
        "GBR",
        "SUN",
        "USA",
        "ARG",
        "LKA",
        "ECU",
        "ITA",
        "POL",
        "TUN",
    ]  # resolution 138: 8-0-2, Argentina not voting
    vote = stand(eichmann, abstain="POL SUN ARG", disputants=["ARG", "ISR"])
    assert council("un", vote, "1960-06-23", matter="settlement").passes is Truth.YES


def test_no_veto_on_procedure() -> None:
    vote = stand(IN_2022, no="RUS", abstain="CHN IND ARE")  # 25 February and, on procedure, 27 February 2022: 11-1-3
    assert council("un", vote, "2022-02-25").passes is Truth.NO
    assert council("un", vote, "2022-02-27", matter="procedure").passes is Truth.YES
    assert council("un", stand(ELEVEN, no="SUN FRA GBR USA"), "1965-11-23", matter="procedure").needed == "7 yes of 11"


def test_a_matter_that_no_rule_knows_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InputError, match="no rule of its own") as error:
        council("un", stand(IN_2022), "2022-02-25", matter="setlement")
    assert "procedure, settlement" in (error.value.expected or "")
    assert "settlement" in (error.value.cure or "")
    with pytest.raises(InputError, match="no rule of its own"):
        council("csto", Positions(proposal="x", positions={}), "2022-01-06", matter="settlement")
