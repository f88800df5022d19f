"""What README and the package's own page tell a stranger to type runs as written, and what they link to is there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = (ROOT / PROJECT["readme"]).read_text(encoding="utf-8")
FOEDUS = Path(sys.executable).with_name("foedus")  # as in .venv/bin


def commands(text: str) -> list[str]:
    """Return the commands of a page: in its tables and sentences between backticks, in its blocks one a line."""
    inline = re.findall(r"`(foedus [^`]+)`", text)
    blocks = [
        line.partition("  #")[0]
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]
    return list(dict.fromkeys(c.strip() for c in (*inline, *blocks) if c.startswith("foedus ")))


def test_every_command_of_the_readme_runs_from_the_environments_folder(tmp_path: Path) -> None:
    asked = commands(README)
    assert len(asked) >= 8
    for command in asked:
        words = shlex.split(command)[1:]
        quick = ["--runs", "2"] if words[0] == "run" else []
        done = subprocess.run([FOEDUS, *words, *quick], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (command, done.stderr)
        assert done.stdout.strip(), command
    assert (tmp_path / "my-crisis" / "scenario.yaml").is_file()


def test_the_page_of_the_package_names_no_other_commands() -> None:
    assert set(commands(PAGE)) - {"foedus --help"} <= set(commands(README))
    assert subprocess.run([FOEDUS, "--help"], capture_output=True, check=False).returncode == 0


def test_the_readme_says_how_to_reach_the_command() -> None:
    before_the_table = README.partition("| you ask |")[0]
    for words in (". .venv/bin/activate", ".venv/bin/foedus", "pipx install .", "pip install ."):
        assert words in before_the_table
    assert "BIN := $(VENV)/bin" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code.replace("runs=200", "runs=2")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "my-run" / "report.html").is_file()


def test_links_lead_somewhere_and_the_page_of_the_package_has_none_into_the_repository() -> None:
    pattern = re.compile(r"\]\(([^)#\s]+)")
    for target in pattern.findall(README):
        assert "://" in target or (ROOT / target).exists(), target
    assert [target for target in pattern.findall(PAGE) if "://" not in target] == []
