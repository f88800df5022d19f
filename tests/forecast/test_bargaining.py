"""Five models of a bargain against published figures, other programs' output, closed forms and brute force."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus import treaties
from foedus.cli import run_cli
from foedus.errors import InputError
from foedus.forecast import bargaining
from foedus.forecast.bargaining import MODELS, Actors
from foedus.forecast.council import Council, deliberate, load

EMISSION = Actors(  # Bueno de Mesquita and Stokman 1994, ch. 4: NLD BEL LUX DEU FRA ITA GBR IRL DNK GRC
    position=np.array([4, 7, 4, 4, 10, 10, 10, 7, 4, 7.0]),
    capability=np.array([0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]),
    salience=np.array([0.8, 0.4, 0.2, 0.8, 0.6, 0.6, 0.9, 0.1, 1.0, 0.7]),
    cost=np.zeros(10),
    low=4,
    high=10,
    reference=10,
)


def test_emission_standards_give_the_published_median_and_mean():
    assert bargaining.median(EMISSION).level == 7.0
    assert bargaining.compromise(EMISSION).level == pytest.approx(7.389955686853767, abs=1e-12)


def test_risk_exponents_are_those_of_a_run_of_scholzs_model():
    """First round of a port faithful to the code of Scholz, Calbert and Smith 2011, four decimals."""
    expected = [1.4057, 0.7542, 0.5089, 1.4057, 1.0465, 1.0465, 1.9649, 0.5, 2.0, 1.1121]
    np.testing.assert_allclose(bargaining.risk_exponents(EMISSION, EMISSION.position), expected, atol=5e-5)


def test_three_rounds_of_challenges_follow_that_run_to_a_hundredth_of_a_year():
    """Who moves to whom agrees exactly; where Belgium settles differs by up to .012 (see docs/bargaining.md)."""
    rounds = [
        [4, 8.4159, 7, 4, 10, 10, 10, 4, 4, 7],
        [4, 9.6109, 8.4159, 4, 10, 10, 10, 7, 4, 7],
        [4, 9.9620, 9.6109, 4, 10, 10, 10, 8.4159, 4, 7],
    ]
    position = EMISSION.position
    for expected in rounds:
        position = bargaining.challenge(EMISSION, position)
        np.testing.assert_allclose(position, expected, atol=0.0125)


def test_the_condorcet_election_gives_ktabs_probabilities():
    """KAPSARC's KTAB on the same data: chances of the positions 4, 7 and 10 after inferring attitudes to risk."""
    outcome = bargaining.condorcet(EMISSION)
    np.testing.assert_array_equal(outcome.levels, [4, 7, 10])
    np.testing.assert_allclose(outcome.chances, [0.2069, 0.3474, 0.4457], atol=1e-4)


def test_the_nash_bargain_of_two_is_its_closed_form():
    """Gains a - x and b + x with weights w and v: the product is greatest at x = (v a - w b) / (w + v)."""
    for w, v in ((1, 1), (3, 1), (1, 2)):
        actors = Actors(np.array([0.0, 10.0]), np.array([w, v], float), np.ones(2), np.array([12.0, 2.0]), 0, 10, 0)
        a, b = 12.0, 2.0  # slack(x) = 0 + 12 - x and 10 + 2 - (10 - x)
        expected = (v * a - w * b) / (w + v)
        assert bargaining.nash(actors).level == pytest.approx(min(10, max(0, expected)), abs=0.026)


def test_no_level_that_all_prefer_to_nothing_means_no_agreement():
    actors = Actors(np.array([0.0, 10.0]), np.ones(2), np.ones(2), np.zeros(2), 0, 10, 5)
    assert bargaining.nash(actors).level == 5


def stepwise(actors: Actors, position: np.ndarray) -> np.ndarray:
    """One round of challenges, pair by pair as the rule is written, in plain arithmetic."""
    n, span, weight = len(position), actors.span, actors.capability * actors.salience
    apart = [[abs(a - b) / span for b in position] for a in position]
    votes = [[[weight[v] * (apart[v][j] - apart[v][i]) for v in range(n)] for j in range(n)] for i in range(n)]
    cast = sum(abs(one) for row in votes for pair in row for one in pair)

    def expects(i: int, j: int, risk: float) -> float:
        win = sum(max(one, 0.0) for one in votes[i][j]) / cast if cast else 0.0
        success = 2 - 4 * (0.5 - 0.5 * apart[i][j]) ** risk
        failure = 2 - 4 * (0.5 + 0.5 * apart[i][j]) ** risk
        cares = actors.salience[j]
        return cares * (win * success + (1 - win) * failure) + (1 - cares) * success - (2 - 4 * 0.5**risk)

    moved = position.copy()
    for i, risk in enumerate(bargaining.risk_exponents(actors, position)):
        demands = []
        for j in range(n):
            mine, theirs = expects(i, j, risk), expects(j, i, risk)
            if position[i] == position[j] or theirs <= 0:
                continue
            if theirs > mine > 0:
                demands.append((0, position[j]))
            elif mine < 0 and theirs > -mine:
                demands.append((1, position[i] + (position[j] - position[i]) * abs(mine / theirs)))
            elif mine < 0:
                demands.append((2, position[j]))
        if demands:
            moved[i] = min(demands, key=lambda one: (one[0], round(abs(one[1] - position[i]) / span, 9), one[1]))[1]
    return moved


