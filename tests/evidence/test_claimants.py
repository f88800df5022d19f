"""Who a claim is listed under: the offices of the state in trouble, and everybody else by name."""

from __future__ import annotations

import datetime as dt

import pytest

from foedus.csvfile import data_rows
from foedus.evidence import extract
from foedus.evidence.claimants import claimant
from foedus.evidence.document import parse
from foedus.evidence.entities import person_of
from foedus.evidence.governments import state_named
from foedus.places import atlas
from foedus.states.names import known_codes

OPPOSED = [
    "Opposition leaders",
    "opposition party",
    "leader of the opposition",
    "the prime minister's rivals",
    "rivals of the president",
    "government critics",
    "critics of the government",
    "exiled prime minister",
    "shadow foreign minister",
    "government-in-exile",
    "presidential candidate",
    "opposition-controlled parliament",
    "spokesman for the opposition coalition",
    "dissident leaders",
]


def speaker_of(sentence: str, event: str) -> str:
    document = parse(f"Report\n\n{sentence}\n".encode(), "report.txt", published=dt.date(2022, 9, 19))
    return next(claim.speaker for claim in extract(document, event=event) if claim.quantity)


@pytest.mark.parametrize("who", OPPOSED)
def test_who_opposes_a_government_is_never_the_government(who: str) -> None:
    assert claimant(who, "KEN") == ("opposition", who)


def test_the_opposition_of_another_state_carries_its_name() -> None:
    assert claimant("Tanzanian opposition", "KEN")[0] == "tanzania-opposition"
    assert claimant("Mukhtar Ablyazov", "KGZ")[0] == "kazakhstan-opposition"


@pytest.mark.parametrize(
    ("who", "target", "key"),
    [
        ("president of South Africa", "LSO", "south-africa-president"),
        ("president of South Africa", "ZAF", "president"),
        ("Tajikistan", "KGZ", "tajikistan"),
        ("Tajikistan", "TJK", "government"),
        ("Baku", "ARM", "azerbaijan"),
        ("Azerbaijani government", "ARM", "azerbaijan"),
        ("Armenian government", "ARM", "government"),
        ("defence ministry in Baku", "ARM", "azerbaijan-defence-ministry"),
        ("foreign ministry of Botswana", "LSO", "botswana-foreign-ministry"),
        ("officials in Nur-Sultan", "KAZ", "officials"),
        ("ECOWAS", "NER", "ecowas"),
        ("African Union observers", "LSO", "au"),
        ("UN officials", "KEN", "united-nations"),
        ("Pentagon", "KAZ", "united-states"),
        ("Russian foreign ministry", "KAZ", "russia-foreign-ministry"),
        ("Kremlin", "KAZ", "russia"),
        ("Kassym-Jomart Tokayev", "KAZ", "president"),
        ("Kassym-Jomart Tokayev", "ARM", "kazakhstan-president"),
        ("Nikol Pashinyan", "KAZ", "csc-chair"),
        ("secretary-general", "KAZ", "alliance"),
        ("Interior Ministry", "KAZ", "officials"),
        ("vice-president", "KEN", "government"),
        ("rebel leader", "MOZ", "rebels"),
    ],
)
def test_a_claimant_is_a_state_or_body_with_its_office(who: str, target: str, key: str) -> None:
    assert claimant(who, target)[0] == key


@pytest.mark.parametrize(
    "who",
    ["community leaders", "protest leaders", "former president", "president of the bar association", "Denzel Washington",
     "security analysts", "hospital officials", "election observers", "anti-government protesters"],
)  # fmt: skip
def test_others_outside_the_governments_are_observers(who: str) -> None:
    assert claimant(who, "KEN")[0] == "observers"


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("The defence ministry in Baku said 64 servicemen had been killed.", "Azerbaijani defence ministry"),
        ("Baku's defence ministry said 64 servicemen had been killed.", "Azerbaijani defence ministry"),
        ("According to the interior ministry in Kigali, 14 insurgents had been killed.", "Rwandan interior ministry"),
        ("The foreign ministry of Botswana said 3 people had died.", "foreign ministry of Botswana"),
        ("Troops from Russia arrived and the interior ministry said 14 people had died.", "Interior Ministry"),
        ("The Armenian defence ministry said 14 soldiers had died.", "Armenian defence ministry"),
        ("The defence ministry in Yerevan said 14 soldiers had died.", "Armenian defence ministry"),
    ],
)
def test_a_ministry_belongs_to_the_state_that_its_capital_names(sentence: str, who: str) -> None:
    assert speaker_of(sentence, "armenia-2022") == who


