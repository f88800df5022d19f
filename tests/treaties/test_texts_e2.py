"""What the texts of the Atlantic, European and Pacific treaties say of places, dates, claims and forces."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from foedus.treaties import Truth, bound_on, library, obligations
from foedus.treaties.incident import Fact, Incident, Location
from foedus.treaties.membership import placed
from foedus.treaties.provision import Words
from foedus.treaties.summary import bottom_line
from foedus.treaties.verifying import _verified, article_in

if TYPE_CHECKING:
    from pathlib import Path

    from foedus.treaties.findings import Finding

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
ATTACK = ("act.armed_attack", "attacker.state", "attacker.external")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def incident(target: str, on: str, *, yes: tuple[str, ...] = (), no: tuple[str, ...] = (), **more: Any) -> Incident:
    facts = [
        Fact(fact=name, value=value, basis="observed", known_from=on, source="test")
        for value, names in ((YES, yes), (NO, no))
        for name in names
    ]
    return Incident(name="t", title="t", target=target, date=on, facts=tuple(facts), **more)


def found(provision: str, treaty: str, target: str, on: str, **more: Any) -> Finding:
    return obligations(target, on, incident(target, on, **more), treaty=treaty)[treaty].provision(provision)


def at(territory: str) -> Location:
    return Location(territory=territory, source="test")


@pytest.mark.parametrize(
    ("treaty", "state", "on", "expected"),
    [
        ("nato-1949", "GRC", "1952-02-17", NO),  # party from the deposit, not from the protocol
        ("nato-1949", "TUR", "1952-02-18", YES),
        ("brussels-1948", "GRC", "2011-06-30", YES),
        ("brussels-1948", "GRC", "2011-07-01", NO),
        ("eu-teu-42-7", "GBR", "2020-01-31", YES),
        ("eu-teu-42-7", "GBR", "2020-02-01", NO),
        ("seato-1954", "FRA", "1980-01-01", YES),  # it left the organisation, not the treaty
        ("seato-1954", "PAK", "1974-01-01", NO),
        ("baghdad-1955", "GBR", "1955-04-14", NO),  # the pact itself was not yet in force
        ("baghdad-1955", "GBR", "1955-04-15", YES),
        ("baghdad-1955", "TUR", "1979-06-01", YES),  # notes of October 1979
        ("baghdad-1955", "TUR", "1979-10-09", NO),
        ("warsaw-1955", "DDR", "1990-09-23", YES),
        ("warsaw-1955", "DDR", "1990-09-30", UNKNOWN),
        ("warsaw-1955", "DDR", "1990-10-03", NO),
    ],
)
def test_a_party_is_bound_from_its_deposit_to_its_last_day(treaty: str, state: str, on: str, expected: Truth) -> None:
    assert bound_on(library()[treaty], state, day(on)) is expected


@pytest.mark.parametrize(
    ("provision", "treaty", "on", "where", "expected"),
    [
        ("nato.art5", "nato-1949", "1964-09-20", {"territory": "MLT"}, YES),  # British until then
        ("nato.art5", "nato-1949", "1964-09-21", {"territory": "MLT"}, NO),
        ("nato.art5", "nato-1949", "1956-01-01", {"territory": "AUT"}, UNKNOWN),  # fixed by the day of 1949
        ("nato.art5", "nato-1949", "1950-01-01", {"territory": "AT-3"}, NO),  # the Soviet zone of Austria
        ("nato.art5", "nato-1949", "1951-01-01", {"territory": "DDR"}, NO),
        ("nato.art5", "nato-1949", "1957-01-01", {"territory": "DE-BE"}, UNKNOWN),
        ("nato.art5", "nato-1949", "1970-01-01", {"lat": 57.0, "lon": 19.0}, UNKNOWN),  # the Baltic is not named
        ("nato.art5", "nato-1949", "1982-04-02", {"territory": "FLK"}, NO),
        ("nato.art5", "nato-1949", "2026-02-01", {"territory": "IOT"}, NO),
        ("bt.art5", "brussels-1948", "1982-04-02", {"territory": "FLK"}, NO),
        ("bt.art5", "brussels-1948", "1982-04-02", {"territory": "NOR"}, YES),  # in Europe, not only among parties
        ("bt.art5", "brussels-1948", "1982-04-02", {"territory": "SUN"}, UNKNOWN),
        ("seato.art4-1", "seato-1954", "1982-04-02", {"territory": "FLK"}, NO),
        ("seato.art4-1", "seato-1954", "2026-02-01", {"territory": "IOT"}, NO),
        ("seato.art4-1", "seato-1954", "1967-01-01", {"territory": "HKG"}, NO),  # north of 21 degrees 30
        ("seato.art4-1", "seato-1954", "1967-01-01", {"territory": "PAK"}, YES),  # all of an Asian party
        ("seato.art4-1", "seato-1954", "1975-01-01", {"territory": "PAK"}, NO),
        ("seato.art4-1", "seato-1954", "1967-01-01", {"territory": "NFK"}, YES),  # Norfolk Island, in the Tasman Sea
        ("seato.art4-2", "seato-1954", "1975-01-01", {"territory": "WLF"}, UNKNOWN),  # the rim is not drawn
        ("seato.art4-2", "seato-1954", "1967-01-01", {"territory": "CXR"}, UNKNOWN),
        ("teu.42.7", "eu-teu-42-7", "2026-02-01", {"territory": "GRL"}, UNKNOWN),
        ("teu.42.7", "eu-teu-42-7", "2026-02-01", {"territory": "REU"}, YES),  # outermost region
        ("usjp.art5", "usa-jpn-1960", "1972-05-14", {"territory": "JP-47"}, NO),  # under American administration
        ("usjp.art5", "usa-jpn-1960", "1972-05-15", {"territory": "JP-47"}, YES),
        ("usjp.art5", "usa-jpn-1960", "2001-09-11", {"territory": "USA"}, NO),
        ("usphl.art4", "usa-phl-1951", "2001-09-11", {"territory": "USA"}, YES),  # metropolitan territory
        ("usphl.art4", "usa-phl-1951", "2024-06-17", {"lat": 9.73, "lon": 115.87}, YES),
        ("usphl.art4", "usa-phl-1951", "2024-06-17", {"lat": 12.0, "lon": 50.0}, NO),
        ("usphl.art4", "usa-phl-1951", "2024-06-17", {"lat": -15.0, "lon": -78.0}, YES),  # off Peru
        ("usphl.art3", "usa-phl-1951", "2024-06-17", {"lat": 14.0, "lon": -95.0}, YES),  # off Mexico
        ("usphl.art4", "usa-phl-1951", "2024-06-17", {"lat": 10.0, "lon": -81.0}, NO),  # the Caribbean
        ("usphl.art4", "usa-phl-1951", "1955-01-01", {"territory": "UM-79"}, YES),  # Wake, an island in the Pacific
        ("usphl.art4", "usa-phl-1951", "1955-01-01", {"territory": "UM-76"}, NO),  # Navassa, in the Caribbean
        ("usphl.art4", "usa-phl-1951", "1955-01-01", {"territory": "JPN"}, UNKNOWN),
        ("usphl.art3", "usa-phl-1951", "1955-01-01", {"territory": "PLW"}, UNKNOWN),
        ("anzus.art4", "anzus-1951", "1982-01-01", {"lat": -15.0, "lon": -78.0}, YES),
        ("anzus.art4", "anzus-1951", "1982-01-01", {"lat": 25.0, "lon": -90.0}, NO),  # the Gulf of Mexico
        ("aes.art4", "aes-2023", "2024-08-24", {"territory": "BFA"}, YES),
        ("aes.art4", "aes-2023", "2024-08-24", {"territory": "DZA"}, NO),
        ("usrok.art3", "usa-kor-1953", "2010-11-23", {"territory": "KOR"}, YES),
        ("usrok.art3", "usa-kor-1953", "2010-11-23", {"territory": "PRK"}, NO),
        ("usrok.art3", "usa-kor-1953", "2010-11-23", {"territory": "US-HI"}, YES),
        ("wp.art4", "warsaw-1955", "1961-08-13", {"territory": "DDR"}, YES),
        ("wp.art4", "warsaw-1955", "1969-03-17", {"territory": "SUN"}, UNKNOWN),  # partly in Europe
    ],
)
def test_a_treaty_reaches_the_places_that_its_text_names(
    provision: str, treaty: str, on: str, where: dict[str, Any], expected: Truth
) -> None:
    found = library()[treaty]
    version = next(one for one in found.provisions if one.id == provision).version_on(day(on))
    at_sea = YES if "lat" in where else UNKNOWN  # there the question is where a ship was attacked
    assert placed(found, version, day(on), Location(source="test", **where), at_sea)[0] is expected


def test_the_falklands_oblige_nobody_under_the_treaties_of_europe_and_asia() -> None:
    for provision, treaty in (("nato.art5", "nato-1949"), ("bt.art5", "brussels-1948"), ("seato.art4-1", "seato-1954")):
        assert found(provision, treaty, "GBR", "1982-04-02", yes=ATTACK, location=at("FLK")).status is NO
    assert found("nato.art4", "nato-1949", "GBR", "1982-04-02", yes=ATTACK, location=at("FLK")).status is UNKNOWN
    assert found("nato.art5", "nato-1949", "GBR", "2026-02-01", yes=ATTACK, location=at("IOT")).status is NO
    assert bound_on(library()["eu-teu-42-7"], "GBR", day("2026-02-01")) is NO


@pytest.mark.parametrize(
    ("yes", "no", "expected"),
    [
        (("act.armed_attack", "act.attack_on_forces"), (), YES),
        (("act.armed_attack",), (), UNKNOWN),  # on the land, or on the forces there?
        (("act.armed_attack",), ("act.attack_on_forces",), NO),
    ],
)
def test_in_occupied_germany_only_the_forces_are_protected(
    yes: tuple[str, ...], no: tuple[str, ...], expected: Truth
) -> None:
    assert found("nato.art5", "nato-1949", "USA", "1950-07-01", yes=yes, no=no, location=at("DEU")).status is expected


def test_at_sea_an_attack_on_no_vessel_is_outside() -> None:
    where = Location(lat=45.0, lon=-30.0, source="test")
    facts = ("act.armed_attack",)
    assert found("nato.art5", "nato-1949", "USA", "2000-01-01", yes=facts, location=where).status is UNKNOWN
    both = ("act.armed_attack", "act.attack_on_forces")
    assert found("nato.art5", "nato-1949", "USA", "2000-01-01", yes=both, location=where).status is YES
    none = found("nato.art5", "nato-1949", "USA", "2000-01-01", yes=facts, no=("act.attack_on_forces",), location=where)
    assert none.status is NO


def test_an_attack_on_forces_is_armed_until_somebody_says_otherwise() -> None:
    facts = ("act.attack_on_forces", "area.treaty")
    open_ = Fact(fact="act.armed_attack", value="unknown", basis="assumed", known_from="2024-06-17", source="test")
    for provision, treaty, target in (
        ("nato.art5", "nato-1949", "GRC"), ("usphl.art4", "usa-phl-1951", "PHL"), ("usjp.art5", "usa-jpn-1960", "USA"),
    ):  # fmt: skip
        taken = found(provision, treaty, target, "2024-06-17", yes=facts)
        assert taken.status is YES
        assert "act.armed_attack" in taken.presuming
        assert found(provision, treaty, target, "2024-06-17", yes=facts, no=("act.armed_attack",)).status is NO
        case = incident(target, "2024-06-17", yes=facts)
        doubtful = case.model_copy(update={"facts": (*case.facts, open_)})
        assert obligations(target, "2024-06-17", doubtful, treaty=treaty)[treaty].provision(provision).status is UNKNOWN


def test_the_same_act_of_the_council_ends_the_help_and_no_report() -> None:
    facts = (*ATTACK, "area.treaty", "measures.taken", "unsc.acted")
    for provision, treaty, target, on in (
        ("nato.art5", "nato-1949", "NOR", "1996-01-01"), ("bt.art5", "brussels-1948", "BEL", "1996-01-01"),
        ("usphl.art4", "usa-phl-1951", "PHL", "1996-01-01"), ("usjp.art5", "usa-jpn-1960", "JPN", "1996-01-01"),
        ("wp.art4", "warsaw-1955", "POL", "1976-01-01"),
    ):  # fmt: skip
        finding = found(provision, treaty, target, on, yes=facts)
        owed = {duty.action for duty in finding.duties if duty.owed is YES}
        assert finding.status is YES
        assert "report_unsc" in owed
        assert not owed & {"assist_as_deemed", "assist_all_means", "act_common_danger"}
    still = found("seato.art4-1", "seato-1954", "THA", "1976-01-01", yes=facts)  # the one text without such a clause
    assert "act_common_danger" in {duty.action for duty in still.duties if duty.owed is YES}


def test_an_opinion_suffices_and_is_of_what_the_article_names() -> None:
    claim = ("claim.party",)
    assert found("nato.art4", "nato-1949", "TUR", "2020-02-28", yes=claim).status is YES
    for provision, treaty, target, on in (
        ("usrok.art2", "usa-kor-1953", "KOR", "1980-05-21"), ("wp.art3", "warsaw-1955", "POL", "1980-12-05"),
    ):  # fmt: skip
        assert found(provision, treaty, target, on, yes=claim).status is YES
        assert found(provision, treaty, target, on, yes=claim, no=("act.armed_threat",)).status is NO


def test_the_help_of_members_with_a_special_policy_is_told_and_owed() -> None:
    finding = found("teu.42.7", "eu-teu-42-7", "EST", "2022-01-01", yes=ATTACK, location=at("EST"))
    told = {duty.bearer for duty in finding.duties if duty.reserved}
    assert told == {"AUT", "FIN", "IRL", "MLT", "SWE"}
    assert all(duty.owed is YES for duty in finding.duties)


def test_an_invocation_is_told_around_its_day() -> None:
    facts = ("act.armed_attack", "area.treaty")
    assert any("2001-09-12" in one for one in found("nato.art5", "nato-1949", "USA", "2001-10-02", yes=facts).remarks)
    assert any("2015-11-17" in one for one in found("teu.42.7", "eu-teu-42-7", "FRA", "2015-11-20", yes=facts).remarks)


def test_a_union_that_must_help_is_not_told_as_deciding() -> None:
    facts = ("act.natural_disaster", "request.assistance")
    told = bottom_line(obligations("GRC", "2018-07-24", incident("GRC", "2018-07-24", yes=facts), treaty="eu-teu-42-7"))
    assert "the European Union must give" in told[0]
    assert not any(line.startswith("Decides") for line in told)


def test_an_article_is_found_by_its_arabic_ordinal() -> None:
    assert article_in("[المادة الرابعة ...] كلام\nالمادة الخامسة: كلام", "4").startswith("[المادة الرابعة")
    assert article_in("المادة الأولى: كلام\nالمادة الثانية: كلام", "1") == "المادة الأولى: كلام"
    assert article_in("المادة الثانية عشرة: كلام", "2") == ""
    assert article_in("المادة الثانية عشرة: كلام", "12")
    assert article_in("المادة ١٢: كلام", "12")


def test_an_article_is_found_by_a_number_in_brackets_or_an_inflected_heading() -> None:
    assert article_in("[10(1)] Talks.\n[11(3)] Methods.", "11") == "[11(3)] Methods."
    assert article_in("изложить абзац второй статьи 2 так", "2").startswith("статьи 2")
    assert article_in("Article 4. Help.", "I (draft of 4 September)") == ""


def test_an_unnumbered_statement_is_found_whole(tmp_path: Path) -> None:
    mark = "# source: https://example.org | a paper | paraphrase of articles 7-8 | kept\n"
    (tmp_path / "copy.txt").write_text(mark + "The heads decide.\n", encoding="utf-8")
    known = hashlib.sha256((tmp_path / "copy.txt").read_bytes()).hexdigest()
    treaty = library()["sau-pak-2025"]
    provision = treaty.provisions[0]
    copies = {known: (tmp_path / "copy.txt", (tmp_path / "copy.txt").read_text(encoding="utf-8"))}
    for article, expected in (("joint statement of 17 September", "found"), ("7", "found"), ("9", "no such article")):
        words = Words(article=article, address="https://example.org", sha256=known, language="English")
        version = provision.versions[0].model_copy(update={"text": words})
        assert _verified(treaty, provision, version, copies).verdict == expected
