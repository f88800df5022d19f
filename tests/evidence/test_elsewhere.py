"""Reports on crises other than Kazakhstan's: what is no coup, no protester, no member; whose place and day it is."""

from __future__ import annotations

import datetime as dt

import pytest

from foedus.evidence import Claim, extract
from foedus.evidence.document import parse


def read(text: str, event: str, published: str = "2022-09-19") -> list[Claim]:
    document = parse(text.encode(), "report.txt", published=dt.date.fromisoformat(published))
    return extract(document, event=event)


@pytest.mark.parametrize(
    "sentence",
    [
        "The mission is there to deter a coup attempt, the minister said.",
        "Soldiers were posted to avert any coup attempt.",
        "The envoy warned of the danger of another coup attempt.",
        "The president doubts that soldiers had any part in the coup attempt.",
        "The charter forbids external intervention in the affairs of members.",
        "The agreement includes a clause that the GCC will defend a member against external interference.",
    ],
)
def test_what_is_feared_doubted_or_only_in_a_treaty_is_not_affirmed(sentence: str) -> None:
    assert [claim.statement for claim in read(sentence, "lesotho-2022") if claim.statement] == []


@pytest.mark.parametrize(
    ("sentence", "quantity"),
    [
        ("The Emirates have sent around 700 police officers to calm protests, the minister said.", "participants"),
        ("Besides 90 soldiers the aircraft carried tents.", "flights"),
        ("The five-nation SADC force had 300 soldiers.", "members"),
    ],
)
def test_a_number_beside_a_word_is_not_what_the_word_counts(sentence: str, quantity: str) -> None:
    assert quantity not in {claim.quantity for claim in read(sentence, "lesotho-2022")}


@pytest.mark.parametrize(
    ("sentence", "event", "place"),
    [
        ("At Maputo's request 1,000 Rwandan troops went to the north.", "mozambique-2022", "Mozambique"),
        ("On the wish of Maseru the neighbours deployed 250 troops.", "lesotho-2022", "Lesotho"),
        ("The defence ministry in Maseru said 3 soldiers had died.", "lesotho-2022", "Lesotho"),
        ("In Maseru 3 soldiers died.", "lesotho-2022", "Maseru"),
        ("In Guinea-Bissau 11 people were killed on Tuesday.", "guinea-bissau-2022", "Guinea-Bissau"),
        ("Nobody knows more, but 11 people were killed.", "guinea-bissau-2022", "Guinea-Bissau"),
    ],
)
def test_a_capital_that_stands_for_its_government_is_no_place(sentence: str, event: str, place: str) -> None:
    assert [claim.place for claim in read(sentence, event) if claim.quantity] == [place]


@pytest.mark.parametrize(
    "sentence",
    [
        "Since Sunday evening at least 180 injured people were treated.",
        "39 people have died since the protests began on June 18.",
    ],
)
def test_the_day_since_which_people_are_counted_is_not_the_day_of_the_count(sentence: str) -> None:
    counts = [claim for claim in read(sentence, "kenya-2022") if claim.kind == "cumulative"]
    assert [str(claim.as_of) for claim in counts] == ["2022-09-19"]


def test_a_contingent_is_of_the_state_that_is_named_before_it() -> None:
    found = [claim for claim in read("The Saudi contingent has 1,100 soldiers.", "bahrain-2011") if claim.quantity]
    assert [(claim.quantity, claim.low, claim.subject) for claim in found] == [("troops", 1100, "SAU")]


def test_a_headline_is_said_by_whom_it_names_last() -> None:
    text = "Clashes kill nine, says hospital\nAccording to the governor, calm has returned."
    assert [claim.speaker for claim in read(text, "kazakhstan-2022") if claim.quantity] == ["hospital"]


@pytest.mark.parametrize(
    "line", ["Published: 2022-01-09T22:30:00Z", "Staff Report, Published: January 9, 2022, 6:07 pm", "Updated 2022-01-09T21:59:34+06:00"]
)  # fmt: skip
def test_a_stamp_with_a_time_gives_the_day_of_publication(line: str) -> None:
    document = parse(f"{line}\nAt least 12 people were killed on Wednesday.".encode(), "report.txt")
    assert document.published == dt.date(2022, 1, 9)
