"""From documents to claims: the command, the interface, and whatever a file may hold."""

from __future__ import annotations

import datetime as dt
import json
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.cli import cli
from foedus.errors import InputError
from foedus.evidence import Claim, check_locators, extract, extract_files, extractor, load_claims
from foedus.evidence.document import Document, parse
from foedus.evidence.extraction import GROUP

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIELDS = {
    "document", "quantity", "low", "high", "unit", "qualifier", "event", "place", "as_of", "attribution", "paragraph",
    "start", "end", "rule",
}  # fmt: skip
REPORT = """PORT SELM, 14 March 2031 (Coastal News) - More than 160 people were killed in Veldania, the interior ministry said.

Some 6,000 were detained. President Oskar Lindqvist-Mraz blamed terrorists trained abroad.
"""


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["evidence", *arguments], input=text)


def claims_of(text: str, name: str = "report.txt", **more: Any) -> list[Claim]:
    return extract(parse(text.encode(), name, **more), event="veldania-2031")


@pytest.mark.parametrize("name", ["report.txt", "report.md", "report.html"])
def test_json_has_the_documented_fields_for_every_kind_of_file(tmp_path: Path, name: str) -> None:
    body = "".join(f"<p>{line}</p>\n" for line in REPORT.splitlines() if line)
    (tmp_path / name).write_text(f"<html><body><nav>Menu</nav>{body}</body></html>" if "html" in name else REPORT)
    result = run("extract", str(tmp_path / name), "--event", "veldania-2031", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert all(set(claim) >= FIELDS for claim in found)
    (dead,) = [claim for claim in found if claim["quantity"] == "dead"]
    assert (dead["low"], dead["high"], dead["qualifier"]) == (160, None, "more than")
    assert (dead["place"], dead["event"], dead["attribution"]) == ("Veldania", "veldania-2031", "Interior Ministry")
    (held,) = [claim for claim in found if claim["quantity"] == "detained"]
    assert (held["low"], held["high"], held["as_of"]) == (5700, 6300, "2031-03-14")
    assert [claim["statement"] for claim in found if claim["statement"]] == ["foreign_trained_terrorists"]


def test_standard_input_is_read_and_claims_are_written(tmp_path: Path) -> None:
    out = tmp_path / "claims.csv"
    result = run("extract", "-", "--event", "veldania-2031", "--out", str(out), text=REPORT)
    assert result.exit_code == 0, result.output
    assert [c.quantity for c in load_claims(out) if c.quantity in ("dead", "detained")] == ["dead", "detained"]


def test_the_day_of_publication_resolves_weekdays_for_one_file_or_all(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"Veldania, report {name}\n\nTwelve people were killed on Wednesday.\n")
    files = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    result = run("extract", *files, "--published", "2022-01-07", "--published", "b.txt=2022-01-14", "--json")
    assert [claim["as_of"] for claim in json.loads(result.stdout)] == ["2022-01-05", "2022-01-12"]
    assert run("extract", *files, "--published", "c.txt=2022-01-14").exception.message.startswith("--published names")


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n", "empty"),
        ("binary.txt", bytes(range(256)) * 20, "not text"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(500), "not text"),
        ("page.html", b"<html><body><script>x</script></body></html>", "holds no text"),
        ("numbers.csv", b"a,b\n1,2\n", "not a table of figures"),
        ("bomb.txt", b"x" * 9_000_000, "too large"),
    ],
)
def test_a_bad_file_is_told_of_and_the_others_go_on(tmp_path: Path, name: str, raw: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(raw)
    (tmp_path / "zz.txt").write_text(REPORT)
    files = [str(tmp_path / file) for file in (name, "zz.txt", "none.txt")]
    result = CliRunner().invoke(cli, ["evidence", "extract", *files, "--json"], standalone_mode=False)
    assert result.return_value == 1
    assert len(json.loads(result.stdout)) == 3
    assert words in result.stderr
    assert "none.txt" in result.stderr


def test_no_readable_report_at_all_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    result = run("extract", str(tmp_path / "empty.txt"), "--json")
    assert isinstance(result.exception, InputError)
    assert "no report could be read" in result.exception.message


@pytest.mark.parametrize(("encoding", "note"), [("utf-16", "UTF-16"), ("cp1252", "Windows-1252"), ("utf-8-sig", "")])
def test_other_encodings_are_read_and_named(tmp_path: Path, encoding: str, note: str) -> None:
    (tmp_path / "a.txt").write_bytes(("Café, 14 March 2031\n\n" + REPORT).encode(encoding))
    heard: list[str] = []
    ((_, claims),) = extract_files([tmp_path / "a.txt"], on_event=lambda e: heard.append(e.message))
    assert [c.low for c in claims if c.quantity == "dead"] == [160]
    assert any(note in message for message in heard)


def test_a_report_without_a_date_says_so_and_leaves_weekdays_open(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Veldania in turmoil\n\nTwelve people were killed on Wednesday.\n")
    result = run("extract", str(tmp_path / "a.txt"), "--json")
    assert "no date of publication" in result.stderr
    assert [claim["as_of"] for claim in json.loads(result.stdout)] == [None]


def test_the_same_report_twice_counts_once(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(REPORT)
    assert len(list(extract_files([tmp_path / "a.txt", tmp_path / "b.txt"]))) == 1


def test_deep_nesting_and_one_endless_line_are_no_trouble() -> None:
    assert claims_of("<html><body>" + "<div>" * 20_000 + "Twelve people were killed." + "</div>" * 20_000, "a.html")
    assert claims_of("people " * 40_000 + "twelve people were killed")


def test_names_of_one_person_fall_together() -> None:
    text = "Kasim-Yomart Tokayev spoke.\n\nKasym-Zhomart Tokaev was 68 years old. Kassym-Jomart Tokayev left."
    names = [c for c in claims_of(text) if c.quantity == "spelling"]
    assert {c.subject for c in names} == {"Kassym-Jomart Tokayev"}
    assert {c.qualifier for c in names} == {"Kasim-Yomart Tokayev", "Kasym-Zhomart Tokaev"}


def test_figures_of_other_events_and_alliances_carry_their_names() -> None:
    text = (
        "Veldania asks the CSTO for help\n\nIn the Karabakh war of 2020, more than 6,500 people died. The 30-nation NATO "
        "looked on. The border war of 1994 cost 3,200 lives. The country has existed for 300 years."
    )
    found = {(c.quantity, c.low): c.event for c in claims_of(text, published=dt.date(2031, 3, 1)) if c.quantity}
    assert found == {("dead", 6500): "karabakh-2020", ("members", 30): "nato", ("dead", 3200): "other-1994"}


def test_an_event_of_the_past_goes_on_until_a_sentence_leads_back() -> None:
    text = (
        "Veldania\n\nIn 2011 police fired on strikers in the port. At least 16 people died and 100 were injured. "
        "On Monday 12 people were killed.\n\nMore than 40 were wounded."
    )
    found = {c.low: c.event for c in claims_of(text, published=dt.date(2031, 3, 5)) if c.quantity}
    now = found.pop(12)
    assert found == {16: "other-2011", 100: "other-2011", 40: now}
    assert now != "other-2011"


def test_a_figure_of_another_country_is_not_of_the_report_s_own_event() -> None:
    text = "Bahrain\n\nIn Manama 30 people died. They looked to Cairo, where 846 people died."
    found = {c.low: c.event for c in extract(parse(text.encode(), "a.txt"), event="bahrain-2011") if c.quantity}
    assert found == {30: "bahrain-2011", 846: "egypt-2011"}


def test_a_day_without_a_year_makes_no_event_of_the_past() -> None:
    text = "Veldania\n\nOn 29 June the ministry said 232 people had died."
    events = {c.event for c in claims_of(text, published=dt.date(2031, 3, 5)) if c.quantity == "dead"}
    assert "other-2030" not in events


def test_a_figure_taken_back_is_marked() -> None:
    text = "Veldania\n\nThe ministry had put the dead at 164, a number it later called a technical error."
    assert [c.status for c in claims_of(text) if c.quantity == "dead"] == ["retracted"]


def marks(document: Document, *, event: str | None = None) -> list[Claim]:
    """Find the word "twelve"; stands for an extractor of another package."""
    at = document.text.lower().index("twelve")
    return [
        Claim(
            claim_id="x-1", document=document.sha256, title=document.title, publisher="p", paragraph=1,
            start=at, end=at + 6, quantity="dead", low=12, high=12, event=event or "e", rule="twelve",
        )
    ]  # fmt: skip


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    points = {
        "twelve": metadata.EntryPoint("twelve", f"{__name__}:marks", GROUP),
        "broken": metadata.EntryPoint("broken", "no_such_module:x", GROUP),
        "number": metadata.EntryPoint("number", f"{__name__}:FIELDS", GROUP),
    }
    here = {"marks": marks, "FIELDS": FIELDS}
    monkeypatch.setattr(metadata.EntryPoint, "load", lambda self: here[self.attr])  # a missing one raises
    monkeypatch.setattr(metadata, "entry_points", lambda group: [p for p in points.values() if p.group == group])
    return iter(())


@pytest.mark.usefixtures("plugged")
def test_another_extractor_plugs_in_as_an_entry_point(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Twelve people were killed.\n")
    result = run("extract", str(tmp_path / "a.txt"), "--using", "twelve", "--event", "veldania-2031", "--json")
    assert [claim["rule"] for claim in json.loads(result.stdout)] == ["twelve"]
    gold = tmp_path / "gold.csv"
    assert run("extract", str(tmp_path / "a.txt"), "--event", "veldania-2031", "--out", str(gold)).exit_code == 0
    scored = run("score", str(tmp_path / "a.txt"), "--gold", str(gold), "--using", "twelve", "--json")
    row = next(r for r in json.loads(scored.stdout)["scores"] if r["quantity"] == "dead")
    assert (row["precision"], row["recall"]) == (1, 1)


@pytest.mark.usefixtures("plugged")
@pytest.mark.parametrize(
    ("name", "words"), [("twelf", "no extractor"), ("broken", "cannot be loaded"), ("number", "not callable")]
)
def test_an_extractor_that_cannot_be_had_is_explained(name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        extractor(name)


PIECES = st.sampled_from([
    "Twelve people were killed", "more than 160 dead", "some 6,000 detained", "20,000 \"terrorists\"", "2,500 troops",
    "the 30-nation NATO", "on Wednesday", "in 1992", "<b>", "</p>", "&amp;", "&nbsp;", "\n\n", ". ", ", ", "\u00ad", "“", "’",
    "the CSTO was founded", "Tokayev said", "— ", "6.5 million", "Almaty 151, Osh 26", "Dead: ", "|", "**", "](http://x)",
    "\ue000\ue401", "İstanbul ", "\x85", "\u2028", "up from 19", "(was 44)", "aged 58", "a.m. ", "Ünal, 52, ", "$1,000",
])  # fmt: skip


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map(" ".join), st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_every_span_points_at_its_figure(tmp_path_factory: pytest.TempPathFactory, text: str, name: str) -> None:
    path = tmp_path_factory.mktemp("spans") / name
    path.write_text(text, encoding="utf-8", newline="")
    for _, claims in extract_files([path], event="veldania-2031", published=dt.date(2031, 3, 1)):
        for checked in check_locators(claims, [path]):
            assert checked.state == "ok", (checked.claim, checked.reason)


@settings(max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_no_bytes_raise_anything_but_a_clear_refusal(raw: bytes, name: str) -> None:
    try:
        document = parse(raw, name, published=dt.date(1, 1, 1))
    except InputError:
        return
    for claim in extract(document):
        assert claim.start is not None
        assert claim.end is not None


@settings(max_examples=200)
@given(st.text(max_size=400), st.sampled_from([dt.date(1, 1, 1), dt.date(9999, 12, 31), None]))
def test_no_text_raises(text: str, published: dt.date | None) -> None:
    if text.strip():
        try:
            document = parse(text.encode("utf-8", "replace"), "a.txt", published=published)
        except InputError:
            return
        extract(document)


def test_the_name_of_standard_output_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("extract", "-", "--out", "-", text=REPORT)
    assert isinstance(result.exception, InputError)
    assert "standard output" in str(result.exception)
    assert list(tmp_path.iterdir()) == []
