"""How the engines are compiled: machine code kept between runs, and made anew when any source of the engine changes.

Numba's own cache looks only at the file of the function that is called; an edit to a rule in another file would go
unnoticed and give the old numbers. Here the fingerprint of every source that is compiled, or gives a compiled one its
constants, decides. ``codecache`` reads and writes the files.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import njit
from numba.core.cpu import CPUTargetOptions

from foedus.crisis.codecache import keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from foedus.crisis.layout import Floats

Function = TypeVar("Function", bound="Callable[..., Any]")


SOURCES = (
    "agents",
    "cohort",
    "compiled",
    "forces",
    "hour",
    "keyed",
    "layout",
    "parameters",
    "rates",
    "regime",
    "rules",
)

LATTICE_SOURCES = ("compiled", "keyed", "lattice/groups", "lattice/serial", "lattice/tiles")


def _fingerprint(names: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in names:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()


_FINGERPRINT, _LATTICE_FINGERPRINT = _fingerprint(SOURCES), _fingerprint(LATTICE_SOURCES)
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


def maker(function: Function) -> Function:
    """Compile a ``part`` that makes arrays."""
    return cast("Function", keep(_compile(**_OPTIONS, **_INNER)(function), _FINGERPRINT))


def lattice_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of the lattice, outside the interpreter's lock, cached on disk."""
    compiled: Callable[..., Any] = keep(_compile(nogil=True)(function), _LATTICE_FINGERPRINT)
    return compiled


@part
def highest(numbers: Floats) -> float:
    """Return the highest of some numbers; Numba's own ``max`` makes an array, which a part may not."""
    found = -math.inf
    for number in numbers:
        found = max(found, number)
    return found
