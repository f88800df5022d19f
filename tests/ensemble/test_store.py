"""The store of runs: what is stored comes back, whatever became of the scenario; damage is named."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import warnings
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from foedus import crisis, ensemble
from foedus.cli import run_cli
from foedus.ensemble import copies
from foedus.ensemble.manifest import sealed
from foedus.errors import FoedusWarning, InputError, RunError
from foedus.record.reading import OWN

FIRST = Path(__file__).parent / "first_version"  # 'foedus scenario new' and 'foedus run --runs 2' of version 0.1.0
REAL = crisis.load_scenario("kazakhstan-2022")


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
        assert "Input should" not in said


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


def test_a_table_whose_columns_have_names_that_are_no_text_is_damaged(stored: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(stored, tmp_path / "run"))
    file = place / "parameters.parquet"
    file.write_bytes(file.read_bytes().replace(b"draw", b"dr\xcfw"))
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["tables"]["parameters.parquet"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (place / "manifest.json").write_text(json.dumps(sealed(manifest)))
    with pytest.raises(InputError, match="missing or was changed") as caught:
        ensemble.load(place)
    assert caught.value.found == "no Parquet table"


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


def test_a_country_of_many_places_is_stored_and_comes_back(tmp_path: Path) -> None:
    first = REAL.places[0]
    more = tuple(first.model_copy(update={"code": f"X-{n}", "name": f"Place {n}"}) for n in range(150))
    made = ensemble.run(REAL.model_copy(update={"places": (*REAL.places, *more)}), runs=1, seed=1)
    ensemble.save(made, tmp_path)
    table = pq.read_table(tmp_path / "parts" / "00000.parquet", columns=["place"])
    assert table.column("place").unique().to_pylist() == made.places
