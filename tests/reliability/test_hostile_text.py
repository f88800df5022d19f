"""Whatever a user's files, names and options hold: no order reaches the terminal, no word is lost, JSON stays JSON."""

from __future__ import annotations

import ast
import csv
import json
import os
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from ruamel.yaml import YAML
from writers import ROW

from foedus import crisis, treaties
from foedus.cli import _COMMANDS, cli, run_cli
from foedus.errors import FoedusWarning, InputError
from foedus.evidence import Claim, write_claims
from foedus.shown import Named

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parents[2] / "src" / "foedus"
WORDS = ("[/b]", "[of Kazakhstan]", "[link=x]")
# clears the screen, rings, sets the title, moves the cursor in eight bits, turns the direction of writing
ORDERS = "\x1b[2J\x07\x1b]0;owned\x07\x9b31m\x85\x7f\b\r\u202e\u2066\u2069\u2028\u2029"
HOSTILE = f"{WORDS[0]}{WORDS[1]}{ORDERS}{WORDS[2]}"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
NOT_RUN = {"forecast fit"}  # which would fit and store


def said(capsys: pytest.CaptureFixture[str], *words: str, code: set[int] | None = None) -> str:
    """Run a command; return all that it said, which holds no order."""
    done = run_cli(list(words))
    out, err = capsys.readouterr()
    assert done in (code or {0, 1, 2}), out + err
    assert not FORBIDDEN.findall(out + err)
    assert "Traceback" not in err
    return out + err


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, (*path, name))
        else:
            yield " ".join((*path, name)), found


ALL = dict(commands(cli))


def given(command: click.Command, text: str) -> list[str]:
    """Return what a command cannot do without, all of it the same text."""
    words: list[str] = []
    for parameter in command.params:
        if parameter.required or isinstance(parameter, click.Argument):
            words += [text] if isinstance(parameter, click.Argument) else [parameter.opts[-1], text]
    return words


