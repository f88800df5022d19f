"""Who takes part, and with what share of the force? See docs/timing-burden-exit.md."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from foedus import record
from foedus.forecast import logit, shipped
from foedus.forecast.eligible import as_call, candidates
from foedus.progress import Event, Listener, silent
from foedus.record.capability import nearness, shares
from foedus.treaties import library

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from foedus.forecast.call import Call
    from foedus.record import Case

    Array = NDArray[np.float64]

PREDICTORS = ("constant", "log_share", "border", "near", "log_members", "parliament")
_MEAN = np.array([-1.0, 0.0, 0.0, 0.0, 0.0, -0.3])
_SPREAD = np.array([1.5, 1.0, 1.0, 1.0, 1.0, 0.5])
_CENTRE, _SCALE = -3.5, 3.4  # log share: mean and twice the spread of the rows, fixed
_MANY_CENTRE, _MANY_SCALE = 2.6, 1.4  # log number of members
_GAMMA, _DELTA = (1.0, 0.5), (0.0, 1.0)  # priors of the weights of capability and border in the share
_SHARE_ERROR = 0.6  # log-normal error of a share (assumed)
DRAWS = 400
SEED = 20220108
TAUS = (0.1, 0.5, 1.0)
FACTORS = ("organisation", "crisis", "state")
_SETTINGS = (PREDICTORS, _MEAN.tolist(), _SPREAD.tolist(), _GAMMA, _DELTA, _SHARE_ERROR, DRAWS, SEED, TAUS)


@dataclass(frozen=True, slots=True)
class Contributor:
    """One member, if the organisation acts: chance to take part, share of the force if it does, its 90 % interval."""

    state: str
    p_participates: float
    share: float
    interval: tuple[float, float]
    capability: float
    hurdle: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "state": self.state,
            "p_participates": round(self.p_participates, 4),
            "share": round(self.share, 4),
            "interval": [round(value, 4) for value in self.interval],
            "capability": round(self.capability, 4),
            "hurdle": self.hurdle,
        }


def contributors(case: Case | Call, record_path: record.AnyRecord = None) -> tuple[Contributor, ...]:
    """Return the members that could help, likeliest first, from a fit without this crisis.

    The state in trouble, its adversaries and members that are suspended are not among them (see ``eligible``). Empty
    for comparators and for organisations whose members are not in the table: there is no list to choose from.

    Raises:
        RunError: the shipped results belong to another record.
        InputError: the record is not in order.

    """
    states, call = candidates(case), as_call(case)
    if not states or call.organisation is None or call.target_iso3 is None or call.crisis_start is None:
        return ()
    known = record.open_record(record_path)
    place = Place(call.organisation, call.target_iso3, call.crisis_start.earliest.year, states)
    return _answers(known)(call.group if call.group in _crises(known) else None, place)


class Place(NamedTuple):
    """Where help is needed, when, and who could give it."""

    organisation: str
    target: str
    year: int
    states: tuple[str, ...]


def rows(cases: Sequence[Case]) -> list[Case]:
    """Return the cases that the model learns from: an organisation of known members acted, contributors are named."""
    return [
        case
        for case in cases
        if case.acted and case.is_organisation and len(candidates(case)) > 1 and case.contributors_iso3
    ]


def hurdle(state: str) -> str | None:
    """Return whose approval a state needs at home, in the words of the treaty library, or None if not coded."""
    return _hurdles().get(state)


@dataclass(frozen=True, slots=True)
class Model:
    """Participation (a logit with effects) and the weights of capability and border in the share [draw]."""

    fitted: logit.Fit
    gamma: Array
    delta: Array

    def chances(self, place: Place) -> Array:
        """Return the chance that each state takes part [draw, state], a new crisis."""
        many = len(place.states)
        levels = {
            "organisation": [place.organisation] * many,
            "crisis": [""] * many,
            "state": list(place.states),
        }
        return logit.predict(self.fitted, _matrix(place), levels, SEED)

    def weights(self, place: Place) -> Array:
        """Return the weight of each state in the force, before the error [draw, state]."""
        members = shares(place.organisation, place.year)
        size = np.log([max(members[state], 1e-6) for state in place.states])
        touching = np.array([nearness(state, place.target) == "border" for state in place.states], dtype=float)
        return np.asarray(np.exp(np.outer(self.gamma, size) + np.outer(self.delta, touching)))


def fit(cases: Sequence[Case]) -> Model:
    """Fit both parts to the rows among some cases (about a second); InputError if they are too few."""
    known = rows(cases)
    shipped.enough(len(known), "named contributors")
    x, y = [], []
    names: dict[str, list[str]] = {name: [] for name in FACTORS}
    for case in known:
        place = _place(case)
        states = place.states
        x.append(_matrix(place))
        y += [float(state in case.contributors_iso3) for state in states]
        names["organisation"] += [case.organisation] * len(states)
        names["crisis"] += [case.group] * len(states)
        names["state"] += list(states)
    fitted = logit.fit(np.vstack(x), np.array(y), names, (_MEAN, _SPREAD), DRAWS, SEED, TAUS)
    return Model(fitted, *lead_weights(known))


def led(case: Case) -> tuple[tuple[str, ...], int] | None:
    """Return the members that took part and the place of the one that led, or None if there was no choice."""
    took_part = tuple(state for state in candidates(case) if state in case.contributors_iso3)
    if case.lead_state_iso3 not in took_part or len(took_part) < 2:
        return None
    return took_part, took_part.index(case.lead_state_iso3)


def lead_weights(cases: Sequence[Case]) -> tuple[Array, Array]:
    """Return draws of gamma and delta from a grid: a conditional logit of who led (McFadden 1974)."""
    gammas, deltas = np.linspace(-0.5, 3.0, 71), np.linspace(-3.0, 3.0, 61)
    g, d = np.meshgrid(gammas, deltas, indexing="ij")
    height = -0.5 * ((g - _GAMMA[0]) / _GAMMA[1]) ** 2 - 0.5 * ((d - _DELTA[0]) / _DELTA[1]) ** 2
    for case in cases:
        choice = led(case)
        if choice is None:
            continue
        states, leader = choice
        members = shares(case.organisation, case.crisis_start.earliest.year)
        touching = [float(nearness(state, case.target_iso3) == "border") for state in states]
        score = np.stack([g * np.log(members[s]) + d * t for s, t in zip(states, touching, strict=True)])
        height += score[leader] - np.logaddexp.reduce(score, axis=0)
    chance = np.exp(height - height.max()).ravel()
    picked = np.random.default_rng(SEED).choice(chance.size, size=DRAWS, p=chance / chance.sum())
    return g.ravel()[picked], d.ravel()[picked]


def _place(case: Case) -> Place:
    return Place(case.organisation, case.target_iso3, case.crisis_start.earliest.year, candidates(case))


def _matrix(place: Place) -> Array:
    members = shares(place.organisation, place.year)
    many = (np.log(len(members)) - _MANY_CENTRE) / _MANY_SCALE
    found = []
    for state in place.states:
        how, approval = nearness(state, place.target), hurdle(state) or ""
        parliament = "arliament" in approval or "chambers" in approval
        found.append(
            [
                1.0,
                (np.log(max(members[state], 1e-6)) - _CENTRE) / _SCALE,
                float(how == "border"),
                float(how == "near"),
                many,
                float(parliament),
            ]
        )
    return np.array(found)


@lru_cache(maxsize=1)
def _hurdles() -> dict[str, str]:
    return {item.state: item.body for treaty in library().values() for item in treaty.national_consent}


@lru_cache(maxsize=8)
def _crises(known: record.Record) -> frozenset[str]:
    """Return the crises that the model learns from."""
    return frozenset(case.group for case in rows(known.cases))


@lru_cache(maxsize=8)
def _answers(known: record.Record) -> Callable[[str | None, Place], tuple[Contributor, ...]]:
    """Return what answers from a record, each answer worked out once; a record is kept as long as few others came."""
    return lru_cache(maxsize=4096)(partial(_contributors, known))


def _contributors(known: record.Record, group: str | None, place: Place) -> tuple[Contributor, ...]:
    if known.is_own and group is not None:
        key = _key(group, place)
        if key in (stored := _held_out()):
            return stored[key]
    return forecast(_model(known, group), place)


def forecast(model: Model, place: Place) -> tuple[Contributor, ...]:
    """Return the states' chances and shares under a model, likeliest first."""
    members, states = shares(place.organisation, place.year), place.states
    share, taking = simulate(model.chances(place), model.weights(place))
    found = []
    for i, state in enumerate(states):
        own = share[taking[:, i], i]
        middle, low, high = (float(own.mean()), *np.quantile(own, [0.05, 0.95])) if len(own) else (0.0, 0.0, 0.0)
        found.append(
            Contributor(
                state, float(taking[:, i].mean()), middle, (float(low), float(high)), members[state], hurdle(state)
            )
        )
    return tuple(sorted(found, key=lambda c: (-c.p_participates, c.state)))


