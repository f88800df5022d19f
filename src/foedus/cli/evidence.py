"""Commands about evidence: claims with their sources, conflicts, intervals."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import click

from foedus.cli.console import json_option, print_json, print_table, progress_bar, write_text
from foedus.csvfile import csv_text
from foedus.errors import InputError
from foedus.files import refuse_dash, replacing, telling

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from foedus.evidence import Claim
    from foedus.progress import Event, Listener


@click.group()
def evidence() -> None:
    """From reports to sourced claims, conflicts and intervals.

    \b
    Examples:
      foedus evidence extract article.txt --event kazakhstan-2022 --out claims.csv
      foedus evidence review claims.csv article.txt
      foedus evidence reconcile claims.csv
    """


@evidence.command("extract")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--event", metavar="NAME", help="What the reports are about; else the state they name most and the year.")
@click.option(
    "--published",
    metavar="[FILE=]DATE",
    multiple=True,
    help="Day of publication, YYYY-MM-DD, of all reports or of one named FILE. Give it where a report states none.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the claims to this CSV file.")
@click.option("--force", is_flag=True, help="Replace a file that says something else.")
@click.option("--using", default="rules", show_default=True, metavar="NAME", help="Which extractor to use.")
@json_option
def extract_claims(
    files: tuple[str, ...], event: str | None, published: tuple[str, ...], out: Path | None, force: bool, using: str,
    as_json: bool,
) -> int:  # fmt: skip
    """Read reports and list the claims in them, each with its place in the text and the rule that found it.

    A file named with --out is written whole or not at all, and never over one that says something else, since that may
    be corrected by hand.

    FILE is a .txt, .md or .html file, a table of figures (.csv), a directory of such files, or - for standard input.
    --out names a file; - is not taken for standard output, /dev/stdout is.
    A file that cannot be read is reported and skipped; the exit code is then 1. The rules read English; a text in
    another language is reported. Nothing extracted is certain: go through it with `evidence review`.

    \b
    Examples:
      foedus evidence extract report.html --out claims.csv
      foedus evidence extract reports/ --event kazakhstan-2022 --published 2022-01-10 --json
    """
    from foedus.evidence import extract_files, extractor

    paths = _reports(files)
    day = _days(published, paths)
    if out is not None and any(path != "-" and _same(Path(path), out) for path in paths):
        raise InputError("the claims would overwrite one of the reports", file=out, cure="name another file")
    tool = extractor(using)
    skipped: list[str] = []
    rows: list[list[str]] = []
    total = 0
    with progress_bar(enabled=not as_json) as bar, _Sink(out, force=force, as_json=as_json) as sink:
        found = extract_files(paths, event=event, published=day, using=tool, on_event=_notes(bar, skipped))
        for document, claims in found:
            sink.write(claims)
            total += len(claims)
            if not as_json and out is None:
                rows += [_line(document.name, claim) for claim in claims]
        if skipped and len(skipped) == len(
            paths
        ):  # within the block, so that no empty file takes an earlier one's place
            raise InputError("no report could be read", found=f"{len(skipped)} given; the reasons are above")
    if not as_json and out is None:
        print_table("Claims", ["report", "claim", "value", "event, place", "as of", "said by", "at", "rule"], rows)
    elif not as_json:
        click.echo(f"{total} claims from {len(paths) - len(skipped)} reports written to {out}")
    return int(bool(skipped))


def _days(published: tuple[str, ...], paths: list[str]) -> dict[str, dt.date]:
    """Return the day of publication given for each path; the key "" stands for all others."""
    from foedus.dates import parse_day

    days: dict[str, dt.date] = {}
    for given in published:
        name, _, day = given.rpartition("=")
        named = [path for path in paths if name in (path, Path(path).name)]
        if name and not named:
            raise InputError("--published names no report", found=given, expected="FILE=YYYY-MM-DD with a FILE given")
        days |= dict.fromkeys(named or [""], parse_day(day))
    return days


class _Sink:
    """Writes claims as they come, so that ten thousand reports need no more memory than one."""

    def __init__(self, out: Path | None, *, force: bool, as_json: bool) -> None:
        self._out = out
        self._json = as_json
        self._first = True
        self._place = replacing(out, over=force) if out else contextlib.nullcontext()
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        from foedus.evidence.model import COLUMNS

        with telling("the claims", self._out):
            self._file = self._place.__enter__()
        self._add([COLUMNS])
        return self

    def write(self, claims: list[Claim]) -> None:
        if self._file:
            from foedus.evidence.model import row

            self._add(row(claim) for claim in claims)
        if self._json:
            for claim in claims:
                self._print(claim.to_dict())

    def _print(self, entry: dict[str, Any]) -> None:
        click.echo("[" if self._first else ",")
        self._first = False
        click.echo(json.dumps(entry, ensure_ascii=False, allow_nan=False), nl=False)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with telling("the claims", self._out):
            self._place.__exit__(kind, error, trace)
        if self._json and kind is None:
            click.echo("[]" if self._first else "\n]")

    def _add(self, rows: Iterable[Sequence[str]]) -> None:
        if self._file:
            with telling("the claims", self._out):
                self._file.write(csv_text(rows))


def _same(one: Path, other: Path) -> bool:
    with contextlib.suppress(OSError):
        return one.samefile(other)
    return False


def _reports(files: tuple[str, ...]) -> list[str]:
    """Return the files named, and those in the directories named."""
    from foedus.yamlfile import is_folder

    found: list[str] = []
    for name in files:
        path = Path(name)
        if name != "-" and is_folder(path):
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in (".txt", ".md", ".html", ".htm"))
            if not inside:
                raise InputError("the directory holds no reports", file=path, expected=".txt, .md or .html files")
            found += [str(p) for p in inside]
        else:
            found.append(name)
    return found


def _notes(bar: Listener, skipped: list[str]) -> Listener:
    def listen(event: Event) -> None:
        if event.kind == "note":
            data = event.data or {}
            click.echo(f"{'left out: ' if 'skipped' in data else ''}{event.message}", err=True)
            if "skipped" in data:
                skipped.append(data["skipped"])
        else:
            bar(event)

    return listen


def _line(name: str, claim: Claim) -> list[str]:
    from foedus.evidence import vocabulary

    words = vocabulary()
    what = words.quantities[claim.quantity].label if claim.quantity else words.statements[claim.statement or ""].label
    return [
        Path(name).name,
        what,
        claim.value_text() + (f" ({claim.hedge})" if claim.hedge else ""),
        ", ".join(filter(None, (claim.event, claim.subject or claim.place))),
        str(claim.as_of or ""),
        claim.attribution if claim.speaker or claim.channel else "",
        f"{claim.paragraph}:{claim.start}-{claim.end}",
        claim.rule,
    ]


@evidence.command("score")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--gold", required=True, metavar="FILE", help="Claims made by hand on these reports, a claims file.")
@click.option("--event", metavar="NAME", help="What the reports are about; else what most annotations are about.")
@click.option("--using", default="rules", show_default=True, metavar="NAME", help="Which extractor to score.")
@click.option("--faults", is_flag=True, help="List what was missed and what was claimed wrongly.")
@json_option
def score_extractor(
    files: tuple[str, ...], gold: str, event: str | None, using: str, faults: bool, as_json: bool
) -> None:
    """Score an extractor against annotations: precision and recall per quantity.

    A claim is right when document, quantity, event and value agree with an annotation. Annotations whose status is
    `rejected` are doubtful ones and count neither way.

    \b
    Example:
      foedus evidence score seeds/*.txt --gold gold.csv --faults
    """
    from foedus.evidence import extractor, load_claims, score
    from foedus.evidence.scoring import claims_on

    wanted = load_claims(gold)
    made = claims_on(_reports(files), wanted, extractor(using), event=event)
    here = {claim.document for claim in wanted} & made.documents
    if not here:
        raise InputError("no annotation is about these reports", file=gold, expected="the same files, byte for byte")
    result = score(made.claims, [claim for claim in wanted if claim.document in here])
    if as_json:
        data: dict[str, Any] = {"documents": len(here), "scores": [line.to_dict() for line in result.rows]}
        if faults:
            data["missed"] = [claim.to_dict() for claim in result.missed]
            data["wrong"] = [claim.to_dict() for claim in result.wrong]
        print_json(data)
        return
    rows = [
        [line.quantity, line.expected, line.found, line.right, _share(line.precision), _share(line.recall)]
        for line in result.rows
    ]
    columns = ["quantity", "annotated", "claimed", "right", "precision", "recall"]
    print_table(f"Scores on {len(here)} reports", columns, rows)
    if faults:
        click.echo("")
        listed = [["missed", *_line("", claim)[1:-1]] for claim in result.missed]
        listed += [["wrong", *_line("", claim)[1:-1]] for claim in result.wrong]
        print_table("Faults", ["", "claim", "value", "event, place", "as of", "said by", "at"], listed)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


@evidence.command("reconcile")
@click.argument("claims")
@click.option("--html", "html", type=click.Path(path_type=Path), help="Also write a page with plots to this file.")
@json_option
def reconcile_claims(claims: str, html: Path | None, as_json: bool) -> None:
    """Bring CLAIMS together: an interval over time per quantity and place, and what cannot all be true.

    CLAIMS is a claims file, or the name of a scenario whose claims to take.
    """
    from foedus.evidence import load_claims, reconcile, vocabulary

    known = load_claims(_claims_path(claims))
    found = reconcile(known)
    if html is not None:
        from foedus.evidence.page import render

        write_text(html, render(known, found), "the page")
    if as_json:
        print_json(found.to_dict())
        return
    words = vocabulary().quantities
    rows = [
        [
            words[line.quantity].label + (f" ({line.subject})" if line.subject else ""),
            line.place or line.event,
            point.as_of,
            _span(point.low, point.high, line.quantity),
            ", ".join(point.claims),
        ]
        for line in found.series
        for point in line.points
    ]
    print_table("Intervals", ["quantity", "place", "as of", "value", "claims behind the bounds"], rows)
    click.echo("")
    print_table("Conflicts", ["kind", "about", "what"], [[c.kind, c.about, c.summary] for c in found.conflicts])


@evidence.command("incident")
@click.argument("claims")
@click.option("--target", required=True, metavar="STATE", help="The state in trouble: ISO code or name, as KAZ.")
@click.option("--event", metavar="NAME", help="Only claims about this event. [default: the most frequent]")
@click.option("--out", type=click.Path(path_type=Path), default=Path("incident.yaml"), show_default=True)
@click.option("--force", is_flag=True, help="Replace a file that was changed by hand, or made otherwise.")
def make_incident(claims: str, target: str, event: str | None, out: Path, force: bool) -> None:
    """Turn reviewed CLAIMS into an incident file with claimants, for `foedus obligations --facts`.

    A file that this command made and nobody changed is replaced; any other only with --force.

    \b
    Example:
      foedus evidence incident claims.csv --target KAZ --out mine.yaml
      foedus obligations KAZ --on 2022-01-05 --facts mine.yaml --according-to president
    """
    from foedus.evidence import incident, load_claims, write_incident

    found = incident(load_claims(_claims_path(claims)), target, event=event)
    write_incident(found, out, force=force)
    click.echo(f"{len(found.facts)} facts by {len(found.claimants)} claimants ({', '.join(found.claimants)}) in {out}")


@evidence.command("check")
@click.argument("claims")
@click.argument("documents", nargs=-1, required=True)
@json_option
def check_claims(claims: str, documents: tuple[str, ...], as_json: bool) -> int:
    """Check that every locator of CLAIMS still points at its figure in DOCUMENTS; exit code 1 if one does not."""
    from foedus.evidence import check_locators, load_claims

    found = check_locators(load_claims(_claims_path(claims)), _reports(documents))
    counts = {state: sum(item.state == state for item in found) for state in ("ok", "missing", "broken")}
    broken = [item for item in found if item.state == "broken"]
    if as_json:
        print_json(counts | {"faults": [{"claim_id": b.claim.claim_id, "reason": b.reason} for b in broken]})
    else:
        click.echo(f"{counts['ok']} in place, {counts['missing']} of documents not given, {counts['broken']} broken")
        for item in broken:
            click.echo(f"  {item.claim.claim_id}: {item.reason}")
    return int(bool(broken))


@evidence.command("review")
@click.argument("claims", type=click.Path(path_type=Path))
@click.argument("documents", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), help="Corrected file. [default: CLAIMS with .reviewed.csv]")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on this machine. [default: a free one]")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def review_claims(claims: Path, documents: tuple[str, ...], out: Path | None, port: int, no_browser: bool) -> None:
    """Open CLAIMS beside their sentences in DOCUMENTS: accept, correct or reject, then save. Stop with Ctrl-C.

    The page is served to this machine only. CLAIMS itself is never written; a review that was saved before goes on
    from where it stood, and claims of CLAIMS that it lacks join it.

    \b
    Example:
      foedus evidence review claims.csv reports/*.txt
    """
    import webbrowser

    from foedus.evidence import load_claims
    from foedus.evidence.review import added, review
    from foedus.yamlfile import is_file, is_folder

    if is_folder(claims):
        raise InputError("the claims are not in a file", file=claims, found="a folder", cure="name a claims file")
    place = out or claims.with_suffix(".reviewed.csv")
    refuse_dash(place)
    if is_folder(place):
        raise InputError(
            "the review cannot be saved in a folder's place", file=place, key="--out", expected="the path of a file",
            cure=f"name a file in it, such as {place / 'reviewed.csv'}",
        )  # fmt: skip
    known = load_claims(claims)
    reports = _reports(documents)
    if lost := next((name for name in (claims, *map(Path, reports)) if _same(name, place)), None):
        raise InputError(
            f"the review would overwrite {lost}, which it reads", file=place, key="--out", expected="another file",
            cure="name another file, or leave --out out",
        )  # fmt: skip
    if is_file(place):
        new = len(added(known, place))
        click.echo(f"going on from {place}" + (f", with {new} new claims from {claims}" if new else ""))
    page = review(known, reports, place, port=port, saved=lambda n: click.echo(f"saved {n} claims to {place}"))
    click.echo(f"Review at {page.address} (stop with Ctrl-C)")
    if not no_browser:
        webbrowser.open(page.address)
    with contextlib.suppress(KeyboardInterrupt):
        page.serve()
    page.server.server_close()


def _claims_path(claims: str) -> Path:
    with contextlib.suppress(OSError):  # such as a name that is too long
        path = Path(claims)
        if path.suffix or path.exists():  # also what is no file, such as a pipe
            return path
    from foedus.crisis import load_scenario

    return load_scenario(claims).claims_path


def _span(low: float | None, high: float | None, quantity: str) -> str:
    from foedus.evidence import span_text, vocabulary

    return span_text(low, high, vocabulary().quantities[quantity].kind)
