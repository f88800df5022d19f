"""What a user's files hold is shown as it is: no markup, no order to the terminal, no character that stops the job."""

from __future__ import annotations

import io
import json
import sys
import time

import pytest

from foedus.cli import run_cli
from foedus.cli.console import plain_streams, print_json, print_table, progress_bar
from foedus.evidence import Claim, load_claims, write_claims
from foedus.progress import Event
from foedus.shown import visible

ODD = [
    "Almaty [old town]",
    "[/b]",
    "[red]x[/red]",
    ":smile: x",
    "[link=x]y[/link]",
    r"\[x]",
    "[@click=f]x",
    "[[",
    "100%",
]


@pytest.fixture
def claims(tmp_path):
    claim = Claim.model_validate(
        {
            "claim_id": "a1", "document": "0" * 64, "title": "t", "publisher": "p", "paragraph": 1, "event": "e",
            "quantity": "dead", "low": "3", "high": "3", "as_of": "2022-01-05",
        }
    )  # fmt: skip

    def made(**update: object) -> str:
        file = tmp_path / "claims.csv"
        file.write_bytes(write_claims([claim.model_copy(update=update)]).encode())
        assert len(load_claims(file)) == 1
        return str(file)

    return made


@pytest.mark.parametrize("text", ODD)
def test_markup_in_a_claim_is_text(claims, capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert run_cli(["evidence", "reconcile", claims(place=text)]) == 0
    assert text in capsys.readouterr().out


@pytest.mark.parametrize("text", ODD)
def test_markup_in_titles_heads_and_notes_is_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    print_table(f"About {text}", ["a", f"b {text}"], [["x", f"c {text}"]])
    out = capsys.readouterr().out
    assert all(f"{word} {text}" in out for word in ("About", "b", "c"))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar() as listen:
        listen(Event("note", "x", message=text))
    assert text in capsys.readouterr().err


def test_nothing_that_steers_a_terminal_reaches_it(claims, capsys: pytest.CaptureFixture[str]) -> None:
    bad = "a\x1b]0;owned\x07b\x1b[2Jc\x9b31md\x7f\be\rf\x00g"
    assert run_cli(["evidence", "reconcile", claims(place=bad)]) == 0
    assert run_cli(["evidence", "reconcile", f"{bad}.csv"]) == 2
    assert run_cli([bad]) == 2
    assert run_cli(["obligations", "KAZ", "--on", bad, "--facts", "kazakhstan-2022"]) == 2
    said = capsys.readouterr()
    assert not set("\x1b\x07\x9b\x7f\b\r\x00") & set(said.out + said.err)
    assert r"b\u001b[2Jc\u009b31md\u007f\u0008e\u000df\u0000g" in said.out


def test_json_says_the_same_although_it_is_safe_to_look_at(claims, capsys: pytest.CaptureFixture[str]) -> None:
    bad = "a\x1b[2J\x9bb\x7f\u2028c\ud83dd"
    with plain_streams():
        print_json({"x": bad})
    out = capsys.readouterr().out
    assert json.loads(out) == {"x": bad}
    assert not set("\x1b\x9b\x7f\ud83d") & set(out)
    assert run_cli(["evidence", "reconcile", "--json", claims(place="a\x9bb")]) == 0
    assert json.loads(capsys.readouterr().out)["series"][0]["place"] == "a\x9bb"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp1251"])
def test_a_console_of_few_characters_prints_all(claims, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding, newline=""))
    place = "Ñuñoa Алматы 阿拉木图 😀"
    assert run_cli(["evidence", "reconcile", claims(place=place)]) == 0
    assert run_cli(["evidence", "reconcile", "--json", claims(place=place)]) == 0
    sys.stdout.flush()
    text = written.getvalue().decode(encoding)
    assert json.loads(text[text.index("{") :])["series"][0]["place"] == place


def test_what_can_be_shown_stays() -> None:
    assert visible("Ñ \t\n 阿 😀 \u200d \u200f שלום") == "Ñ \t\n 阿 😀 \u200d \u200f שלום"
    assert visible("\u202egnp.exe\u202c \u2066") == r"\u202egnp.exe\u202c \u2066"


@pytest.mark.parametrize("line", [["scenario", "new", "\ud800", "--state", "USA"], ["\ud83d"], ["run", "a\ud800"]])
def test_an_argument_with_half_a_character_is_refused(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(line) == 2
    assert "an argument holds half a character" in capsys.readouterr().err


def test_a_table_of_thousands_of_rows_is_printed_a_row_a_line_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [[f"K{number}", "Алматы\nairfield \x1b[2J", number, None, "x" * 150] for number in range(5000)]
    began = time.process_time()
    with plain_streams():
        print_table("Airfields", ["code", "name", "metres", "note", "more"], rows)
    assert time.process_time() - began < 2
    title, header, first, *rest = capsys.readouterr().out.splitlines()
    assert (title, header.split()) == ("Airfields", ["code", "name", "metres", "note", "more"])
    assert first.split() == ["K0", "Алматы", "airfield", "\\u001b[2J", "0", "x" * 150]
    assert len(rest) == 4999
    assert {line.index("xxx") for line in rest} == {first.index("xxx")}
