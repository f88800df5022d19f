"""Text files of the user's, read as UTF-8; what cannot be read says why, and in which line."""

from __future__ import annotations

import contextlib
import io
import re
from typing import IO, TYPE_CHECKING

from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MOST_BYTES = 2**28  # of a file that is read as a whole
SAVE = "save the file as UTF-8 (in Excel: 'CSV UTF-8')"
MARK = "\ufeff"  # before the first letter, where Excel saved the file
_HALF = re.compile("[\ud800-\udfff]")
_ENDS = re.compile(rb"\r\n?|\n")


def read_text(path: Path, most: int = MOST_BYTES) -> str:
    """Return the text of a file, without the mark that some editors put before it; line ends as they are.

    Raises:
        InputError: it cannot be read, is larger than ``most`` bytes, or is not UTF-8.

    """
    return text_of(read_bytes(path, most), path)


def read_marked(path: Path) -> str:
    """Return the text of a file as ``read_text`` does, but with the mark before it, if it has one; "" if there is none.

    Raises:
        InputError: see ``read_text``.

    """
    if not path.exists():
        return ""
    raw = read_bytes(path)
    return (MARK if raw.startswith(MARK.encode()) else "") + text_of(raw, path)


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return the content of a file.

    Raises:
        InputError: it cannot be read, or is larger than ``most`` bytes.

    """
    with _told(path), path.open("rb") as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        raise InputError("the file is too large", file=path, expected=f"at most {most:,} bytes", cure="split it")
    return raw


def text_of(raw: bytes, path: Path) -> str:
    """Return the text in the content of a file, as ``read_text`` does.

    Raises:
        InputError: it is not UTF-8.

    """
    _refuse_utf16(raw[:1000], path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _not_utf8(io.BytesIO(raw), path) from None


def joined(text: str) -> str:
    """Return a text in which characters that were written as two escapes, as in JSON, are one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass") if has_halves(text) else text


def has_halves(text: str) -> bool:
    """Return whether a text holds half a character, which no file can: from a stray escape, or an argument's bytes."""
    return not text.isascii() and _HALF.search(text) is not None


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """Open a text that may not fit into memory; line ends are given as they are.

    Raises:
        InputError: it cannot be read, or is not UTF-8, which may turn out only while it is read.

    """
    with _told(path):
        raw = path.open("rb")
    with raw:
        with _told(path):
            _refuse_utf16(raw.peek(1000)[:1000], path)
        try:
            yield io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        except UnicodeDecodeError as error:
            with path.open("rb") as again:
                raise _not_utf8(again, path) from error
        except OSError as error:
            raise _unreadable(path, error) from error


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise InputError("no such file", file=path, cure="check the name and the folder") from None
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InputError:
    found = getattr(error, "strerror", None) or error
    cure = "name a file that exists and that you may read"
    return InputError("the file cannot be read", file=path, found=found, cure=cure)


def _refuse_utf16(start: bytes, path: Path) -> None:
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"} or start.count(0) * 4 > len(start):
        raise InputError("the file is not UTF-8 text", file=path, line=1, found="UTF-16, or NUL bytes", cure=SAVE)


def _not_utf8(lines: Iterable[bytes], path: Path) -> InputError:
    """Return where a file stops being UTF-8."""
    number = 1
    found = None
    for line in lines:
        try:
            line.decode()
        except UnicodeDecodeError as error:
            byte = line[error.start : error.start + 1]
            number += len(_ENDS.findall(line[: error.start]))
            found = f"byte 0x{byte.hex()}, which is '{byte.decode('cp1252', 'replace')}' in Windows-1252"
            break
        number += len(_ENDS.findall(line))
    return InputError("the file is not UTF-8 text", file=path, line=number, found=found, cure=SAVE)
