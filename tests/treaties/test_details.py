"""Who may chair, what became of a duty, where a treaty applies, whom it protects, links short of war, own files."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from foedus import treaties
from foedus.cli import run_cli
from foedus.errors import InputError
from foedus.treaties import Fact, Incident, Location, Performance, Positions, Truth, check, library, load_treaty
from foedus.treaties.describe import describe_data, show
from foedus.treaties.membership import between, bound_on, in_area, protected_on
from foedus.treaties.pages import page
from foedus.treaties.voting import chair_on, offices_on

LIBRARY = Path(load_treaty.__code__.co_filename).parent / "library"
YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def changed(tmp_path: Path, name: str, old: str, new: str) -> Path:
    text = (LIBRARY / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / f"{name}.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


# ---- seats, chairs, rules by date


@pytest.mark.parametrize(
    ("on", "offices"),
    [("2021-01-18", ("head_of_state",)), ("2021-01-19", ("head_of_state", "head_of_government"))],
)
def test_a_prime_minister_may_chair_since_19_january_2021(on: str, offices: tuple[str, ...]) -> None:
    for name in ("cst-1992", "csto-charter-2002"):
        assert offices_on(library()[name], "csc", day(on)) == offices


def test_a_chair_who_may_not_chair_is_refused(tmp_path: Path) -> None:
    file = changed(tmp_path, "csto-charter-2002", "  - state: TJK\n    from: 2020-12-02", "  - state: TJK\n    office: head_of_government\n    from: 2020-12-02")  # fmt: skip
    with pytest.raises(InputError, match="on 2020-12-02 a head of government could not take the chair"):
        load_treaty(file)


def test_armenia_chaired_in_january_2022_and_the_vote_says_so() -> None:
    chair = chair_on(library()["csto-charter-2002"], day("2022-01-06"))
    assert chair is not None
    assert (chair.state, chair.office) == ("ARM", "head_of_government")
    data = treaties.council("csto", Positions(proposal="x", positions={}), "2022-01-06").to_dict()
    assert data["chair"]["state"] == "ARM"
    assert data["sits"] == ["head_of_state", "head_of_government"]


def test_the_limited_format_came_with_the_protocol_of_2010() -> None:
    stand = Positions(proposal="x", positions={})
    assert treaties.council("csto", stand, "2012-12-18").limited_format is None
    assert treaties.council("csto", stand, "2012-12-19").limited_format is UNKNOWN


# ---- what became of a duty


def attacked(**more: object) -> Incident:
    facts = [
        Fact(fact=name, value="yes", basis="observed", known_from="2025-07-01", source="test")
        for name in ("act.armed_attack", "attacker.state", "state_of_war")
    ]
    return Incident(name="t", title="t", target="PRK", date="2025-07-01", facts=tuple(facts), **more)


@pytest.mark.parametrize(
    ("done_on", "recorded_until", "state"),
    [
        ("2025-07-03", "2025-07-20", "met"),
        ("2025-07-11", "2025-07-20", "met"),
        ("2025-07-12", "2025-07-20", "late"),
        (None, "2025-07-11", "open"),
        (None, "2025-07-12", "breached"),
        (None, None, None),
    ],
)
def test_a_duty_with_a_deadline_is_met_late_open_or_breached(
    tmp_path: Path, done_on: str | None, recorded_until: str | None, state: str | None
) -> None:
    file = changed(
        tmp_path, "rus-prk-2024", "action: assist_all_means", "action: assist_all_means\n            within_days: 10"
    )
    deeds = () if done_on is None else (Performance(bearer="RUS", action="assist_all_means", on=done_on, source="t"),)
    incident = attacked(performed=deeds, recorded_until=recorded_until)
    found = treaties.obligations("PRK", "2025-07-01", incident, treaty=str(file))
    (duty,) = found[str(file)].provision("rusprk.art4").duties
    assert (duty.bearer, duty.due, duty.state) == ("RUS", day("2025-07-11"), state)


def test_what_may_be_done_has_no_breach() -> None:
    incident = attacked(recorded_until="2026-01-01").model_copy(update={"target": "KAZ"})
    found = treaties.obligations("KAZ", "2025-07-01", incident)["cis-charter-1993"]
    assert {duty.state for finding in found for duty in finding.duties if duty.modality == "may"} == {None}


def test_approval_at_home_is_named_for_those_who_would_send_troops() -> None:
    found = treaties.obligations("KAZ", "2022-01-06", "kazakhstan-2022", treaty="csto")
    homes = {duty.bearer: duty.home for duty in found["csto"].provision("4").duties if duty.level >= 3}
    assert homes["KGZ"] is not None
    assert "60 of 90" in homes["KGZ"]
    assert "Kyrgyzstan needs approval at home before it can send troops: Parliament" in found.explain()


# ---- where a treaty applies, whom it protects, who stands apart


@pytest.mark.parametrize(
    ("on", "where", "expected"),
    [
        ("1955-01-01", {"territory": "GRL"}, YES),  # Denmark in North America
        ("1955-01-01", {"territory": "US-AK"}, YES),
        ("1955-01-01", {"territory": "US-HI"}, NO),  # a state of the Union outside North America
        ("1955-01-01", {"territory": "CHE"}, NO),
        ("1970-01-01", {"territory": "DEU"}, YES),
        ("1970-01-01", {"territory": "TR-34"}, YES),
        ("1970-01-01", {"territory": "BR-RJ"}, NO),
        ("1952-02-17", {"territory": "TUR"}, NO),  # the protocol in force, the instrument not yet deposited
        ("1952-02-18", {"territory": "TUR"}, YES),
        ("2023-04-03", {"territory": "FIN"}, NO),
        ("2023-04-04", {"territory": "FIN"}, YES),
        ("1950-06-01", {"lat": 38.0, "lon": 18.0}, NO),  # the Mediterranean, before the protocol of 1951
        ("1953-06-01", {"lat": 38.0, "lon": 18.0}, YES),
        ("1970-01-01", {"lat": 56.0, "lon": 3.0}, YES),  # North Sea
        (
            "1970-01-01",
            {"lat": 44.0, "lon": 34.0},
            UNKNOWN,
        ),  # Black Sea: not named; territorial waters of a party in it are territory
        ("1970-01-01", {"lat": 20.0, "lon": -50.0}, NO),  # south of the Tropic of Cancer
        ("1970-01-01", {"lat": 51.0, "lon": 171.0}, NO),  # North Pacific
    ],
)
def test_article_6_by_named_areas_and_coordinates(on: str, where: dict[str, object], expected: Truth) -> None:
    assert in_area(library()["nato-1949"], day(on), Location(source="test", **where), on_forces=YES) is expected


def test_states_protected_without_being_parties_are_found_and_owe_nothing() -> None:
    seato = library()["seato-1954"]
    assert protected_on(seato, "LAO", day("1960-01-01")) is YES
    assert protected_on(seato, "LAO", day("1965-01-01")) is NO
    assert protected_on(seato, "KHM", day("1956-06-01")) is UNKNOWN
    facts = [Fact(fact="act.armed_attack", value="yes", basis="observed", known_from="1960-01-01", source="t")]
    incident = Incident(name="t", title="t", target="LAO", date="1960-01-01", facts=tuple(facts))
    finding = treaties.obligations("LAO", "1960-01-01", incident, treaty="seato-1954")["seato-1954"].provision(
        "seato.art4-1"
    )
    assert "LAO" not in {duty.bearer for duty in finding.duties}
    assert treaties.obligations("LAO", "1965-01-01", incident, treaty="seato-1954").findings == ()


def test_a_suspended_pair_stands_apart_and_only_that_pair() -> None:
    anzus = library()["anzus-1951"]
    assert between(anzus, "USA", "NZL", day("1986-08-10")) is YES
    assert between(anzus, "NZL", "USA", day("1986-09-01")) is UNKNOWN  # the reported days differ
    assert between(anzus, "USA", "NZL", day("1986-09-17")) is NO
    assert between(anzus, "AUS", "NZL", day("1990-01-01")) is YES
    bound_with = {ally.state for ally in treaties.allies("NZL", "1990-01-01") if ally.treaty == "anzus-1951"}
    assert bound_with == {"AUS"}


def test_a_suspended_party_is_open_and_back_when_the_suspension_ends() -> None:
    jdt = library()["arab-jdt-1950"]
    assert bound_on(jdt, "EGY", day("1978-01-01")) is YES
    assert bound_on(jdt, "EGY", day("1985-01-01")) is UNKNOWN
    assert bound_on(jdt, "EGY", day("1990-01-01")) is YES


def test_those_who_left_rio_were_bound_two_years_after_their_notice() -> None:
    rio = library()["rio-1947"]
    leavers = [party for party in rio.parties if party.notice is not None and party.memberships[-1].exit is not None]
    assert leavers
    for party in leavers:
        notice, left = party.notice.earliest, party.memberships[-1].exit
        assert left.latest >= notice.replace(year=notice.year + 2), party.state
        assert bound_on(rio, party.state, notice) is YES


def test_germany_is_bound_under_one_code_throughout() -> None:
    nato = library()["nato-1949"]
    assert bound_on(nato, "DEU", day("1955-05-05")) is NO
    assert all(bound_on(nato, "DEU", day(on)) is YES for on in ("1955-05-06", "1990-10-02", "1990-10-03"))


def test_a_state_is_asked_for_under_the_code_of_its_time() -> None:
    for asked, on, then in (("RUS", "1970-01-01", "SUN"), ("SUN", "2000-01-01", "RUS")):
        with pytest.raises(InputError, match=f"did you mean '{then}'"):
            treaties.allies(asked, on)


# ---- integration short of war


@pytest.mark.parametrize(
    ("treaty", "kind", "word", "since"),
    [
        ("csto-charter-2002", "observer", "United Nations", "2004-12-02"),
        ("csto-charter-2002", "base", "Tajikistan", "2004"),
        ("csto-charter-2002", "base", "Kyrgyzstan", "2003-10-23"),
        ("csto-charter-2002", "headquarters", "Moscow", "2003"),
        ("csto-charter-2002", "arms", "domestic prices", "2000"),
        ("csto-charter-2002", "exercise", "peacekeepers", "2012"),
        ("sco-charter-2002", "observer", "United Nations", "2004-12-02"),
        ("nato-1949", "headquarters", "Brussels", "1967-10-16"),
    ],
)
def test_links_short_of_war_are_dated_shown_on_pages_and_in_the_timeline(
    treaty: str, kind: str, word: str, since: str
) -> None:
    links = [link for link in library()[treaty].integration if link.kind == kind and word in link.what]
    assert links
    assert str(links[0].since.earliest).startswith(since)
    assert links[0].what in show(treaty)
    assert links[0].what in page(library()[treaty])
    assert links[0].what in {change.what for change in treaties.timeline(treaty)}
    assert links[0].what in {link["what"] for link in describe_data(library()[treaty])["integration"]}


def test_every_link_has_a_day_and_says_how_sure_it_is() -> None:
    for treaty in library().values():
        for link in treaty.integration:
            assert link.since is not None, link.what
            assert f"(confidence: {link.confidence})" in page(treaty)


# ---- what rests on memory says so


def test_memory_is_named_in_every_trace_that_rests_on_it() -> None:
    found = treaties.obligations("USA", "2001-10-02", attacked().model_copy(update={"target": "USA"}))
    for finding in found.findings:
        assert finding.to_dict()["trace"]["confidence"] == finding.provision.confidence
    text = found.explain()
    shaky = [finding for finding in found.findings if finding.basis == "memory"]
    assert shaky
    assert text.count("from memory or a paraphrase, not checked against the text") == len(shaky)


def test_an_assumed_day_of_entry_is_named_where_it_is_used() -> None:
    incident = attacked().model_copy(update={"target": "ZAF"})
    found = treaties.obligations("ZAF", "2015-01-01", incident, treaty="sadc-mdp-2003")
    assert "ZMB" in found["sadc-mdp-2003"].provision("sadc.art6").assumed
    assert "assumed, not established, when it came to bind: " in found.explain()


def test_bearers_name_organs_that_some_treaty_of_the_family_has() -> None:
    for treaty in library().values():
        organs = {organ.id for other in library().values() if other.family == treaty.family for organ in other.organs}
        named = {d.who for p in treaty.provisions for v in p.versions for d in v.duties if d.who.startswith("organ:")}
        assert {name.removeprefix("organ:") for name in named} <= organs, treaty.id


# ---- the command line and files of one's own


def test_json_of_obligations_has_exactly_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["obligations", "KAZ", "--on", "2022-01-05", "--facts", "kazakhstan-2022", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert list(data) == ["target", "on", "findings"]
    keys = [
        "treaty", "provision", "article", "version_from", "status", "disputed", "readings", "duties", "trace",
        "could_change",
    ]  # fmt: skip
    for finding in data["findings"]:
        assert list(finding) == keys
        assert all(list(duty) == ["bearer", "modality", "action", "level", "owed"] for duty in finding["duties"])
        assert {"confidence", "sources", "target_bound", "conflicts", "according_to", "known_by"} <= set(
            finding["trace"]
        )
        assert [duty["bearer"] for duty in finding["trace"]["duties"]] == [duty["bearer"] for duty in finding["duties"]]


@pytest.mark.parametrize(
    "command",
    [
        ["allies", "KAZ", "--on", "2022-01-05"],
        ["treaties", "list"],
        ["treaties", "show", "csto"],
        ["treaties", "diff", "csto", "--from", "2010-01-01", "--to", "2013-01-01"],
        ["treaties", "timeline", "nato"],
        ["treaties", "check"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_every_command_speaks_json_and_nothing_else(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli([*command, "--json"]) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)
    assert out.err == ""
    assert run_cli(command) == 0
    assert capsys.readouterr().out.strip()


def test_show_as_json_holds_everything_the_file_says() -> None:
    for treaty in library().values():
        data = describe_data(treaty)
        set_fields = {name for name, value in treaty if value is not None and value not in ((), {})}
        assert set_fields - set(data) <= {"definitions"}
        assert len(data["parties"]) == len(treaty.parties)
        json.dumps(data)


def test_a_treaty_file_of_ones_own_works_like_one_of_the_library(tmp_path: Path, capsys) -> None:
    file = changed(tmp_path, "usa-jpn-1960", "id: usa-jpn-1960", "id: mine")
    assert run_cli(["treaties", "timeline", str(file)]) == 0
    assert (
        run_cli(["obligations", "JPN", "--on", "2022-01-05", "--facts", "kazakhstan-2022", "--treaty", str(file)]) == 0
    )
    assert "mine art. IV" in capsys.readouterr().out


def test_check_reads_every_file_and_fails_if_one_is_wrong(tmp_path: Path, capsys) -> None:
    good = changed(tmp_path, "fpda-1971", "London", "London")
    bad = changed(tmp_path, "usa-jpn-1960", "act.armed_attack", "act.armed_atack")
    incident = LIBRARY.parent / "incidents" / "kazakhstan-2022.yaml"
    assert isinstance(check(incident), Incident)
    assert run_cli(["treaties", "check", str(good), str(bad), str(incident)]) == 2
    out = capsys.readouterr()
    assert "Five Power" in out.out
    assert "Kazakhstan, January 2022" in out.out
    line = next(i for i, text in enumerate(bad.read_text().splitlines(), 1) if "armed_atack" in text)
    assert f"usa-jpn-1960.yaml:{line}: unknown fact 'act.armed_atack'" in out.err
    assert "did you mean 'act.armed_attack'" in out.err
    assert run_cli(["treaties", "check", str(good), str(bad), "--json"]) == 2
    rows = json.loads(capsys.readouterr().out)
    assert [row["in_order"] for row in rows] == [True, False]
    assert rows[1]["line"] == line


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("  - state: USA\n", "  - state: USA\n    sources: [nowhere]\n", "unknown source 'nowhere'"),
        (
            "      - entry: 1960-06-23\n",
            "      - entry: 1960-06-23\n        exit: 1959-01-01\n",
            "ends .* before it begins",
        ),
        ("who: others", "who: everybody", "who"),
        ("in_force: 1960-06-23", "in_force: 1960-06-31", "no such day"),
        ("kind: defence", "kind: defence\n    color: red", "color"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, old: str, new: str, word: str) -> None:
    name = "anzus-1951" if "others" in old else "usa-jpn-1960"
    with pytest.raises(InputError, match=word) as error:
        load_treaty(changed(tmp_path, name, old, new))
    assert error.value.line is not None


def test_versions_must_follow_one_another(tmp_path: Path) -> None:
    file = changed(tmp_path, "cst-1992", "        until: 2012-12-19\n", "        until: 2013-12-19\n")
    with pytest.raises(InputError, match="must end before"):
        load_treaty(file)


@pytest.mark.parametrize(
    ("on", "state_attacks", "status"),
    [
        ("2012-12-09", False, NO),  # the old text still held
        ("2012-12-15", False, UNKNOWN),  # old text no, new text yes: which of them held is not known
        ("2012-12-15", True, YES),  # both say yes
        ("2012-12-19", False, YES),
    ],
)
def test_on_a_disputed_day_of_change_only_what_both_texts_say_is_certain(
    tmp_path: Path, on: str, state_attacks: bool, status: Truth
) -> None:
    when = "{earliest: 2012-12-10, latest: 2012-12-19, why: test}"
    file = changed(tmp_path, "cst-1992", "2012-12-19", "2012-12-19")
    file.write_text(
        file.read_text().replace("until: 2012-12-19", f"until: {when}").replace("- from: 2012-12-19", f"- from: {when}")
    )
    facts = {
        "act.aggression": state_attacks,
        "attacker.state": state_attacks,
        "act.armed_attack": True,
        "threat.security": True,
    }
    incident = Incident(
        name="t", title="t", target="KAZ", date=on,
        facts=tuple(Fact(fact=f, value=v, basis="observed", known_from=on, source="t") for f, v in facts.items()),
    )  # fmt: skip
    assert treaties.obligations("KAZ", on, incident, treaty=str(file))[str(file)].provision("cst.art4").status is status


def test_a_circle_of_definitions_is_refused_in_a_file(tmp_path: Path) -> None:
    circle = "definitions:\n  act.coup: act.terrorism\n  act.terrorism: act.subversion\n  act.subversion: act.coup\nprovisions:"
    with pytest.raises(InputError, match="leads back to itself") as error:
        load_treaty(changed(tmp_path, "usa-jpn-1960", "provisions:", circle))
    assert error.value.file is not None


def test_a_definition_changes_what_a_fact_means_under_its_treaty_only(tmp_path: Path) -> None:
    meaning = "definitions:\n  act.armed_attack: {any: [act.armed_attack, act.terrorism]}\nprovisions:"
    file = changed(tmp_path, "usa-jpn-1960", "provisions:", meaning)
    facts = [
        Fact(fact=name, value=value, basis="observed", known_from="2015-01-01", source="t")
        for name, value in (("act.terrorism", "yes"), ("act.armed_attack", "no"), ("area.treaty", "yes"))
    ]
    incident = Incident(name="t", title="t", target="JPN", date="2015-01-01", facts=tuple(facts))
    mine = treaties.obligations("JPN", "2015-01-01", incident, treaty=str(file))
    theirs = treaties.obligations("JPN", "2015-01-01", incident, treaty="usa-jpn-1960")
    assert mine[str(file)].provision("usjp.art5").status is YES
    assert theirs["usa-jpn-1960"].provision("usjp.art5").status is NO


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system ['echo hacked']", "!!python/name:os.system ''", "!mine {a: b}"]
)
def test_tags_that_would_build_objects_are_refused_with_their_line(tmp_path: Path, tag: str) -> None:
    file = tmp_path / "treaty.yaml"
    file.write_text(f"id: x\nname: {tag}\n", encoding="utf-8")
    with pytest.raises(InputError, match="tag") as error:
        load_treaty(file)
    assert error.value.line == 2


@pytest.mark.parametrize(
    ("text", "word"),
    [("[" * 5000 + "]" * 5000, "nested too deeply"), ("", "no keys"), ("- a\n- b\n", "no keys"), ("word", "no keys")],
    ids=["deep", "empty", "list", "word"],
)
def test_what_is_no_treaty_at_all_is_said_in_words(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "treaty.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=word):
        check(file)


def test_the_interview_says_before_it_asks_that_it_cannot_write(tmp_path: Path) -> None:
    def never(_: str) -> str:
        pytest.fail("asked in vain")

    with pytest.raises(InputError, match="no such folder"):
        treaties.ask("KAZ", "2022-01-05", "csto", tmp_path / "none" / "i.yaml", never, never)


def test_ten_megabytes_are_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "treaty.yaml"
    file.write_text("a: [" + "x, " * 3_500_000 + "x]\n", encoding="utf-8")
    with pytest.raises(InputError, match="too large"):
        check(file)


def test_observers_of_one_treaty_do_not_contradict_those_of_another() -> None:
    def decided(treaty: str | None, value: str) -> Fact:
        return Fact(
            fact="decision.organ", value=value, basis="observed", treaty=treaty, known_from="2022-01-06", source="t"
        )

    def conflicts(*facts: Fact) -> tuple[str, ...]:
        incident = Incident(name="t", title="t", target="KAZ", date="2022-01-06", facts=facts)
        told = treaties.obligations("KAZ", "2022-01-06", incident).conflicts
        return tuple(one for one in told if one.startswith("the competent organ"))  # not those of rules with rules

    assert conflicts(decided("csto", "yes"), decided("cis", "no")) == ()
    assert len(conflicts(decided("csto", "yes"), decided("csto", "no"))) == 1
    assert len(conflicts(decided(None, "yes"), decided("cis", "no"))) == 1


def test_the_interview_on_the_command_line_writes_the_file_and_speaks_json(tmp_path: Path, capsys, monkeypatch) -> None:
    import click

    monkeypatch.setattr(
        click, "prompt", lambda question, **_: "no" if question.endswith("?") and "where" not in question else "me"
    )
    out = tmp_path / "mine.yaml"
    command = [
        "treaties",
        "ask",
        "KAZ",
        "--on",
        "2022-01-05",
        "--treaty",
        "csto",
        "--provision",
        "4",
        "--out",
        str(out),
    ]
    assert run_cli([*command, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {f["status"] for f in data["findings"] if f["provision"] == "cst.art4"} == {"no"}
    assert isinstance(check(out), Incident)
    assert run_cli(command) == 2  # it does not write over a file
