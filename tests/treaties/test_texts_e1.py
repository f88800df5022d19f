"""The Charter, the treaties of the Americas and of the Pacific: what their words have of their own, and their votes."""

from __future__ import annotations

import datetime as dt

import pytest

from foedus.errors import InputError
from foedus.treaties import Positions, Truth, council, library, load_incident, obligations
from foedus.treaties.incident import Fact, Incident, Location
from foedus.treaties.membership import bound_on, placed

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


# ---- membership


@pytest.mark.parametrize(
    ("treaty", "state", "day", "bound"),
    [
        ("un-charter-1945", "SYR", "1960-01-01", "no"),
        ("un-charter-1945", "SYR", "1961-10-13", "yes"),
        ("un-charter-1945", "IDN", "1965-06-01", "unknown"),
        ("un-charter-1945", "IDN", "1966-09-28", "yes"),
        ("un-charter-1945", "CSK", "1992-12-31", "yes"),
        ("un-charter-1945", "CSK", "1993-01-01", "no"),
        ("un-charter-1945", "SRB", "1995-01-01", "unknown"),
        ("un-charter-1945", "URY", "1945-12-17", "no"),
        ("oas-charter-1948", "MEX", "1951-12-13", "yes"),
        ("oas-charter-1948", "ARG", "1956-04-09", "no"),
        ("oas-charter-1948", "VEN", "2019-04-26", "yes"),
        ("oas-charter-1948", "VEN", "2026-01-03", "unknown"),
        ("oas-charter-1948", "HND", "2010-01-01", "yes"),  # without a seat, and bound
        ("oas-charter-1948", "CUB", "2020-01-01", "yes"),
        ("rio-1947", "CUB", "1962-03-28", "unknown"),
        ("rio-1947", "CUB", "1962-03-29", "unknown"),  # the list of the depositary shows no denunciation
        ("rio-1947", "VEN", "2015-05-14", "no"),
        ("rio-1947", "VEN", "2020-01-01", "unknown"),
        ("rio-1947", "URY", "2019-12-01", "yes"),
        ("bogota-pact-1948", "CHL", "1970-01-01", "no"),
        ("bogota-pact-1948", "BLZ", "2022-10-27", "yes"),
        ("rss-1996", "BRB", "1997-01-01", "unknown"),
        ("biketawa-2000", "KIR", "2022-12-01", "unknown"),
        ("biketawa-2000", "FJI", "2012-01-01", "yes"),
    ],
)
def test_whom_the_treaties_bound(treaty: str, state: str, day: str, bound: str) -> None:
    assert str(bound_on(library()[treaty], state, dt.date.fromisoformat(day))) == bound


def test_a_suspended_member_has_no_vote_on_suspensions_and_stays_bound() -> None:
    everyone = council(
        "oas-charter-1948", Positions(proposal="x", positions={}), "2010-06-01", matter="suspension"
    ).voters
    assert {"HND", "CUB"} & set(everyone) == set()
    assert council("oas-charter-1948", stand([*everyone]), "2010-06-01", matter="suspension").passes is Truth.YES
    with pytest.raises(InputError, match="certain matters only"):
        council("oas-charter-1948", Positions(proposal="x", positions={}), "2010-06-01")


# ---- area


@pytest.mark.parametrize(
    ("provision", "place", "inside"),
    [
        ("rio-1947 rio.art3", {"territory": "FLK"}, "yes"),
        ("rio-1947 rio.art3", {"territory": "CAN"}, "yes"),
        ("rio-1947 rio.art3", {"territory": "US-HI"}, "yes"),  # territory of an American state, outside the region
        ("rio-1947 rio.art3", {"territory": "GUM"}, "unknown"),
        ("rio-1947 rio.art3", {"territory": "FRA"}, "no"),
        ("rio-1947 rio.art3", {"lat": -55.4, "lon": -61.5}, "yes"),  # the General Belgrano
        ("rio-1947 rio.art3", {"lat": 52, "lon": -178}, "yes"),
        ("rio-1947 rio.art3", {"lat": 52, "lon": 172}, "yes"),  # beyond 180 degrees, east of 170
        ("rio-1947 rio.art3", {"lat": 64, "lon": -20}, "no"),  # Iceland
        ("anzus-1951 anzus.art4", {"territory": "USA"}, "yes"),
        ("anzus-1951 anzus.art4", {"territory": "GUM"}, "yes"),
        ("anzus-1951 anzus.art4", {"territory": "PRI"}, "no"),
        ("anzus-1951 anzus.art4", {"territory": "PNG"}, "yes"),
        ("anzus-1951 anzus.art4", {"lat": 0, "lon": -150}, "yes"),
        ("anzus-1951 anzus.art4", {"lat": 5, "lon": 115}, "unknown"),
        ("anzus-1951 anzus.art4", {"lat": 40, "lon": -40}, "no"),
    ],
)
def test_where_the_treaties_apply(provision: str, place: dict[str, object], inside: str) -> None:
    name, number = provision.split()
    treaty = library()[name]
    version = next(one for one in treaty.provisions if one.id == number).versions[0]
    where = Location.model_validate({"source": "map", **place})
    assert str(placed(treaty, version, dt.date(1960, 1, 1), where, on_forces=Truth.YES)[0]) == inside


