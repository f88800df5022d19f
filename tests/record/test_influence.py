"""Distance in UN votes before and after calls: the sums are right, the gaps in the data are said."""

import json
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from foedus import record
from foedus.cli import run_cli
from foedus.record import influence as study
from foedus.record.influence import influence


@pytest.fixture
def points(tmp_path):
    """Kyrgyzstan moves towards Russia after 2010 by half a point; everybody else stays where they are."""
    (tmp_path / "states").mkdir()
    rows = ["ccode,session,IdealPoint"]
    for year in range(1992, 2020):
        for code, value in ((365, -1.0), (703, 0.5 if year <= 2010 else 0.0), (702, 0.2), (370, 0.1), (705, 0.3)):
            rows.append(f"{code},{year - 1945},{value}")
    (tmp_path / "states" / "unga_ideal_points.csv").write_text("\n".join(rows))
    return tmp_path


def test_the_change_is_the_mean_distance_after_less_before(points):
    found = {course.case_id: course for course in influence("kyrgyzstan-2010-osh", data=points).courses}
    assert found["kyrgyzstan-2010-osh"].change == pytest.approx(-0.5)
    assert found["kyrgyzstan-2005-tulip"].change == pytest.approx(0)
    assert found["kyrgyzstan-2010-osh"].lead == "RUS"
    assert found["kyrgyzstan-2010-osh"].answer == "refused"


def test_what_the_data_do_not_reach_is_said_and_not_guessed(points):
    found = {course.case_id: course for course in influence("kazakhstan-2022-january", data=points).courses}
    assert found["kazakhstan-2022-january"].change is None
    assert found["kazakhstan-2022-january"].missing == "the votes end in 2019"


def test_a_single_case_has_no_interval(points):
    found = influence("kazakhstan-2022-january", data=points)
    assert found.means["acted"] == (0, None, None, None)
    json.dumps(found.to_dict(), allow_nan=False)


def test_the_interval_of_a_mean_is_the_bootstrap_by_crisis():
    courses = [
        study.Course(f"c{i}", "nato", "acted", "TUR", "USA", f"g{i}", {}, value, None)
        for i, value in enumerate(np.random.default_rng(1).normal(0.3, 1, 60))
    ]
    n, mean, low, high = study._interval(courses, None, np.random.default_rng(2))
    values = np.array([course.change for course in courses])
    assert (n, mean) == (60, pytest.approx(values.mean()))
    half = 1.645 * values.std(ddof=1) / np.sqrt(60)  # the normal interval, within a tenth at 60 crises
    assert (low, high) == (pytest.approx(mean - half, abs=0.06), pytest.approx(mean + half, abs=0.06))


def test_only_others_of_the_same_organisation_are_compared():
    def course(name, organisation, answer, change):
        return study.Course(name, organisation, answer, "TUR", "USA", name, {}, change, None)

    acted = [course("a", "nato", "acted", 1.0), course("b", "gcc", "acted", 5.0)]
    others = [course("c", "nato", "refused", 0.25), course("d", "oas", "refused", 9.0)]
    assert study._interval(acted, others, np.random.default_rng(1))[:2] == (1, 0.75)


@pytest.mark.external_data
def test_the_command_compares_draws_and_says_where_the_votes_end(external_data, tmp_path, capsys):
    drawing = tmp_path / "sway.svg"
    command = ["record", "influence", "--data", str(external_data)]
    assert run_cli([*command, "kyrgyzstan-2010-osh", "--plot", str(drawing)]) == 0
    assert "The votes end in 2019" in capsys.readouterr().out
    assert ET.fromstring(drawing.read_text()).tag.endswith("svg")  # noqa: S314 (our own file)
    assert run_cli([*command, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["means"]["acted"]["cases"] > 20
    assert {course["answer"] for course in data["courses"]} == {"acted", "refused", "never asked"}
    assert len(data["courses"]) == sum(case.is_organisation for case in record.cases())


def test_bad_input_is_named(points, capsys, tmp_path):
    for arguments, message in (
        (["nowhere-2020"], "unknown case"),
        (["mali-2013-serval"], "comparator"),
        (["--plot", str(tmp_path / "no" / "x.svg")], "cannot be written"),
    ):
        assert run_cli(["record", "influence", *arguments, "--data", str(points)]) == 2
        assert message in capsys.readouterr().err
    assert run_cli(["record", "influence", "--data", str(tmp_path / "nothing")]) == 2
    (points / "states" / "unga_ideal_points.csv").write_text("a,b\n1,2\n")
    study._ideal_points.cache_clear()
    assert run_cli(["record", "influence", "--data", str(points)]) == 2
    assert "column" in capsys.readouterr().err
