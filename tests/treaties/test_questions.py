"""What somebody answered is not lost when the incident file cannot be written at the end."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from foedus import files
from foedus.errors import FoedusError, InputError, RunError
from foedus.treaties import ask, load_incident


def asked(out: Path, answer: str = "yes") -> Any:
    return ask("KAZ", "2022-01-05", "csto", out, lambda _: answer, lambda _: "the wire", provision="4")


def where(error: FoedusError) -> Path:
    found = re.fullmatch(r"your answers are in (.+); move that file to where you want it", error.cure or "")
    assert found
    return Path(found[1])


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


def test_answers_are_kept_aside_when_a_file_of_the_name_came_meanwhile(tmp_path: Path) -> None:
    out = tmp_path / "mine.yaml"

    def answer(_: str) -> str:
        out.write_text("of another")
        return "yes"

    with pytest.raises(InputError) as caught:
        ask("KAZ", "2022-01-05", "csto", out, answer, lambda _: "the wire", provision="4")
    assert out.read_text() == "of another"
    asked(tmp_path / "same.yaml")
    assert where(caught.value).name == "mine.yaml"
    kept, same = load_incident(where(caught.value)), load_incident(tmp_path / "same.yaml")
    assert kept.facts
    assert kept.facts == same.facts


def test_answers_are_kept_aside_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    move = files.move_new

    def full(draft: Path, target: Path) -> None:
        if target.parent == tmp_path:
            raise OSError(28, "No space left on device")
        move(draft, target)

    monkeypatch.setattr(files, "move_new", full)
    with pytest.raises(RunError, match="No space left") as caught:
        asked(tmp_path / "mine.yaml")
    assert load_incident(where(caught.value)).facts
    assert [path.name for path in tmp_path.iterdir()] == ["temporary"]


def test_answers_that_can_be_kept_nowhere_are_told(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_begin", full)
    with pytest.raises(RunError, match="No space left") as caught:
        asked(tmp_path / "mine.yaml")
    _, text = (caught.value.cure or "").split("\n\n", 1)
    monkeypatch.undo()
    (temporary / "copied.yaml").write_text(text)
    assert len(load_incident(temporary / "copied.yaml").facts) == text.count("- fact:") > 0


def test_a_folder_that_cannot_be_written_is_refused_before_any_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: str) -> str:
        raise AssertionError

    monkeypatch.setattr("os.access", lambda *_, **__: False)
    with pytest.raises(InputError, match="this folder cannot be written"):
        ask("KAZ", "2022-01-05", "csto", tmp_path / "mine.yaml", never, never)
