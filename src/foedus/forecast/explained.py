"""The forecast of a call, and why: analogues, contributions, what would change it, how good we are."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from foedus import record
from foedus.errors import RunError
from foedus.forecast import burden, timing
from foedus.forecast.analogues import nearest
from foedus.forecast.call import Call
from foedus.forecast.eligible import excluded
from foedus.forecast.folds import before, fit_without, fits, predictors_of, training
from foedus.forecast.ordered import logistic
from foedus.forecast.organisations import organisations
from foedus.forecast.predictors import NAMES, PREDICTORS, PRIOR, matrix
from foedus.forecast.remarks import remarks
from foedus.forecast.response import ACTED, Response, log_odds, seed_of, spread_over_levels
from foedus.forecast.standings import Skill, Standing, shipped_skill, standing, warning
from foedus.progress import Event, Listener, silent
from foedus.shown import brief

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from foedus.forecast.burden import Contributor
    from foedus.forecast.eligible import Excluded

ANALOGUES = 10


@dataclass(frozen=True, slots=True)
class CallForecast:
    """Chance of each response to one call, with its reasons.

    ``ladder_draws`` [draw, level]; ``notes`` say in words what the forecast had to do without; ``days`` from the call
    to the first arrival (q10, q50, q90) and ``contributors`` suppose that the organisation acts; members that could not
    help, such as an adversary, are ``contributors_excluded``.
    """

    __repr__ = brief

    call: Call
    ladder_draws: NDArray[np.float64]
    contributions: tuple[dict[str, Any], ...]
    analogues: tuple[dict[str, Any], ...]
    what_if: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]
    days: dict[str, float] | None
    contributors: tuple[Contributor, ...]
    contributors_excluded: tuple[Excluded, ...]

    @property
    def draws(self) -> NDArray[np.float64]:
        """Posterior draws of the chance that the organisation acts [draw]."""
        acted: NDArray[np.float64] = self.ladder_draws[:, ACTED:].sum(axis=1)
        return acted

    @property
    def p_act(self) -> float:
        """Posterior mean of the chance that the organisation acts."""
        return float(self.draws.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """90 % credible interval of that chance."""
        low, high = np.quantile(self.draws, [0.05, 0.95])
        return float(low), float(high)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for ``--json`` and the report."""
        return {
            "case_id": self.call.case_id,
            "organisation": self.call.organisation,
            "p_act": self.p_act,
            "interval": list(self.interval),
            "ladder": self.ladder_draws.mean(axis=0).tolist(),
            "ladder_labels": list(record.LADDER),
            "days": self.days,
            "contributors": [member.to_dict() for member in self.contributors],
            "contributors_excluded": [member.to_dict() for member in self.contributors_excluded],
            "contributions": list(self.contributions),
            "analogues": list(self.analogues),
            "what_if": list(self.what_if),
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class CaseForecast(CallForecast):
    """The forecast of a case of the record, from a fit that never saw its crisis, beside what happened.

    That fit knows later crises. What could be said when the call was made comes from earlier calls alone:
    ``p_act_then`` and ``interval_then``, None for a record of one's own or where too few calls were earlier, and
    ``analogues_then``.
    """

    __repr__ = brief

    case: record.Case
    skill: Skill | None
    p_act_then: float | None
    interval_then: tuple[float, float] | None
    analogues_then: tuple[dict[str, Any], ...]
    standing: Standing

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for ``--json`` and the report."""
        return CallForecast.to_dict(self) | {
            "outcome": record.LADDER[self.case.ladder],
            "acted": int(self.case.acted),
            "comparator": not self.case.is_organisation,
            "skill": None if self.skill is None else self.skill.to_dict(),
            "p_act_then": self.p_act_then,
            "interval_then": None if self.interval_then is None else list(self.interval_then),
            "analogues_then": list(self.analogues_then),
            **self.standing.to_dict(),
        }


def case(case_id: str, record_path: record.AnyRecord = None, on_event: Listener = silent) -> CaseForecast:
    """Forecast a case of the record from a fit without its crisis.

    Args:
        case_id: of the record.
        record_path: a record of your own; the models are fitted to it (about a second, on a busy machine many), and
            nothing is said of their skill.
        on_event: told of progress.

    Raises:
        InputError: no such case, or the record is not in order.
        RunError: the shipped draws belong to another record.

    """
    known = record.open_record(record_path)
    wanted = record.find(case_id, known.cases)
    if not known.is_own:
        on_event(Event("note", "forecast", message="Fitting the models to this record; this may take some seconds."))
    call = Call.of(wanted)
    found = forecast_call(call, known)
    x = matrix([call])[0]
    p_then, interval_then, slopes = _then(wanted, known.cases) if known.is_own else (None, None, PRIOR.expected)
    on_event(Event("progress", "forecast", 1, 1))
    return CaseForecast(
        **{field.name: getattr(found, field.name) for field in fields(found)},
        case=wanted,
        skill=shipped_skill() if known.is_own else None,
        p_act_then=p_then,
        interval_then=interval_then,
        analogues_then=_analogues_then(call, x, known, slopes),
        standing=standing(call, known),
    )


def _then(
    wanted: record.Case, everyone: Sequence[record.Case]
) -> tuple[float | None, tuple[float, float] | None, NDArray[np.float64]]:
    """Return P(act), its interval and the slopes from earlier calls only; None and the priors where these are few."""
    found, row = fits(), [case.case_id for case in everyone].index(wanted.case_id)
    low, high = found.bounds_then[row]
    if math.isnan(low):
        return None, None, PRIOR.expected
    return float(found.held_out["rolling"][row, ACTED:].sum()), (float(low), float(high)), found.slopes_then[row]


def _analogues_then(
    call: Call, x: NDArray[np.float64], known: record.Record, slopes: NDArray[np.float64]
) -> tuple[dict[str, Any], ...]:
    """Return the nearest calls among those that were surely made earlier."""
    own = training(known.cases)
    earlier = {case.case_id for case in before(own, call.when.earliest)} if call.when else set()
    kept = [i for i, case in enumerate(own) if case.case_id in earlier]
    return nearest(call, x, [own[i] for i in kept], predictors_of(known)[kept], slopes, ANALOGUES) if kept else ()


def forecast_call(call: Call, record_path: record.AnyRecord = None) -> CallForecast:
    """Forecast a call; one that is in the record, or shares its crisis, from a fit that never saw that crisis.

    Raises:
        InputError: the record is not in order.
        RunError: the shipped draws belong to another record.

    """
    return next(forecast_calls([call], record_path))


def forecast_calls(
    calls: Iterable[Call], record_path: record.AnyRecord = None, analogues: int = ANALOGUES
) -> Iterator[CallForecast]:
    """Forecast calls one by one, each as ``forecast_call`` does; ``analogues`` are given for each."""
    learned_from = record.open_record(record_path)
    crises = {case.case_id: case.group for case in learned_from.cases}
    groups = set(crises.values())
    own, rows = training(learned_from.cases), predictors_of(learned_from)
    known = {case.case_id: (Call.of(case), row) for case, row in zip(own, rows, strict=True)}
    seen: dict[str | None, _Seen] = {}
    for call in calls:
        group = call.group if call.group in groups else crises.get(call.case_id)
        if group not in seen:
            seen[group] = _look(own, rows, group, fit_without(group, learned_from))
        # like calls share one answer of the other models: a call that the record lacks goes by no name there
        like = replace(call, case_id=call.case_id if call.case_id in crises else "", group=group or "")
        same, row = known.get(call.case_id, (None, None))
        x = row if row is not None and same == replace(call, group=group) else matrix([call])[0]
        yield _forecast(call, x, seen[group], learned_from, like, analogues)


def _days(call: Call, known: record.Record) -> dict[str, float] | None:
    if call.organisation is None or call.trigger_kind is None:
        return None
    return timing.days(cast("record.Case", call), known).to_dict()


def _forecast(
    call: Call,
    x: NDArray[np.float64],
    seen: _Seen,
    known: record.Record,
    like: Call,
    analogues: int,
) -> CallForecast:
    odds, filled = log_odds(seen.fitted, x, call.organisation, seed_of(call.case_id))
    return CallForecast(
        call,
        spread_over_levels(seen.fitted, logistic(odds), filled),
        _contributions(call, x, seen),
        nearest(call, x, seen.cases, seen.x, seen.slopes, analogues),
        _what_if(call, x, odds, seen.fitted),
        (*_notes(call, x, seen, known_crisis=bool(like.group)), *remarks(call, new=not like.case_id)),
        _days(like, known),
        burden.contributors(like, known),
        excluded(call),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A fit, the cases that it saw, their predictors [case, predictor], and the means that explanations need."""

    fitted: Response
    cases: tuple[record.Case, ...]
    x: NDArray[np.float64]
    mean: NDArray[np.float64]
    slopes: NDArray[np.float64]
    habits: dict[str, float]


def _look(own: Sequence[record.Case], rows: NDArray[np.float64], group: str | None, fitted: Response) -> _Seen:
    kept = [i for i, case in enumerate(own) if case.group != group]
    if not kept:
        raise RunError("the record has no organisation case of another crisis to learn from")
    cases, x = tuple(own[i] for i in kept), rows[kept]
    habits = dict(zip(fitted.act.organisations, fitted.act.effects.mean(axis=0).tolist(), strict=True))
    return _Seen(
        fitted,
        cases,
        x,
        np.nanmean(x, axis=0),
        fitted.act.slopes.mean(axis=0),
        habits,
    )


def _contributions(call: Call, x: NDArray[np.float64], seen: _Seen) -> tuple[dict[str, Any], ...]:
    """Return what each predictor adds to the log odds of troops, against the mean of the cases the fit saw."""
    moved = np.where(np.isnan(x), 0.0, (x - seen.mean) * seen.slopes)
    rows = [
        {
            "predictor": p.name,
            "label": p.label,
            "value": p.words(call, None if math.isnan(value) else float(value)),
            "effect": float(effect),
        }
        for p, value, effect in zip(PREDICTORS, x, moved, strict=True)
    ]
    rows.append(
        {
            "predictor": "organisation",
            "label": "the organisation's own habit, as far as other cases show it",
            "value": call.organisation or "unknown",
            "effect": seen.habits.get(call.organisation or "", 0.0),
        }
    )
    return tuple(sorted(rows, key=lambda item: -abs(float(item["effect"]))))


def _what_if(
    call: Call, x: NDArray[np.float64], odds: NDArray[np.float64], fitted: Response
) -> tuple[dict[str, Any], ...]:
    """Return the forecast with the request, and with the adversary's membership, the other way round."""
    request = "nobody had asked" if call.request_made else "a request came"
    member = "the adversary were no member" if call.adversary_is_member else "the adversary were a member"
    rows = []
    for name, words in (("request", request), ("adversary_is_member", member)):
        at = NAMES.index(name)
        if not math.isnan(x[at]):
            turned = odds + fitted.act.slopes[:, at] * (1.0 - 2.0 * x[at])
            rows.append({"if": words, "p_act": float(logistic(turned).mean())})
    return tuple(rows)


def _notes(call: Call, x: NDArray[np.float64], seen: _Seen, *, known_crisis: bool) -> tuple[str, ...]:
    notes = []
    if not call.is_organisation:
        notes.append("a comparator, not an organisation: the model was not fitted to cases like this one")
    elif call.organisation is None:
        notes.append("no organisation is named: the forecast uses the pooled effect")
    elif call.organisation not in seen.fitted.act.organisations:
        notes.append(
            f"the record has no {'other crisis' if known_crisis else 'case'} of the organisation "
            f"'{call.organisation}': the forecast uses the pooled effect"
        )
    elif told := warning(call.organisation, seen.cases):
        notes.append(told)
    if call.is_organisation and call.organisation and call.organisation not in organisations():
        notes.append(f"nothing is coded of '{call.organisation}' (leading state, law): what depends on it is unknown")
    unknown = [p.label for p, value in zip(PREDICTORS, x, strict=True) if math.isnan(value)]
    if unknown:
        notes.append("unknown, and drawn from cases alike: " + "; ".join(unknown))
    return tuple(notes)
