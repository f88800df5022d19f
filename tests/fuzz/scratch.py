"""A folder in memory for the files that targets read, gone when the process ends."""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_numbers = itertools.count()


@cache
def _root() -> Path:
    place = Path(tempfile.mkdtemp(prefix="foedus-fuzz-", dir=_MEMORY if _MEMORY.is_dir() else None))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


@cache
def _folder(process: int) -> Path:
    place = _root() / str(process)
    place.mkdir()
    return place


def folder() -> Path:
    """Return this process's folder."""
    return _folder(os.getpid())


def file(name: str, content: str | bytes) -> Path:
    """Write a file under a new name that ends as given; the one before is removed."""
    number = next(_numbers)
    with_number = folder() / f"{number}-{name}"
    (folder() / f"{number - 1}-{name}").unlink(missing_ok=True)
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    with_number.write_bytes(raw)
    return with_number
