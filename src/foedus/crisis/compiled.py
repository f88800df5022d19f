"""How the engines are compiled: machine code kept between runs, and made anew when any source of the engine changes.

Numba's own cache looks only at the file of the function that is called; an edit to a rule in another file would go
unnoticed and give the old numbers. Here the fingerprint of every source that is compiled, or gives a compiled one its
constants, decides.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import njit
from numba.core.cpu import CPUTargetOptions

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


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()


_FINGERPRINT = _fingerprint()
_compile: Any = njit  # its stubs do not know every option
_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_INNER: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
# another private corner of Numba; where it is gone, counting costs time and changes nothing
_UNCOUNTED: dict[str, Any] = {"_nrt": False} if hasattr(CPUTargetOptions, "_nrt") else {}


def kernel(function: Function) -> Function:
    """Compile a function that Python calls, outside the interpreter's lock, cached on disk."""
    return cast("Function", _stamped(_compile(**_OPTIONS)(function)))


def part(function: Function) -> Function:
    """Compile a function that only compiled functions call; leaving out the entry for Python halves the wait.

    It makes no arrays: those it is given stay alive in its caller, so who holds them need not be counted (which took a
    third of a run's time). Numba refuses to compile one that does make an array; that is a ``maker``.
    """
    return cast("Function", _stamped(_compile(**_OPTIONS, **_INNER, **_UNCOUNTED)(function)))


def maker(function: Function) -> Function:
    """Compile a ``part`` that makes arrays."""
    return cast("Function", _stamped(_compile(**_OPTIONS, **_INNER)(function)))


def is_cached(compiled: Any) -> bool:
    """Return whether machine code of this very source lies on disk."""
    try:
        return bool(compiled._cache._cache_file._load_index())
    except (AttributeError, OSError):
        return False


def _stamped(compiled: Any) -> Any:
    # a private corner of Numba; where it is gone, its own rule (time and size of one file) stays in force
    file: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(file, "_source_stamp"):
        file._source_stamp = _FINGERPRINT
    return compiled


@part
def highest(numbers: Floats) -> float:
    """Return the highest of some numbers; Numba's own ``max`` makes an array, which a part may not."""
    found = -math.inf
    for number in numbers:
        found = max(found, number)
    return found
