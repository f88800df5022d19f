"""Where a claim was read: the addresses of its document, and the name of who published it."""

from __future__ import annotations

import hashlib
import re
import warnings
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from foedus.errors import FoedusWarning

if TYPE_CHECKING:
    from pathlib import Path

    from foedus.evidence import Claim

_ADDRESS = re.compile(r"https?://[^\s;<>\"]+|(?<![\w./@-])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s;<>\"]+")
_NOTES = "sources.md"  # beside a scenario: a heading for each document, its address below it


class Notes:
    """What the notes beside a scenario say of the documents that its claims name by the notes' own fingerprint."""

    def __init__(self, directory: Path) -> None:
        try:
            raw = (directory / _NOTES).read_bytes()
        except OSError as error:
            raw = b""
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                words = (
                    f"{directory / _NOTES}: cannot be read ({error.strerror}); the report shows no addresses from it"
                )
                warnings.warn(words, FoedusWarning, stacklevel=2)
        self._digest = hashlib.sha256(raw).hexdigest()
        sections = re.split(r"^## +", raw.decode("utf-8", errors="replace"), flags=re.MULTILINE)[1:]
        self._sections = [(head.strip(), addresses_in(body)) for head, _, body in (s.partition("\n") for s in sections)]

    def addresses(self, claim: Claim) -> list[str]:
        """Return the addresses under the heading that bears the claim's title; of several, the publisher's too."""
        if claim.document != self._digest or not claim.title:
            return []
        found = [(head, urls) for head, urls in self._sections if head.startswith(claim.title)]
        exact = [urls for head, urls in found if head.startswith(f"{claim.title} ({claim.publisher or ''}")]
        return (exact or [urls for _, urls in found] or [[]])[0]


def addresses_in(text: str) -> list[str]:
    """Return the web addresses in a text, each once.

    >>> addresses_in("read at https://example.org/a; (http://example.org/b,c_(d)), http://example.org/e.")
    ['https://example.org/a', 'http://example.org/b,c_(d)', 'http://example.org/e']
    >>> addresses_in("read earlier; en.example.org/a/207747")
    ['https://en.example.org/a/207747']
    """
    return list(dict.fromkeys(_whole(url) for url in _ADDRESS.findall(text)))


def _whole(url: str) -> str:
    """Return an address without the signs of the sentence around it; a bracket that it opens belongs to it."""
    url = url if "://" in url else f"https://{url}"
    url = url.rstrip(".,:!?'")
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(".,:!?'")
    return url


def addresses(claim: Claim, notes: Notes) -> list[str]:
    """Return every web address at which the claim's document is said to be; none if nobody kept one."""
    said = " ".join(filter(None, (claim.document, claim.publisher)))
    return list(dict.fromkeys([*addresses_in(said), *notes.addresses(claim)]))


def publisher(claim: Claim) -> str:
    """Return who published the document; of an address, its host.

    >>> from types import SimpleNamespace
    >>> publisher(SimpleNamespace(publisher="https://www.example.org/a;agency 12"))
    'example.org; agency 12'
    """
    named = _ADDRESS.sub(
        lambda url: (urlsplit(_whole(url[0])).hostname or url[0]).removeprefix("www."), claim.publisher or ""
    )
    return re.sub(r";\s*", "; ", named)
