"""The review page, in a real browser: accept, correct, reject, save."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlparse

import pytest

from foedus.cli import run_cli
from foedus.csvfile import Style
from foedus.errors import InputError
from foedus.evidence import Claim, extract_files, load_claims, write_claims
from foedus.evidence import review as module
from foedus.evidence.review import ACCEPTED, Review, added, correct, review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

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


@pytest.mark.browser
def test_a_page_shows_what_another_saved_and_says_so(made: tuple[Review, Path, list[Claim]], browser: Browser) -> None:
    served, out, claims = made
    pages = [browser.new_page(), browser.new_page()]
    for page in pages:
        page.goto(served.address)
    articles = [page.locator(f"article[data-id='{claim.claim_id}']") for page in pages for claim in claims[:2]]
    articles[0].get_by_role("button", name="Reject").click()
    pages[0].get_by_role("button", name="Save").click()
    pages[0].get_by_text("saved 2 claims").wait_for()
    articles[3].get_by_role("button", name="Reject").click()
    pages[1].get_by_role("button", name="Save").click()
    pages[1].get_by_text("1 claim was changed elsewhere").wait_for()
    assert "rejected" in (articles[2].get_attribute("class") or "")
    articles[0].get_by_role("button", name="Accept").click()
    pages[0].get_by_role("button", name="Save").click()
    pages[0].get_by_text("1 claim was changed elsewhere").wait_for()
    articles[2].get_by_text("Correct").click()
    articles[2].get_by_label("status").select_option("echo")
    pages[1].get_by_role("button", name="Save").click()
    pages[1].get_by_text("not saved: status of claim").wait_for()
    assert [claim.status for claim in load_claims(out)] == ["current", "rejected"]
    for page in pages:
        page.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light")])
def test_the_page_follows_the_colour_scheme_and_has_no_serious_barrier(
    width: int,
    scheme: str,
    made: tuple[Review, Path, list[Claim]],
    browser: Browser,
    barriers: Callable[[Page], list[str]],
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(made[0].address)
    page.get_by_text("Correct", exact=True).first.click()
    page.get_by_role("button", name="Reject").first.click()
    page.get_by_role("button", name="Accept").nth(1).click()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
    assert barriers(page) == []
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


def post(served: Review, body: object) -> tuple[int, Any]:
    address = urlparse(served.address)
    connection = http.client.HTTPConnection(address.netloc, timeout=5)
    connection.request("POST", address.path, body if isinstance(body, bytes) else json.dumps(body))
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, json.loads(text) if answer.getheader("Content-Type", "").startswith(
        "application/json"
    ) else text


@pytest.mark.parametrize("other", ["page", "process", "program"])
def test_two_that_review_one_file_keep_each_others_work_and_are_told_where_they_differ(
    made: tuple[Review, Path, list[Claim]], tmp_path: Path, other: str
) -> None:
    served, out, claims = made
    first, second = (claim.claim_id for claim in claims[:2])
    second_page = served
    if other == "process":
        second_page = review(claims, [], out, saved=lambda number: None)
        threading.Thread(target=second_page.serve, daemon=True).start()
    if other == "program":
        rejected = correct(claims, [{"claim_id": first, "status": "rejected"}])
        out.write_text(write_claims(rejected), encoding="utf-8")
    else:
        status, told = post(served, {"version": 0, "edits": [{"claim_id": first, "status": "rejected"}]})
        assert (status, told["version"], told["changes"]) == (200, 1, {})
    status, told = post(second_page, {"version": 0, "edits": [{"claim_id": second, "note": "seen"}]})
    assert status == 200
    assert told["changes"] == {first: {"status": "rejected"}}
    assert "1 claim was changed elsewhere and is now shown here" in told["said"]
    before = out.read_bytes()
    status, told = post(served, {"version": 0, "edits": [{"claim_id": first, "status": "echo"}]})
    assert status == 409
    assert f"status of claim {first} is now 'rejected'" in told["said"]
    assert told["changes"] == {second: {"note": "seen"}}
    assert out.read_bytes() == before
    status, told = post(served, {"version": told["version"], "edits": [{"claim_id": first, "status": "echo"}]})
    assert status == 200  # saved again: she has seen it
    saved = load_claims(out)
    assert [(claim.status, claim.note) for claim in saved[:2]] == [("echo", claims[0].note), ("current", "seen")]
    if other == "process":
        second_page.close()


def test_a_page_knows_the_version_that_it_shows(
    made: tuple[Review, Path, list[Claim]], monkeypatch: pytest.MonkeyPatch
) -> None:
    served, out, claims = made
    claim, item = claims[0].claim_id, module._item
    other = [{"version": 0, "edits": [{"claim_id": claim, "status": "rejected"}]}]

    def slow(*given: Any) -> Any:  # another page saves while this one is being written
        if other:
            assert post(served, other.pop())[0] == 200
        return item(*given)

    monkeypatch.setattr(module, "_item", slow)
    connection = http.client.HTTPConnection(urlparse(served.address).netloc, timeout=5)
    connection.request("GET", urlparse(served.address).path)
    found = re.search(r"version = (\d+)", connection.getresponse().read().decode())
    connection.close()
    assert found is not None
    shown = int(found[1])
    assert post(served, {"version": shown, "edits": [{"claim_id": claim, "status": "echo"}]})[0] == 409
    assert load_claims(out)[0].status == "rejected"


def test_a_change_to_a_claim_that_is_gone_is_never_called_saved(made: tuple[Review, Path, list[Claim]]) -> None:
    served, out, claims = made
    first, second = (claim.claim_id for claim in claims[:2])
    out.write_text(write_claims(claims[1:]), encoding="utf-8")
    edits = [{"claim_id": first, "note": "seen"}, {"claim_id": second, "note": "seen"}]
    version = 0
    for _ in range(3):
        status, told = post(served, {"version": version, "edits": edits})
        assert (status, told["lost"]) == (200, [first])
        assert f"claim {first} is no longer in the file; your change to it cannot be saved" in told["said"]
        assert [(claim.claim_id, claim.note) for claim in load_claims(out)] == [(second, "seen")]
        version = told["version"]
    status, told = post(served, {"version": version, "edits": edits[1:]})
    assert (told["said"], told["lost"]) == (f"saved 1 claim to {out}", [])


@pytest.mark.parametrize(
    "odd", ["a\u2028b", "\u2029", "a\x85", "\x0b\x0c", "\x1c\x1d\x1e", "a\rb", "a\r\nb\n", "a\0b", '"', "\ufeff"]
)
def test_a_review_opens_again_whatever_its_cells_hold(made: tuple[Review, Path, list[Claim]], odd: str) -> None:
    served, out, claims = made
    edit = {"claim_id": claims[0].claim_id, "note": odd, "speaker": f"x{odd}", "low": "12345678901"}
    status, _ = post(served, [edit | {"high": "123456789012"}])
    assert status == 400  # more people than live, so nothing was written
    assert not out.exists()
    assert post(served, [{name: value for name, value in edit.items() if name != "low"}])[0] == 200
    first = load_claims(out)[0]
    assert (first.note, first.speaker) == (odd, f"x{odd}")


@pytest.mark.parametrize(
    "body",
    [b"x", b"[" * 50_000, b'{"version": 7, "edits": []}', b'{"version": true, "edits": []}', b'{"edits": 3}', b"3"],
)
def test_what_is_no_review_is_refused_in_words(made: tuple[Review, Path, list[Claim]], body: bytes) -> None:
    served, out, claims = made
    status, said = post(served, body)
    assert (status, said[:10]) == (400, "not saved:")
    for cell in ("\ud800", "x" * 200_000):
        status, said = post(served, [{"claim_id": claims[0].claim_id, "note": cell}])
        assert (status, said[:10]) == (400, "not saved:")
    assert not out.exists()


def test_a_file_broken_meanwhile_is_told_and_left(made: tuple[Review, Path, list[Claim]]) -> None:
    served, out, claims = made
    out.write_text("claim_id\nx\n", encoding="utf-8")
    status, said = post(served, [{"claim_id": claims[0].claim_id, "note": "seen"}])
    assert status == 400
    assert "is missing" in said
    assert out.read_text(encoding="utf-8") == "claim_id\nx\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("mark", "end", "before"), [("\ufeff", "\r\n", "sep=%s\r\n"), ("", "\r", "\r"), ("", "\n", "")]
)
def test_a_review_goes_on_with_new_claims_and_keeps_the_form_of_its_file(
    tmp_path: Path, separator: str, mark: str, end: str, before: str
) -> None:
    (tmp_path / "report.txt").write_text(TEXT)
    ((_, claims),) = extract_files([tmp_path / "report.txt"], event="veldania-2031")
    out = tmp_path / "out.csv"
    seen = correct(claims[:1], [{"claim_id": claims[0].claim_id, "note": "a; b, c"}])
    style = Style(before.replace("%s", separator), separator, end)
    begun = mark + write_claims(seen, style)
    out.write_bytes(begun.encode())
    assert added(claims, out) == claims[1:]
    page = review(claims, [], out, saved=lambda number: None)
    thread = threading.Thread(target=page.serve, daemon=True)
    thread.start()
    connection = http.client.HTTPConnection(urlparse(page.address).netloc, timeout=5)
    connection.request("GET", urlparse(page.address).path)
    shown = connection.getresponse().read().decode()
    connection.close()
    assert all(f'data-id="{claim.claim_id}"' in shown for claim in claims)
    assert out.read_bytes() == begun.encode()
    status, _ = post(page, [{"claim_id": claims[1].claim_id, "status": "rejected"}])
    page.close()
    thread.join(5)
    wanted = [*seen, *correct(claims[1:], [{"claim_id": claims[1].claim_id, "status": "rejected"}])]
    assert (status, load_claims(out)) == (200, wanted)
    assert out.read_bytes() == (mark + write_claims(wanted, style)).encode()


@pytest.mark.parametrize("lost", ["claims.csv", "./claims.csv", "link.csv", "report.txt"])
def test_a_review_never_overwrites_what_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lost: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_text(TEXT)
    ((_, claims),) = extract_files(["report.txt"], event="veldania-2031")
    (tmp_path / "claims.csv").write_text(write_claims(claims))
    (tmp_path / "link.csv").symlink_to("claims.csv")
    assert run_cli(["evidence", "review", "claims.csv", "report.txt", "--no-browser", "--out", lost]) == 2
    assert "would overwrite" in capsys.readouterr().err


@pytest.mark.parametrize("claims", [".", "/", "", "..", "none.csv"])
def test_what_holds_no_claims_is_not_reviewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], claims: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "none.reviewed.csv").write_text(write_claims([]))
    assert run_cli(["evidence", "review", claims, "--no-browser"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_port_that_cannot_be_had_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(write_claims([]))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run_cli(["evidence", "review", str(file), "--no-browser", "--port", str(port)]) == 1
        assert f"{port}: Address already in use" in capsys.readouterr().err
    for odd in ("99999", "-1", "x"):
        assert run_cli(["evidence", "review", str(file), "--no-browser", "--port", odd]) == 2
        assert "'--port'" in capsys.readouterr().err
        with pytest.raises(InputError, match="no such port"):
            review([], [], tmp_path / "out.csv", port=99999, saved=lambda number: None)
