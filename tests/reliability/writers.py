"""Every way in which Foedus writes a file of the user's: how it is begun, what it runs and what it covers.

Injected faults (``faults.py``) and kills (``kills.py``) go through this table; an architecture test sees to it that no
function that writes is missing from it.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
import threading
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError

from foedus.cli import run_cli
from foedus.errors import FoedusError, RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from foedus.forecast.track import Track

REPORT = "Almaty, 5 January 2022. Police said 12 people were killed and 300 injured. The ministry said 26 died.\n"
ROW = {
    "case_id": "somewhere-2021", "organisation": "csto", "target_iso3": "KGZ", "crisis_start": "2021-04-28",
    "trigger_kind": "border_clash", "adversary": "TJK", "adversary_is_member": "1", "request_made": "0",
    "request_kind": "none", "organ": "Council", "decision_rule": "consensus", "outcome": "not_requested", "acted": "0",
    "confidence": "low", "sources": "test", "group": "somewhere-2021",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Writer:
    """One way to write.

    ``begin`` makes what is there before, ``work`` writes. ``covers`` are the functions in the code that it goes through
    (module:function). ``many`` write several files, each whole, ``only_a_cache`` may never fail, ``falls_back`` goes on without
    something beside the work that cannot be read or with a copy of it. Of the calls after the twelfth every ``stride``-th
    fails.
    """

    begin: Callable[[], object]
    work: Callable[[], int]
    covers: tuple[str, ...]
    many: bool = False
    only_a_cache: bool = False
    falls_back: bool = False
    stride: int = 1


def command(*words: str) -> Callable[[], int]:
    return lambda: run_cli(list(words))


def add(number: int) -> Callable[[], int]:
    row = ROW | {"case_id": f"somewhere-{number}"}
    return command(
        "record", "add", "mine.csv", *(part for key, value in row.items() for part in ("--set", f"{key}={value}"))
    )


def nothing() -> None:
    """Begin with an empty folder."""


def scenario() -> None:
    assert run_cli(list(NEW)) == 0


def stored_run() -> None:
    scenario()
    assert run_cli(list(RUN)) == 0
    Path("run", "report.html").write_text("of another version")


def earlier_run() -> None:
    scenario()
    assert run_cli([*RUN[:-2], "--seed", "7", *RUN[-2:]]) == 0


def report() -> None:
    Path("report.txt").write_text(REPORT)


def claims() -> None:
    report()
    done = run_cli(["evidence", "extract", "report.txt", "--event", "kazakhstan-2022", "--out", "claims.csv"])
    assert done == 0


def by_hand(name: str, text: str = "by hand\n") -> Callable[[], None]:
    def begin() -> None:
        report()
        Path(name).write_text(text)

    return begin


def twice(work: Callable[[], int]) -> Callable[[], None]:
    """Begin with what the same work wrote before."""

    def begin() -> None:
        assert work() == 0

    return begin


def told(work: Callable[[], int]) -> Callable[[], int]:
    """Tell a failure as the command line does."""

    def job() -> int:
        try:
            return work()
        except FoedusError as error:
            sys.stderr.write(f"error: {error}\n")
            return error.exit_code

    return job


@told
def review() -> int:
    """Open the review page, reject the first claim and save."""
    from foedus.evidence import load_claims
    from foedus.evidence.review import review as serve

    known = load_claims("claims.csv")
    page = serve(known, ["report.txt"], Path("claims.reviewed.csv"), saved=lambda _: None)
    server = threading.Thread(target=page.serve, daemon=True)
    server.start()
    try:
        posted = {"version": 0, "edits": [{"claim_id": known[0].claim_id, "status": "rejected"}]}
        with urllib.request.urlopen(page.address, json.dumps(posted).encode(), timeout=30) as answer:  # noqa: S310 - of our own server
            return int(answer.status != 200)
    except HTTPError as refused:
        raise RunError(refused.read().decode()) from refused
    finally:
        page.close()
        server.join(10)


def answered() -> int:
    """Answer the questions of ``treaties ask``."""
    given, sys.stdin = sys.stdin, io.StringIO("yes\nseen\nno\nseen\n" + "unknown\n" * 20)
    try:
        return run_cli(["treaties", "ask", "KAZ", "--on", "2022-01-05", "--treaty", "csto", "--provision", "4"])
    finally:
        sys.stdin = given


@told
def with_drawing() -> int:
    from foedus.cli.console import write_text

    write_text(Path("a.svg"), "<svg></svg>\n", "the drawing")
    return 0


@told
def fit() -> int:
    """Store the arrays of a fit, in the way that ``forecast fit`` does."""
    import numpy as np

    from foedus.forecast.shipped import put

    put(Path("fit.npz"), np.savez, {"a": np.arange(1000.0)})
    return 0


@told
def track_page() -> int:
    """Write the track record, which is computed once."""
    from foedus.cli.forecast import _write_page

    _write_page(Path("docs/track.md"), _track())
    return 0


@cache
def _track() -> Track:
    from foedus.forecast.track import track

    return track()


def read_law() -> int:
    """Read the treaties with an empty cache, which cannot be a failure."""
    from foedus.treaties import load

    os.environ["XDG_CACHE_HOME"] = str(Path.cwd())
    load.library.cache_clear()
    load._told.clear()
    return run_cli(["treaties", "list"])


RUN = ("run", "mine", "--runs", "2", "--out", "run")
NEW = ("scenario", "new", "mine", "--state", "LUX")
EXTRACT = ("evidence", "extract", "report.txt", "--event", "kazakhstan-2022", "--out", "claims.csv")
INCIDENT = ("evidence", "incident", "kazakhstan-2022", "--target", "KAZ", "--out", "incident.yaml")
RECONCILE = ("evidence", "reconcile", "kazakhstan-2022", "--html", "page.html")

WRITERS: dict[str, Writer] = {
    "record add, new": Writer(nothing, add(2021), ("foedus.record.adding:add",)),
    "record add": Writer(twice(add(2020)), add(2021), ("foedus.record.adding:add",)),
    "extract": Writer(report, command(*EXTRACT), ("foedus.cli.evidence:__init__",)),
    "extract --force": Writer(by_hand("claims.csv"), command(*EXTRACT, "--force"), ()),
    "incident": Writer(nothing, command(*INCIDENT), ("foedus.evidence.to_incident:write_incident",)),
    "incident, again": Writer(twice(command(*INCIDENT)), command(*INCIDENT), ()),
    "incident --force": Writer(by_hand("incident.yaml"), command(*INCIDENT, "--force"), ()),
    "review": Writer(claims, review, ("foedus.evidence.review:_write",)),
    "scenario new": Writer(nothing, command(*NEW), ("foedus.crisis.starter:_put",)),
    "scenario new, there": Writer(lambda: Path("mine").mkdir(), command(*NEW), ("foedus.crisis.starter:_add",)),
    "page": Writer(
        nothing, command(*RECONCILE), ("foedus.cli.evidence:reconcile_claims", "foedus.cli.console:write_text")
    ),
    "drawing": Writer(
        by_hand("a.svg", "<svg>\n"),
        with_drawing,
        ("foedus.cli.record:reliability", "foedus.cli.record_studies:influence"),
    ),
    "treaties new": Writer(nothing, command("treaties", "new", "my-pact"), ("foedus.treaties.starting:new_treaty",)),
    "treaties export": Writer(
        nothing, command("treaties", "export", "law"), ("foedus.treaties.exporting:export",), many=True, stride=5
    ),
    "map": Writer(nothing, command("places", "LUX", "--map", "map.svg"), ("foedus.cli.places:places",)),
    "pages": Writer(
        nothing,
        command("scenario", "pages", "docs"),
        ("foedus.crisis.pages:write_pages", "foedus.cli.crisis:scenario_pages"),
        many=True,
    ),
    "treaty pages": Writer(
        nothing,
        command("treaties", "pages", "docs"),
        ("foedus.treaties.pages:write_pages", "foedus.cli.treaties:treaty_pages"),
        many=True,
        stride=23,  # 42 pages, each like the others
    ),
    "track page": Writer(nothing, track_page, ("foedus.cli.forecast:_write_page",), many=True),
    "treaties ask": Writer(nothing, answered, ("foedus.treaties.questions:_write", "foedus.treaties.questions:_kept")),
    "fit": Writer(
        by_hand("fit.npz"),
        fit,
        (
            "foedus.forecast.shipped:put",
            "foedus.forecast.shipped:write",
            "foedus.forecast.folds:ship",
        ),
    ),
    "treaty cache": Writer(nothing, read_law, ("foedus.treaties.load:_write_cache",), only_a_cache=True),
    "run": Writer(
        scenario,
        command(*RUN),
        ("foedus.pipeline:run", "foedus.ensemble.folder:claim_directory", "foedus.ensemble.folder:_put"),
        falls_back=True,
    ),
    "run, again": Writer(earlier_run, command(*RUN), (), falls_back=True),
    "report": Writer(stored_run, command("report", "run", "--force"), ("foedus.report.html:write",), falls_back=True),
}


@contextlib.contextmanager
def fresh(folder: Path) -> Iterator[Path]:
    """Work in a new folder, which is removed afterwards."""
    before = Path.cwd()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)
        shutil.rmtree(folder, ignore_errors=True)


def contents(folder: Path) -> dict[str, bytes]:
    """Return what lies in a folder, by names, without locks; a folder ends in a slash."""
    return {
        f"{path.relative_to(folder)}{'/' * path.is_dir()}": b"" if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(".lock")
    }