@pytest.mark.parametrize("name", [name for name in ALL if name not in NOT_RUN])
def test_no_option_of_any_command_carries_an_order_to_the_terminal(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ALL[name]
    base = given(command, HOSTILE)
    options = [one for one in command.params if isinstance(one, click.Option) and not one.is_flag and not one.required]
    if base:
        said(capsys, *name.split(), *base)
        for option in options:
            said(capsys, *name.split(), *base, option.opts[-1], HOSTILE)
    said(capsys, *name.split(), f"--{HOSTILE}", code={2})
    said(capsys, *name.split(), *base, HOSTILE, HOSTILE)


def test_commands_that_do_not_exist_are_named_harmlessly(capsys: pytest.CaptureFixture[str]) -> None:
    groups = {name for name in _COMMANDS if isinstance(cli.get_command(click.Context(cli), name), click.Group)}
    for words in ([HOSTILE], *([group, HOSTILE] for group in groups)):
        assert WORDS[1] in said(capsys, *words, code={2})


def poisoned(data: Any, keys: set[str]) -> Any:
    """Return data with hostile text behind every text of certain keys."""
    if isinstance(data, dict):
        return {k: f"{v} {HOSTILE}" if k in keys and isinstance(v, str) else poisoned(v, keys) for k, v in data.items()}
    return [poisoned(one, keys) for one in data] if isinstance(data, list) else data


def poison(path: Path, keys: set[str]) -> None:
    yaml = YAML()
    data = yaml.load(path.read_text(encoding="utf-8"))
    plain = json.loads(json.dumps(data, default=str))
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(poisoned(plain, keys), file)


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    assert run_cli(["scenario", "new", "mine", "--state", "LUX"]) == 0
    capsys.readouterr()
    poison(tmp_path / "mine" / "scenario.yaml", {"title", "label", "source", "text", "note", "origin", "reason"})
    poison(tmp_path / "mine" / "incident.yaml", {"title", "source", "note"})
    claims = tmp_path / "mine" / "claims.csv"
    with claims.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row |= {
            name: f"{row[name]} {HOSTILE}"
            for name in ("title", "publisher", "speaker", "channel", "note")
            if name in row
        }
    with claims.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return tmp_path / "mine"


def test_a_scenario_shows_its_labels_as_they_are(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("show", "check"):
        text = said(capsys, "scenario", command, "mine", code={0})
        assert all(word in text for word in WORDS)
    said(capsys, "evidence", "reconcile", "mine/claims.csv", code={0})
    shown = json.loads(said(capsys, "scenario", "show", "mine", "--json", code={0}))
    assert shown["title"].endswith(HOSTILE)


def test_facts_and_their_claimants_are_told_as_they_are(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = json.loads(said(capsys, "scenario", "show", "mine", "--json"))["start"][:10]
    facts = str(scenario / "incident.yaml")
    assert WORDS[0] in said(capsys, "obligations", "LUX", "--on", day, "--facts", facts, code={0})
    json.loads(said(capsys, "obligations", "LUX", "--on", day, "--facts", facts, "--json", code={0}))


@pytest.mark.verify
def test_a_run_and_its_report_hold_hostile_text_harmlessly(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "run", "mine", "--runs", "2", "--out", "run", code={0})
    said(capsys, "report", "run", code={0})
    said(capsys, "compare", "run", "run", code={0})
    page = Path("run/report.html").read_text(encoding="utf-8")
    assert "\x1b" not in page
    for line in said(capsys, "run", "mine", "--runs", "2", "--out", "run", "--json", code={0}).splitlines():
        json.loads(line)


def test_a_record_of_ones_own_is_shown_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / f"mine {HOSTILE.replace('/', '')}.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*ROW, "notes"])
        writer.writeheader()
        writer.writerow(
            ROW | {"organ": f"Council {HOSTILE}", "sources": HOSTILE, "notes": HOSTILE, "case_id": "a-2021"}
        )
    for command in ("show a-2021", "list", "check", "summary"):
        words = command.split()
        if f"record {words[0]}" in ALL:
            said(capsys, "record", *words, "--record", str(file))
    said(
        capsys,
        "record",
        "add",
        str(file),
        *(part for key, value in ROW.items() for part in ("--set", f"{key}={value}{HOSTILE}")),
    )


def test_a_report_is_quoted_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / f"{HOSTILE.replace('/', '')}.txt"
    text = "".join(letter for letter in HOSTILE if letter not in "\x1b\x07\x7f\b\x9b")  # a report holds none of these
    report.write_text(f"Police of {text} said 12 people were killed in Almaty {text}.", encoding="utf-8")
    said(capsys, "evidence", "extract", str(report), "--event", HOSTILE)
    said(capsys, "evidence", "extract", str(report), "--event", "kazakhstan-2022", code={0})
    json.loads(
        said(capsys, "evidence", "extract", str(report), "--event", "kazakhstan-2022", "--json", code={0}).partition(
            "]\n"
        )[0]
        + "]"
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_file_name_that_is_no_text_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode(b"caf\xe9\n\x1b[2J.csv")
    for words in (["evidence", "reconcile"], ["scenario", "check"], ["treaties", "check"], ["report"], ["run"]):
        assert "caf" in said(capsys, *words, str(tmp_path / name), code={1, 2})


def test_only_the_console_prints() -> None:
    # of what a user's text could steer: rich reads markup, click's styles write orders, a bare stream escapes nothing
    found = {}
    for path in SOURCE.rglob("*.py"):
        where = path.relative_to(SOURCE).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {
            alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        styled = calls & {
            "click.style",
            "click.secho",
            "click.echo_via_pager",
            "print",
            "sys.stdout.write",
            "sys.stderr.write",
        }
        streams = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & {
            "sys.stdout",
            "sys.stderr",
        }
        room = where.split("/")[0]
        found[where] = (imported & {"rich"}) | styled | streams | ((imported & {"click"}) if room != "cli" else set())
    allowed = {"cli/console.py", "cli/streams.py", "cli/lattice_play.py"}  # the last draws a picture of its own
    assert {name: what for name, what in found.items() if what and name not in allowed} == {}


def claim(**update: object) -> Claim:
    plain = {
        "claim_id": "a1", "document": "0" * 64, "title": "t", "publisher": "p", "paragraph": 1, "event": "e",
        "quantity": "dead", "low": "3", "high": "3", "as_of": "2022-01-05",
    }  # fmt: skip
    return Claim.model_validate(plain | update)


@pytest.mark.parametrize("field", ["title", "publisher", "speaker", "channel", "place", "subject", "note", "event"])
def test_a_claim_is_shown_as_it_is(field: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "claims.csv"
    file.write_bytes(
        write_claims([claim(**{field: HOSTILE}), claim(claim_id="a2", high="9", low="9", **{field: HOSTILE})]).encode()
    )
    said(capsys, "evidence", "reconcile", str(file), code={0})
    json.loads(said(capsys, "evidence", "reconcile", str(file), "--json", code={0}))
    assert run_cli(["evidence", "reconcile", str(file), "--html", str(tmp_path / "page.html")]) == 0
    capsys.readouterr()
    assert not re.search("[\x1b\x07]", (tmp_path / "page.html").read_text(encoding="utf-8"))


FORGED = f"{HOSTILE}\nerror: forged\t\x85"


def is_harmless(text: str) -> bool:
    return not FORBIDDEN.search(text) and "\nerror: forged" not in text


def test_what_python_prints_of_findings_is_harmless(scenario: Path) -> None:
    path = scenario / "incident.yaml"
    data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    data["title"] = FORGED
    data["facts"] = [fact | {"note": FORGED, "source": FORGED} for fact in data["facts"]]
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(data, file)
    found = treaties.obligations("LUX", data["date"], path)
    said = found.explain()
    assert said.count("\n") > 5
    assert "[link=x]" in said
    for text in (
        said,
        found.explain(None),
        repr(found),
        str(found),
        *map(repr, found.findings),
        str(found.findings[0]),
    ):
        assert is_harmless(text)
    run = crisis.load_scenario(str(scenario))
    assert is_harmless(repr(run) + str(run))
    assert is_harmless(repr(Named({FORGED: 1})))


def test_an_error_and_a_warning_are_harmless_wherever_they_are_printed() -> None:
    inner = InputError(FORGED, file=FORGED, key=FORGED, found=FORGED, expected=FORGED, cure=FORGED)
    error = InputError("x", more=[inner])
    for text in (str(error), repr(error), str(error.args), "".join(traceback.format_exception(error))):
        assert is_harmless(text)
    assert str(error).count("\n") == 5
    assert is_harmless(str(FoedusWarning(FORGED)))


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", "\x0b"])
def test_a_name_in_a_message_ends_no_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], end: str) -> None:
    name = f"a{end}error: forged"
    text = said(capsys, "obligations", name, "--on", "2022-01-05", code={2})
    text += said(capsys, "record", "check", str(tmp_path / name), code={2})
    assert not [line for line in text.splitlines() if line.startswith("error: forged")]
    assert "\\u" in text
