"""An adversary given in words is found, whatever it is called and whenever; what was not read is told."""

import datetime as dt
import json

import pytest

from foedus import record
from foedus.cli import run_cli
from foedus.forecast import forecast_call, new_call
from foedus.forecast.eligible import candidates, excluded
from foedus.states import codes_on, known_codes, name_of, states_in


def read(text: str) -> set[str]:
    return {state for mention in states_in(text) if mention.meant for state in mention.states}


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("Turkey", "TUR"),
        ("Turkiye", "TUR"),
        ("TÜRKİYE", "TUR"),
        ("turkey", "TUR"),
        ("Türkiye and irregulars", "TUR"),
        ("Turkish forces", "TUR"),
        ("Turkey's navy", "TUR"),
        ("the Republic of Türkiye", "TUR"),
        ("Greece and Türkiye", "GRC TUR"),
        ("TURKEY AND GREECE", "GRC TUR"),
        ("Syria; USA", "SYR USA"),
        ("Russian  Federation", "RUS"),
        ("Iraqi army", "IRQ"),
        ("Great Britain", "GBR"),
        ("UK", "GBR"),
        ("uk", "GBR"),
        ("US", "USA"),
        ("the U.S. Navy", "USA"),
        ("rus", "RUS"),
        ("bosnia and herzegovina", "BIH"),
        ("Côte d\u2019Ivoire", "CIV"),
        ("Burma, Swaziland", "MMR SWZ"),
        ("North Korean troops", "PRK"),
        ("Equatorial Guinea", "GNQ"),
        ("Guinea-Bissau", "GNB"),
        ("Nigeria", "NGA"),
        ("Niger", "NER"),
        ("South Sudan", "SSD"),
        ("Northern Ireland", ""),
        ("Serbian-backed militias", "SRB"),
        ("exiles backed by USA, HND, NIC", "USA HND NIC"),
        ("Syrian rebels", ""),
        ("Syrian government forces fighting rebels", "SYR"),
        ("the Greek junta", "GRC"),
        ("Latin America", ""),
        ("pro-Russian separatists; BLR", "BLR"),
        ("Islamic Movement of Uzbekistan", ""),
        ("ethnic violence (Kyrgyz-Uzbek)", ""),
        ("help us", ""),
        ("PKK", ""),
        ("", ""),
    ],
)
def test_states_are_found_in_a_text_by_any_of_their_names(text: str, states: str) -> None:
    assert read(text) == set(states.split())


def test_every_state_is_found_by_its_own_name_and_code() -> None:
    for code in known_codes():
        assert code in read(name_of(code)), code
        assert read(f"the army of {name_of(code)}.") == read(name_of(code))
        assert read(code) == {code}


@pytest.mark.parametrize(
    ("code", "day", "then"),
    [
        ("RUS", "1956-11-01", "SUN"),
        ("SUN", "2020-01-01", "RUS"),
        ("BRD", "1980-01-01", "DEU"),
        ("BRD", "2020-01-01", "DEU"),
        ("DDR", "2020-01-01", "DEU"),
        ("DDR", "1980-01-01", "DDR"),
        ("DEU", "1980-01-01", "DEU"),
        ("CZE", "1968-08-20", "CSK"),
        ("SVK", "1968-08-20", "CSK"),
        ("CSK", "2020-01-01", "CZE SVK"),
        ("SRB", "1999-03-24", "YUG"),
        ("YUG", "2020-01-01", "SRB"),
        ("YMD", "2020-01-01", "YEM"),
        ("VNM", "1965-01-01", "VNM"),
        ("FRA", "1965-01-01", "FRA"),
    ],
)
def test_a_state_goes_by_the_code_of_the_day(code: str, day: str, then: str) -> None:
    assert codes_on(code, dt.date.fromisoformat(day)) == set(then.split())


@pytest.mark.parametrize(
    ("organisation", "target", "adversary", "on", "out"),
    [
        ("nato", "GRC", "Turkey", "2024-01-01", "TUR"),
        ("nato", "GRC", "Greece and Türkiye", "2024-01-01", "TUR"),
        ("warsaw-pact", "HUN", "RUS", "1956-11-01", "SUN"),
        ("warsaw-pact", "HUN", "Russia", "1956-11-01", "SUN"),
        ("warsaw-pact", "HUN", "CZE", "1956-11-01", "CSK"),
        ("warsaw-pact", "HUN", "East Germany", "1956-11-01", "DDR"),
        ("csto", "KAZ", "USSR", "2015-01-01", "RUS"),
        ("nato", "POL", "DDR", "2015-01-01", "DEU"),
        ("nato", "POL", "CSK", "2015-01-01", "CZE SVK"),
    ],
)
def test_no_adversary_in_words_or_under_another_days_code_is_a_helper(
    organisation: str, target: str, adversary: str, on: str, out: str
) -> None:
    call, said = new_call(organisation, target, "interstate_attack", on=on, request=True, adversary=adversary)
    named = {one.state for one in excluded(call) if one.reason == "named as an adversary"}
    assert named == set(out.split())
    assert not named & set(candidates(call))
    assert call.adversary_is_member is True
    assert f"adversary '{adversary}' read as {', '.join(sorted(named))}" in said or adversary in named