@pytest.mark.parametrize("n", [2, 3, 6, 11])
def test_many_draws_at_once_give_what_each_gives_alone(n):
    """Bit by bit, for all models; positions on a few points, so that there are ties, and anywhere."""
    rng = np.random.default_rng(n)
    for position in (rng.choice([0.0, 10, 25, 50, 100], (40, n)), rng.uniform(0, 100, (40, n))):
        actors = Actors(position, *rng.uniform(0.05, 1, (2, 40, n)), rng.uniform(0, 50, (40, n)), 0, 100, 0)
        for name, model in MODELS.items():
            for one, outcome in zip(actors.draws(), bargaining.bargain(name, actors), strict=True):
                np.testing.assert_array_equal(outcome.levels, model(one).levels)
                np.testing.assert_array_equal(outcome.chances, model(one).chances)


@pytest.mark.parametrize("n", [2, 3, 6, 11])
def test_challenges_at_once_are_those_met_pair_by_pair(n):
    rng = np.random.default_rng(100 + n)
    position = np.concatenate([rng.choice([0.0, 10, 25, 50, 100], (15, n)), rng.uniform(0, 100, (15, n))])
    actors = Actors(position, *rng.uniform(0.05, 1, (2, 30, n)), np.zeros((30, n)), 0, 100, 0)
    moved = bargaining.challenge(actors, position)
    alone = [stepwise(one, one.position) for one in actors.draws()]
    np.testing.assert_allclose(moved, alone, atol=1e-9)
    assert (moved != position).any()


weights = st.lists(st.floats(0.05, 1), min_size=3, max_size=7)


@settings(max_examples=60, deadline=None)
@given(weights, st.randoms(use_true_random=False))
def test_models_do_not_depend_on_order_or_on_the_units_of_the_scale(sizes, random):
    n = len(sizes)
    rng = np.random.default_rng(random.randrange(10**6))
    position, salience = rng.choice(101, n, replace=False).astype(float), rng.uniform(0.1, 1, n)
    actors = Actors(position, np.array(sizes), salience, rng.uniform(0, 50, n), 0, 100, 0)
    order = rng.permutation(n)
    shuffled = Actors(position[order], np.array(sizes)[order], salience[order], actors.cost[order], 0, 100, 0)
    scaled = Actors(position * 3 - 7, np.array(sizes), salience, actors.cost * 3, -7, 293, -7)
    for name, model in MODELS.items():
        level = model(actors).level
        assert position.min() - 1e-9 <= level <= position.max() + 1e-9 or name == "nash"
        assert model(shuffled).level == pytest.approx(level, abs=1e-6)
        assert model(scaled).level == pytest.approx(3 * level - 7, abs=1e-5)


@given(weights)
@settings(max_examples=40, deadline=None)
def test_the_weighted_median_beats_every_other_position_in_pairs(sizes):
    """Black 1948: with single peaks the median wins every vote between two levels (ties aside)."""
    position, weight = np.arange(float(len(sizes))), np.array(sizes)
    level = bargaining.weighted_median(position, weight)
    for other in position:
        nearer = np.abs(position - level) < np.abs(position - other)
        farther = np.abs(position - level) > np.abs(position - other)
        assert weight[nearer].sum() >= weight[farther].sum() - 1e-9


def council(needs_all: bool, **changed):
    members = {
        state: {"position": p, "salience": 1, "cost": c, "capability": 1, "basis": "assumed", "source": "a test"}
        for state, p, c in (
            ("ARM", 50, 0),
            ("BLR", 60, 0),
            ("KAZ", 80, 50),
            ("KGZ", 20, 0),
            ("RUS", 90, 50),
            ("TJK", 70, 0),
        )
    }
    for state, value in changed.items():
        members[state] |= value
    return Council.model_validate(
        {
            "name": "a-test",
            "title": "a test",
            "issue": {"what": "size", "low": 0, "high": 100, "reference": 0, "force_from": 40},
            **({"treaty": "csto-charter-2002", "on": "2022-01-05", "target": "KAZ"} if needs_all else {}),
            "members": members,
        }
    )


