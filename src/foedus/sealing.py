"""A seal in the last line of a page, by which we know whether somebody changed it since it was written."""

from __future__ import annotations

import hashlib

_MARK = b"<!-- as it was made: sha256 "


def sealed(text: str) -> str:
    """Return a page of HTML, SVG or Markdown with a seal as its last line."""
    return _sealed(text.rstrip("\n").encode()).decode()


def is_broken(content: bytes) -> bool | None:
    """Say whether a page was changed since it was sealed; None if it has no seal, as those of earlier versions.

    >>> page = sealed("<p>42</p>")
    >>> is_broken(page.encode()), is_broken(page.replace("42", "41").encode()), is_broken(b"<p>42</p>")
    (False, True, None)
    """
    body, mark, _ = content.rpartition(_MARK)
    return content != _sealed(body.removesuffix(b"\n")) if mark else None


def _sealed(body: bytes) -> bytes:
    return body + b"\n" + _MARK + hashlib.sha256(body).hexdigest().encode() + b" -->\n"
