"""How much memory this command may use, and the refusal of what needs more: beforehand, with the size it would take."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUPS = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")
_USED = Path("/proc/self/statm")


def available() -> float:
    """Return the bytes that this process may still use, or infinity where the system does not say.

    The least of the machine's memory, the limits of the control groups that the process is in (which is how containers
    are bounded) and the limit on its addresses, each less what it uses already. Memory of other programs is not
    counted: they may give it back.
    """
    addresses, resident = _used()
    return min(min([_physical(), *_group_limits()]) - resident, _address_limit() - addresses)


def require(needed: float, what: str, *, key: str | None = None, found: str = "", cure: str = "") -> None:
    """Refuse what needs more memory than there is.

    Args:
        needed: bytes, about.
        what: the thing that needs them, as the subject of a sentence.
        key: the option or argument that makes it large.
        found: its value.
        cure: how to need less.

    Raises:
        InputError: it does not fit.

    """
    if needed > available():
        raise too_large(needed, what, key=key, found=found, cure=cure)


def too_large(needed: float, what: str, *, key: str | None = None, found: str = "", cure: str = "") -> InputError:
    """Return the error for what does not fit; also for where the system refused to give the memory."""
    size = f"about {_gigabytes(needed)}"
    least = max(0.0, available())
    return InputError(
        f"{what} does not fit into the memory that this command may use",
        key=key,
        found=f"{found}, which takes {size}" if found else size,
        expected=None if least >= needed else f"at most {_gigabytes(least)}",
        cure=cure or None,
    )


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e9:.3f} GB"


def _used() -> tuple[float, float]:
    """Return the bytes of addresses and of memory that this process has."""
    try:
        addresses, resident = _USED.read_text(encoding="ascii").split()[:2]
        page = os.sysconf("SC_PAGE_SIZE")
        return float(addresses) * page, float(resident) * page
    except (AttributeError, OSError, ValueError):  # not Linux
        return 0.0, 0.0


def _physical() -> float:
    try:
        found = float(os.sysconf("SC_PAGE_SIZE")) * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows has no such call
        return math.inf
    return found if found > 0 else math.inf


def _address_limit() -> float:
    if sys.platform == "win32":
        return math.inf
    import resource

    limits = (resource.getrlimit(which)[0] for which in (resource.RLIMIT_AS, resource.RLIMIT_DATA))
    return min((float(limit) for limit in limits if limit != resource.RLIM_INFINITY and limit >= 0), default=math.inf)


def _group_limits() -> Iterator[float]:
    """Yield the limits of the process's control groups and of those above them, of both versions of the system."""
    try:
        lines = _MEMBERSHIP.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        _, controllers, group = (*line.split(":", 2), "none", "")[:3]
        if controllers == "":
            root, name = _GROUPS, "memory.max"
        elif "memory" in controllers.split(","):
            root, name = _GROUPS / "memory", "memory.limit_in_bytes"
        else:
            continue
        inner = root / group.lstrip("/")
        for folder in (inner, *inner.parents):
            if folder.is_relative_to(root):
                yield from _limit(folder / name)


def _limit(file: Path) -> Iterator[float]:
    try:
        text = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return
    if text.isdigit():  # "max" is none
        yield float(text)
