"""A local page to accept, correct or reject claims beside their sentences."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from pydantic import ValidationError

from foedus.errors import InputError, RunError
from foedus.evidence.document import decode, parse, read
from foedus.evidence.model import COLUMNS, Claim, row, vocabulary, write_claims

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

EDITABLE = ("low", "high", "qualifier", "event", "place", "subject", "as_of", "speaker", "channel", "status", "note")
ACCEPTED = "accepted in review"  # what the note of an accepted claim says
_AROUND = 160  # characters shown on either side of a span
_LIMIT = 2_000_000  # bytes of one request
_PAGE = resources.files("foedus.evidence").joinpath("review.html")


@dataclass(frozen=True, slots=True)
class Review:
    """A running review: open ``address``; ``serve`` blocks until interrupted; ``close`` stops it."""

    address: str
    server: ThreadingHTTPServer

    def serve(self) -> None:
        """Answer requests until ``close`` or an interrupt."""
        self.server.serve_forever(poll_interval=0.1)

    def close(self) -> None:
        """Stop and free the port."""
        self.server.shutdown()
        self.server.server_close()


def review(
    claims: Sequence[Claim], documents: Iterable[Path | str], out: Path, *, port: int = 0, saved: Callable[[int], None]
) -> Review:
    """Prepare a local page that writes the corrected claims to ``out`` whenever it is saved.

    The page listens on this machine only, under an address that nobody can guess.

    Args:
        claims: to review.
        documents: the reports, to show the words; those of other hashes are left out.
        out: the corrected claims file.
        port: 0 takes a free one.
        saved: told how many claims were written.

    Raises:
        InputError: a document cannot be read.
        RunError: the port cannot be had.

    """
    texts: dict[str, str] = {}
    for path in documents:
        name, raw = read(path)
        texts[parse(raw, name).sha256] = decode(raw, name)[0]
    secret, nonce = secrets.token_urlsafe(16), secrets.token_urlsafe(12)
    where = f"/{secret}/"
    stand = list(claims)  # as last saved, so that a page loaded again shows it
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; connect-src 'self'; img-src data:"
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == where:
                self._answer(HTTPStatus.OK, _page(stand, texts, nonce).encode(), "text/html")
            else:
                self._answer(HTTPStatus.NOT_FOUND, b"not here", "text/plain")

        def do_POST(self) -> None:
            given = self.headers.get("Content-Length") or ""
            length = int(given) if given.isdecimal() else 0
            if self.path != where or not 0 < length <= _LIMIT:
                self._answer(HTTPStatus.NOT_FOUND, b"not here", "text/plain")
                return
            try:
                stand[:] = correct(stand, json.loads(self.rfile.read(length)))
                _write(out, stand)
            except (InputError, RunError, ValueError) as error:
                self._answer(HTTPStatus.BAD_REQUEST, f"not saved: {error}".encode(), "text/plain")
                return
            saved(len(stand))
            self._answer(HTTPStatus.OK, f"saved {len(stand)} claims to {out}".encode(), "text/plain")

        def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it so)
            """Keep the terminal quiet."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise RunError("the review page cannot be opened", found=error.strerror, cure="try another --port") from error
    return Review(f"http://127.0.0.1:{server.server_port}{where}", server)


def correct(claims: Sequence[Claim], edits: Any) -> list[Claim]:
    """Return the claims with the edits of a page applied.

    Args:
        claims: as they were.
        edits: one mapping a claim: ``claim_id`` and any of ``EDITABLE`` as text.

    Raises:
        InputError: an edit that cannot be; it names the claim and the field.

    """
    if not isinstance(edits, list) or not all(isinstance(edit, dict) for edit in edits):
        raise InputError("the edits are not a list of claims")
    by_id = {str(edit.get("claim_id")): edit for edit in edits}
    done = []
    for claim in claims:
        cells = dict(zip(COLUMNS, row(claim), strict=True))
        cells |= {name: str(value) for name, value in by_id.get(claim.claim_id, {}).items() if name in EDITABLE}
        try:
            done.append(Claim.model_validate({name: cell for name, cell in cells.items() if cell != ""}))
        except ValidationError as error:
            issue = error.errors(include_url=False)[0]
            field = str(issue["loc"][0]) if issue["loc"] else "claim"
            raise InputError(
                f"claim {claim.claim_id}, {field}: {issue['msg'].removeprefix('Value error, ')}"
            ) from error
    return done


def _write(out: Path, claims: Sequence[Claim]) -> None:
    part = out.with_name(out.name + ".part")
    try:
        part.write_text(write_claims(claims), encoding="utf-8")
        part.replace(out)
    except OSError as error:
        raise RunError("the claims cannot be written", file=out, found=error.strerror) from error


def _page(claims: Sequence[Claim], texts: dict[str, str], nonce: str) -> str:
    return (
        Environment(autoescape=True)
        .from_string(_PAGE.read_text(encoding="utf-8"))
        .render(
            items=[_item(claim, texts.get(claim.document)) for claim in claims],
            statuses=("current", "superseded", "retracted", "echo", "rejected"),
            nonce=nonce,
            mark=ACCEPTED,
        )
    )


def _item(claim: Claim, text: str | None) -> dict[str, Any]:
    cells = dict(zip(COLUMNS, row(claim), strict=True))
    words = before = after = ""
    if text is not None and claim.start is not None and claim.end is not None:
        words = text[claim.start : claim.end]
        before, after = text[max(0, claim.start - _AROUND) : claim.start], text[claim.end : claim.end + _AROUND]
    return {
        "id": claim.claim_id,
        "what": _what(claim),
        "value": claim.value_text(),
        "rule": claim.rule,
        "said": claim.attribution,
        "status": claim.status,
        "accepted": ACCEPTED in claim.note,
        "title": claim.title,
        "paragraph": claim.paragraph,
        "words": words,
        "before": before,
        "after": after,
        "fields": [(name, cells[name]) for name in EDITABLE],
    }


def _what(claim: Claim) -> str:
    words = vocabulary()
    return words.quantities[claim.quantity].label if claim.quantity else words.statements[claim.statement or ""].label
