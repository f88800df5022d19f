"""What a forecast has to beat: constants, rates, two simple tables, a plain ridge logit. All are held out by crisis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from foedus.forecast import ordered
from foedus.forecast.scores import left_out_rates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from foedus.record import Case

    Array = NDArray[np.float64]

_RARE = 0.02
_OWN_WEIGHT = 2.0  # cases of the pooled rate that an organisation's own cases are added to (assumed)
PUBLISHED = {
    "published: alliances honoured in war, 1816-2003": 0.50,
    "published: after 1945": 0.22,
    "published: defence pacts after 1945": 0.14,
}
"""Berkemeier and Fuhrmann 2018, Research and Politics."""


def baselines(cases: Sequence[Case]) -> dict[str, Array]:
    """Return chances of acting [case] by baseline, each from the cases of other crises."""
    n = len(cases)
    rate = left_out_rates(cases)
    return {
        "always": np.full(n, 1 - _RARE),
        "never": np.full(n, _RARE),
        **{name: np.full(n, value) for name, value in PUBLISHED.items()},
        "pooled rate": rate,
        "organisation's rate": _cells(cases, lambda case: case.organisation, _OWN_WEIGHT),
        "request only": _cells(cases, lambda case: case.request_made, 1.0),
        "request by adversary": _cells(cases, lambda case: (case.request_made, case.adversary_is_member), 1.0),
        "plain ridge logit": _ridge(cases),
    }


def _cells(cases: Sequence[Case], cell: Callable[[Case], object], weight: float) -> Array:
    """Return the rate of each case's cell among other crises, with ``weight`` cases of the pooled rate added."""
    acted = np.array([case.acted for case in cases], dtype=float)
    rate = left_out_rates(cases)
    found = []
    for i, case in enumerate(cases):
        like = [j for j, other in enumerate(cases) if other.group != case.group and cell(other) == cell(case)]
        found.append((acted[like].sum() + weight * rate[i]) / (len(like) + weight))
    return np.array(found)


def _ridge(cases: Sequence[Case]) -> Array:
    """Return a logit on request, adversary, size, era and organisation; all slopes have a N(0, 1) prior."""
    size = np.array([case.log_target_cinc if case.log_target_cinc is not None else np.nan for case in cases])
    size = (size - np.nanmean(size)) / (2 * np.nanstd(size))
    columns = [
        np.array([case.request_made for case in cases], dtype=float),
        np.array([case.adversary_is_member for case in cases], dtype=float),
        np.nan_to_num(size),
        np.array([case.crisis_start.earliest.year >= 1990 for case in cases], dtype=float),
    ]
    names = sorted({case.organisation for case in cases})
    columns += [np.array([case.organisation == name for case in cases], dtype=float) for name in names]
    x, y = np.column_stack(columns), np.array([case.acted for case in cases], dtype=np.int64)
    groups = np.array([case.group for case in cases])
    mean = np.zeros(1 + x.shape[1])
    spread = np.concatenate([[ordered.CUT_SPREAD], np.ones(x.shape[1])])
    found = np.empty(len(cases))
    for group in sorted(set(groups)):
        out = groups == group
        theta, _, _ = ordered.mode(x[~out], y[~out], 2, mean, spread, None)
        found[out] = ordered.chances(x[out] @ theta[1:], np.full((out.sum(), 1), theta[0]))[:, 1]
    return found
