"""No disk that fails at any call costs anybody a file, under any writer."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from writers import WRITERS

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src" / "foedus"
# what puts a file in its place; who calls one of these is a writer
PRIMITIVES = {
    "write_text", "write_bytes", "write_pages", "replacing", "draft_folder", "move_new", "finish", "claim_directory",
    "put", "add_to_draft", "to_csv", "to_parquet", "copyfile", "mkdtemp", "NamedTemporaryFile",
}  # fmt: skip
# fill a folder that another writer puts in place whole; or write nothing of the user's
WITHIN = {
    "foedus.ensemble.copies:keep",
    "foedus.ensemble.manifest:write",
    "foedus.ensemble.store:save",
    "foedus.ensemble.store:_write",
    "foedus.cli.streams:open_streams",
}
QUICK = ["record add", "record add, new", "extract", "extract --force", "drawing", "fit", "treaties ask", "incident"]


@pytest.fixture(scope="session")
def faulty_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the library that lets calls fail."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("letting a disk fail needs Linux and a C compiler")
    library = tmp_path_factory.mktemp("faulty") / "faulty.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(HERE / "faulty.c"), "-ldl"], check=True
    )
    return library


def injected(disk: Path, folder: Path, *arguments: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(HERE / "faults.py"), str(folder), *arguments], capture_output=True, text=True, check=False,
        env={**os.environ, "LD_PRELOAD": str(disk), "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(folder))},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_file_is_whole_or_untouched_wherever_the_disk_fails(faulty_disk: Path, tmp_path: Path) -> None:
    found = injected(faulty_disk, tmp_path, "--quick", *QUICK)
    assert [one["writer"] for one in found] == QUICK
    assert [one["faults"] for one in found] == [[] for _ in QUICK]
    assert all({"open to write", "write", "fsync", "close"} <= set(one["calls"]) for one in found)
    assert sum(one["injected"] for one in found) >= 150


@pytest.mark.verify
@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_keeps_its_promise_at_every_call_and_kind_of_failure(
    faulty_disk: Path, tmp_path: Path, name: str
) -> None:
    (found,) = injected(faulty_disk, tmp_path, name)
    print(f"{name}: {found['injected']} faults in {found['seconds']} s: {found['calls']}")  # noqa: T201 - for the docs
    assert found["faults"] == []


def test_every_function_that_writes_is_in_the_table() -> None:
    listed = {name for writer in WRITERS.values() for name in writer.covers}
    assert _writing() - WITHIN == listed, "name who writes in writers.py, with a job that runs it"


def _writing() -> set[str]:
    """Return the functions that write files, as module:function; the plumbing that they use is meant by none."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        module = ".".join(("foedus", *path.relative_to(SOURCE).with_suffix("").parts))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            if module != "foedus.files" and any(_name(call) in PRIMITIVES or _opens_to_write(call) for call in calls):
                found.add(f"{module}:{function.name}")
    return found


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _opens_to_write(call: ast.Call) -> bool:
    if _name(call) != "open":
        return False
    words = [
        one.value for one in (*call.args, *(given.value for given in call.keywords)) if isinstance(one, ast.Constant)
    ]
    return any(re.fullmatch("[rwax][bt]?[+]?[bt]?", str(word)) and set(str(word)) & set("wax+") for word in words)
