"""The review page, in a real browser: accept, correct, reject, save."""

from __future__ import annotations

import http.client
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest

from foedus.errors import InputError
from foedus.evidence import Claim, extract_files, load_claims
from foedus.evidence.review import ACCEPTED, Review, correct, review

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

TEXT = (
    "Veldania, 14 March 2031\n\nMore than 160 people were killed. Some 6,000 were detained. <script>alert(1)</script>\n"
)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Review, Path, list[Claim]]]:
    report, out = tmp_path / "report.txt", tmp_path / "out.csv"
    report.write_text(TEXT)
    ((_, claims),) = extract_files([report], event="veldania-2031")
    page = review(claims, [report], out, saved=lambda number: None)
    thread = threading.Thread(target=page.serve, daemon=True)
    thread.start()
    yield page, out, claims
    page.close()
    thread.join(5)


@pytest.mark.browser
def test_claims_are_accepted_corrected_and_rejected_beside_their_words(
    made: tuple[Review, Path, list[Claim]], browser: Browser
) -> None:
    served, out, claims = made
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(served.address)
    dead, held = (page.locator(f"article[data-id='{claim.claim_id}']") for claim in claims[:2])
    assert dead.locator("mark").inner_text() == "More than 160"
    assert "people were killed" in dead.locator("blockquote").inner_text()
    dead.get_by_role("button", name="Accept").click()
    held.get_by_role("button", name="Reject").click()
    dead.get_by_text("Correct").click()
    dead.get_by_label("speaker").fill("the ministry")
    assert page.locator("#count").inner_text() == "2 of 2 decided, not saved"
    page.get_by_role("button", name="Save").click()
    page.get_by_text(f"saved 2 claims to {out}").wait_for()
    first, second = load_claims(out)
    assert (first.status, first.note, first.speaker) == ("current", ACCEPTED, "the ministry")
    assert second.status == "rejected"
    page.reload()
    assert "rejected" in (held.get_attribute("class") or "")
    held.get_by_text("Correct").click()
    held.get_by_label("low").fill("many")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("expected a number").wait_for()
    assert load_claims(out) == [first, second]
    assert [text for text in said if "400" not in text] == []
    page.close()


def test_nobody_without_the_address_reads_or_writes(made: tuple[Review, Path, list[Claim]]) -> None:
    served, out, _ = made
    host = urlparse(served.address).netloc
    for method, path, body, length in (
        ("GET", "/", b"", None),
        ("POST", "/", b"[]", None),
        ("POST", urlparse(served.address).path, b"x", "-1"),
        ("POST", urlparse(served.address).path, b"", "x"),
    ):
        connection = http.client.HTTPConnection(host, timeout=5)
        connection.request(method, path, body, {"Content-Length": length} if length else {})
        answer = connection.getresponse()
        assert answer.status == 404
        connection.close()
    assert host.startswith("127.0.0.1:")
    assert not out.exists()


@pytest.mark.parametrize(
    ("edit", "words"),
    [({"low": "x"}, "low: expected a number"), ({"status": "maybe"}, "status"), ({"as_of": "soon"}, "as_of")],
)
def test_an_impossible_correction_is_refused(
    made: tuple[Review, Path, list[Claim]], edit: dict[str, str], words: str
) -> None:
    claims = made[2]
    with pytest.raises(InputError, match=words):
        correct(claims, [{"claim_id": claims[0].claim_id, **edit}])
    with pytest.raises(InputError, match="not a list"):
        correct(claims, "x")


def test_what_is_not_editable_stays(made: tuple[Review, Path, list[Claim]]) -> None:
    claims = made[2]
    edits = [{"claim_id": claims[0].claim_id, "document": "0" * 64, "rule": "x", "note": "seen"}]
    corrected = correct(claims, edits)[0]
    assert corrected == claims[0].model_copy(update={"note": "seen"})
