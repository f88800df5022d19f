"""Where it must run: any user, folder, console, clock and stream; what is not there costs a sentence at most."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import foedus as foedus_package
from foedus.cli import run_cli

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = [sys.executable, "-m", "foedus"]
FACTS = ["obligations", "KAZ", "--on", "2022-01-05", "--facts", "kazakhstan-2022"]
CLAIMS = ["evidence", "reconcile", "kazakhstan-2022"]
LIST = ["treaties", "list"]
PLACES = ["places", "Kazakhstan"]
SCHEMA = ["treaties", "schema"]
ASK = ["treaties", "ask", "KAZ", "--on", "2022-01-05", "--treaty", "csto", "--provision", "4"]
ANSWERS = """printf 'no\\nseen\\n%.0s' {1..40} | "$@" """
SOURCE = str(Path(foedus_package.__file__).parents[1])
posix = pytest.mark.skipif(os.name == "nt", reason="a matter of POSIX shells and users")


def foedus(
    *words: str, script: str | None = None, before: list[str] | None = None, folder: Path | None = None,
    **environment: str | None,
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """Run a command in a process of its own; None takes a variable out of the environment."""
    # also where the folder changes
    environment = {"PYTHONPATH": os.pathsep.join([SOURCE, os.environ.get("PYTHONPATH", "")]), **environment}
    given = {key: value for key, value in {**os.environ, **environment}.items() if value is not None}
    line = [*(before or []), *COMMAND, *words]
    if script is not None:
        line = ["bash", "-c", script, "-", *line]
    return subprocess.run(
        line, env=given, cwd=folder, capture_output=True, text=True, errors="replace", check=False, timeout=120
    )  # fmt: skip


def works(done: subprocess.CompletedProcess[str], *, code: int = 0, sentences: int = 0) -> str:
    """Check how a command ended: without a traceback, and with so many sentences on standard error."""
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert done.returncode == code, done.stderr
    assert len(done.stderr.splitlines()) == sentences, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def nobody() -> list[str]:
    """Give the beginning of a command that runs as a user without a name, who may write nowhere."""
    if shutil.which("setpriv") is None or os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can become a user without a name, with setpriv")
    words = (
        "setpriv --reuid=54321 --regid=54321 --clear-groups --inh-caps=+dac_read_search --ambient-caps=+dac_read_search"
    )
    return words.split()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder in which everybody may write, in folders that everybody may enter."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o777)
        yield Path(name)


def test_a_user_without_name_home_and_any_folder_to_write_in_is_told_so_in_a_sentence(nobody: list[str]) -> None:
    gone = {"HOME": None, "TMPDIR": "/nowhere", "XDG_CACHE_HOME": None}
    assert "Must: Armenia" in works(foedus(*FACTS, before=nobody, **gone), sentences=1)
    works(foedus(*LIST, before=nobody, **gone | {"HOME": "/nowhere"}), sentences=1)


@pytest.mark.verify
@pytest.mark.parametrize("home", [None, "/nowhere", "/etc/passwd", ""])
def test_all_rooms_work_for_a_user_who_may_write_nowhere(
    nobody: list[str], home: str | None, open_folder: Path
) -> None:
    gone = {"HOME": home, "TMPDIR": "/nowhere", "XDG_CACHE_HOME": None}
    before = ["env", "-C", str(open_folder), *nobody]
    for words in (
        LIST, FACTS, CLAIMS, PLACES, SCHEMA, ["record", "list"], ["forecast", "case", "kazakhstan-2022-january"]
    ):  # fmt: skip
        assert works_with_warnings(foedus(*words, before=before, **gone))
    assert works_with_warnings(foedus(*ASK, before=before, script=ANSWERS, **gone))
    for words in (
        ["run", "kazakhstan-2022", "--runs", "2"],
        ["report", "runs/kazakhstan-2022"],
        ["lattice", "--steps", "2"],
    ):
        assert works_with_warnings(foedus(*words, before=before, **gone))
    assert works_with_warnings(foedus("scenario", "new", "mine", "--state", "LUX", before=before, **gone))


def works_with_warnings(done: subprocess.CompletedProcess[str]) -> str:
    return works(done, sentences=len([line for line in done.stderr.splitlines() if line.startswith("warning: ")]))


@pytest.mark.parametrize("words", [PLACES, SCHEMA, ASK], ids=["places", "schema", "ask"])
def test_places_schema_and_questions_need_no_home(nobody: list[str], words: list[str], open_folder: Path) -> None:
    gone = {"HOME": None, "TMPDIR": "/nowhere", "XDG_CACHE_HOME": None}
    done = foedus(*words, before=["env", "-C", str(open_folder), *nobody], script=ANSWERS, **gone)
    assert works_with_warnings(done)
    assert [path.name for path in open_folder.iterdir()] == (["incident.yaml"] if words is ASK else [])


@pytest.mark.parametrize("home", [None, "/etc/passwd"])
def test_the_law_is_read_without_a_home_and_with_one_that_is_none(home: str | None) -> None:
    works(foedus(*FACTS, HOME=home, XDG_CACHE_HOME="/etc/passwd"), sentences=1)


@pytest.mark.parametrize(
    "settings",
    [
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "1"},
        {"PYTHONIOENCODING": "cp1251:strict"},
        *(
            pytest.param(one, marks=pytest.mark.verify)
            for one in (
                {"COLUMNS": "0"}, {"COLUMNS": "-5"}, {"COLUMNS": "many"}, {"COLUMNS": "20", "LINES": "0"},
                {"FORCE_COLOR": "1", "COLUMNS": "9"}, {"TERM": ""}, {"PYTHONIOENCODING": "cp1252:strict"},
                {"PYTHONIOENCODING": "cp437"}, {"PYTHONIOENCODING": "utf-16"}, {"PYTHONIOENCODING": "ascii:strict"},
                {"PYTHONIOENCODING": "koi8-r"}, {"PYTHONIOENCODING": "cp932"}, {"TZ": "Asia/Almaty"}, {"TZ": "nowhere"},
                {"PYTHONOPTIMIZE": "2"}, {"PYTHONDONTWRITEBYTECODE": "1"}, {"PYTHONHASHSEED": "0"}, {"LANG": "tr_TR.UTF-8"},
            )
        ),
    ],
    ids=str,
)  # fmt: skip
def test_any_console_shows_a_table_and_json(settings: dict[str, str]) -> None:
    assert works(foedus(*CLAIMS, **settings))
    if settings.get("PYTHONIOENCODING") != "utf-16":  # which this test does not decode
        json.loads(works(foedus(*CLAIMS, "--json", **settings)))


@posix
@pytest.mark.parametrize(
    ("script", "code"),
    [
        ('"$@" <&- >&- 2>&-', 0),
        ('"$@" >/dev/full 2>&1', 1),
        ('"$@" | true; exit ${PIPESTATUS[0]}', 1),
        *(
            pytest.param(*one, marks=pytest.mark.verify)
            for one in (
                ('"$@" <&-', 0), ('"$@" >&-', 0), ('"$@" 2>&-', 0), ('"$@" 2>/dev/full', 0),
                ('"$@" </dev/full', 0),
            )
        ),
    ],
)  # fmt: skip
def test_streams_may_be_closed_full_or_left(script: str, code: int) -> None:
    done = foedus(*CLAIMS, script=script)
    assert done.returncode == code
    assert done.stderr == ""


@posix
def test_a_reader_that_stops_early_is_no_fault() -> None:
    done = foedus(*CLAIMS, script='"$@" | head -c 10; exit ${PIPESTATUS[0]}')
    assert done.returncode in (0, 1)
    assert done.stderr == ""


@posix
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["scenario", "new", "mine", "--state", "LUX"], 2, "cannot be written"),
        *(
            pytest.param(*one, marks=pytest.mark.verify)
            for one in (
                (CLAIMS, 0, ""), (FACTS, 0, ""), (["run", "kazakhstan-2022", "--runs", "2"], 1, "cannot be written"),
                (["report", "."], 2, "not a Foedus run"), (["evidence", "extract", "."], 2, "no reports"),
                (["evidence", "incident", "kazakhstan-2022", "--target", "KAZ"], 2, "cannot be written"),
                (["lattice", "--steps", "2"], 1, "the current folder no longer exists"),
            )
        ),
    ],
)  # fmt: skip
def test_a_folder_that_was_removed_under_ones_feet_is_told(words: list[str], code: int, said: str) -> None:
    done = foedus(
        *words, script='d=$(mktemp -d) && cd "$d" && rmdir "$d" && "$@"', NUMBA_CACHE_DIR="/proc/nowhere",
    )  # fmt: skip
    if "error evaluating path" in done.stderr:
        pytest.skip("this Python itself does not start in a folder that is gone")
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@posix
@pytest.mark.parametrize(
    "name",
    [b"-[b]caf\xe9\n[of y].csv", ("🕊" * 60 + ".csv").encode()]
    + [
        pytest.param(name, marks=pytest.mark.verify)
        for name in (b"a\nb.csv", b"-rf.csv", b"a b'\"$(x);.csv", "Łódź 阿 🕊.csv".encode(), b"a" * 250 + b".csv", b".csv")
    ],
)  # fmt: skip
def test_files_of_any_name_are_written_read_and_followed(
    name: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.txt").write_text("Police said 12 people were killed in Almaty on 5 January 2022.")
    file = os.fsdecode(name)
    words = ["evidence", "extract", "report.txt", "--event", "kazakhstan-2022", "--out", f"./{file}"]
    assert run_cli(words) == 0
    assert run_cli(["evidence", "reconcile", f"./{file}"]) == 0
    Path("link.csv").symlink_to(file)
    before = Path("link.csv").read_bytes()
    assert run_cli([*words[:-1], "link.csv", "--force"]) == 0
    assert Path("link.csv").is_symlink()
    assert Path("link.csv").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 3
    assert run_cli(["evidence", "incident", "link.csv", "--target", "KAZ", "--out", f"./{file[4:]}.yaml"]) in (0, 2)
    assert "Traceback" not in capsys.readouterr().err


@posix
def test_links_in_circles_and_to_nowhere_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a").symlink_to("b")
    Path("b").symlink_to("a")
    Path("report.txt").write_text("Police said 12 people were killed in Almaty on 5 January 2022.")
    for words in (
        ["evidence", "reconcile", "a"], ["scenario", "check", "a"], ["run", "a"], ["report", "a"], ["compare", "a", "a"],
        ["treaties", "check", "a"], ["evidence", "extract", "a"], ["evidence", "extract", "report.txt", "--out", "a"],
        ["run", "kazakhstan-2022", "--runs", "2", "--out", "a"], ["scenario", "new", "a", "--state", "LUX"],
        ["evidence", "incident", "kazakhstan-2022", "--target", "KAZ", "--out", "a"], ["treaties", "pages", "a"],
        ["evidence", "reconcile", "kazakhstan-2022", "--html", "a"], ["record", "check", "a"],
    ):  # fmt: skip
        assert run_cli(words) in (1, 2), words
        said = capsys.readouterr().err
        assert said.count("rror: ") == (words[0] != "treaties" or words[1] != "check")
        assert "Traceback" not in said
    assert sorted(found.name for found in Path().iterdir()) == ["a", "b", "report.txt"]
    (tmp_path / "nowhere.csv").symlink_to("later.csv")
    assert run_cli(["evidence", "extract", "report.txt", "--event", "e", "--out", "nowhere.csv"]) == 0
    assert Path("later.csv").is_file()


@pytest.mark.parametrize("year", [1970, *(pytest.param(year, marks=pytest.mark.verify) for year in (1999, 2038, 2500))])
def test_a_clock_that_is_years_off_changes_nothing(
    year: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import time

    from writers import ROW

    words = ["--set " + f"{key}={value}" for key, value in ROW.items()]

    def everything() -> str:
        for file in tmp_path.glob("*.csv"):
            file.unlink()
        assert (
            run_cli(
                ["record", "add", str(tmp_path / "mine.csv"), *(part for word in words for part in word.split(" ", 1))]
            )
            == 0
        )
        assert run_cli(["forecast", "case", "kazakhstan-2022-january"]) == 0
        for command in (FACTS, PLACES, SCHEMA):
            assert run_cli(command) == 0
        assert run_cli(["record", "list", "--record", str(tmp_path / "mine.csv")]) in (0, 2)
        return capsys.readouterr().out

    class Off(dt.date):
        @classmethod
        def today(cls) -> dt.date:
            return dt.date(year, 1, 1)

    right = everything()
    shift = (year - 2026) * 365.25 * 86_400
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + shift)
    for name in [name for name in sys.modules if name.startswith("foedus.")]:
        module = sys.modules[name]
        if getattr(module, "dt", None) is dt:
            fake = type(sys)("datetime")
            fake.__dict__.update(dt.__dict__, date=Off)
            monkeypatch.setattr(module, "dt", fake)
    from foedus.record import reading

    for cached in vars(reading).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()
    assert everything() == right
