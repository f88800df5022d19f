"""Areas, lifecycle of duties, precedence, definitions, scoped facts, the interview, the schema, hostile files."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest

from foedus.errors import InputError
from foedus.treaties import Truth, ask, library, load_treaty, obligations
from foedus.treaties.incident import Fact, Incident, Location, Performance
from foedus.treaties.json_schema import schema
from foedus.treaties.membership import in_area
from foedus.treaties.model import Treaty
from foedus.treaties.pages import pages
from foedus.yamlfile import load_plain, load_yaml, plain

LIBRARY = Path(load_treaty.__code__.co_filename).parent / "library"


def incident(target: str, day: str, *, yes: tuple[str, ...] = (), no: tuple[str, ...] = (), **more: object) -> Incident:
    facts = [
        Fact(fact=f, value=value, basis="observed", known_from=day, source="test")
        for value, names in ((Truth.YES, yes), (Truth.NO, no))
        for f in names
    ]
    return Incident(name="t", title="t", target=target, date=day, facts=tuple(facts), **more)


@pytest.mark.parametrize(
    ("day", "where", "expected"),
    [
        ("1960-01-01", {"territory": "DZA"}, Truth.YES),  # the Algerian departments
        ("1962-07-03", {"territory": "DZA"}, Truth.NO),
        ("1951-01-01", {"territory": "TUR"}, Truth.NO),
        ("1953-01-01", {"territory": "TUR"}, Truth.YES),
        ("1982-04-02", {"territory": "FLK"}, Truth.NO),
        ("2001-09-11", {"territory": "USA"}, Truth.YES),
        ("2001-09-11", {"territory": "US-HI"}, Truth.NO),
        ("1970-01-01", {"lat": 60.0, "lon": -30.0}, Truth.YES),
        ("1970-01-01", {"lat": -51.0, "lon": -59.0}, Truth.NO),
    ],
)
def test_article_6_of_the_north_atlantic_treaty(day: str, where: dict[str, object], expected: Truth) -> None:
    place, on = Location(source="test", **where), dt.date.fromisoformat(day)
    assert in_area(library()["nato-1949"], on, place, on_forces=Truth.YES) is expected


def test_the_place_of_an_incident_decides_the_area() -> None:
    facts = ("act.armed_attack", "attacker.external")
    here = incident("USA", "2001-10-02", yes=facts, no=("unsc.acted",), location=Location(territory="USA", source="t"))
    there = incident(
        "USA", "2001-10-02", yes=facts, no=("unsc.acted",), location=Location(territory="US-HI", source="t")
    )
    assert obligations("USA", "2001-10-02", here)["nato"].provision("5").status is Truth.YES
    assert obligations("USA", "2001-10-02", there)["nato"].provision("5").status is Truth.NO


def test_duties_are_met_open_or_breached() -> None:
    done = (Performance(bearer="RUS", action="assist_incl_military", on="2022-01-06", source="t"),)
    found = obligations(
        "KAZ", "2022-01-05",
        incident(
            "KAZ", "2022-01-05", yes=("act.armed_attack", "threat.security", "request.assistance"), performed=done,
            recorded_until="2022-01-06",
        ),
    )["csto"].provision("4")  # fmt: skip
    states = {d.bearer: d.state for d in found.duties if d.action == "assist_incl_military"}
    assert states == {"RUS": "met", "ARM": "open", "BLR": "open", "KGZ": "open", "TJK": "open"}


def test_the_charter_prevails_over_a_regional_body() -> None:
    facts = incident("CIV", "2002-10-26", yes=("act.coup", "decision.organ"), no=("unsc.mandate", "consent.host"))
    found = obligations("CIV", "2002-10-26", facts)
    assert any("UN Charter prevails" in conflict for conflict in found.conflicts)
    consent = incident("CIV", "2002-10-26", yes=("act.coup", "decision.organ", "consent.host"), no=("unsc.mandate",))
    assert not obligations("CIV", "2002-10-26", consent).conflicts


def test_a_decision_of_one_organ_is_none_of_another() -> None:
    scoped = Fact(
        fact="decision.organ", value="yes", basis="observed", treaty="csto", known_from="2022-01-06", source="t"
    )
    base = incident("KAZ", "2022-01-05", yes=("threat.security", "request.assistance"))
    found = obligations("KAZ", "2022-01-05", base.model_copy(update={"facts": (*base.facts, scoped)}))
    assert all(d.owed is Truth.YES for d in found["crrf-2009"].provision("crrf.tasks").duties)
    elsewhere = incident("CIV", "2002-10-26", yes=("act.coup",))
    other = elsewhere.model_copy(update={"facts": (*elsewhere.facts, scoped)})
    assert all(
        d.owed is Truth.UNKNOWN
        for d in obligations("CIV", "2002-10-26", other)["ecowas-mechanism-1999"].provision("ecowas99.art25").duties
    )


def test_contradicting_observations_are_reported_and_leave_the_fact_open() -> None:
    facts = incident("KAZ", "2022-01-05", yes=("act.armed_attack",), no=("act.armed_attack",))
    found = obligations("KAZ", "2022-01-05", facts, treaty="csto")
    assert any("contradict" in conflict for conflict in found.conflicts)
    assert found["csto"].provision("4").status is Truth.UNKNOWN


def test_definitions_may_not_lead_in_a_circle() -> None:
    data = json.loads(
        library()["au-pact-2005"].model_dump_json(
            exclude={"provisions", "definitions"}, by_alias=True, exclude_none=True
        )
    )
    with pytest.raises(ValueError, match="leads back to itself"):
        Treaty.model_validate({**data, "parties": [{"state": "DZA"}, {"state": "EGY"}], "signed": "2005-01-31", "in_force": "2009-12-18",
                               "provisions": [], "definitions": {"act.coup": "act.terrorism", "act.terrorism": "act.coup"}})  # fmt: skip


def test_the_interview_asks_only_what_can_change_the_answer(tmp_path: Path) -> None:
    asked = []

    def answer(question: str) -> str:
        asked.append(question)
        return "no"

    found = ask("KAZ", "2022-01-05", "csto", tmp_path / "i.yaml", answer, lambda _: "me", provision="4")
    assert found["csto"].provision("4").status is Truth.NO
    assert len(asked) == 2  # no aggression and no armed attack settle it
    assert obligations("KAZ", "2022-01-05", tmp_path / "i.yaml")["csto"].provision("4").status is Truth.NO
    with pytest.raises(InputError, match="exists already"):
        ask("KAZ", "2022-01-05", "csto", tmp_path / "i.yaml", answer, lambda _: "me")


def test_the_schema_is_one_and_names_every_key() -> None:
    found = schema()
    assert found["properties"]["in_force"]
    assert {"Condition", "Interval", "Party", "Provision", "Version"} <= set(found["$defs"])
    assert set(found["required"]) >= {"id", "name", "provisions", "sources"}


def test_every_file_of_the_library_meets_the_schema_and_a_wrong_one_does_not() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    judge = jsonschema.Draft202012Validator(schema())
    for path in sorted(LIBRARY.glob("*.yaml")):
        document = json.loads(json.dumps(plain(load_yaml(path)), default=str))
        assert [error.message for error in judge.iter_errors(document)] == [], path.name
        assert not judge.is_valid(document | {"colour": "red"})
        assert not judge.is_valid({key: value for key, value in document.items() if key != "provisions"})


def test_the_quick_reader_reads_the_library_as_the_careful_one_does() -> None:
    for path in sorted(LIBRARY.glob("*.yaml")):
        assert load_plain(path) == plain(load_yaml(path)), path.name


def test_the_pages_are_those_of_the_library() -> None:
    folder = Path(__file__).parents[2] / "docs" / "treaties"
    for name, text in pages().items():
        assert (folder / name).read_text(encoding="utf-8") == text, (
            f"run `foedus treaties pages docs/treaties` ({name})"
        )


def hostile(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "treaty.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("id: a\nid: b\n", "id"),
        ("x: " + "a" * 3_000_000, "too large"),
        (
            "a: &a [x,x,x,x,x,x,x,x]\n"
            + "".join(
                f"{c}: &{c} [*{p},*{p},*{p},*{p},*{p},*{p},*{p},*{p}]\n"
                for p, c in zip("abcdefg", "bcdefgh", strict=True)
            ),
            "expand to more than",
        ),
        ("id: !!python/object/apply:os.system ['echo hacked']\n", "treaty.yaml"),
        ("- just\n- a list\n", "treaty.yaml"),
        ("", "treaty.yaml"),
    ],
    ids=["duplicate key", "too large", "billion laughs", "code in a tag", "a list", "empty"],
)
def test_hostile_files_are_refused_in_words_and_in_time(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        load_treaty(hostile(tmp_path, text))


def test_unknown_keys_facts_and_impossible_dates_name_their_line(tmp_path: Path) -> None:
    text = (LIBRARY / "usa-jpn-1960.yaml").read_text(encoding="utf-8")
    for old, new, word in (
        ("signed: 1960-01-19", "signed: 1960-02-31", "no such day|day is out of range|malformed"),
        ("act.armed_attack", "act.armed_atack", "did you mean 'act.armed_attack'"),
        ("family:", "familly:", "family"),
    ):
        assert old in text
        with pytest.raises(InputError, match=word) as error:
            load_treaty(hostile(tmp_path, text.replace(old, new, 1)))
        assert error.value.file