@pytest.mark.parametrize(
    "who",
    ["Victoria Nuland", "Sofia Petrova", "Georgia Meloni", "Santiago Abascal", "Jordan Peterson", "Michael Jordan",
     "police chief Chad Brown", "police officer Michael Jordan", "male residents", "Male residents", "Washington Post",
     "Singapore Airlines", "Pakistani Taliban", "President Sofia Petrova", "Chad Brown of the police", "David"],
)  # fmt: skip
def test_a_person_or_a_company_called_like_a_state_or_a_capital_is_none(who: str) -> None:
    assert state_named(who) == ""


@pytest.mark.parametrize(
    ("who", "code"),
    [("Jordan", "JOR"), ("Jordan's army", "JOR"), ("Jordan Foreign Ministry", "JOR"), ("Jordan army", "JOR"),
     ("Georgia Prime Minister Irakli Garibashvili", "GEO"), ("Moscow officials", "RUS"), ("Top Kazakh officials", "KAZ"),
     ("Uganda People's Defence Force", "UGA"), ("government in Victoria", "SYC"), ("officials in Male", "MDV"),
     ("Bogota", "COL"), ("Nuku'alofa", "TON"), ("mayor of Osh", "KGZ"), ("Istanbul police", "TUR")],
)  # fmt: skip
def test_a_state_is_known_by_its_name_its_seat_or_a_town_beside_an_office(who: str, code: str) -> None:
    assert state_named(who) == code


def test_police_of_a_town_are_those_of_its_state() -> None:
    assert claimant("Almaty police", "KGZ")[0] == "kazakhstan"
    assert claimant("Almaty police", "KAZ")[0] == "officials"
    assert claimant("Almaty", "KAZ")[0] == "observers"


@pytest.mark.parametrize("who", ["Jerusalem", "East Jerusalem police", "Karabakh authorities", "officials in Crimea"])
def test_who_speaks_in_a_disputed_place_is_put_down_to_no_state(who: str) -> None:
    assert state_named(who) == ""
    assert {claimant(who, target)[0] for target in ("", "KGZ", "ISR", "ARM", "UKR")} == {"observers"}


def test_a_ministry_in_a_disputed_place_is_not_that_of_the_state_reported_on() -> None:
    said = "The defence ministry in Karabakh said 14 soldiers had died."
    assert speaker_of(said, "armenia-2022") == "Karabakh defence ministry"


def test_seats_are_named_once_and_add_to_the_capitals_of_the_table_of_places() -> None:
    rows = list(data_rows("foedus.evidence", "seat_names.csv"))
    names = [name for row in rows for name in row["names"].split("|")]
    assert {row["iso3"] for row in rows} <= known_codes()
    assert len(names) == len(set(names))
    assert not set(names) & {state.capital for state in atlas().values()}


def test_a_person_speaks_for_the_office_held_on_the_day() -> None:
    for who, on, key in (
        ("Joe Biden", dt.date(2022, 1, 5), "united-states"),
        ("Joe Biden", dt.date(2026, 1, 5), "observers"),
        ("Nikol Pashinyan", dt.date(2022, 1, 6), "csc-chair"),
        ("Nikol Pashinyan", dt.date(2023, 1, 6), "armenia"),
        ("Joe Biden", None, "united-states"),
    ):
        assert claimant(who, "KAZ", on)[0] == key


def test_a_surname_may_be_short_and_stand_first() -> None:
    assert person_of("Xi") == person_of("Xi Jinping") == "Xi Jinping"
    assert person_of("Li") is None
