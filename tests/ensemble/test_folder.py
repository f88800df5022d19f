"""The directory of a run: whole or as it was, and nothing of anybody else's is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from foedus import crisis, ensemble, files
from foedus.ensemble import folder
from foedus.errors import InputError, RunError

REAL = crisis.load_scenario("kazakhstan-2022")


def test_a_foreign_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="did not write"), ensemble.claim_directory(tmp_path):
        pass
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_what_a_user_put_into_a_run_is_not_lost(tmp_path: Path) -> None:
    place = tmp_path / "run"
    with ensemble.claim_directory(place) as draft:
        ensemble.save(ensemble.run(REAL, runs=2, seed=1), draft)
    with ensemble.claim_directory(place) as draft:  # a run of ours is replaced
        ensemble.save(ensemble.run(REAL, runs=2, seed=2), draft)
    (place / "parts" / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="did not write") as caught, ensemble.claim_directory(place):
        pass
    assert caught.value.found == "parts/note.txt"
    assert (place / "parts" / "note.txt").read_text() == "mine"


def marked(place: Path, mark: int) -> Path:
    """Store what passes for a run."""
    with ensemble.claim_directory(place) as draft:
        (draft / "manifest.json").write_text(json.dumps({"format": "foedus-run/1", "mark": mark}))
    return place


@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize("name", ["notes", ".notes", "parts/00000.parquet/notes", "deep/er/notes", "."])
@pytest.mark.parametrize("kind", ["file", "link", "dead link"])
def test_what_is_put_into_the_place_during_a_run_survives(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, kind: str, name: str, earlier: bool
) -> None:
    place, mine = tmp_path / "run", tmp_path / "run" / name
    target = tmp_path_factory.mktemp("mine") / "notes"
    if kind != "dead link":
        target.write_text("mine")
    if earlier:
        marked(place, 1)
    with pytest.raises(RunError, match="nothing in it was touched") as caught, ensemble.claim_directory(place) as draft:
        (draft / "manifest.json").write_text(json.dumps({"format": "foedus-run/1", "mark": 2}))
        if name == "." and earlier:
            shutil.rmtree(place)
        mine.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target, mine) if kind == "file" else mine.symlink_to(target)
    assert mine.is_symlink() == (kind != "file")
    assert kind == "dead link" or mine.read_text() == "mine"
    assert json.loads((tmp_path / "run-2" / "manifest.json").read_text())["mark"] == 2
    assert str(tmp_path / "run-2") in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "run-2"]


@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize("what", ["file", "folder", "nothing"])
def test_a_place_that_changes_after_the_last_look_costs_nobody_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, earlier: bool
) -> None:
    """The place becomes a file, another's folder, or goes, after it was looked at and before it is taken."""
    place = tmp_path / "run"
    if earlier:
        marked(place, 1)
    looks = []

    def look(out: Path) -> None:
        looks.append(out)
        if len(looks) == 2:
            if earlier:
                shutil.rmtree(place)
            if what == "folder":
                place.mkdir()
            if what != "nothing":
                (place / "notes" if what == "folder" else place).write_text("mine")

    monkeypatch.setattr(folder, "_check", look)
    if what == "nothing":  # as where there was no run before
        marked(place, 2)
        assert json.loads((place / "manifest.json").read_text())["mark"] == 2
        return
    with pytest.raises(RunError, match="it was kept|saved next to it"):
        marked(place, 2)
    found = {path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert "mine" in found
    assert json.dumps({"format": "foedus-run/1", "mark": 2}) in found


@pytest.mark.parametrize("can", [True, False])
def test_what_is_put_into_a_run_at_the_last_moment_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can: bool
) -> None:
    place = marked(tmp_path / "run", 1)
    exchange = files.exchange

    def late(one: Path, other: Path) -> bool:
        (place / "notes").write_text("mine")
        return can and exchange(one, other)

    monkeypatch.setattr(files, "exchange", late)
    with pytest.raises(RunError, match="it was kept") as caught:
        marked(place, 2)
    assert json.loads((place / "manifest.json").read_text())["mark"] == 2
    kept = Path(str(caught.value.found))
    assert [path.name for path in kept.iterdir()] == ["notes"]


def test_an_interrupt_while_the_earlier_run_is_removed_claims_nothing_that_is_not_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = marked(tmp_path / "run", 1)

    def stop(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "_clear", stop)
    with pytest.raises(KeyboardInterrupt) as caught:
        marked(place, 2)
    assert files.UNTOUCHED not in getattr(caught.value, "__notes__", ())
    assert json.loads((place / "manifest.json").read_text())["mark"] == 2
    monkeypatch.undo()
    marked(place, 3)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("swapped", [True, False])
def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path: Path, swapped: bool) -> None:
    place = marked(tmp_path / "run", 1)
    code = (
        "import sys, os; from pathlib import Path; from foedus import ensemble\n"
        "with ensemble.claim_directory(Path(sys.argv[1])) as draft:\n (draft / 'x').touch(); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(place)], check=False).returncode == 9
    assert len(list(tmp_path.glob(".run-*.tmp"))) == 1
    aside = tmp_path / ".run-0a_b2c3d.old"  # killed while it put one run in another's place
    aside.mkdir()
    if swapped:
        shutil.copytree(place, aside / "run")
    else:
        place.rename(aside / "run")
    with pytest.raises(KeyboardInterrupt), ensemble.claim_directory(place):
        raise KeyboardInterrupt
    assert json.loads((place / "manifest.json").read_text())["mark"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_an_interrupted_write_leaves_the_earlier_run_whole(tmp_path: Path) -> None:
    place = tmp_path / "run"
    with ensemble.claim_directory(place) as draft:
        (draft / "manifest.json").write_text(json.dumps({"format": "foedus-run/1", "mark": 1}))
    with pytest.raises(KeyboardInterrupt), ensemble.claim_directory(place) as draft:
        (draft / "manifest.json").write_text("half")
        raise KeyboardInterrupt
    assert json.loads((place / "manifest.json").read_text())["mark"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_an_earlier_run_comes_back_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "run"
    with ensemble.claim_directory(place) as draft:
        (draft / "manifest.json").write_text(json.dumps({"format": "foedus-run/1", "mark": 1}))
    move = Path.replace

    def stop(self: Path, target: Path) -> Path:
        if self.suffix == ".tmp":
            raise KeyboardInterrupt
        return move(self, target)

    monkeypatch.setattr(Path, "replace", stop)
    monkeypatch.setattr(files, "exchange", lambda one, other: False)
    with pytest.raises(KeyboardInterrupt), ensemble.claim_directory(place):
        pass
    assert json.loads((place / "manifest.json").read_text())["mark"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_the_current_directory_is_refused_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for place in (Path(), tmp_path):
        with pytest.raises(InputError, match="cannot be replaced"), ensemble.claim_directory(place):
            pass
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_leads_nowhere_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="a link that leads nowhere"), ensemble.claim_directory(tmp_path / "link"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


@pytest.mark.parametrize("wrong", [3, None, "", "a\0b"])
def test_what_is_no_path_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError, match="is not a path"):
        ensemble.load(wrong)


def test_a_place_that_cannot_be_written_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"), ensemble.claim_directory(tmp_path / "file" / "run"):
        pass


def test_a_reader_that_goes_away_is_not_blamed_on_the_place(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError), ensemble.claim_directory(tmp_path / "run"):
        raise BrokenPipeError
    assert list(tmp_path.iterdir()) == []
