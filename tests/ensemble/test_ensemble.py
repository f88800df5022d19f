"""Ensembles: same bits for any workers, honest shares of spread, a store that is whole or absent."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus import crisis, ensemble, files
from foedus.cli import run_cli
from foedus.crisis.contingents import draw_sizes
from foedus.ensemble import copies
from foedus.ensemble.manifest import sealed
from foedus.errors import FoedusWarning, InputError, RunError
from foedus.record.reading import OWN

FIRST = Path(__file__).parent / "first_version"  # 'foedus scenario new' and 'foedus run --runs 2' of version 0.1.0
REAL = crisis.load_scenario("kazakhstan-2022")


def test_one_and_two_workers_give_the_same_bits_and_a_prefix_stays_a_prefix() -> None:
    one = ensemble.run(REAL, runs=10, seed=11, workers=1)
    two = ensemble.run(REAL, runs=10, seed=11, workers=2)
    short = ensemble.run(REAL, runs=6, seed=11, workers=2)
    assert one.figures.tobytes() == two.figures.tobytes()
    assert one.figures[:6].tobytes() == short.figures.tobytes()
    assert ensemble.run(REAL, runs=6, seed=12, workers=2).figures.tobytes() != short.figures.tobytes()


def test_a_new_process_goes_on_with_the_same_bits() -> None:
    code = (
        "import hashlib; from foedus import crisis, ensemble; "
        "made = ensemble.run(crisis.load_scenario('kyrgyzstan-2010'), runs=5, seed=11, workers=3); "
        "print(hashlib.sha256(made.figures.tobytes()).hexdigest())"
    )
    here = ensemble.run(crisis.load_scenario("kyrgyzstan-2010"), runs=5, seed=11, workers=1)
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert there.stdout.split()[-1] == hashlib.sha256(here.figures.tobytes()).hexdigest()


@pytest.mark.parametrize(
    "wrong",
    [
        {"runs": 0},
        {"runs": 10**9},
        {"seed": -1},
        {"workers": 0},
        {"runs": "x"},
        {"seed": 1.5},
        {"runs": True},
        {"step_hours": "1"},
        {"step_hours": True},
        {"step_hours": 10**400},
    ],
)
def test_numbers_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="makes no sense"):
        ensemble.run(REAL, **{"runs": 2, **wrong})


@pytest.mark.parametrize(
    ("wrong", "key", "found"),
    [
        ({"engine": None}, "engine", "None"),
        ({"engine": "cohorts"}, "engine", "'cohorts'"),
        ({"mode": 3}, "mode", "3"),
        ({"scenario": "bahrain-2011"}, "scenario", "'bahrain-2011'"),
    ],
)
def test_what_is_given_in_python_is_refused_by_key(wrong: dict[str, Any], key: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        ensemble.run(**{"scenario": REAL, "runs": 2, **wrong})
    assert (caught.value.key, caught.value.found) == (key, found)
    assert caught.value.expected


def test_numbers_of_numpy_are_numbers(tmp_path: Path) -> None:
    made = ensemble.run(REAL, runs=np.int64(2), seed=np.uint8(3), workers=np.int16(1), step_hours=np.float32(0.5))
    assert made.figures.tobytes() == ensemble.run(REAL, runs=2, seed=3, step_hours=0.5).figures.tobytes()
    assert ensemble.save(made, tmp_path)["seed"] == 3


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    made = ensemble.run(REAL, runs=4, seed=1)
    with ensemble.claim_directory(tmp_path / "run") as draft:
        ensemble.save(made, draft)
    back = ensemble.load(tmp_path / "run")
    assert np.array_equal(back.figures, made.figures)
    assert back.days == made.days
    assert back.parameters.equals(made.parameters)


def test_a_changed_part_is_noticed(tmp_path: Path) -> None:
    with ensemble.claim_directory(tmp_path / "run") as draft:
        ensemble.save(ensemble.run(REAL, runs=2, seed=1), draft)
    part = next((tmp_path / "run" / "parts").iterdir())
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    with pytest.raises(InputError, match="was changed"):
        ensemble.load(tmp_path / "run")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("stored")
    ensemble.save(ensemble.run(REAL, runs=2, seed=1), place)
    return place


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("parts", None, "parts"),
        ("parts", [1], "parts"),
        ("parts", {}, "parts"),
        ("parts", {"../x": ""}, "parts"),
        ("runs", "2", "runs"),
        ("runs", 3, "do not fit"),
        ("days", ["2022-01-02"], "do not fit"),
        ("days", ["yesterday"], "days.0"),
        ("places", ["KAZ-1"], "do not fit"),
        ("method", {"engin": "cohort"}, "method"),
        ("seed", "x", "seed"),
        ("variables", ["dead"], "another version"),
        ("format", "foedus-run/1", "format 1, of an early version of Foedus; this version reads formats 2 to 3"),
        ("format", "foedus-run/94", "format 94, of a later version of Foedus; this version reads formats 2 to 3"),
        ("format", None, "not a Foedus run"),
        ("scenario_origin", "elsewhere", "scenario_origin"),
        ("tables", {"scenario.json": "0" * 64, "parameters.parquet": ""}, "was changed"),
    ],
)
def test_a_damaged_manifest_is_answered_in_words(
    stored: Path, tmp_path: Path, key: str, value: object, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path(shutil.copytree(stored, tmp_path / "run"))
    manifest = json.loads((place / "manifest.json").read_text())
    manifest[key] = value
    if value is None:
        del manifest[key]
    (place / "manifest.json").write_text(json.dumps(sealed(manifest)))
    for line in (["report", str(place)], ["compare", str(stored), str(place)]):
        assert run_cli(line) == 2
        said = capsys.readouterr().err
        assert word in said
        assert str(place) in said


@pytest.mark.parametrize("name", ["parameters.parquet", "began.parquet", "parts/00000.parquet"])
@pytest.mark.parametrize("checked", [True, False])
def test_a_broken_or_missing_table_is_named(stored: Path, tmp_path: Path, name: str, checked: bool) -> None:
    place = Path(shutil.copytree(stored, tmp_path / "run"))
    (place / name).write_bytes(b"PAR1 is all that is left")
    if not checked:  # as in a run of an earlier version
        manifest = json.loads((place / "manifest.json").read_text())
        del manifest["tables"], manifest["sha256"]
        manifest["format"] = "foedus-run/2"
        manifest["parts"] = {key: hashlib.sha256((place / key).read_bytes()).hexdigest() for key in manifest["parts"]}
        (place / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="missing or was changed") as caught:
        ensemble.load(place)
    assert caught.value.file == str(place / name)
    (place / name).unlink()
    with pytest.raises(InputError, match="missing or was changed"):
        ensemble.load(place)


def test_a_run_that_may_not_be_read_is_an_error_in_words(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch, pytest.raises(InputError, match="Permission denied"):
        patch.setattr(Path, "read_bytes", refuse)
        ensemble.load(stored)
    with monkeypatch.context() as patch, pytest.raises(InputError, match="Permission denied"):
        patch.setattr(Path, "read_text", refuse)
        ensemble.load(stored)
    monkeypatch.setattr(Path, "exists", refuse)
    with pytest.raises(RunError, match="Permission denied"), ensemble.claim_directory(Path("closed") / "run"):
        pass


UNHASHED = "has format 2, in which the manifest has no hash"


def as_before(place: Path, folder: Path) -> None:
    """Make a stored run what the first version wrote: no copies of its inputs, the scenario's place in full."""
    manifest = json.loads((place / "manifest.json").read_text())
    for later in ("sha256", "tables", "scenario_file", "record_sha256", "scenario_origin"):
        del manifest[later]
    manifest |= {"format": "foedus-run/2", "scenario_directory": str(folder)}
    (place / "manifest.json").write_text(json.dumps(manifest))
    shutil.rmtree(place / "inputs")


