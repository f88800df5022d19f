"""The law in words: a permission is never told as a duty, nobody is named by a code, and the bottom line comes first."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from foedus import treaties
from foedus.cli import run_cli
from foedus.errors import InputError
from foedus.treaties import Fact, Incident, Truth, incident_names, library, load_incident, load_treaty, vocabulary
from foedus.treaties import obligations as evaluate
from foedus.treaties.describe import show
from foedus.treaties.edition import up_to_date
from foedus.treaties.pages import page
from foedus.treaties.summary import bottom_line
from foedus.treaties.words import bearer_name, claimant_name, duty_lines, duty_sentence, named_claimant, written_duty

LIBRARY = Path(treaties.__file__).parent / "library"
ANSWERS = {
    "must": {"owed", "not owed", "open"},
    "may": {"permitted", "not permitted", "open", "not decided"},
    "must_not": {"barred", "not barred", "open"},
}
KAZAKHSTAN = ("KAZ", "2022-01-05", "kazakhstan-2022")


def found(name: str) -> treaties.Obligations:
    incident = load_incident(name)
    return evaluate(incident.target, incident.date, incident)


def own(tmp_path: Path, treaty: str, *changes: tuple[str, str]) -> str:
    text = (LIBRARY / f"{treaty}.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    return str(tmp_path / "mine.yaml")


# ---- modality, names


@pytest.mark.parametrize("name", incident_names()[::4])
def test_every_duty_is_told_by_its_modality_and_by_name(name: str) -> None:
    for finding in found(name).findings:
        for duty, data in zip(finding.duties, finding.to_dict()["duties"], strict=True):
            assert data["answer"] in ANSWERS[duty.modality]
            assert re.search(rf": {data['answer']}(\.|, (breached|done|not)\b)", data["sentence"])
            modality = "may" if data["sentence"].startswith("No ") else duty.modality.replace("_", " ")
            assert f" {modality} " in data["sentence"]
            assert not re.search(r"organ:|_|must not not|\b(ARM|RUS|USA|GBR)\b", data["sentence"])
            assert data["bearer_name"] != duty.bearer or duty.bearer.startswith("every ")
        assert sum(len(line.bearers) for line in duty_lines(finding)) == len(finding.duties)


def test_a_permission_is_permitted_and_an_organ_decides() -> None:
    finding = evaluate(*KAZAKHSTAN)["cst-1992"].provision("6")
    assert duty_sentence(finding, finding.duties[0]) == (
        "The Collective Security Council may decide binding collective measures: permitted."
    )


def test_what_nobody_has_named_an_organ_is_not_told_by_a_code() -> None:
    assert bearer_name(library()["csto-pk-2007"], "organ:csc") == "the Collective Security Council"  # of its family
    assert bearer_name(library()["un-charter-1945"], "organ:regional") == "a regional arrangement or agency"
    assert bearer_name(library()["nato-1949"], "USA") == "the United States"


def test_claimants_are_named_as_one_speaks_of_them() -> None:
    incident = load_incident("kazakhstan-2022")
    assert claimant_name(incident, "president") == "the president of Kazakhstan"
    assert claimant_name(incident, "observers") == "independent observers"
    assert named_claimant("Bahrain Independent Commission of Inquiry").startswith("the Bahrain")
    text = evaluate(*KAZAKHSTAN, according_to="president").explain(None)
    assert "according to the president of Kazakhstan" in text
    assert "claimed by the chair of the Collective Security Council (prime minister of Armenia)" in text
    assert "claimed by president" not in text


def test_pages_and_show_speak_in_words() -> None:
    for treaty in library().values():
        duties = [line for line in page(treaty).splitlines() if re.match(r"(- |\| )duty", line)]
        assert duties
        assert not re.search(r"organ:|prohibition|duty: (all|others) ", "\n".join(duties))
    assert "The parties must not use or threaten force against any state" in show("cst-1992")
    assert written_duty(
        library()["csto-pk-2007"], library()["csto-pk-2007"].provisions[0].versions[0].duties[0]
    ).startswith("the Collective Security Council may decide on a peacekeeping operation")


def test_provisions_from_memory_are_marked() -> None:
    answers = found("us-2001-rio")
    for finding in answers.findings:
        marked = finding.to_dict()["confidence_text"]
        assert (marked is None) == (finding.basis == "read")
    shaky = [finding for finding in answers.findings if finding.basis == "memory"]
    assert answers.explain().count("from memory or a paraphrase, not checked against the text") == len(shaky) > 0
    # the bottom line explains the mark where one of its clauses bears it, and only there
    told = {name: bottom_line(found(name)) for name in ("tonga-2006-riots", "niger-2023")}
    for lines in told.values():
        assert ("* encoded from memory" in lines[-1]) == ("*" in " ".join(lines).replace("* encoded", ""))
    assert "* encoded from memory" in told["niger-2023"][-1]


# ---- the bottom line


@pytest.mark.parametrize("name", incident_names()[1::4])
def test_the_bottom_line_comes_first_is_short_and_breaks_between_words(name: str) -> None:
    answers = found(name)
    lines = bottom_line(answers)
    assert 1 <= len(lines) <= 5
    assert any(line.startswith(("Must", "May", "Would change it")) or "no treaty" in line for line in lines)
    text = answers.explain(80)
    assert text.partition("\n\n")[2].strip().startswith(lines[0][:40])  # a long title may take two lines
    assert max(map(len, text.splitlines())) <= 80
    assert " ".join(text.split()) == " ".join(answers.explain(None).split())


@pytest.mark.parametrize(
    ("incident", "told"),
    [
        ("armenia-2020-karabakh-war", "Azerbaijan must not use or threaten force against"),
        ("hungary-1956-un", "the Soviet Union must not use or threaten force against"),
        ("kazakhstan-2022", None),  # all are barred from force, and nobody is named as attacker
    ],
)
def test_the_bar_on_force_is_named_for_attackers_and_for_nobody_else(incident: str, told: str | None) -> None:
    loaded = load_incident(incident)
    answers = evaluate(loaded.target, loaded.date, loaded)
    must = bottom_line(answers)[0]
    assert must.startswith("Must: ")
    assert told in must if told else "use or threaten force" not in must
    apart = evaluate(loaded.target, loaded.date, loaded.model_copy(update={"attackers": ("TWN",)}))
    assert "Taiwan must not" not in bottom_line(apart)[0]  # no member of the United Nations


def test_what_is_open_names_on_what_it_hangs() -> None:
    lines = bottom_line(evaluate(*KAZAKHSTAN, treaty="csto"))
    assert lines[0].startswith(
        "Must: Armenia, Belarus, Kyrgyzstan, Russia and Tajikistan must give the necessary assistance"
    )
    assert "CST art. 4, disputed" in lines[0]
    assert any(
        line.startswith("Would change it: whether ") and "it hangs on: externally directed subversion" in line
        for line in lines
    )


def test_the_command_wraps_at_the_width_of_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in (60, 80):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert run_cli(["obligations", "KAZ", "--on", "2022-01-05", "--facts", "kazakhstan-2022"]) == 0
        assert max(map(len, capsys.readouterr().out.splitlines())) <= columns


# ---- one polarity


def test_a_prohibition_names_the_act() -> None:
    prohibited = {
        duty.action
        for treaty in library().values()
        for provision in treaty.provisions
        for version in provision.versions
        for duty in version.duties
        if duty.modality == "must_not"
    }
    assert {"use_force", "join_hostile_alliance", "intervene"} <= prohibited
    assert not [action for action in prohibited if vocabulary().actions[action].prohibited == "never"]
    assert not any(action.text.startswith(("not ", "no ")) for action in vocabulary().actions.values())


@pytest.mark.parametrize("modality", ["must_not", "must"])
def test_a_file_with_the_old_name_of_a_prohibition_is_read_with_a_warning(tmp_path: Path, modality: str) -> None:
    file = own(
        tmp_path, "nato-1949", ("modality: must_not\n            action: use_force_against_any_state", f"modality: {modality}\n            action: refrain_force")
    )  # fmt: skip
    with pytest.warns(FutureWarning, match=r"mine\.yaml:\d+: the action 'refrain_force' is now called 'use_force'"):
        treaty = load_treaty(file)
    assert ("must_not", "use_force") in {(d.modality, d.action) for d in treaty.provisions[0].versions[0].duties}
    with pytest.warns(FutureWarning, match="now called 'use_force'"):
        assert vocabulary().actions["refrain_force"] is vocabulary().actions["use_force"]


def test_a_permission_to_abstain_is_refused_with_its_line(tmp_path: Path) -> None:
    file = own(
        tmp_path,
        "nato-1949",
        (
            "modality: must_not\n            action: use_force_against_any_state",
            "modality: may\n            action: refrain_force",
        ),
    )
    with pytest.raises(InputError, match="prohibits nothing") as error:
        load_treaty(file)
    assert error.value.line is not None
    assert "must_not use_force" in str(error.value)


@pytest.mark.parametrize(
    ("modality", "action"),
    [
        ("must_not", "settle_peacefully"), ("must_not", "consult"), ("must_not", "report_unsc"), ("must", "use_force"),
        ("may", "join_hostile_alliance"),
    ],
)  # fmt: skip
def test_a_modality_that_an_action_cannot_have_is_refused_with_its_line(
    tmp_path: Path, modality: str, action: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = "modality: {}\n            action: {}".format, (modality, action)
    file = own(tmp_path, "nato-1949", (old("must_not", "use_force_against_any_state"), old(*new)))
    assert run_cli(["treaties", "check", str(file)]) == 2
    told = capsys.readouterr().err
    assert re.search(rf"mine\.yaml:\d+: '{action}' can", told)
    assert "provisions.0.versions.0.duties.0.modality" in told
    assert f"found: {modality} {action}" in told
    assert "fix: " in told


def test_help_can_be_prohibited(tmp_path: Path) -> None:
    old, new = ("modality: {}\n            action: {}".format(*pair) for pair in (("must_not", "use_force_against_any_state"), ("must_not", "assist_non_military")))  # fmt: skip
    assert load_treaty(own(tmp_path, "nato-1949", (old, new))).provisions[0].versions[0].duties


# ---- days and states without law


def calm(target: str, on: dt.date) -> Incident:
    fact = Fact(fact="act.armed_attack", value="yes", basis="observed", known_from=on, source="test")
    return Incident(name="t", title="t", target=target, date=on, facts=(fact,))


def test_a_day_after_the_library_is_answered_with_a_note() -> None:
    last = up_to_date()
    assert evaluate("KAZ", last, calm("KAZ", last), treaty="csto").notes == ()
    later = last + dt.timedelta(days=900)
    answers = evaluate("KAZ", later, calm("KAZ", later), treaty="csto")
    assert answers.findings
    assert f"brought up to date on {last}" in answers.notes[0]
    assert answers.to_json()["notes"] == list(answers.notes)
    assert answers.notes[0] in answers.explain(None)


def test_a_treaty_of_ones_own_is_evaluated_on_any_day(tmp_path: Path) -> None:
    file = own(
        tmp_path,
        "usa-kor-1953",
        ("1953-10-01", "1890-10-01"),
        ("1954-11-17", "1890-11-17"),
        ("state: KOR", "state: AUH"),
    )
    for year in (1900, 2900):
        (finding, *_) = evaluate("AUH", dt.date(year, 1, 1), calm("AUH", dt.date(year, 1, 1)), treaty=file).findings
        assert finding.bound is Truth.YES
    assert evaluate("AUH", dt.date(2900, 1, 1), calm("AUH", dt.date(2900, 1, 1)), treaty=file).notes == ()
    with pytest.raises(InputError, match="a treaty file of your own"):
        evaluate("USA", "1900-01-01", calm("USA", dt.date(1900, 1, 1)))


@pytest.mark.parametrize(("code", "name"), [("TWN", "Taiwan"), ("XKX", "Kosovo"), ("GRL", "Greenland")])
def test_a_state_without_a_treaty_is_told_so(code: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = f"{name}: no treaty in the library binds it"
    assert treaties.allies(code, "2010-01-01") == []
    assert run_cli(["allies", code, "--on", "2010-01-01"]) == 0
    assert told in capsys.readouterr().out
    asked = ["obligations", code, "--on", "2010-01-01", "--facts", "kazakhstan-2022"]
    assert run_cli(asked) == 0
    assert told in capsys.readouterr().out
    assert run_cli([*asked, "--json"]) == 0
    assert told in json.loads(capsys.readouterr().out)["notes"][0]
    with pytest.raises(InputError, match=told):
        treaties.timeline(code)
    stand = treaties.Positions(proposal="x", positions={code: "yes"})
    with pytest.raises(InputError, match=f"{code} has no vote") as error:
        treaties.council("csto", stand, "2022-01-06")
    assert "did you mean" not in str(error.value)


def test_a_code_that_is_no_states_is_corrected() -> None:
    with pytest.raises(InputError, match="did you mean .*'KAZ'"):
        treaties.allies("KAS", "2010-01-01")


def test_a_state_may_be_given_by_a_name_or_by_a_code_that_some_files_use() -> None:
    for given, code, on in (("Kazakhstan", "KAZ", "2010-01-01"), ("BRD", "DEU", "1960-01-01")):
        assert treaties.allies(given, on) == treaties.allies(code, on)
        assert treaties.obligations(given, on, "kazakhstan-2022").target == code


# ---- protected, and no party


def test_a_protected_state_has_protectors_and_they_have_it() -> None:
    saigon = {(ally.state, ally.role) for ally in treaties.allies("VNM", "1960-01-01")}
    assert ("USA", "protector") in saigon
    assert {role for _, role in saigon} == {"protector"}
    washington = {
        (ally.state, ally.role) for ally in treaties.allies("USA", "1960-01-01") if ally.treaty == "seato-1954"
    }
    assert {("VNM", "protected"), ("LAO", "protected"), ("THA", "ally")} <= washington
    assert not any(ally.state == "VNM" for ally in treaties.allies("USA", "1980-01-01"))
    assert "LAO" not in {ally.state for ally in treaties.allies("VNM", "1960-01-01")}


def test_a_panel_has_the_protected_in_one_direction() -> None:
    frame = treaties.panel(1960, 1960).set_index(["state1", "state2"])
    row = frame.loc[("USA", "VNM")]
    assert [row[name] for name in ("defence", "consultation", "non_aggression", "treaties", "protected")] == [
        1,
        1,
        0,
        1,
        1,
    ]
    assert ("VNM", "USA") not in frame.index
    assert frame.loc[("USA", "THA"), "protected"] == 0


def test_joined_columns_are_missing_for_a_state_without_a_treaty_and_it_is_named() -> None:
    frame = pd.DataFrame({"a": [2, 2], "b": [713, 20], "year": [1960, 1960]})
    joined = treaties.join(frame, columns=("a", "b", "year"))
    assert joined["defence"].isna().tolist() == [True, False]
    assert joined.attrs["without_treaty"] == ["TWN"]
