"""Forecasts of cases: held out, scored, explained, and tied to their record."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from foedus import forecast, record
from foedus.errors import InputError, RunError
from foedus.forecast import heldout
from foedus.forecast.predictors import PREDICTORS
from foedus.forecast.score import brier, log_score
from foedus.record.load import OWN
from foedus.record.model import KNOWN_ONLY_AFTERWARDS


def test_scores_of_constant_forecasts_have_closed_forms() -> None:
    acted = np.array([1.0, 0.0, 0.0, 1.0])
    assert brier(np.full(4, 0.5), acted) == pytest.approx(0.25)
    assert log_score(np.full(4, 0.5), acted) == pytest.approx(np.log(2))


def test_the_model_beats_the_pooled_rate_on_crises_it_has_not_seen() -> None:
    found = forecast.case("kazakhstan-2022-january").skill
    assert found.n == 89
    assert found.baseline_brier == pytest.approx(0.242, abs=0.001)  # published with the record
    assert found.brier < 0.214  # request and adversary, the published baseline
    assert found.log_score < 0.618


def test_kazakhstan_was_a_surprise_and_its_nearest_analogues_were_refused() -> None:
    found = forecast.case("kazakhstan-2022-january")
    low, high = found.interval
    assert 0.1 < found.p_act < 0.45
    assert low < found.p_act < high
    assert found.p_act == pytest.approx(sum(found.to_dict()["ladder"][3:]))
    assert {a["case_id"] for a in found.analogues[:2]} == {"kyrgyzstan-2010-osh", "kyrgyzstan-2010-april-bakiyev"}
    assert "bahrain-2011" in {a["case_id"] for a in found.analogues}


def test_no_predictor_looks_at_what_is_known_only_afterwards() -> None:
    one = record.find("kazakhstan-2022-january", record.cases())
    hindsight = {
        "outcome": "refused",
        "acted": False,
        "troops_deployed": None,
        "notes": "",
        "request_kind": "political",
    }
    assert set(hindsight) <= set(KNOWN_ONLY_AFTERWARDS)
    other = one.model_copy(update=hindsight)
    for predictor in PREDICTORS:
        assert predictor.value(one) == predictor.value(other)


def test_a_case_does_not_see_its_own_crisis(tmp_path: Path) -> None:
    """Whatever the outcome of the crisis itself, its forecast stays the same."""
    text = OWN.read_text(encoding="utf-8")
    changed = tmp_path / "record.csv"
    changed.write_text(text.replace("2022-01-06,force_deployed,1,RUS", "2022-01-06,refused,0,RUS"), encoding="utf-8")
    assert changed.read_text(encoding="utf-8") != text
    assert forecast.case("kazakhstan-2022-january", changed).p_act == pytest.approx(
        forecast.case("kazakhstan-2022-january").p_act, abs=1e-6
    )


def test_the_shipped_draws_are_those_of_this_record() -> None:
    shipped = forecast.held_out()
    row = shipped.case_ids.index("tonga-2006-riots")
    fresh = heldout.compute()
    assert np.allclose(fresh.ladder[row].mean(axis=0), shipped.ladder[row].mean(axis=0), atol=1e-3)


def test_a_stale_hash_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heldout, "fingerprint", lambda record_path=None: "another record")
    with pytest.raises(RunError, match="do not belong to this record"):
        forecast.case("kazakhstan-2022-january")


def test_an_unknown_case_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="bahrain-2011"):
        forecast.case("bahrein-2011")
