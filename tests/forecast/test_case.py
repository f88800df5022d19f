"""Forecasts of cases: held out, explained, and tied to their record."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foedus import forecast, record
from foedus.cli import run_cli
from foedus.errors import InputError, RunError
from foedus.forecast import folds
from foedus.forecast.call import COLUMNS, Call
from foedus.forecast.organisations import organisations
from foedus.forecast.predictors import NAMES, matrix
from foedus.record.model import KNOWN_ONLY_AFTERWARDS
from foedus.record.reading import OWN
from foedus.treaties import Truth, coverage


def test_the_model_beats_the_published_baselines_on_crises_it_has_not_seen() -> None:
    found = forecast.case("kazakhstan-2022-january").skill
    assert found is not None
    assert found.n == 86
    assert found.baseline_brier == pytest.approx(0.237, abs=0.001)  # as in the track record
    assert found.brier < 0.196  # a plain ridge logit, published with the record
    assert found.log_score < 0.590


def test_a_forecast_explains_itself() -> None:
    found = forecast.case("kazakhstan-2022-january")
    low, high = found.interval
    assert low < found.p_act < high
    assert found.p_act == pytest.approx(sum(found.to_dict()["ladder"][3:]))
    assert {a["case_id"] for a in found.analogues[:2]} == {"kyrgyzstan-2010-osh", "kyrgyzstan-2010-april-bakiyev"}
    assert "bahrain-2011" in {a["case_id"] for a in found.analogues}
    assert "kazakhstan-2022-january" not in {a["case_id"] for a in found.analogues}
    assert {row["predictor"] for row in found.contributions} == {*NAMES, "organisation"}
    changed = {row["if"]: row["p_act"] for row in found.what_if}
    assert changed["nobody had asked"] < found.p_act
    assert changed["the adversary were a member"] < found.p_act


def test_a_call_has_no_column_that_is_known_only_afterwards() -> None:
    assert not set(COLUMNS) & set(KNOWN_ONLY_AFTERWARDS)


def test_a_case_does_not_see_its_own_crisis(tmp_path: Path) -> None:
    """Whatever the outcome of the crisis itself, its forecast stays the same."""
    text = OWN.read_text(encoding="utf-8")
    changed = tmp_path / "record.csv"
    changed.write_text(
        text.replace("2022-01-06,force_deployed,1,RUS", "2022-01-06,refused,0,RUS").replace(
            "RUS;BLR;ARM;TJK;KGZ,2030", "RUS;BLR;ARM;TJK;KGZ,"
        ),
        encoding="utf-8",
    )
    assert changed.read_text(encoding="utf-8") != text
    heard: list[Any] = []
    other = forecast.case("kazakhstan-2022-january", changed, heard.append)
    assert [event.kind for event in heard] == ["note", "progress"]
    assert "Fitting the models to this record" in heard[0].message
    assert other.p_act == pytest.approx(forecast.case("kazakhstan-2022-january").p_act, abs=0.002)  # stored in 16 bits
    assert other.skill is None


def test_a_copy_of_the_record_is_answered_from_the_shipped_fits(tmp_path: Path) -> None:
    heard: list[Any] = []
    copy = tmp_path / "record.csv"
    copy.write_bytes(OWN.read_bytes())
    found = forecast.case("kazakhstan-2022-january", copy, heard.append)
    assert found.to_dict() == forecast.case("kazakhstan-2022-january").to_dict()
    assert [event.kind for event in heard] == ["progress"]


def test_comparators_never_change_a_forecast(tmp_path: Path) -> None:
    lines = OWN.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not any(f",{name}," in line[:80] for name in record.COMPARATORS)]
    assert len(lines) - len(kept) == 40
    own = tmp_path / "record.csv"
    own.write_text("".join(kept), encoding="utf-8")
    assert forecast.case("bahrain-2011", own).p_act == pytest.approx(forecast.case("bahrain-2011").p_act, abs=0.002)


def test_the_shipped_draws_are_those_of_this_record() -> None:
    shipped = forecast.fits()
    cases = record.cases()
    assert shipped.case_ids == tuple(case.case_id for case in cases)
    assert len(shipped.folds) == 1 + len({case.group for case in cases if case.is_organisation})
    x = matrix([Call.of(case) for case in folds.training(cases)])
    assert np.allclose(np.load(folds.SHIPPED)["x"], x, equal_nan=True), "the law changed: run `foedus forecast fit`"
    fresh = folds.learn(folds.training(cases, "bahrain-2011"))
    stored = shipped.without("bahrain-2011")
    assert np.allclose(fresh.act.slopes, stored.act.slopes, atol=0.01)
    assert np.allclose(fresh.act.effects, stored.act.effects, atol=0.01)
    row = shipped.case_ids.index("bahrain-2011")
    assert shipped.held_out["crisis"][row, 3:].sum() == pytest.approx(forecast.case("bahrain-2011").p_act, abs=0.002)


def test_a_stale_hash_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folds, "fingerprint", lambda record_path=None: "another record")
    with pytest.raises(RunError, match="do not belong to this record"):
        forecast.case("kazakhstan-2022-january")


def test_an_unknown_case_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="bahrain-2011"):
        forecast.case("bahrein-2011")


def test_an_organisation_that_nobody_knows_gets_the_pooled_effect_and_is_told_so() -> None:
    call, _ = forecast.new_call("unheard-of", "TON", "domestic_unrest", on="2023-05-01", request=True)
    found = forecast.forecast_call(call)
    assert any("uses the pooled effect" in note for note in found.notes)
    assert next(r for r in found.contributions if r["predictor"] == "organisation")["effect"] == 0.0


@pytest.mark.parametrize("column", ["target_cinc", "request_made", "trigger_kind", "crisis_start", "organisation"])
def test_what_is_unknown_widens_the_answer(column: str) -> None:
    """The width of log odds: near 0 or 1 the chance itself may be squeezed whatever is unknown."""
    from dataclasses import replace

    call = Call(**{name: getattr(record.find("mali-2012-afisma", record.cases()), name) for name in COLUMNS})
    blind = replace(call, **({column: None, "request_date": None} if column == "crisis_start" else {column: None}))

    def width(one: Call) -> float:
        draws = forecast.forecast_call(one).draws
        return float(np.std(np.log(draws / (1 - draws))))

    assert width(blind) > width(call)


def test_a_new_call_in_a_known_crisis_is_forecast_without_that_crisis() -> None:
    call, said = forecast.new_call("csto", "KAZ", "domestic_unrest", on="2022-01-05", request=True)
    assert call.group == "kazakhstan-2022-january"
    assert any("a fit without it" in line for line in said)
    assert "kazakhstan-2022-january" not in {a["case_id"] for a in forecast.forecast_call(call).analogues}


def test_membership_of_an_adversary_follows_from_the_treaties() -> None:
    member, _ = forecast.new_call("csto", "KGZ", "border_clash", on="2022-09-14", adversary="TJK")
    stranger, _ = forecast.new_call("csto", "ARM", "border_clash", on="2022-09-14", adversary="AZE")
    assert (member.adversary_is_member, stranger.adversary_is_member) == (True, False)


@pytest.mark.parametrize(("organisation", "target"), [("nato", "GRC"), ("ecowas", "SEN"), ("unheard-of", "GRC")])
def test_the_size_of_a_member_is_known_from_the_table_of_members(organisation: str, target: str) -> None:
    call, said = forecast.new_call(organisation, target, "border_clash", on="2020-08-12", request=True)
    assert call.target_cinc is not None
    assert 0.0001 < call.target_cinc < 0.01
    assert any(f"size of {target} from its share among the members" in line for line in said)


def test_a_size_from_the_table_of_members_agrees_with_the_record() -> None:
    """Nine of ten within a third: the lead's share has two digits and stands for five years; the ratio is exact."""
    from foedus.forecast.new import _share_as_member

    known = [
        (case.target_cinc, share)
        for case in folds.training(record.cases())
        if case.target_cinc
        and (share := _share_as_member(case.target_iso3, case.organisation, case.crisis_start.earliest.year - 1))
    ]
    assert len(known) > 50
    ratio = np.log([mine / theirs for theirs, mine in known])
    assert abs(np.median(ratio)) < 0.05
    assert np.quantile(np.abs(ratio), 0.9) < np.log(4 / 3)


