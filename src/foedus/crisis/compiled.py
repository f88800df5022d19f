"""How the engines are compiled: machine code kept between runs, and made anew when any source of the engine changes.

Numba's own cache looks only at the file of the function that is called; an edit to a rule in another file would go
unnoticed and give the old numbers. Here the fingerprint of every source that is compiled, or gives a compiled one its
constants, decides. ``codecache`` reads and writes the files.
"""

from __future__ import annotations

import hashlib
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import njit
from numba.core.cpu import CPUTargetOptions

from foedus.crisis.codecache import keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from foedus.crisis.layout import Floats

Function = TypeVar("Function", bound="Callable[..., Any]")


def sources(folder: Path) -> list[Path]:
    """Return the files that decide about machine code: those with compiled functions, and what they import."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}
    found = {path for path, text in texts.items() if _COMPILED.search(text)}
    waiting = list(found)
    while waiting:
        named = {word for match in _IMPORT.finditer(texts[waiting.pop()]) for word in re.findall(r"\w+", match.group())}
        new = {path for path in texts.keys() - found if path.stem in named}
        found |= new
        waiting += new
    return sorted(found)


def fingerprint(folder: Path) -> str:
    """Return a hash of every source of machine code in a folder."""
    digest = hashlib.sha256()
    for path in sources(folder):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)} ".encode() + content)
    return digest.hexdigest()


_COMPILED = re.compile(r"^@(inlined|kernel|maker|part)$", re.MULTILINE)
_IMPORT = re.compile(r"^ *(?:from foedus\.crisis[\w.]* import (?:\([^)]*\)|.*)|import foedus\.crisis.*)", re.MULTILINE)
_FINGERPRINT = fingerprint(Path(__file__).parent)
_compile: Any = njit  # its stubs do not know every option
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
_INNER: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
# another private corner of Numba; where it is gone, counting costs time and changes nothing
_UNCOUNTED: dict[str, Any] = {"_nrt": False} if hasattr(CPUTargetOptions, "_nrt") else {}


def kernel(function: Function) -> Function:
    """Compile a function that Python calls, outside the interpreter's lock, cached on disk."""
    return cast("Function", keep(_compile(**_OPTIONS)(function), _FINGERPRINT))


def part(function: Function) -> Function:
    """Compile a function that only compiled functions call; leaving out the entry for Python halves the wait.

    It makes no arrays: those it is given stay alive in its caller, so who holds them need not be counted (which took a
    third of a run's time). Numba refuses to compile one that does make an array; that is a ``maker``.
    """
    return cast("Function", keep(_compile(**_OPTIONS, **_INNER, **_UNCOUNTED)(function), _FINGERPRINT))


def inlined(function: Function) -> Function:
    """Compile a ``part`` into each function that calls it, where passing on what it is given would take too long."""
    return cast("Function", _compile(**_OPTIONS, inline="always")(function))


def maker(function: Function) -> Function:
    """Compile a ``part`` that makes arrays."""
    return cast("Function", keep(_compile(**_OPTIONS, **_INNER)(function), _FINGERPRINT))


@part
def highest(numbers: Floats) -> float:
    """Return the highest of some numbers; Numba's own ``max`` makes an array, which a part may not."""
    found = -math.inf
    for number in numbers:
        found = max(found, number)
    return found
