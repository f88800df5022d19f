"""No writer that is killed at any moment costs anybody a file, and of two at once none undoes the other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from writers import REPORT

HERE = Path(__file__).parent


@pytest.mark.verify
@pytest.mark.parametrize(("how", "times"), [("KILL", 240), ("INT", 120)])
def test_writers_killed_at_random_moments_leave_all_whole_or_untouched(tmp_path: Path, how: str, times: int) -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / "kills.py"), str(tmp_path), "--kills", str(times), "--signal", how],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    print(done.stdout)  # noqa: T201 - for the docs
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum(one["kills"] for one in found) >= times * 0.95
    assert {one["job"]: one["faults"] for one in found if one["faults"]} == {}
    assert all(sum(one["found"][state] for one in found) > times / 10 for state in ("before", "whole"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["scenario", "new", "mine", "--state"], "there is a scenario already; nothing was touched"),
        (["evidence", "extract", "report.txt", "--out", "claims.csv", "--event"], "it was left unchanged"),
    ],
)
def test_of_several_at_once_one_is_whole_and_the_others_are_told(words: list[str], told: str, tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(REPORT)
    jobs = [
        subprocess.Popen(
            [sys.executable, "-m", "foedus", *words, state], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )
        for state in ("LUX", "FJI", "KAZ")
    ]  # fmt: skip
    said = [job.communicate(timeout=60)[1] for job in jobs]
    assert sorted(job.returncode for job in jobs) == [0, 2, 2], said
    assert sum(told in one for one in said) == 2
    assert not [path.name for path in tmp_path.rglob(".*")]
