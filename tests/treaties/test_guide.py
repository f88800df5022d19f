"""What the guide shows is true: its commands run, its Python holds, its example file is in order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from foedus.cli import run_cli
from foedus.treaties import Incident, check

GUIDE = (Path(__file__).parents[2] / "docs" / "treaties" / "guide.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, flags=re.DOTALL)


@pytest.mark.parametrize("line", [line for block in blocks("sh") for line in block.splitlines()])
def test_every_command_of_the_guide_runs(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(shlex.split(line)[1:]) == 0
    assert capsys.readouterr().out


def test_the_python_of_the_guide_holds() -> None:
    for block in blocks("python"):
        exec(compile(block, "guide.md", "exec"), {})  # noqa: S102 (our own guide)


def test_the_incident_file_of_the_guide_is_in_order(tmp_path: Path) -> None:
    (text,) = blocks("yaml")
    file = tmp_path / "my-case.yaml"
    file.write_text(text, encoding="utf-8")
    assert isinstance(check(file), Incident)