def test_certain_positions_give_the_plain_vote_of_the_council():
    """With points for intervals, P(pass) is 0 or 1 and equals the count of votes by the treaty's rule."""
    for cost in (0, 10, 25, 60):
        case = council(True, KGZ={"cost": cost})
        found = deliberate(case, ["compromise"], draws=3)
        level = found.verdicts[0].level
        words = {
            state: "yes" if member.position[0] + member.cost[0] >= abs(level - member.position[0]) else "no"
            for state, member in case.members.items()
        }
        stand = treaties.Positions.model_validate({"proposal": "help", "positions": words, "target": "KAZ"})
        passes = treaties.council("csto-charter-2002", stand, "2022-01-05").passes
        assert found.verdicts[0].p_pass == float(passes is treaties.Truth.YES)
        assert found.verdicts[0].pivotal == {"ARM" if cost == 60 else "KGZ": 1.0}


def test_the_share_that_passes_is_what_brute_force_counts():
    case = council(True, KGZ={"position": [0, 40], "cost": [0, 40]}, ARM={"position": [20, 60]})
    found = deliberate(case, ["compromise"], draws=4000)
    grid = np.linspace(0, 1, 60)
    yes = total = 0
    for k, c, a in itertools.product(grid, grid, grid):
        kgz, arm = 40 * k, 20 + 40 * a
        level = (arm + 60 + 80 + kgz + 90 + 70) / 6
        total += 1
        yes += abs(level - kgz) <= kgz + 40 * c and abs(level - arm) <= arm
    assert found.verdicts[0].p_pass == pytest.approx(yes / total, abs=0.03)  # four standard errors of 4,000 draws


def test_positions_without_a_treaty_are_bargained_and_not_voted_on():
    found = deliberate(council(False), draws=2)
    assert found.needed is None
    assert found.flips == ()
    assert all(verdict.p_pass is None for verdict in found.verdicts)


def test_a_level_below_the_first_with_troops_decides_nothing():
    low = {state: {"position": 10, "cost": 0} for state in ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK")}
    assert all(verdict.p_pass == 0 for verdict in deliberate(council(True, **low), draws=2).verdicts)


def test_january_2022_depends_on_the_small_members_and_no_model_forbids_it():
    found = deliberate("kazakhstan-2022", draws=200)
    assert found.needed == "no objection"
    assert {verdict.model for verdict in found.verdicts} == set(MODELS)
    for verdict in found.verdicts:
        assert verdict.p_pass > 0.5
        assert list(verdict.pivotal)[:2] == ["KGZ", "ARM"]
    assert all(member.source for member in load("kazakhstan-2022").members.values())
    assert dict(found.flips)["doing nothing costs nobody anything"] < found.verdicts[0].p_pass


def test_the_same_seed_gives_the_same_answer():
    one, two = (deliberate("kazakhstan-2022", draws=20).to_dict() for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"KGZ": {"position": [80, 20]}}, "low up to high"),
        ({"KGZ": {"position": 120}}, "outside the scale"),
        ({"KGZ": {"salience": 2}}, "between 0 and 1"),
        ({"KGZ": {"cost": -1}}, "at least 0"),
        ({"KGZ": {"capability": None}}, "no 'capability'"),
    ],
)
def test_a_file_that_contradicts_itself_is_explained(change, message):
    with pytest.raises(ValueError, match=message):
        council(True, **change)


def test_bad_names_files_and_models_exit_with_2(tmp_path, capsys):
    broken = tmp_path / "mine.yaml"
    broken.write_text("name: mine\ntitle: mine\nissue: {what: x, low: 0, high: 1, reference: 0}\nmembers: {}\n")
    for arguments, message in (
        (["kazakstan-2022"], "did you mean 'kazakhstan-2022'"),
        ([str(tmp_path / "none.yaml")], "no such file"),
        ([str(broken)], "mine.yaml"),
        (["kazakhstan-2022", "--rule", "medain"], "did you mean 'median'"),
    ):
        assert run_cli(["forecast", "council", *arguments]) == 2
        assert message in capsys.readouterr().err


def test_a_voter_without_a_position_is_asked_for():
    case = council(True)
    with pytest.raises(InputError, match="no position of TJK"):
        deliberate(case.model_copy(update={"members": {s: m for s, m in case.members.items() if s != "TJK"}}), draws=1)


def test_the_command_prints_json_and_nothing_else(capsys):
    assert run_cli(["forecast", "council", "emission-standards", "--draws", "1", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["models"][0]["level"] == pytest.approx(7.389955686853767)
    assert run_cli(["forecast", "council", "kazakhstan-2022", "--draws", "20"]) == 0
    assert "pivotal" in capsys.readouterr().out
