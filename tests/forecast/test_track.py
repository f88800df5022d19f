"""The track record: metrics with closed forms, baselines as published, and a page that is what the code computes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from foedus import record
from foedus.cli import run_cli
from foedus.forecast.baselines import baselines
from foedus.forecast.scores import brier, log_score, ranked_probability
from foedus.forecast.svg import reliability_diagram
from foedus.forecast.track import Track, track
from foedus.forecast.trackpage import page
from foedus.record.reading import OWN

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def found() -> Track:
    return track()


def test_scores_of_constant_forecasts_have_closed_forms() -> None:
    acted = np.array([1.0, 0.0, 0.0, 1.0])
    assert brier(np.full(4, 0.5), acted) == pytest.approx(0.25)
    assert log_score(np.full(4, 0.5), acted) == pytest.approx(np.log(2))


def test_the_ranked_probability_score_has_closed_forms() -> None:
    sure = np.eye(5)[[0, 4]]
    assert ranked_probability(sure, np.array([0, 4])) == 0.0
    assert ranked_probability(sure, np.array([4, 0])) == 1.0
    # equal shares, lowest level: sum of (k/5 - 1)^2 for k = 1..4 over 4
    assert ranked_probability(np.full((1, 5), 0.2), np.array([0])) == pytest.approx((0.64 + 0.36 + 0.16 + 0.04) / 4)


def test_simple_baselines_score_as_published_with_the_record() -> None:
    cases = [case for case in record.cases() if case.is_organisation]
    acted = np.array([case.acted for case in cases], dtype=float)
    rivals = baselines(cases)
    assert brier(rivals["pooled rate"], acted) == pytest.approx(0.237, abs=0.001)
    assert brier(rivals["request only"], acted) == pytest.approx(0.222, abs=0.002)
    assert brier(rivals["request by adversary"], acted) == pytest.approx(0.211, abs=0.002)
    assert log_score(rivals["request by adversary"], acted) == pytest.approx(0.627, abs=0.005)
    assert brier(rivals["plain ridge logit"], acted) < 0.2


def test_no_baseline_looks_at_its_own_crisis() -> None:
    """Turning the outcome of a whole crisis round leaves every baseline's forecast of it alone."""
    cases = [case for case in record.cases() if case.is_organisation]
    group = "paris-2015"
    turned = [c.model_copy(update={"acted": not c.acted}) if c.group == group else c for c in cases]
    rows = [i for i, case in enumerate(cases) if case.group == group]
    before, after = baselines(cases), baselines(turned)
    for name in before:
        assert np.allclose(before[name][rows], after[name][rows]), name


def test_murphys_parts_and_the_bins_add_up(found: Track) -> None:
    assert sum(part["n"] for part in found.bins) == len(found.ledger) == 86
    acted = np.array([row["acted"] for row in found.ledger], dtype=float)
    parts = found.calibration
    weights = np.array([part["n"] for part in found.bins]) / 86
    said, seen = (np.array([part[key] for part in found.bins]) for key in ("forecast", "acted"))
    assert parts["uncertainty"] == pytest.approx(acted.mean() * (1 - acted.mean()))
    # reliability - resolution + uncertainty is the Brier score of the binned forecasts (Murphy 1973)
    binned = weights @ ((said - seen) ** 2 + seen * (1 - seen))
    assert parts["reliability"] - parts["resolution"] + parts["uncertainty"] == pytest.approx(binned)


def test_every_scheme_is_scored_and_every_organisation_case_is_in_the_ledger(found: Track) -> None:
    assert [row["n"] for row in found.schemes] == [86, 86, 71, 86]
    assert {row["case_id"] for row in found.ledger} == {c.case_id for c in record.cases() if c.is_organisation}
    head = found.schemes[0]
    assert head["brier"]["value"] == pytest.approx(np.mean([row["brier"] for row in found.ledger]))
    assert head["brier"]["low"] < head["brier"]["value"] < head["brier"]["high"]
    assert head["rps"] < head["rps_base_rates"]


def test_the_page_is_what_the_code_computes(found: Track) -> None:
    """Written by `foedus forecast score --page docs/track-record.md`."""
    assert (DOCS / "track-record.md").read_text(encoding="utf-8") == page(found)
    assert (DOCS / "images" / "reliability.svg").read_text(encoding="utf-8") == reliability_diagram(found.bins)


def test_the_page_says_that_the_stories_of_2020_are_no_refusals(found: Track) -> None:
    text = " ".join(page(found).split())
    assert "neither in Belarus 2020 nor in the Karabakh war of 2020 was a formal request" in text


def test_score_prints_json_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["forecast", "score", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {"schemes", "baselines", "differences", "calibration", "ledger"} <= set(data)


def test_a_record_too_small_to_score_is_an_input_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "mine.csv"
    own.write_text("".join(OWN.read_text(encoding="utf-8").splitlines(keepends=True)[:20]), encoding="utf-8")
    assert run_cli(["forecast", "score", "--record", str(own)]) == 2
    assert "too small to score" in capsys.readouterr().err


def test_a_page_that_cannot_be_written_is_an_input_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert run_cli(["forecast", "score", "--page", str(blocked / "track.md")]) == 2
    assert "cannot be written" in capsys.readouterr().err
