"""A local page to accept, correct or reject claims beside their sentences."""

from __future__ import annotations

import contextlib
import json
import secrets
import sys
import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from pydantic import ValidationError

from foedus.csvfile import PLAIN, sheet
from foedus.errors import InputError, RunError
from foedus.evidence.document import decode, parse, read
from foedus.evidence.model import COLUMNS, Claim, load_claims, read_claims, row, vocabulary, write_claims
from foedus.faults import explained
from foedus.files import locked, telling, write_text
from foedus.textfile import MARK, has_halves, read_marked
from foedus.yamlfile import is_file

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

    A review that ``out`` already holds goes on, joined by the claims that it lacks; see ``added``.

    The page listens on this machine only, under an address that nobody can guess. What another page, or another
    review, saved meanwhile is merged; where both changed the same field, the second is refused with the
    reason and nothing is written.

    Args:
        claims: to review.
        documents: the reports, to show the words; those of other hashes are left out.
        out: the corrected claims file.
        port: 0 takes a free one.
        saved: told how many claims were written.

    Raises:
        InputError: a document or the file of an earlier review cannot be read, or there is no such port.
        RunError: the port cannot be had.

    """
    texts: dict[str, str] = {}
    for path in documents:
        name, raw = read(path)
        texts[parse(raw, name).sha256] = decode(raw, name)[0]
    secret, nonce = secrets.token_urlsafe(16), secrets.token_urlsafe(12)
    where = f"/{secret}/"
    new = {claim.claim_id: claim for claim in added(claims, out)}  # in no file yet
    stands = [
        [*load_claims(out), *new.values()] if is_file(out) else list(claims)
    ]  # every state that a page may have been loaded from, the last one as it was saved
    turn = threading.Lock()  # of the threads that answer; only who holds it may look at the states, or add one
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; connect-src 'self'; img-src data:"
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == where:
                with turn:
                    with contextlib.suppress(InputError):  # a file that somebody broke is reported when it is saved
                        _refresh(stands, out, new)
                    version, shown = len(stands) - 1, stands[-1]
                self._answer(HTTPStatus.OK, _page(shown, version, texts, nonce).encode(), "text/html")
            else:
                self._answer(HTTPStatus.NOT_FOUND, b"not here", "text/plain")

        def do_POST(self) -> None:
            given = self.headers.get("Content-Length") or ""
            length = int(given) if given.isdecimal() else 0
            if self.path != where or not 0 < length <= _LIMIT:
                self._answer(HTTPStatus.NOT_FOUND, b"not here", "text/plain")
                return
            try:
                posted = json.loads(self.rfile.read(length))
                with turn:
                    answer = _save(stands, posted, out, new)
                    count = len(stands[-1])
            except (InputError, RunError, ValueError, RecursionError) as error:
                self._answer(HTTPStatus.BAD_REQUEST, f"not saved: {error}".encode(), "text/plain")
                return
            if answer["saved"]:
                saved(count)
            status = HTTPStatus.OK if answer["saved"] else HTTPStatus.CONFLICT
            self._answer(status, json.dumps(answer).encode(), "application/json")

        def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it so)
            """Keep the terminal quiet."""

    server = _listening(turn, port, Handler)
    return Review(f"http://127.0.0.1:{server.server_port}{where}", server)


def _listening(turn: threading.Lock, port: int, handler: type[BaseHTTPRequestHandler]) -> _Server:
    try:
        return _Server(turn, ("127.0.0.1", port), handler)
    except OverflowError:
        raise InputError(
            "there is no such port", key="port", found=port, expected="0 to 65535", cure="0 takes a free one"
        ) from None
    except OSError as error:
        raise RunError(
            "the review page cannot be opened", key="port", found=f"{port}: {error.strerror}",
            cure="try another --port, or none to take a free one",
        ) from error  # fmt: skip


class _Server(ThreadingHTTPServer):
    """A server that lets what is being saved be saved before it closes."""

    def __init__(self, turn: threading.Lock, *given: Any) -> None:
        self._turn = turn  # first, since a port that is taken closes the server before it began
        super().__init__(*given)

    def server_close(self) -> None:
        if self._turn.acquire(timeout=5):  # of the thread that saves; a browser that only keeps a line open holds none
            self._turn.release()
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away before it was answered."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def added(claims: Sequence[Claim], out: Path) -> list[Claim]:
    """Return the claims that a review, if there is one already, does not hold yet.

    Raises:
        InputError: the file of the review cannot be read.

    """
    if not is_file(out):
        return []
    held = {claim.claim_id for claim in load_claims(out)}
    return [claim for claim in claims if claim.claim_id not in held]


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
        cells = _cells(claim)
        cells |= {name: str(value) for name, value in by_id.get(claim.claim_id, {}).items() if name in EDITABLE}
        if half := next((name for name, cell in cells.items() if has_halves(cell)), None):
            raise InputError(
                f"claim {claim.claim_id}, {half}: the text holds half a character", found=ascii(cells[half])
            )
        try:
            done.append(Claim.model_validate({name: cell for name, cell in cells.items() if cell != ""}))
        except ValidationError as error:
            place, words = next(explained(Claim, error))
            named = f"claim {claim.claim_id}, {place[0] if place else 'as a whole'}: {words['message']}"
            raise InputError(**words | {"message": named}) from error
    return done


def merge(
    base: Sequence[Claim], now: Sequence[Claim], wanted: Sequence[Claim]
) -> tuple[list[Claim], list[tuple[str, str, str]]]:
    """Return claims as they now are with the changes that a page wants, and which of its changes contradict others.

    Args:
        base: the claims that the page was loaded from.
        now: as another page, or another program, has left them since.
        wanted: ``base`` with the page's corrections.

    Returns:
        The claims, and for each contradiction the claim, the field and what it now holds.

    """
    current = {claim.claim_id: _cells(claim) for claim in now}
    edits, against = [], []
    for before, after in zip(map(_cells, base), map(_cells, wanted), strict=True):
        changed = {name: after[name] for name in EDITABLE if after[name] != before[name]}
        if changed and (there := current.get(before["claim_id"])):
            against += [
                (before["claim_id"], name, there[name])
                for name, cell in changed.items()
                if there[name] not in (before[name], cell)
            ]
            edits.append({"claim_id": before["claim_id"], **changed})
    return correct(now, edits), against


def _save(stands: list[list[Claim]], posted: Any, out: Path, new: dict[str, Claim]) -> dict[str, Any]:
    """Write what a page wants, unless another changed the same; say which version the page now stands on.

    ``changes`` are the cells that others changed, so that the page can show them; ``lost``, the claims that the page
    changed and another program took out of the file.
    """
    edits, version = (posted.get("edits"), posted.get("version")) if isinstance(posted, dict) else (posted, 0)
    if type(version) is not int or not 0 <= version < len(stands):
        raise InputError("this page was loaded from another review", cure="load it again")
    base = stands[version]
    wanted = correct(base, edits)
    with telling("the claims", out), locked(out):
        _refresh(stands, out, new)
        merged, against = merge(base, stands[-1], wanted)
        if not against:
            _write(out, merged)
            stands.append(merged)
    said = f"saved {_counted(len(merged))} to {out}"
    if against:
        told = "; ".join(f"{name} of claim {claim} is now '{cell}'" for claim, name, cell in against)
        choice = "save again to keep your version, or load this page again"
        said = f"not saved: {told}, set by another page or program; {choice}"
    hers = {claim.claim_id: _cells(claim) for claim in wanted}
    changes = {
        claim.claim_id: changed
        for claim in stands[-1]
        if (changed := _changed(hers.get(claim.claim_id), _cells(claim), against))
    }
    if changes and not against:
        were, are = ("was", "is") if len(changes) == 1 else ("were", "are")
        said += f"; {_counted(len(changes))} {were} changed elsewhere and {are} now shown here"
    lost = _lost(stands[: version + 1], stands[-1], edits)
    said += "".join(f"; claim {claim} is no longer in the file; your change to it cannot be saved" for claim in lost)
    return {"saved": not against, "said": said, "version": len(stands) - 1, "changes": changes, "lost": lost}


def _counted(number: int) -> str:
    return f"{number} claim" if number == 1 else f"{number} claims"


def _lost(before: Sequence[Sequence[Claim]], now: Sequence[Claim], edits: Any) -> list[str]:
    """Return the claims that a page changed and that are no longer there, however long ago they went."""
    here = {claim.claim_id for claim in now}
    last = {claim.claim_id: claim for state in before for claim in state}
    return [name for name, claim in last.items() if name not in here and _is_changed(claim, edits)]


def _is_changed(claim: Claim, edits: Any) -> bool:
    try:
        return [_cells(wanted) for wanted in correct([claim], edits)] != [_cells(claim)]
    except InputError:
        return True


def _changed(hers: dict[str, str] | None, now: dict[str, str], against: list[tuple[str, str, str]]) -> dict[str, str]:
    """Return the cells that differ from a page's own, but for those that it disputes."""
    disputed = {name for claim, name, _ in against if claim == now["claim_id"]}
    return {name: now[name] for name in EDITABLE if hers and hers[name] != now[name] and name not in disputed}


