"""Results in the hands of a user: tables, labelled arrays, plots, comparisons."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from foedus import crisis, ensemble
from foedus.cli import run_cli
from foedus.crisis.layout import VARIABLES
from foedus.crisis.parameters import Prior
from foedus.ensemble import ARMS, Ensemble
from foedus.errors import FoedusWarning, InputError, RunError

FIRST, OTHER = (crisis.load_scenario(name) for name in ("bahrain-2011", "kyrgyzstan-2010"))


@pytest.fixture(scope="module")
def runs() -> Ensemble:
    return ensemble.run(FIRST, runs=4, seed=5)


@pytest.fixture(scope="module")
def calmer() -> Ensemble:
    """Return the same crisis with fewer killed per clash: a change that every run shows in one direction."""
    prior = Prior(kind="fixed", value=0.0001, origin="test")
    changed = FIRST.model_copy(update={"parameters": {**FIRST.parameters, "deadliness": prior}})
    return ensemble.run(changed, runs=4, seed=5)


def test_the_labelled_array_holds_the_same_numbers(runs: Ensemble) -> None:
    data = runs.to_xarray()
    assert dict(data.sizes) == {"run": 4, "arm": 2, "day": len(runs.days), "place": len(runs.places)}
    place = runs.places[2]
    dead = (data["dead_civilian"] + data["dead_security"]).sel(arm="no_help", place=place).cumsum("day")
    assert np.array_equal(dead.to_numpy(), runs.daily("no_help", "dead", place))
    assert np.array_equal(data["parameter_arrests"].to_numpy(), runs.parameters["arrests"].to_numpy())
    assert str(data["day"].to_numpy()[0])[:10] == str(runs.days[0])


def test_the_table_holds_the_same_numbers(runs: Ensemble) -> None:
    table = runs.to_pandas()
    assert len(table) == 4 * len(ARMS) * len(runs.days) * len(runs.places)
    part = table[(table["arm"] == "help") & (table["run"] == 3)]
    assert part["detained_crowd"].sum() + part["detained_round_up"].sum() == runs.total("help", "detained")[3]


def test_a_plot_has_a_panel_a_variable_and_draws_the_middle_run(runs: Ensemble) -> None:
    figure = runs.plot(["dead", "participants"], place=runs.places[0])
    shown = [axis for axis in figure.axes if axis.get_visible()]
    assert len(shown) == 2
    drawn = [line.get_ydata() for line in shown[0].lines]
    middle = np.median(runs.daily("help", "dead", runs.places[0]), axis=0)
    assert any(np.allclose(line, middle) for line in drawn)
    with pytest.raises(InputError, match="unknown variable"):
        runs.plot(["deaths"])


@pytest.mark.parametrize(("scenario", "solid"), [(FIRST, "with help"), (OTHER, "as it was")])
def test_only_the_arm_that_happened_is_plotted_solid(scenario: crisis.Scenario, solid: str) -> None:
    (axis,) = ensemble.run(scenario, runs=2).plot("dead").axes
    styles = {line.get_label(): line.get_linestyle() for line in axis.lines}
    assert len(styles) == 2
    assert [name for name, style in styles.items() if style == "-"] == [solid]


def test_one_variable_is_plotted_by_its_name(runs: Ensemble) -> None:
    (axis,) = runs.plot("dead").axes
    assert axis.get_title(loc="left") == "Dead, everyone"


@pytest.mark.parametrize(
    ("call", "arguments", "key"),
    [
        ("plot", ([],), "variables"),
        ("plot", (None,), "variables"),
        ("plot", (3,), "variables"),
        ("plot", ([["dead"]],), "variable"),
        ("plot", ("dead", ""), "place"),
        ("daily", (["help"], "dead"), "arm"),
        ("total", ("help", None), "variable"),
        ("compare", ("x",), "second"),
    ],
)
def test_what_cannot_be_used_is_refused_by_key(runs: Ensemble, call: str, arguments: tuple[Any, ...], key: str) -> None:
    with pytest.raises(InputError) as caught:
        getattr(runs, call)(*arguments)
    assert caught.value.key == key
    assert caught.value.found
    assert caught.value.expected


@pytest.mark.parametrize(
    ("options", "key"),
    [({"per": "a"}, "per"), ({"per": True}, "per"), ({"arm": ""}, "arm"), ({"arm": ["help"]}, "arm")],
)
def test_comparisons_refuse_what_makes_no_sense(runs: Ensemble, options: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as caught:
        runs.compare(runs, **options)
    assert caught.value.key == key
    with pytest.raises(InputError, match="unknown outcome"):
        runs.compare(runs).difference("deaths")


def test_results_show_themselves_in_a_line(runs: Ensemble) -> None:
    shown = repr(runs)
    assert len(shown) < 600
    assert all(word in shown for word in ("bahrain-2011", "4 runs", "cohort", "seed 5", "help: dead "))
    compared = repr(runs.compare(runs, per=100_000))
    assert len(compared) < 600
    assert "dead 0.00 (0.00 to 0.00)" in compared


def test_with_the_same_dice_the_difference_is_run_by_run(runs: Ensemble, calmer: Ensemble) -> None:
    found = runs.compare(calmer)
    assert found.paired
    assert np.array_equal(found.difference("dead"), calmer.total("help", "dead") - runs.total("help", "dead"))
    table = found.to_pandas()
    assert table.loc["dead", ("difference", "middle")] < 0
    assert found.names[0] != found.names[1]
    assert len(found.plot().axes) == 4


def test_different_crises_are_compared_as_independent_and_by_inhabitant(runs: Ensemble) -> None:
    other = ensemble.run(OTHER, runs=2, seed=5)
    found = ensemble.compare(runs, other, per=100_000)
    assert not found.paired
    assert found.arms == ("help", "no_help")  # of each the arm that stands for what happened
    people = sum(place.population for place in OTHER.places)
    assert found.second["detained"] == pytest.approx(other.total("no_help", "detained") / people * 100_000)
    assert found.difference("dead").size == 8
    with pytest.raises(InputError, match="makes no sense"):
        ensemble.compare(runs, other, per=0)


def test_runs_of_different_versions_are_compared_with_a_warning(runs: Ensemble) -> None:
    earlier = dataclasses.replace(runs, versions={"foedus": "0.0.1"})
    with pytest.warns(FoedusWarning, match=r"foedus 0\.0\.1 and .*numpy not recorded and"):
        earlier.compare(runs)


def test_stored_runs_are_compared_from_the_command_line(
    runs: Ensemble, calmer: Ensemble, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, one in (("a", runs), ("b", runs)):
        with ensemble.claim_directory(tmp_path / name) as draft:
            ensemble.save(one, draft)
    assert run_cli(["compare", str(tmp_path / "a"), str(tmp_path / "b"), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["paired"] is True
    assert all(row["difference"] == [0, 0, 0] for row in data["outcomes"])
    assert run_cli(["compare", str(tmp_path / "a"), str(tmp_path / "b"), "--per", "100000"]) == 0
    said = capsys.readouterr().out
    assert "Same dice" in said
    assert "0.00 (0.00 to 0.00)" in said
    assert "+0" not in said
    assert run_cli(["compare", str(tmp_path / "a"), "nowhere"]) == 2


@pytest.mark.parametrize(("library", "call"), [("matplotlib.figure", "plot"), ("xarray", "to_xarray")])
def test_without_the_extra_the_cure_is_named(
    runs: Ensemble, library: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, "foedus.picture", raising=False)  # as in a process that has drawn nothing yet
    with pytest.raises(RunError, match=r"foedus\[notebook\]"):
        getattr(runs, call)()


def crowded(people: int, size: float) -> crisis.Scenario:
    """Return a country of one huge place where nearly everybody takes part."""
    place = FIRST.places[0].model_copy(update={"population": people})
    events = tuple(e.model_copy(update={"size": size}) if e.kind == "trigger" else e for e in FIRST.events)
    return FIRST.model_copy(update={"places": (place, *FIRST.places[1:]), "events": events})


def test_counts_that_32_bits_cannot_hold_are_exact_and_come_back_exact(tmp_path: Path) -> None:
    made = ensemble.run(crowded(1_900_000_000, 1000), runs=4, seed=5, workers=2)
    crowds = made.figures[..., VARIABLES.index("participants")]
    assert crowds.max() > 2**24
    assert (crowds == np.rint(crowds)).all()
    assert (crowds != crowds.astype(np.float32)).any()  # 32 bits would have lost some people
    ensemble.save(made, tmp_path)
    back = ensemble.load(tmp_path)
    assert back.figures.dtype == np.float64
    assert back.figures.tobytes() == made.figures.tobytes()
    kinds = pq.read_schema(tmp_path / "parts" / "00000.parquet")
    assert str(kinds.field("participants").type) == "double"
    assert str(kinds.field("dead_security").type) == "float"  # no wider than its counts need
    alone = ensemble.run(crowded(1_900_000_000, 1000), runs=2, seed=5, workers=1)
    assert np.array_equal(alone.figures, made.figures[:2])


def test_usual_counts_take_32_bits(runs: Ensemble) -> None:
    assert runs.figures.dtype == np.float32
