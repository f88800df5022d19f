"""The versions that a result depends on."""

from __future__ import annotations

import platform
from importlib import metadata

import foedus


def versions() -> dict[str, str]:
    """Return the versions of Foedus, Python and the libraries that compute and store."""
    libraries = {name: metadata.version(name) for name in ("numpy", "numba", "pandas", "pyarrow")}
    return {"foedus": foedus.__version__, "python": platform.python_version(), **libraries}