def _refresh(stands: list[list[Claim]], out: Path, new: dict[str, Claim]) -> None:
    """Take note of what another review, or another program, wrote to the file; new claims stay until they are in it."""
    if is_file(out):
        there = load_claims(out)
        for claim in there:
            new.pop(claim.claim_id, None)
        if (now := [*there, *new.values()]) != stands[-1]:
            stands.append(now)


def _write(out: Path, claims: Sequence[Claim]) -> None:
    """Write the claims in the form that the file has: its separator, its line ends, the mark before it."""
    earlier = read_marked(out)
    style = sheet(earlier.removeprefix(MARK), out, COLUMNS).style if earlier.strip(MARK + " \t\r\n") else PLAIN
    text = write_claims(claims, style)
    if read_claims(text, out) != list(claims):
        raise InputError("a field holds something that the file cannot hold", file=out, cure="leave it out")
    write_text(out, (MARK if earlier.startswith(MARK) else "") + text)


def _cells(claim: Claim) -> dict[str, str]:
    return dict(zip(COLUMNS, row(claim), strict=True))


def _page(claims: Sequence[Claim], version: int, texts: dict[str, str], nonce: str) -> str:
    return (
        Environment(autoescape=True)
        .from_string(_PAGE.read_text(encoding="utf-8"))
        .render(
            items=[_item(claim, texts.get(claim.document)) for claim in claims],
            version=version,
            statuses=("current", "superseded", "retracted", "echo", "rejected"),
            nonce=nonce,
            mark=ACCEPTED,
        )
    )


def _item(claim: Claim, text: str | None) -> dict[str, Any]:
    cells = _cells(claim)
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
