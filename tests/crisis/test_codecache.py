"""Machine code on disk: made anew where it is not as it was written, done without where no folder can be written."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numba
import pytest

from foedus.crisis import codecache, cohort, compiled, keyed
from foedus.crisis.lattice import serial

CRISIS = Path(compiled.__file__).parent


def double(x):
    return 2 * x


def triple(x):
    return 3 * x


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with monkeypatch.context() as patch:
        patch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
        numba.config.reload_config()
        yield tmp_path
    numba.config.reload_config()


def fresh(function: Any = double, stamp: str = "1") -> Any:
    """Return a function as a new process would compile or load it."""
    return codecache.keep(numba.njit(function), stamp)


def hits(function: Any = double, stamp: str = "1") -> int:
    """Return how many signatures come from the disk; the answer must be right wherever they come from."""
    compiled = fresh(function, stamp)
    assert compiled(21) == function(21)
    return sum(compiled.stats.cache_hits.values())


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.rglob(pattern)
    return found


def test_machine_code_is_kept_for_as_long_as_its_stamp_stays_the_same(folder: Path) -> None:
    assert "once for this version" in codecache.note(fresh(), "lattice", "15 seconds")
    assert [hits(), hits()] == [0, 1]
    assert codecache.note(fresh(), "lattice", "15 seconds") == "Loading the compiled lattice."
    assert [hits(stamp="2"), hits(stamp="2")] == [0, 1]
    assert only(folder, "*double*.nbc").stat().st_size > 1000


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        *(("*double*.nbi", damage) for damage in ("empty", "cut", "another pickle", "foreign", "a folder")),
        *(("*double*.nbc", damage) for damage in ("empty", "cut", "changed", "foreign", "gone")),
    ],
)
def test_files_that_are_not_as_they_were_written_are_made_anew(folder: Path, file: str, damage: str) -> None:
    hits()
    path = only(folder, file)
    content = path.read_bytes()
    path.unlink()
    if damage == "foreign":
        hits(triple)
        path.write_bytes(only(folder, file.replace("double", "triple")).read_bytes())
    elif damage == "a folder":
        path.mkdir()
    elif damage != "gone":
        changed = content[:-900] + bytes([content[-900] ^ 1]) + content[-899:]
        new = {"empty": b"", "cut": content[:60], "changed": changed, "another pickle": b"\x80\x04]\x94."}
        path.write_bytes(new[damage])
    if file.endswith("nbc"):
        assert codecache.note(fresh(), "lattice", "").startswith("Compiling the lattice once")
    assert hits() == 0
    assert hits() == (damage != "a folder")


def test_files_of_whatever_bytes_never_give_a_wrong_answer(folder: Path) -> None:
    random = Random(1)  # noqa: S311 - dice, not secrets
    for _ in range(12):
        hits()
        for pattern in random.sample(["*double*.nbi", "*double*.nbc"], random.randint(1, 2)):
            for path in folder.rglob(pattern):
                content = bytearray(path.read_bytes())
                for _ in range(3 * (len(content) > 0)):
                    content[random.randrange(len(content))] = random.randrange(256)
                path.write_bytes(random.choice([content, random.randbytes(random.randrange(3000)), content + content]))
        assert hits() in {0, 1}
        assert hits() == 1


@pytest.mark.verify
def test_processes_of_two_versions_that_share_a_folder_do_not_mislead_each_other(folder: Path) -> None:
    program = (
        "import sys\n"
        "from numba import njit\n"
        "from foedus.crisis.codecache import keep\n"
        "from twice import double\n"
        "kept = keep(njit(double), sys.argv[1])\n"
        "print(kept(21), kept(0.5), sum(kept.stats.cache_hits.values()))"
    )
    (folder / "twice.py").write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CRISIS.parents[1]), str(folder)])}

    def started(stamp: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program, str(stamp)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)

    for process in [started(1 + i % 2) for i in range(4)]:
        out, err = process.communicate(timeout=120)
        assert (out[:7], err) == ("42 1.0 ", "")
    assert started(1).communicate()[0] in {"42 1.0 0\n", "42 1.0 1\n", "42 1.0 2\n"}
    assert started(1).communicate()[0] == "42 1.0 2\n"


def test_numba_still_has_what_makes_inner_calls_cheap() -> None:
    assert compiled._UNCOUNTED, "calls of parts count references again: look at benchmarks/lattice.py"


def test_new_index_with_the_code_of_an_earlier_version_is_not_believed(folder: Path) -> None:
    hits()  # as after a power cut between the two files
    old = only(folder, "*double*.nbc").read_bytes()
    hits(stamp="2")
    only(folder, "*double*.nbc").write_bytes(old)
    assert hits(stamp="2") == 0


def test_where_no_folder_can_be_written_it_is_compiled_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codecache._Place, "_locator_classes", [])
    assert [hits(), hits()] == [0, 0]
    assert "cannot be kept" in codecache.note(fresh(), "lattice", "15 seconds")
    assert "NUMBA_CACHE_DIR" in codecache.note(fresh(), "lattice", "15 seconds")


def test_a_disk_that_is_full_costs_the_next_run_some_time_and_no_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(codecache._Files, "_save_data", full)
    assert [hits(), hits()] == [0, 0]
    assert not list(folder.rglob("*.nbc"))


def test_without_a_home_no_folder_of_that_name_appears(tmp_path: Path) -> None:
    program = (
        "import os.path\n"
        "os.path.expanduser = lambda path: path\n"  # what it does without HOME and an entry in passwd
        "from foedus.crisis import codecache\n"
        "assert not codecache._has_home()\n"
        "from numba import njit\n"
        "print(codecache.keep(njit(eval('lambda x: 2 * x')), 'stamp')(21))"
    )
    bare = {
        name: value for name, value in os.environ.items() if name not in {"HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR"}
    }
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=bare, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "42\n", "")
    assert not list(tmp_path.iterdir())


def test_numba_switched_off_leaves_plain_functions_for_which_nobody_waits() -> None:
    program = (
        "from foedus.crisis import codecache, cohort\n"
        "from foedus.crisis.lattice.serial import advance\n"
        "assert codecache.note(cohort.simulate, '', '') == codecache.note(advance, '', '') == ''"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def imported(path: Path) -> set[Path]:
    """Return the modules of the room that a file imports when it runs, as Python reads it."""
    named = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("foedus.crisis"):
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    files = {
        CRISIS / f"{name.removeprefix('foedus.crisis').lstrip('.').replace('.', '/')}.py" for name in named if name
    }
    return {file for file in files if file.is_file()}


def test_the_sources_are_all_modules_with_compiled_functions_and_all_that_these_import() -> None:
    used = {
        path for path in CRISIS.rglob("*.py") if "foedus.crisis.compiled import" in path.read_text(encoding="utf-8")
    }
    used -= {CRISIS / "pages.py"}  # describes them
    for _ in range(10):
        used |= {file for path in used for file in imported(path)}
    assert used == set(compiled.sources(CRISIS))
    assert {"keyed", "rules", "layout", "serial", "tiles", "groups"} <= {path.stem for path in used}
    for kernel in (serial.advance, serial.enlist, keyed.mix, cohort.simulate):
        assert kernel._cache._cache_file._source_stamp == compiled.fingerprint(CRISIS)


def test_an_edit_to_any_source_changes_the_fingerprint_and_no_other_edit_does(tmp_path: Path) -> None:
    shutil.copytree(CRISIS, tmp_path / "crisis", ignore=shutil.ignore_patterns("__pycache__"))
    copied = compiled.sources(tmp_path / "crisis")
    assert len(copied) > 12
    before = compiled.fingerprint(tmp_path / "crisis")
    for path in (tmp_path / "crisis").rglob("*.py"):
        content = path.read_bytes()
        path.write_bytes(content + b"\nANOTHER = 1\n")
        assert (compiled.fingerprint(tmp_path / "crisis") != before) == (path in copied), path
        path.write_bytes(content)


def test_a_constant_changed_in_another_file_changes_what_a_kernel_returns(tmp_path: Path) -> None:
    program = (
        "import numpy as np\n"
        "from foedus.crisis.lattice.tiles import Grid, settle\n"
        "grid = Grid(*(np.zeros((9, 9), kind) for kind in (np.uint16, np.uint8, np.uint8)))\n"
        "spans = np.array([[0, 1]])\n"
        "settle(np.uint64(1), 40.0, 5.0, False, np.zeros(2, np.int64), (0.8, 0.1, 2.3), spans, grid)\n"
        "print(np.flatnonzero(grid.officers), sum(settle.stats.cache_hits.values()))"
    )
    shutil.copytree(CRISIS.parent, tmp_path / "foedus", ignore=shutil.ignore_patterns("__pycache__", "data", "static"))

    def told() -> str:
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "code")},
        )  # fmt: skip
        return done.stdout

    first, again = told(), told()
    assert (first[-3:], again[-3:]) == (" 0\n", " 1\n")
    assert first[:-3] == again[:-3]
    path = tmp_path / "foedus" / "crisis" / "keyed.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("0xBF58476D1CE4E5B9", "0xBF58476D1CE4E5BB"), encoding="utf-8")
    changed = told()
    assert changed[-3:] == " 0\n"
    assert changed[:-3] != first[:-3]
