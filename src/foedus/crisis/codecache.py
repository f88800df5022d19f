"""Machine code kept on disk between runs: believed only with its seal, and done without where no folder can be written.

Numba's own cache ends in an error on an empty, cut or foreign file and where it finds no folder to write into. After a
power cut it may even pair a new index with old code. Here whatever does not fit is compiled anew and overwritten.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numba.core import caching

if TYPE_CHECKING:
    from collections.abc import Callable

_SEAL = hashlib.sha256().digest_size


def keep(compiled: Any, stamp: str) -> Any:
    """Return a function of Numba's that keeps its machine code on disk for as long as ``stamp`` stays the same.

    Where Numba is switched off (``NUMBA_DISABLE_JIT``) the function is a plain one, and stays as it is.
    """
    if not hasattr(compiled, "py_func"):
        return compiled
    with contextlib.suppress(RuntimeError, OSError):  # no folder can be written; it stays without
        compiled._cache = _Cache(compiled.py_func, stamp)
    return compiled


def note(compiled: Any, what: str, wait: str) -> str:
    """Return a sentence for people who are about to wait for a function's machine code, or nothing if it is ready."""
    if getattr(compiled, "signatures", True):  # where Numba is switched off there is nothing to wait for
        return ""
    cache = getattr(compiled, "_cache", None)
    if not isinstance(cache, _Cache):
        return (
            f"Compiling the {what}, which takes about {wait}. The result cannot be kept: no folder for it can be "
            "written. Set NUMBA_CACHE_DIR to a folder of yours."
        )
    if cache.is_filled():
        return f"Loading the compiled {what}."
    return f"Compiling the {what} once for this version; this takes about {wait}."


class _Files(caching.IndexDataCacheFile):
    """Numba's files: an index, and one file of machine code a signature, which begins with a seal here."""

    def sealed(self, name: str) -> bytes | None:
        """Return what was kept under a file's name, or None if it is not there or not as it was written."""
        try:
            content = Path(self._data_path(name)).read_bytes()
        except OSError:
            return None
        seal, data = content[:_SEAL], content[_SEAL:]
        return data if seal == self._seal(name, data) else None

    def load(self, key: Any) -> Any:
        data = self.sealed(self._load_index().get(key, ""))
        kept_key, kept = (None, None) if data is None else pickle.loads(data)  # noqa: S301 - written here, and sealed
        return kept if kept_key == key else None

    def save(self, key: Any, data: Any) -> None:
        super().save(key, (key, data))

    def _load_index(self) -> dict[Any, str]:
        own = self._index_name.removesuffix("nbi")  # keys alone do not tell functions apart that differ in a constant
        try:
            return {key: name for key, name in super()._load_index().items() if name.startswith(own)}
        except Exception:  # noqa: BLE001 - a broken pickle can raise anything
            return {}

    def _save_data(self, name: str, data: Any) -> None:
        data = self._dump(data)
        with self._open_for_write(self._data_path(name)) as file:
            file.write(self._seal(name, data) + data)

    def _seal(self, name: str, data: bytes) -> bytes:
        return hashlib.sha256(f"{self._version} {self._source_stamp} {name} ".encode() + data).digest()


def _has_home() -> bool:
    named = os.environ.get("XDG_CACHE_HOME")
    return Path(named).is_absolute() if named else os.path.expanduser("~") != "~"  # noqa: PTH111 - pathlib raises


class _Place(caching.CompileResultCacheImpl):
    # without a home, "~" would become a folder of that name where the command runs, and so would a relative path
    _locator_classes = [  # noqa: RUF012 - Numba's
        one for one in caching.CompileResultCacheImpl._locator_classes if _has_home() or "UserWide" not in one.__name__
    ]


class _Cache(caching.FunctionCache):
    _impl_class = _Place

    def __init__(self, function: Callable[..., Any], stamp: str) -> None:
        super().__init__(function)
        self._cache_file = _Files(self._cache_path, self._impl.filename_base, stamp)

    def is_filled(self) -> bool:
        """Return whether machine code of this very source lies on disk."""
        file: Any = self._cache_file
        return any(file.sealed(name) is not None for name in file._load_index().values())

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it can be compiled anew
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        # a full disk, or a folder that has become read-only: the next run compiles again
        with contextlib.suppress(OSError):
            super().save_overload(sig, data)
