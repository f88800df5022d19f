"""What stands behind a forecast: what was known then, earlier calls, calls like it, the strongest simple rule."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from foedus import forecast, record
from foedus.forecast.analogues import as_known
from foedus.forecast.folds import before, day_of, training
from foedus.forecast.scores import brier, paired
from foedus.forecast.standings import RULES, warning
from foedus.forecast.track import track
from foedus.record.reading import OWN


def test_the_forecast_as_then_known_is_the_one_of_the_ledger() -> None:
    ledger = {row["case_id"]: row["p_act_then"] for row in track().ledger}
    for case_id in ("kazakhstan-2022-january", "turkey-2012-june", "hungary-1956"):
        found = forecast.case(case_id)
        assert found.p_act_then == (None if ledger[case_id] is None else pytest.approx(ledger[case_id]))
        assert (found.interval_then is None) == (found.p_act_then is None)
        if found.interval_then is not None:
            assert found.interval_then[0] < found.p_act_then < found.interval_then[1]


def test_too_few_earlier_calls_or_a_record_of_ones_own_give_no_forecast_as_then_known(tmp_path: Path) -> None:
    assert forecast.case("palestine-1948").to_dict()["p_act_then"] is None
    assert forecast.case("kenya-1964").to_dict()["p_act_then"] is None  # a comparator
    own = tmp_path / "record.csv"
    own.write_text("".join(OWN.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    found = forecast.case("czechoslovakia-1968", own).to_dict()
    assert (found["p_act_then"], found["interval_then"], found["skill_organisation"]) == (None, None, None)
    assert found["earlier_calls"]["organisation"] == 1
    assert found["analogues_then"]


@pytest.mark.parametrize("case_id", ["bahrain-2011", "turkey-2012-october", "kyrgyzstan-2000-batken"])
def test_analogues_as_then_known_were_all_called_earlier(case_id: str) -> None:
    day, known = day_of(record.find(case_id, record.cases())), {case.case_id: case for case in record.cases()}
    found = forecast.case(case_id)
    assert found.analogues_then
    assert all(day_of(known[row["case_id"]]) < day for row in found.analogues_then)
    assert any(day_of(known[row["case_id"]]) > day for row in found.analogues)
    assert set(found.analogues_then[0]) == set(found.analogues[0])
    assert all(row["on"] == as_known(known[row["case_id"]].request_date or known[row["case_id"]].crisis_start)
               for row in found.analogues)  # fmt: skip


def test_a_day_is_told_as_exactly_as_the_record_has_it() -> None:
    from foedus.dates import DateInterval

    assert [as_known(DateInterval.parse(text)) for text in ("2022-01-05", "2010-04", "2012-02", "1998")] == [
        "2022-01-05", "2010-04", "2012-02", "1998",
    ]  # fmt: skip


def test_earlier_calls_are_those_of_the_organisation_before_this_one() -> None:
    """The CSTO had acted on none of nine calls or occasions, three of them requests, before January 2022."""
    assert forecast.case("kazakhstan-2022-january").to_dict()["earlier_calls"] == {
        "organisation": 9, "acted": 0, "requests": 3, "answered": 0,
    }  # fmt: skip
    assert forecast.case("kenya-1964").to_dict()["earlier_calls"] is None
    own = training(record.cases())
    assert len(before(own, min(day_of(case) for case in own))) == 0


def test_calls_alike_leave_the_crisis_itself_out() -> None:
    alike = forecast.case("kazakhstan-2022-january").to_dict()["alike"]
    assert (alike["acted"], alike["n"]) == (10, 15)
    assert alike["organisation_earlier"] == {"n": 2, "acted": 0}


def test_the_strongest_baseline_stands_beside_the_model() -> None:
    found, skill = track(), forecast.case("bahrain-2011").skill
    assert skill is not None
    best = min(found.baselines, key=lambda row: row["brier"])
    assert (skill.strongest, skill.strongest_brier) == (best["baseline"], pytest.approx(best["brier"]))
    assert skill.difference["brier"] == pytest.approx(skill.brier - skill.strongest_brier)
    assert skill.difference["tie"] is True
    assert skill.baseline_difference["tie"] is False


def test_where_the_model_loses_for_an_organisation_it_is_said() -> None:
    found = forecast.case("kazakhstan-2022-january").to_dict()
    ours = found["skill_organisation"]
    assert ours["loses"]
    assert ours["strongest"] in RULES
    assert ours["strongest_brier"] < ours["brier"]
    assert "the model loses here" in found["track_record"]
    assert not forecast.case("bahrain-2011").to_dict()["skill_organisation"]["loses"]


def test_a_record_without_a_refusal_or_an_answer_is_warned_of() -> None:
    own = training(record.cases())
    assert "no refusal by the Economic Community of West African States" in (warning("ecowas", own) or "")
    assert "no answer with troops by the Central Treaty Organization" in (warning("cento", own) or "")
    assert warning("nato", own) is None
    assert warning("nobody", own) is None  # told by another note
    call, _ = forecast.new_call("ecowas", "NER", "coup", on="2023-08-10", request=True)
    assert any("no refusal" in note for note in forecast.forecast_call(call).notes)


def test_standard_errors_take_rows_of_a_crisis_together() -> None:
    rng = np.random.default_rng(3)
    acted = rng.integers(0, 2, 40).astype(float)
    p, q = rng.random(40), rng.random(40)
    alone = np.array([str(i) for i in range(40)])
    found = paired(p, q, acted, alone)
    gap = (p - acted) ** 2 - (q - acted) ** 2
    assert found["brier"] == pytest.approx(brier(p, acted) - brier(q, acted))
    assert found["brier_se"] == pytest.approx(gap.std(ddof=1) / np.sqrt(40))
    twice = [np.concatenate([values, values]) for values in (p, q, acted, alone)]
    assert paired(*twice)["brier_se"] == pytest.approx(found["brier_se"])
    assert paired(p, q, acted, np.full(40, "one"))["tie"] is None