def simulate(chance: Array, weight: Array, repeats: int = 5) -> tuple[Array, NDArray[np.bool_]]:
    """Return shares [simulation, state] and who takes part, given that anybody does.

    Each posterior draw is played ``repeats`` times; a play in which nobody takes part is no action and is left out.
    """
    rng = np.random.default_rng(SEED)
    many, heavy = np.repeat(chance, repeats, axis=0), np.repeat(weight, repeats, axis=0)
    taking = rng.random(many.shape) < many
    size = heavy * np.exp(_SHARE_ERROR * rng.standard_normal(heavy.shape)) * taking
    any_of_them = taking.any(axis=1)
    if not any_of_them.any():  # every chance is next to nothing: the likeliest member alone
        taking[:, int(chance.mean(axis=0).argmax())] = True
        return taking.astype(float), taking
    size, taking = size[any_of_them], taking[any_of_them]
    return size / size.sum(axis=1, keepdims=True), taking


def compute(record_path: record.AnyRecord = None, on_event: Listener = silent) -> dict[str, Any]:
    """Fit once without each crisis that the model learns from and once with all; return what ``ship`` stores."""
    everyone = record.cases(record_path)
    groups = sorted({case.group for case in rows(everyone)})
    keys: list[str] = []
    held: list[Contributor] = []
    for done, group in enumerate(groups):
        model = fit([case for case in everyone if case.group != group])
        for place in dict.fromkeys(_place(case) for case in everyone if case.group == group and candidates(case)):
            found = forecast(model, place)
            keys += [_key(group, place)] * len(found)
            held += found
        on_event(Event("progress", "burden", done + 1, len(groups) + 1))
    model = fit(everyone)
    f = model.fitted
    arrays = {
        "keys": np.array(keys),
        "states": np.array([c.state for c in held]),
        "numbers": np.array([[c.p_participates, c.share, *c.interval, c.capability] for c in held]),
        "slopes": f.slopes,
        "gamma": model.gamma,
        "delta": model.delta,
    }
    for name in FACTORS:
        arrays[f"tau_{name}"] = f.taus[name]
        if name != "crisis":  # the effects of past crises say nothing about a new one
            arrays[f"effects_{name}"] = f.effects[name].astype(np.float16)
            arrays[f"levels_{name}"] = np.array(f.levels[name])
    return arrays


