"""Standard output and error that take any text, on every console and where they are closed or full."""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import suppress
from typing import TextIO


def open_streams(*, as_json: bool) -> None:
    """Let no character end a command: what an encoding lacks is replaced, or escaped as JSON does it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - open to the end
        elif isinstance(stream, io.TextIOWrapper):
            # a stated ASCII is taken as click takes it: as a locale that nobody has set
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(
                encoding="utf-8" if ascii_only else None,
                errors=_ESCAPED if as_json and name == "stdout" else "replace",
            )


def flushed() -> bool:
    """Return whether all that was printed has arrived."""
    arrived = True
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            arrived = False
            silence(stream)
    return arrived


def silence(stream: TextIO | None = None) -> None:
    """Send what is still to be printed nowhere, so that Python does not complain at the end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())


def _as_json(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join("\\u" + units[i : i + 4] for i in range(0, len(units), 4)), error.end


_ESCAPED = "foedus-json"
codecs.register_error(_ESCAPED, _as_json)