# ---- breaches, and what prevails


@pytest.mark.parametrize(
    ("incident", "breaker", "provisions"),
    [
        ("ukraine-2022", "RUS", {"un.2-4"}),
        ("georgia-2008", "RUS", {"un.2-4"}),
        ("panama-1989", "USA", {"un.2-4", "rio.art1", "oas.art3"}),
        ("venezuela-2026", "USA", {"un.2-4"}),
        ("falklands-1982-gbr", "ARG", {"un.2-4"}),
    ],
)
def test_who_broke_the_ban_on_force_is_named(incident: str, breaker: str, provisions: set[str]) -> None:
    told = load_incident(incident)
    found = obligations(told.target, told.date, told)
    broken = {
        finding.provision.id
        for finding in found.findings
        for duty in finding.duties
        if duty.bearer == breaker and duty.state in ("breached", "presumed breached")
    }
    assert provisions <= broken


def facts(target: str, day: str, yes: str, no: str = "") -> Incident:
    """Return an incident in which facts are observed."""
    said = [
        Fact(fact=name, value=value, basis="observed", known_from=dt.date.fromisoformat(day), source="t")
        for value, names in ((Truth.YES, yes), (Truth.NO, no))
        for name in names.split()
    ]
    return Incident(name="t", title="t", target=target, date=dt.date.fromisoformat(day), facts=tuple(said))


def conflicts(told: Incident) -> list[str]:
    """Return the conflicts with the ban on regional enforcement, and with a right that is spent."""
    return [one for one in obligations(told.target, told.date, told).conflicts if " against UN Charter art. 5" in one]


def test_armed_measures_by_decision_conflict_with_article_53_unless_they_answer_an_attack_from_abroad() -> None:
    quarantine = facts(
        "USA",
        "1962-10-23",
        "decision.organ domestic.approval threat.international_peace",
        "unsc.mandate act.armed_attack",
    )
    (told,) = conflicts(quarantine)
    assert told.startswith("Rio Treaty art. 8, 20 (")
    assert "UN Charter prevails (art. 103" in told
    assert told.endswith("presuming that the state on whose territory forces act does not consent")
    yes = "decision.organ domestic.approval act.armed_attack attacker.state"
    assert conflicts(facts("USA", "1962-10-23", yes)) == []  # art. 51
    assert conflicts(facts("USA", "1962-10-23", "decision.organ domestic.approval unsc.mandate")) == []
    assert conflicts(facts("USA", "1962-10-23", "decision.organ domestic.approval consent.host")) == []
    assert conflicts(facts("USA", "1962-10-23", "", "unsc.mandate")) == []  # nothing was decided


def test_a_promise_of_defence_that_outlasts_self_defence_yields_to_the_charter() -> None:
    attack = "act.armed_attack attacker.state area.treaty act.attack_on_forces unsc.acted"
    told = conflicts(facts("BRB", "2005-01-10", attack))
    assert [one.partition(" (")[0] for one in told] == ["RSS art. 4"]
    assert "until the Security Council has taken the measures necessary" in told[0]
    assert conflicts(facts("BRB", "2005-01-10", attack + " unsc.mandate")) == []
    assert conflicts(facts("BRB", "2005-01-10", attack.removesuffix(" unsc.acted"))) == []
    assert (
        conflicts(facts("AUS", "1970-01-01", attack)) == []
        or "ANZUS" not in conflicts(facts("AUS", "1970-01-01", attack))[0]
    )


def test_an_attacker_among_the_american_states_is_derived() -> None:
    panama = load_incident("panama-1989")
    finding = obligations("PAN", panama.date, panama)["rio-1947"].provision("rio.art7")
    assert finding.view.values["attacker.american"] is Truth.YES
    belize = facts("BLZ", "1985-01-01", "act.armed_attack").model_copy(update={"attackers": ("GBR",)})
    assert (
        obligations("BLZ", "1985-01-01", belize)["rio-1947"].provision("rio.art7").view.values["attacker.american"]
        is Truth.NO
    )


def test_every_version_says_where_its_words_stand() -> None:
    ours = "un-charter-1945 rio-1947 oas-charter-1948 bogota-pact-1948 rss-1996 fpda-1971 anzus-1951 biketawa-2000"
    for treaty in ours.split():
        for provision in library()[treaty].provisions:
            for version in provision.versions:
                assert version.basis is not None, provision.id
                assert version.says is not None, provision.id
                assert version.basis == "memory" or version.text is not None