def ship(on_event: Listener = silent) -> Path:
    """Compute the results for Foedus's own record and store them beside the code (about a minute)."""
    path = shipped.write("burden", _mark(), compute(None, on_event))
    for cache in (_shipped, _held_out, _answers, _model):
        cache.cache_clear()
    return path


def effects() -> tuple[dict[str, Any], ...]:
    """Return what each predictor does to taking part: effect on the log odds, with its 90 % interval."""
    labels = {
        "log_share": "share of capability (twice a standard deviation of its logarithm)",
        "border": "a border with the state in trouble",
        "near": "within 1,000 km of it",
        "log_members": "number of members (twice a standard deviation of its logarithm)",
        "parliament": "parliament must agree first",
    }
    found = []
    for name, draws in zip(PREDICTORS, _shipped()["slopes"].T, strict=True):
        if name in labels:
            interval = [float(value) for value in np.quantile(draws, [0.05, 0.95])]
            found.append(
                {"predictor": name, "label": labels[name], "effect": float(draws.mean()), "interval": interval}
            )
    return tuple(found)


def _key(group: str, place: Place) -> str:
    return f"{group} {place.organisation} {place.target} {place.year} {'+'.join(place.states)}"


def _mark() -> shipped.Mark:
    places = {case.case_id: _place(case) for case in record.cases() if candidates(case)}
    return shipped.mark(_SETTINGS, [(name, place.states, _matrix(place)) for name, place in places.items()])


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    return shipped.read("burden", _mark())


@lru_cache(maxsize=1)
def _held_out() -> dict[str, tuple[Contributor, ...]]:
    data = _shipped()
    found: dict[str, list[Contributor]] = {}
    for key, state, (p, share, low, high, size) in zip(
        data["keys"].tolist(), data["states"].tolist(), data["numbers"].tolist(), strict=True
    ):
        found.setdefault(key, []).append(Contributor(state, p, share, (low, high), size, hurdle(state)))
    return {key: tuple(members) for key, members in found.items()}


@lru_cache(maxsize=32)
def _model(known: record.Record, group: str | None) -> Model:
    if not known.is_own or group is not None:
        return fit([case for case in known.cases if case.group != group])
    data = _shipped()
    own = [name for name in FACTORS if name != "crisis"]
    fitted = logit.Fit(
        data["slopes"],
        {name: data[f"effects_{name}"].astype(float) for name in own} | {"crisis": np.zeros((DRAWS, 0))},
        {name: data[f"tau_{name}"] for name in FACTORS},
        {name: tuple(data[f"levels_{name}"].tolist()) for name in own} | {"crisis": ()},
    )
    return Model(fitted, data["gamma"], data["delta"])
