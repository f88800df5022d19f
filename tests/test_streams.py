"""What a command prints arrives on every console, and where it cannot, nothing but words follows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from foedus.cli import cli, run_cli
from foedus.cli.streams import open_streams

COMMAND = [sys.executable, "-m", "foedus"]
DATA = {"name": "Łódź – 阿拉木图 🕊", "share": 0.1}


def foedus(*words: str, encoding: str = "utf-8", **streams: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a command with a console in an encoding."""
    given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
    return subprocess.run([*COMMAND, *words], env={**os.environ, "PYTHONIOENCODING": encoding}, check=False, **given)


@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "ascii"])
def test_a_table_is_printed_in_every_encoding(encoding: str) -> None:
    done = foedus("lattice", "--list", encoding=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"netlogo-rebellion" in done.stdout
    done.stdout.decode("utf-8" if encoding == "ascii" else encoding)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
@pytest.mark.parametrize("as_json", [True, False])
def test_json_keeps_what_an_encoding_lacks_and_text_replaces_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, as_json: bool
) -> None:
    with (tmp_path / "out").open("w", encoding=encoding) as out:
        monkeypatch.setattr(sys, "stdout", out)
        open_streams(as_json=as_json)
        print(json.dumps(DATA, ensure_ascii=False))  # noqa: T201 - onto the console of this test
    shown = (tmp_path / "out").read_text(encoding="utf-8" if encoding == "ascii" else encoding)
    whole = as_json or encoding != "cp1252"
    assert json.loads(shown) == (DATA if whole else DATA | {"name": "?ód? – ???? ?"})


def test_a_name_that_is_no_text_is_printed_with_a_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "out").open("w", encoding="utf-8") as out:
        monkeypatch.setattr(sys, "stdout", out)
        open_streams(as_json=False)
        click.echo(os.fsdecode(b"caf\xe9.csv"))
    assert (tmp_path / "out").read_text(encoding="utf-8") == "caf?.csv\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_under_the_output_is_told_in_words() -> None:
    with Path("/dev/full").open("wb") as full:
        done = foedus("lattice", "--list", stdout=full)
    assert done.returncode == 1
    assert done.stderr.decode() == "error: reading or writing failed: No space left on device\n"


@pytest.mark.skipif(os.name == "nt", reason="closing a stream is the shell's")
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_closed_output_is_silence(closed: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f'"$@" {closed}', "-", *COMMAND, "lattice", "--list"], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (EOFError("Ran out of input"), "error: a file ended too early: Ran out of input\n"),
        (OSError(5, "Input/output error", "some.csv"), "error: some.csv: Input/output error\n"),
        (
            MemoryError("Unable to allocate 2 GiB"),
            "error: this takes more memory than there is: Unable to allocate 2 GiB\n",
        ),
    ],
)
def test_what_the_machine_refuses_is_told_as_what_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, failure: Exception, words: str
) -> None:
    def fail(_: object) -> None:
        raise failure

    monkeypatch.setattr(cli, "invoke", fail)
    assert run_cli(["lattice"]) == 1
    assert capsys.readouterr().err.lstrip("\n") == words  # click begins a new line after what it takes for typed


def test_fractions_in_json_have_no_digits_that_vary_between_processors(capsys: pytest.CaptureFixture[str]) -> None:
    from foedus.cli.console import print_json

    print_json({"a": 0.1 + 0.2, "b": [(1 / 3, 2.0, 123456789012345.0)], "c": 7, "d": True, "e": None})
    assert json.loads(capsys.readouterr().out) == {
        "a": 0.3, "b": [[0.333333333333, 2.0, 123456789012345.0]], "c": 7, "d": True, "e": None,
    }  # fmt: skip


LOST = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from foedus.cli import to_the_end
class Loser:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})
        time.sleep(0.01)
def work():
    Loser()
    time.sleep(5)
    return 0
sys.exit(to_the_end(work))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals to itself")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 1), ("SIGTERM", 143)])
def test_an_interrupt_that_a_destructor_swallows_comes_again(name: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOST.format(name=name)], capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stderr) == (code, "")