def test_a_state_of_no_organisation_has_no_known_size() -> None:
    call, said = forecast.new_call("unheard-of", "CHE", "border_clash", on="2020-08-12")
    assert call.target_cinc is None
    assert "size of CHE unknown (give --target-cinc)" in said


def test_the_terminal_tells_chances_counts_and_what_each_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["forecast", "case", "kazakhstan-2022-january"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert re.search(r"csto acts with a chance of \d+ % \(90 % interval \d+ to \d+ %\)", text)
    assert "from a fit to all other crises, later ones included" in text
    assert "from earlier calls only: " in text
    assert "0 of 9 acted on; requests answered: 0 of 3" in text
    assert "strongest baseline" in text
    assert "of 100" not in text
    args = [
        "--organisation",
        "ecowas",
        "--target",
        "NER",
        "--trigger",
        "coup",
        "--on",
        "2023-08-10",
        "--request",
        "yes",
    ]
    assert run_cli(["forecast", "new", *args]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "the record holds no refusal by the Economic Community of West African States (ECOWAS)" in text
    assert re.search(r"Calls like it in other crises .*: \d+ of \d+ answered with troops; Brier score", text)
    assert run_cli(["forecast", "new", *args, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {"earlier_calls", "alike", "skill_organisation", "track_record", "contributors_excluded"} <= set(data)


def test_codes_of_organisations_agree_with_the_treaty_library() -> None:
    """Where the treaties in force do not let an organisation act inside a member, the table does not either."""
    for name, coded in organisations().items():
        for year in range(1950, 2025):
            day = dt.date(year, 1, 1)
            law = coverage(name, "other", day).acts_inside
            if law is Truth.NO and name != "cis":  # the agreement of Kyiv 1992 is not in the library
                assert not coded.may_act_inside(day), (name, year)


def test_every_organisation_of_the_record_is_coded() -> None:
    cases = [case for case in record.cases() if case.is_organisation]
    assert {case.organisation for case in cases} <= set(organisations())
    x = matrix([Call.of(case) for case in cases])
    assert np.isnan(x).any(axis=1).mean() < 0.2
