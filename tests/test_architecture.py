"""The house keeps its plan: rooms import only to their left, starting is fast, nothing private leaks."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import foedus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "foedus"
_FILES = sorted(SOURCE.rglob("*.py"))
# the picture in docs/architecture.md, left to right; the plumbing (errors, dates, ...) may be used by all
ORDER = [
    "states",
    "places",
    "treaties",
    "record",
    "forecast",
    "evidence",
    "crisis",
    "ensemble",
    "report",
    "pipeline",
    "cli",
]
PLUMBING = {
    "access", "csvfile", "csvmodel", "dates", "errors", "faults", "files", "given", "memory", "models", "picture", "progress", "sealing", "shown",
    "textfile", "yamlfile",
}  # fmt: skip


def _imported_rooms(path: Path) -> set[str]:
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("foedus"):
            parts = node.module.split(".")
            rooms |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            rooms |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("foedus.")}
    return rooms - {"__version__"}


@pytest.mark.parametrize("path", _FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_room_imports_only_rooms_to_its_left(path: Path) -> None:
    room = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    if room in {"__init__", "__main__"}:
        return  # the doors: one names every room, lazily, the other is the command line
    imported = _imported_rooms(path)
    if room in PLUMBING:
        assert imported <= PLUMBING
        return
    right = set(ORDER[ORDER.index(room) + 1 :])
    assert not imported & right, f"{room} imports {imported & right}"


def _modules() -> dict[str, Path]:
    """Return every module by its name; a package goes by its own."""
    names = {path: ".".join(("foedus", *path.relative_to(SOURCE).with_suffix("").parts)) for path in _FILES}
    return {name.removesuffix(".__init__"): path for path, name in names.items()}


def _imported(path: Path, modules: dict[str, Path]) -> set[str]:
    """Return the modules that a file imports, also late, and for a type checker only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (inner & modules.keys()) or {node.module}
    return found & modules.keys()


def test_no_module_imports_itself_through_others() -> None:
    modules = _modules()
    doors = {"foedus", "foedus.__main__"}
    imports = {name: _imported(path, modules) - doors for name, path in modules.items() if name not in doors}
    try:
        list(TopologicalSorter(imports).static_order())
    except CycleError as error:
        pytest.fail("a circle of imports: " + " <- ".join(error.args[1]))


_BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)


def _levels(node: ast.AST, level: int = 0) -> int:
    """Return how deep blocks are nested; each branch of a chain of ``elif`` counts, as it has to be read through."""
    inner = [_levels(child, level + isinstance(child, _BLOCKS)) for child in ast.iter_child_nodes(node)]
    return max(inner, default=level)


@pytest.mark.parametrize("path", _FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_function_has_at_most_90_lines_and_8_levels(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 90, f"{node.name}: part it"
            assert _levels(node) <= 8, f"{node.name}: part it"


def _rooms(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for found in pkgutil.iter_modules(package.__path__):
        if found.ispkg:
            yield from _rooms(importlib.import_module(f"{package.__name__}.{found.name}"))


def test_no_public_name_hides_a_module() -> None:
    hidden = []
    for room in _rooms(foedus):
        for name in (found.name for found in pkgutil.iter_modules(room.__path__)):
            module = importlib.import_module(f"{room.__name__}.{name}")
            hidden += [f"{room.__name__}.{name}"] if getattr(room, name) is not module else []
    assert not hidden


def test_importing_foedus_loads_no_heavy_library() -> None:
    heavy = "numpy pandas numba pyarrow pydantic rich click jinja2"
    program = (
        "import sys, foedus, foedus.cli\n"
        f"loaded = [m for m in '{heavy.replace('click ', '')}'.split() if m in sys.modules]\n"
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_csv_is_read_and_written_in_one_place() -> None:
    # str.splitlines ends a row at U+2028 and its kind, and a reader over it cuts cells in two
    imports = re.compile(r"^\s*(?:import csv\b|from csv\b)", re.MULTILINE)
    found = {path.relative_to(SOURCE).as_posix() for path in _FILES if imports.search(path.read_text("utf-8"))}
    assert found == {"csvfile.py"}


_WRITES_ITSELF = {
    "files.py": "it is the one that writes",
    "cli/streams.py": "a closed stream is replaced by the null device",
}


def _writes(call: ast.Call) -> bool:
    """Return whether a call writes a file, or changes with what rights files are made, past ``foedus.files``."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name in {"write_text", "write_bytes"}:
        return isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) != "files"
    if name not in {"open", "fdopen"}:
        return name == "umask"
    modes = [*call.args[:2], *(word.value for word in call.keywords if word.arg == "mode")]
    return any(
        isinstance(mode, ast.Constant) and re.fullmatch("[rbt]*[wax+][wbt+]*", str(mode.value)) for mode in modes
    )


def test_files_are_written_in_one_place() -> None:
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in _FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _writes(node)
    }
    assert not found - set(_WRITES_ITSELF)
    assert "files.py" in found


def test_python_m_foedus_is_the_command_line() -> None:
    for arguments, code, words in ((["--help"], 0, "Usage: foedus"), (["rum"], 2, "No such command 'rum'")):
        done = subprocess.run([sys.executable, "-m", "foedus", *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == code
        assert words in done.stdout + done.stderr


def test_the_repository_names_no_machine_path_and_no_registry_host() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    forbidden = re.compile(
        r"(?:^|[^a-zA-Z0-9_.$}-])/(?:w[o]rk|r[o]ot|f[a]rm)/|pypi\.o[r]g|registry\.npm[j]s|deb\.debi[a]n"
    )
    leaks = []
    for name in filter(None, listed):
        path = ROOT / name
        if not path.is_file() or path.suffix in {".png", ".npz", ".parquet"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        leaks += [f"{name}: {match.group()}" for match in forbidden.finditer(text)]
    assert not leaks
