"""Shipped forecasts belong to a law: where the treaties, members or organisations change, they are refused."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from foedus import forecast, record
from foedus.errors import RunError
from foedus.forecast import burden, eligible, exit, folds, predictors, shipped, timing  # noqa: A004 - a module's name
from foedus.forecast.organisations import organisations
from foedus.record import capability
from foedus.treaties import Truth, covered, library

if TYPE_CHECKING:
    from collections.abc import Iterator

CASE = next(case for case in record.cases() if case.case_id == "kazakhstan-2022-january")


def forget() -> None:
    """Drop what a process remembers of the law and of the shipped forecasts, as a new one does."""
    for remembered in (
        covered._coverage, covered._kept_out, folds.predictor_hash, folds._shipped, timing._shipped, timing._answers,
        burden._shipped, burden._held_out, burden._answers, exit._shipped,
    ):  # fmt: skip
        remembered.cache_clear()


@pytest.fixture(autouse=True)
def _as_in_a_new_process() -> Iterator[None]:
    forget()
    yield
    forget()


def change(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> None:
    """Change the treaties of the CSTO."""
    changed = {name: t.model_copy(update=fields) if t.family == "csto" else t for name, t in library().items()}
    assert any(changed[name] is not treaty for name, treaty in library().items())
    monkeypatch.setattr(covered, "library", lambda: changed)
    monkeypatch.setattr(predictors, "library", lambda: changed)


def test_what_is_shipped_belongs_to_the_law_as_it_is() -> None:
    assert folds.fits().predictor_hash == folds.predictor_hash(record.open_record(None))
    assert timing.r_hat() > 0
    assert exit.r_hat() > 0
    assert burden.contributors(CASE)


def test_a_treaty_that_no_longer_lets_its_organ_act_refuses_the_shipped_forecasts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(monkeypatch, acts_inside_members=Truth.NO)
    monkeypatch.setattr(predictors, "organisations", dict)
    with pytest.raises(RunError, match="the law or the coded data changed after") as caught:
        forecast.case("kazakhstan-2022-january")
    assert str(caught.value.found).partition(":")[0] in {case.case_id for case in record.cases()}
    assert "fitted with" in str(caught.value.found)
    assert "foedus forecast fit" in str(caught.value.cure)


def test_a_provision_that_no_longer_reaches_the_trouble_refuses_the_shipped_forecasts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(monkeypatch, provisions=())
    with pytest.raises(RunError, match="the law or the coded data changed after") as caught:
        folds.fits()
    assert "'covered' is 0, fitted with" in str(caught.value.found)


def test_a_member_that_could_no_longer_act_alone_refuses_the_shipped_forecasts(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {name: dataclasses.replace(one, able=frozenset()) for name, one in organisations().items()}
    monkeypatch.setattr(predictors, "organisations", lambda: without)
    with pytest.raises(RunError, match="the law or the coded data changed after") as caught:
        folds.fits()
    assert "'alone' is 0, fitted with 1" in str(caught.value.found)


@pytest.mark.parametrize("what", ["treaty", "table", "parliament"])
def test_a_change_of_who_could_help_refuses_the_shipped_contributors(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "treaty":  # Belarus is suspended
        monkeypatch.setattr(eligible, "kept_out", lambda *_: {"BLR": "suspended since 1999-01-01"})
    elif what == "table":
        members = {name: dict(years) for name, years in capability._members().items()}
        for year, states in members["csto"].items():
            members["csto"][year] = {state: share for state, share in states.items() if state != "BLR"}
        monkeypatch.setattr(capability, "_members", lambda: members)
    else:
        monkeypatch.setattr(burden, "_hurdles", lambda: {"RUS": "Parliament"})
    with pytest.raises(RunError, match="the law or the coded data changed after"):
        burden.contributors(CASE)


def test_missions_that_are_coded_anew_refuse_the_shipped_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    known = exit.missions()
    turned = {name: dataclasses.replace(one, mandate_end=not one.mandate_end) for name, one in known.items()}
    monkeypatch.setattr(exit, "missions", lambda: turned)
    with pytest.raises(RunError, match="the law or the coded data changed after"):
        exit.r_hat()


def test_other_words_of_the_same_law_refuse_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    change(monkeypatch, title="Another title", place="elsewhere")
    assert folds.fits().case_ids


def test_the_last_digits_of_a_library_move_no_hash_and_any_other_does() -> None:
    rows = np.array([[0.1, np.nan], [-0.0, 1.0]])
    for same in (rows + 1e-13, rows * [[1, 1], [-1, 1]], rows.tolist()):
        assert shipped.digest(same) == shipped.digest(rows)
    for other in (rows + 1e-5, np.nan_to_num(rows), rows[:1], rows.ravel()):
        assert shipped.digest(other) != shipped.digest(rows)