def test_a_run_of_an_earlier_version_is_read(stored: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(stored, tmp_path / "run"))
    as_before(place, REAL.directory)
    with pytest.warns(FoedusWarning, match=UNHASHED):
        assert ensemble.load(place).runs == 2


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """Return a folder with a run that the first version wrote, and its scenario where it then was."""
    shutil.copytree(FIRST, tmp_path, dirs_exist_ok=True)
    _say(tmp_path / "run", scenario_directory=str(tmp_path / "valdoria"))
    return tmp_path


def _say(place: Path, **values: object) -> None:
    manifest = json.loads((place / "manifest.json").read_text()) | values
    (place / "manifest.json").write_text(json.dumps(manifest))


def test_a_run_that_the_first_version_wrote_opens_and_says_in_a_sentence_what_it_lacks(
    first_version: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, manifest = str(first_version / "run"), (first_version / "run" / "manifest.json").read_bytes()
    for line in (["report", run], ["compare", run, run]):
        assert run_cli(line) == 0
        said = capsys.readouterr().err
        assert said.count("warning:") == 1
        assert UNHASHED in said
    assert (first_version / "run" / "manifest.json").read_bytes() == manifest  # the first version opens it still
    with pytest.warns(FoedusWarning, match=UNHASHED):
        assert not ensemble.load(run).scenario.is_kept


def test_a_run_of_the_first_version_whose_scenario_moved_says_what_it_lacks(
    first_version: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, moved = str(first_version / "run"), first_version / "moved"
    (first_version / "valdoria").rename(moved)
    assert run_cli(["compare", run, run]) == 0
    assert "could not be verified" not in capsys.readouterr().err
    assert run_cli(["report", run]) == 2
    said = capsys.readouterr().err
    assert "this run kept no copy of its claims" in said
    assert f"put the scenario's folder back to {first_version / 'valdoria'}" in said
    monkeypatch.chdir(moved)  # here is the same scenario
    assert run_cli(["report", run]) == 0
    assert capsys.readouterr().err.count("warning:") == 1


def test_a_packaged_scenario_that_says_more_now_still_opens_runs_of_the_first_version(
    first_version: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = first_version / "valdoria"
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    (folder / "scenario.yaml").write_text(text + "tuned_to: [dead]\ninvented: true\n", encoding="utf-8")
    assert run_cli(["report", str(first_version / "run")]) == 0
    said = capsys.readouterr().err
    assert said.count("warning:") == 2
    assert UNHASHED in said
    assert "the scenario was changed since this run" in said


@pytest.mark.parametrize("where", ["nowhere", "folder", "beside"])
def test_a_run_far_from_its_scenario_says_that_no_way_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    mine, run = tmp_path / "user" / "mine", tmp_path / "elsewhere" / "run"
    shutil.copytree(FIRST / "valdoria", mine)
    shutil.copy(OWN, tmp_path / "user" / "calls.csv")
    for name in ("HOME", "USERPROFILE"):  # they meet above it
        monkeypatch.setenv(name, str(tmp_path / "user"))
    with ensemble.claim_directory(run) as draft:
        made = ensemble.run(crisis.load_scenario(mine), runs=1)
        ensemble.save(made, draft, record_path=tmp_path / "user" / "calls.csv")
    monkeypatch.chdir({"nowhere": tmp_path, "folder": mine.parent, "beside": mine}[where])
    if where == "folder":
        mine.rename(mine.parent / "valdoria")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        back = ensemble.load(run).scenario
        known = copies.own_record(run)
    said = [str(one.message) for one in caught]
    assert not [words for words in said if "is not where" in words]
    assert back.is_kept == (where == "nowhere")
    assert sum("this run does not record where its scenario was; its own copy is used" in one for one in said) == (
        where == "nowhere"
    )
    assert known is not None
    assert (known.path == Path("calls.csv")) == (where == "folder")
    assert sum("this run does not record where its record" in one for one in said) == (where != "folder")


def test_a_scenario_file_of_another_name_is_found_again(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(REAL.directory, tmp_path / "scenario"))
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    (folder / "crisis.yaml").write_text(text.replace("title: ", "title: Another ", 1), encoding="utf-8")
    made = ensemble.run(crisis.load_scenario(folder / "crisis.yaml"), runs=1)
    (tmp_path / "run").mkdir()
    ensemble.save(made, tmp_path / "run")
    assert ensemble.load(tmp_path / "run").scenario.title == made.scenario.title
    (folder / "crisis.yaml").write_text(text, encoding="utf-8")
    with pytest.warns(FoedusWarning, match="was changed since") as caught:
        assert ensemble.load(tmp_path / "run").scenario.title == made.scenario.title
    assert str(folder / "crisis.yaml") in str(caught[0].message)


@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize("what", ["renamed", "label corrected", "broken", "claims gone"])
def test_a_run_opens_whatever_became_of_its_scenario(tmp_path: Path, what: str, earlier: bool) -> None:
    folder = Path(shutil.copytree(REAL.directory, tmp_path / "scenario"))
    made = ensemble.run(crisis.load_scenario(folder), runs=1)
    with ensemble.claim_directory(tmp_path / "run") as draft:
        ensemble.save(made, draft)
    if earlier:
        as_before(tmp_path / "run", folder)
    if what == "renamed":
        folder.rename(tmp_path / "elsewhere")
    elif what == "claims gone":
        (folder / "claims.csv").unlink()
    else:
        file = folder / "scenario.yaml"
        old, new = ("title: ", "title: Corrected ") if what == "label corrected" else ("title: ", "title: [")
        file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        back = ensemble.load(tmp_path / "run")
    said = [str(one.message) for one in caught]
    assert sum(UNHASHED in one for one in said) == earlier
    if earlier and what == "renamed":  # the same scenario comes with Foedus
        assert len(said) == 1
        assert back.scenario.claims_path == REAL.claims_path
        return
    assert sum("the run's own copy" in one for one in said) == 1
    assert np.array_equal(back.figures, made.figures)
    assert back.scenario.sha256() == made.scenario.sha256()
    assert back.scenario.is_kept
    assert back.compare(back).paired
    if earlier and what == "claims gone":  # which the first version did not keep
        assert not back.scenario.claims_path.exists()
        return
    assert back.scenario.claims_path.read_bytes() == REAL.claims_path.read_bytes()
    assert back.scenario.outlines() == REAL.outlines()


def test_a_scenario_changed_in_python_comes_back_without_a_word(tmp_path: Path) -> None:
    made = ensemble.run(REAL.model_copy(update={"title": "Mine"}), runs=1)
    ensemble.save(made, tmp_path)
    back = ensemble.load(tmp_path).scenario
    assert (back.title, back.claims_path) == ("Mine", tmp_path / "inputs" / "claims.csv")


@pytest.mark.parametrize("name", ["scenario.json", "inputs/claims.csv", "inputs/incident.yaml"])
def test_a_damaged_copy_of_an_input_is_named_where_it_is_needed(tmp_path: Path, name: str) -> None:
    ensemble.save(ensemble.run(REAL.model_copy(update={"title": "Mine"}), runs=1), tmp_path)
    (tmp_path / name).write_text("{}")
    with pytest.raises(InputError, match="missing or was changed") as caught:
        ensemble.load(tmp_path)
    assert caught.value.file == str(tmp_path / name)


def test_no_stored_file_names_a_place_of_this_machine(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(REAL.directory, tmp_path / "mine"))
    record_path = Path(shutil.copy(OWN, tmp_path / "calls.csv"))
    for scenario in (REAL, crisis.load_scenario(folder), REAL.model_copy(update={"title": "Mine"})):
        place = tmp_path / f"run-{scenario.title[:4]}-{scenario.file is not None}"
        place.mkdir(exist_ok=True)
        shutil.rmtree(place / "parts", ignore_errors=True)
        manifest = ensemble.save(ensemble.run(scenario, runs=1), place, record_path=record_path)
        text = "".join(path.read_text(encoding="utf-8") for path in place.glob("*.json"))
        assert not re.search(r'"(?:/|[A-Z]:)', text)
        assert not any(str(one) in text for one in (tmp_path, tmp_path.parent, Path.home(), REAL.directory))
        assert manifest["record"] == "../calls.csv"


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


@pytest.mark.parametrize("kind", ["file", "hidden", "folder", "new place", "the place"])
def test_what_is_put_into_the_place_during_a_run_survives(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "run"
    if kind not in {"new place", "the place"}:
        marked(place, 1)
    mine = {"hidden": place / ".notes", "folder": place / "deep" / "notes", "the place": place}.get(
        kind, place / "notes"
    )
    with pytest.raises(RunError, match="nothing in it was touched") as caught, ensemble.claim_directory(place) as draft:
        (draft / "manifest.json").write_text(json.dumps({"format": "foedus-run/1", "mark": 2}))
        mine.parent.mkdir(parents=True, exist_ok=True)
        mine.write_text("mine")
    assert mine.read_text() == "mine"
    assert json.loads((tmp_path / "run-2" / "manifest.json").read_text())["mark"] == 2
    assert str(tmp_path / "run-2") in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "run-2"]


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


def test_a_country_of_many_places_is_stored_and_comes_back(tmp_path: Path) -> None:
    first = REAL.places[0]
    more = tuple(first.model_copy(update={"code": f"X-{n}", "name": f"Place {n}"}) for n in range(150))
    made = ensemble.run(REAL.model_copy(update={"places": (*REAL.places, *more)}), runs=1, seed=1)
    ensemble.save(made, tmp_path)
    table = pq.read_table(tmp_path / "parts" / "00000.parquet", columns=["place"])
    assert table.column("place").unique().to_pylist() == made.places


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


@settings(max_examples=25)
@given(st.floats(0, 3), st.floats(0, 3), st.integers(0, 2**32 - 1))
def test_shares_of_spread_follow_the_law_of_total_variance(between: float, within: float, seed: int) -> None:
    """Synthetic runs with known variances: the estimate lies within sampling error of the truth."""
    if between + within < 0.1:
        return
    rng = np.random.default_rng(seed)
    draws = 4000
    logs = np.repeat(rng.normal(0, between, draws), 2) + rng.normal(0, within, 2 * draws)

    class Made:
        runs, replicates = 2 * draws, 2

        def total(self, arm: str, variable: str) -> np.ndarray:
            return np.expm1(logs)

    found = ensemble.spread(Made(), "dead")
    assert found is not None
    truth = within**2 / (within**2 + between**2)
    assert found.chance == pytest.approx(truth, abs=0.1)
    assert found.chance + found.assumption == pytest.approx(1)


def test_a_contingent_is_drawn_from_its_interval_once_a_draw() -> None:
    """Both arms and both runs of a draw have the same soldiers; fixed intervals stay fixed; nothing else moves."""
    wide = REAL.model_copy(
        update={"contingents": tuple(c.model_copy(update={"soldiers": (900, 1100)}) for c in REAL.contingents)}
    )
    made = ensemble.run(wide, runs=12, seed=3, workers=2)
    there = made.daily("help", "alliance_troops").max(axis=1)
    assert len(np.unique(there)) == 6
    assert np.array_equal(there[::2], there[1::2])
    sizes = draw_sizes(wide.contingents, 3, made.drawn["draw"].tolist())
    assert there == pytest.approx(sizes.sum(axis=1))
    assert len(np.unique(sizes[0])) > 1  # contingents do not move together
    fixed = REAL.model_copy(update={"contingents": wide.contingents[1:]})
    assert np.array_equal(draw_sizes(fixed.contingents, 3, range(6)), sizes[::2, 1:])  # one less moves no other


def test_sizes_of_contingents_reach_both_ends_and_keep_their_place_in_a_larger_interval() -> None:
    few = [c.model_copy(update={"soldiers": (5, 8)}) for c in REAL.contingents[:2]]
    sizes = draw_sizes(few, 0, range(400))
    assert set(sizes.ravel()) == {5, 6, 7, 8}
    assert min(np.bincount(sizes[:, 0])[5:]) > 70  # of 400; each whole number is as likely
    assert abs(np.corrcoef(sizes.T)[0, 1]) < 0.2
    twice = [c.model_copy(update={"soldiers": (10_000, 16_000)}) for c in few]
    assert np.corrcoef(draw_sizes(twice, 0, range(400))[:, 0], sizes[:, 0])[0, 1] > 0.95
    again = [few[0], few[0], few[1]]  # a second contingent of the same state has a size of its own
    sizes_again = draw_sizes(again, 0, range(400))
    assert np.array_equal(sizes_again[:, [0, 2]], sizes)
    assert (sizes_again[:, 0] != sizes_again[:, 1]).mean() > 0.5
    same = [c.model_copy(update={"soldiers": (70, 70)}) for c in few]
    assert (draw_sizes(same, 0, range(9)) == 70).all()
