"""A predictive check: reported figures that set no input, held against what the runs said about their day.

Agreement after calibration proves nothing; here the priors come first. What counts is how many held-back claims lie
inside the simulated intervals, and how wide those had to be. A dozen figures of one kind are no dozen tests, so the
coverage is also averaged by kind.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus.ensemble.figures import FEWEST_DRAWS
from foedus.evidence import load_claims
from foedus.report.quantities import QUANTITIES, Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.crisis import Scenario
    from foedus.ensemble import Ensemble
    from foedus.evidence import Claim


@dataclass(frozen=True, slots=True)
class Row:
    """One held-back claim: what was reported, what was simulated for that day and place, and where it fell.

    ``below`` is the share of runs that lie below the report (its middle, or its one bound); ``one_sided``: the
    report says "at least" or "up to", which is hard to miss.
    """

    claim: str
    quantity: str
    place: str
    as_of: str
    reported: str
    according_to: str
    half: tuple[float, float]
    ninety: tuple[float, float]
    middle: float
    inside_half: bool
    inside_ninety: bool
    below: float
    one_sided: bool


@dataclass(frozen=True, slots=True)
class Check:
    """The rows and what they come to; coverages are None without rows."""

    rows: tuple[Row, ...]
    left_out: tuple[str, ...]
    draws: int  # of the parameters, behind the intervals

    def coverage(self, *, by_kind: bool = False, level: int = 90) -> float | None:
        """Return the share of claims inside the interval, or its mean over kinds of quantity."""
        kinds: dict[str, list[bool]] = {}
        for row in self.rows:
            kinds.setdefault(row.quantity if by_kind else "", []).append(
                row.inside_ninety if level == 90 else row.inside_half
            )
        return float(np.mean([np.mean(hits) for hits in kinds.values()])) if kinds else None

    @property
    def factor(self) -> float | None:
        """The upper end of the 90 % interval over its lower end (plus one each), in the median row."""
        return float(np.median([(r.ninety[1] + 1) / (r.ninety[0] + 1) for r in self.rows])) if self.rows else None

    def sentence(self) -> str:
        """Return the result in one sentence."""
        if not self.rows:
            return "No claim was held back, so nothing was predicted."
        hits = sum(row.inside_ninety for row in self.rows)
        half = sum(row.inside_half for row in self.rows)
        kinds = len({row.quantity for row in self.rows})
        by_kind = self.coverage(by_kind=True)
        sharp = [row.inside_ninety for row in self.rows if not row.one_sided]
        return (
            f"Of {len(self.rows)} held-back figures of {kinds} kinds, {hits} lie inside the simulated 90 % interval "
            f"and {half} inside the 50 % interval (averaged over kinds: {100 * (by_kind or 0):.0f} % inside 90 %); "
            f"of the {len(sharp)} that give more than a bound, {sum(sharp)}. The upper end of a typical 90 % interval "
            f"is {self.factor:,.0f} times its lower end." + self._too_few()
        )

    def _too_few(self) -> str:
        if self.draws >= FEWEST_DRAWS:
            return ""
        drawn = f"{self.draws} draw{'' if self.draws == 1 else 's'}"
        return f" With {drawn} of the parameters this says nothing: an interval of 90 % takes {FEWEST_DRAWS} or more."

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for ``--json`` and the report."""
        return {
            "sentence": self.sentence(),
            "claims": len(self.rows),
            "coverage_90": self.coverage(),
            "coverage_50": self.coverage(level=50),
            "coverage_90_by_kind": self.coverage(by_kind=True),
            "factor": self.factor,
            "draws": self.draws,
            "left_out": list(self.left_out),
            "rows": [asdict(row) for row in self.rows],
        }


def check(ensemble: Ensemble, claims: Sequence[Claim] | None = None) -> Check:
    """Hold the scenario's held-back claims against the arm that stands for what happened.

    Counted are current claims on simulated quantities, with a day not before the start, about the whole or one
    of its places, that set none of the scenario's inputs. A day after the end is read as the last day.

    Args:
        ensemble: the runs.
        claims: default: those of its scenario.

    """
    scenario = ensemble.scenario
    used = set(scenario.prediction.used) if scenario.prediction else set()
    places = {scenario.claims_place: None} | {place.name: place.code for place in scenario.places}
    by_claim = {q.claim: q for q in QUANTITIES if q.claim and q.kind != "level"}
    rows, left_out = [], []
    for claim in load_claims(scenario.claims_path) if claims is None else claims:
        quantity = by_claim.get(claim.quantity or "")
        if quantity is None or claim.status != "current" or (claim.low is None and claim.high is None):
            continue
        day = None if claim.as_of is None else (claim.as_of.latest - ensemble.days[0]).days
        about = claim.place in places and not (claim.qualifier or claim.subject)
        if day is None or day < 0 or not about or claim.claim_id in used:
            left_out.append(claim.claim_id)
            continue
        rows.append(_row(ensemble, claim, quantity, places[claim.place], min(day, len(ensemble.days) - 1)))
    return Check(tuple(rows), tuple(left_out), ensemble.draws)


def for_report(ensemble: Ensemble, claims: Sequence[Claim]) -> dict[str, Any] | None:
    """Return the check as plain data, or None for a scenario whose priors have seen its claims."""
    return check(ensemble, claims).to_dict() if ensemble.scenario.prediction else None


def borrow(scenario: Scenario, other: Scenario | None) -> Scenario:
    """Return the scenario with another one's priors, or with the model's own wide ones (``other`` is None)."""
    return scenario.model_copy(update={"parameters": dict(other.parameters) if other else {}})


def _row(ensemble: Ensemble, claim: Claim, quantity: Quantity, place: str | None, day: int) -> Row:
    values = ensemble.daily(ensemble.actual_arm, quantity.variable, place)[:, day]
    q05, q25, q50, q75, q95 = (float(x) for x in np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95]))
    low = -np.inf if claim.low is None else claim.low
    high = np.inf if claim.high is None else claim.high
    bounds = [bound for bound in (claim.low, claim.high) if bound is not None]
    return Row(
        claim=claim.claim_id,
        quantity=quantity.label,
        place=claim.place,
        as_of=str(claim.as_of),
        reported=claim.value_text(),
        according_to=claim.attribution,
        half=(q25, q75),
        ninety=(q05, q95),
        middle=q50,
        inside_half=bool(low <= q75 and high >= q25),
        inside_ninety=bool(low <= q95 and high >= q05),
        below=float(np.mean(values < float(np.mean(bounds)))),
        one_sided=len(bounds) == 1,
    )