def test_all_states_that_were_read_are_told() -> None:
    _, said = new_call("nato", "GRC", "interstate_attack", on="2024-01-01", adversary="Syria; USA")
    assert "adversary 'Syria; USA' read as SYR, USA" in said


@pytest.mark.parametrize(
    ("adversary", "told"),
    [
        ("Klingons", "no state was recognised in the adversary 'Klingons'"),
        ("Syrian rebels", "give its code if one is meant (Syrian: SYR)"),
        ("rioters", None),
        ("armed insurgents", None),
        ("unknown", None),
        ("Greek mutineers", None),  # the state in trouble itself
        ("Turkey", None),
    ],
)
def test_an_adversary_that_names_no_state_is_told_unless_it_is_a_word_for_irregulars(
    adversary: str, told: str | None
) -> None:
    call, _ = new_call("nato", "GRC", "other", on="2024-01-01", request=True, adversary=adversary)
    notes = [note for note in forecast_call(call).notes if "recognised" in note or "not taken as a state" in note]
    assert (told in notes[0]) if told else not notes


@pytest.mark.parametrize(
    ("organisation", "target", "on", "note"),
    [
        ("ecowas", "NER", "2026-11-01", "NER left ecowas on 2025-01-29"),
        ("ecowas", "MLI", "2023-08-01", "MLI has been suspended from ecowas since 2021-05-30"),
        ("csto", "ARM", "2026-11-01", "ARM has had its participation in csto frozen since 2024-02-22"),
        ("nato", "UKR", "2026-11-01", "UKR is no member of nato on 2026-11-01"),
        ("nato", "FIN", "2020-01-01", "FIN is no member of nato on 2020-01-01 (it joins on 2023-04-04)"),
        ("oau", "FRA", "1980-01-01", "FRA is no member of oau on 1980-01-01"),
        ("warsaw-pact", "HUN", "2026-11-01", "the organisation has had no members since 1991-07-01"),
        ("seato", "THA", "1980-01-01", "the organisation has had no members since 1977-06-30"),
        ("warsaw-pact", "HUN", "1956-11-01", None),
        ("warsaw-pact", "SUN", "1969-03-02", None),  # the Soviet Union then
        ("nato", "GRC", "2026-11-01", None),
        ("ecowas", "GNB", "1998-06-07", None),  # a member that had not joined its pact of defence
        ("unheard-of", "GNB", "1998-06-07", None),
    ],
)
def test_a_target_outside_and_an_organisation_that_ended_are_told(
    organisation: str, target: str, on: str, note: str | None
) -> None:
    call, _ = new_call(organisation, target, "border_clash", on=on, request=True)
    words = ("no member", "left", "suspended", "frozen")
    notes = [one for one in forecast_call(call).notes if any(word in one for word in words)]
    assert notes[0].startswith(note) if note else not notes


def test_the_notes_are_beside_the_chance_and_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    args = [
        "forecast",
        "new",
        "--organisation",
        "warsaw-pact",
        "--target",
        "HUN",
        "--trigger",
        "coup",
        "--on",
        "2026-11-01",
    ]
    assert run_cli(args) == 0
    shown = capsys.readouterr().out
    assert "note: the organisation has had no members since 1991-07-01" in shown.split("Response")[0]
    assert run_cli([*args, "--json"]) == 0
    assert "the organisation has had no members since 1991-07-01" in json.loads(capsys.readouterr().out)["notes"]


def test_states_that_were_not_yet_independent_are_left_out_and_named() -> None:
    guinea = record.find("guinea-1970-conakry-raid", record.cases())
    early = {one.state: one.reason for one in excluded(guinea) if "not yet independent" in one.reason}
    assert set(early) == {"AGO", "COM", "CPV", "DJI", "GNB", "MOZ", "STP", "SYC", "ZWE"}
    assert early["GNB"] == "not yet independent (until 1974-09-10)"
    assert not set(early) & set(candidates(guinea))
