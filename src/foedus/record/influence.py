"""Does help buy sway? Distance to the lead state in UN votes, five years before and after each call.

Distance: absolute difference of ideal points (Bailey, Strezhnev and Voeten 2017), which users bring along.
A call that was answered is compared with calls to the same organisation that were refused and with occasions on which
nobody asked. This describes; it does not show that help caused a change: who is helped is no accident.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from foedus.errors import InputError
from foedus.record.capability import has_members, shares
from foedus.record.reading import AnyRecord, cases, find
from foedus.states import codes_on, convert, data_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from foedus.record.model import Case

    Array = NDArray[np.float64]

YEARS = 5
FEWEST = 2
"""Years needed on each side of a call."""
_FIRST_SESSION = 1945  # session 1 met from January 1946: its votes count for 1946
_BOOTSTRAPS, _SEED = 2000, 20220110

Answer = Literal["acted", "refused", "never asked"]
ANSWERS: tuple[Answer, ...] = ("acted", "refused", "never asked")
Change = tuple[int, float | None, float | None, float | None]
"""Number of cases, mean, and both ends of its 90 % interval; None where there are too few."""


@dataclass(frozen=True, slots=True)
class Course:
    """Distances of one state in trouble to the lead state, by years since the crisis began.

    ``change``: mean distance after less before; negative means closer. None, with ``missing`` saying why, where the
    data do not reach.
    """

    case_id: str
    organisation: str
    answer: Answer
    target: str
    lead: str | None
    group: str
    distances: Mapping[int, float]
    change: float | None
    missing: str | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "case_id": self.case_id,
            "organisation": self.organisation,
            "answer": self.answer,
            "target": self.target,
            "lead": self.lead,
            "change": self.change,
            "missing": self.missing,
            "distances": {str(year): value for year, value in self.distances.items()},
        }


@dataclass(frozen=True, slots=True)
class Influence:
    """All courses; the mean change by answer; acted less others of the same organisation, with 90 % intervals."""

    courses: tuple[Course, ...]
    means: Mapping[str, Change]
    against: Mapping[str, Change]
    last_year: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: each mean as number of cases, estimate and interval."""

        def plain(table: Mapping[str, Change]) -> dict[str, Any]:
            return {
                name: {"cases": n, "change": value, "interval": [low, high]}
                for name, (n, value, low, high) in table.items()
            }

        return {
            "last_year": self.last_year,
            "means": plain(self.means),
            "acted_less_others_of_the_same_organisation": plain(self.against),
            "courses": [course.to_dict() for course in self.courses],
        }


def influence(case_id: str | None = None, record_path: AnyRecord = None, data: Path | str | None = None) -> Influence:
    """Compare distances to the lead state before and after calls.

    Args:
        case_id: only this case and those of its organisation.
        record_path: a record of your own.
        data: folder of the external data (default: ``FOEDUS_DATA``).

    Raises:
        InputError: no such case, a comparator, or the ideal points are missing.

    """
    everyone = cases(record_path)
    chosen = [case for case in everyone if case.is_organisation]
    if case_id is not None:
        wanted = find(case_id, everyone)
        if not wanted.is_organisation:
            raise InputError(
                f"'{case_id}' is a comparator ({wanted.organisation}): no refused calls to compare it with",
                expected="a case of an organisation",
            )
        chosen = [case for case in chosen if case.organisation == wanted.organisation]
    points, last = _ideal_points(str(data_folder(data)))
    courses = tuple(_course(case, points, last) for case in chosen)
    rng = np.random.default_rng(_SEED)
    means: dict[str, Change] = {
        answer: _interval([c for c in courses if c.answer == answer and c.change is not None], None, rng)
        for answer in ANSWERS
    }
    acted = [course for course in courses if course.answer == "acted" and course.change is not None]
    against = {}
    for name, answers in (
        ("refused", ("refused",)),
        ("never asked", ("never asked",)),
        ("either", ("refused", "never asked")),
    ):
        others = [c for c in courses if c.answer in answers and c.change is not None]
        against[name] = _interval(acted, others, rng)
    return Influence(courses, means, against, last)


def _course(case: Case, points: Mapping[tuple[int, int], float], last: int) -> Course:
    answer: Answer = "acted" if case.acted else "refused" if case.request_made else "never asked"
    year, lead = case.crisis_start.earliest.year, _lead(case)

    def course(distances: Mapping[int, float], change: float | None, missing: str | None) -> Course:
        return Course(
            case.case_id, case.organisation, answer, case.target_iso3, lead, case.group, distances, change, missing
        )

    if lead is None:
        return course({}, None, "no lead state other than the state in trouble")
    found = {}
    for step in range(-YEARS, YEARS + 1):
        ends = [points.get((_cow(state, year + step), year + step)) for state in (case.target_iso3, lead)]
        if ends[0] is not None and ends[1] is not None:
            found[step] = abs(ends[0] - ends[1])
    before = [value for step, value in found.items() if step < 0]
    after = [value for step, value in found.items() if step > 0]
    if len(before) >= FEWEST and len(after) >= FEWEST:
        return course(found, float(np.mean(after) - np.mean(before)), None)
    if year + FEWEST > last:
        return course(found, None, f"the votes end in {last}")
    side = "before" if len(before) < FEWEST else "after"
    return course(found, None, f"fewer than {FEWEST} years of votes {side} the crisis")


def _lead(case: Case) -> str | None:
    """Return who led, else the member with the largest capability other than the state in trouble."""
    if case.lead_state_iso3 is not None and case.lead_state_iso3 != case.target_iso3:
        return case.lead_state_iso3
    if not has_members(case.organisation):
        return None
    members = shares(case.organisation, case.crisis_start.earliest.year)
    return max((state for state in members if state != case.target_iso3), key=lambda state: members[state])


def _cow(state: str, year: int) -> int:
    """Return the COW code of a state or of the one it succeeds or precedes, -1 if there is none."""
    day = dt.date(year, 12, 31)
    for name in sorted(codes_on(state, day)):
        try:
            return int(convert(name, "iso3", "cow", day))
        except InputError:
            continue
    return -1


@lru_cache(maxsize=2)
def _ideal_points(folder: str) -> tuple[Mapping[tuple[int, int], float], int]:
    """Return ideal points by COW code and year, and the last year."""
    import pandas as pd

    path = data_folder(folder) / "states" / "unga_ideal_points.csv"
    if not path.is_file():
        raise InputError("an external data file is missing", file=path)
    table = pd.read_csv(path, encoding="latin-1")
    if missing := sorted({"ccode", "session", "IdealPoint"} - set(table.columns)):
        raise InputError(f"this is not the file it should be: column '{missing[0]}' is missing", file=path)
    years = table["session"].astype(int) + _FIRST_SESSION
    points = dict(
        zip(zip(table["ccode"].astype(int), years, strict=True), table["IdealPoint"].astype(float), strict=True)
    )
    return points, int(years.max())


def _interval(courses: list[Course], others: list[Course] | None, rng: np.random.Generator) -> Change:
    """Return number, mean and 90 % bootstrap interval by crisis of the changes.

    With ``others``: of each change less the mean change of the others of its organisation; courses without any are
    left out.
    """

    def mean(some: list[Course], rest: list[Course] | None) -> tuple[int, float | None]:
        if rest is None:
            values = [c.change for c in some if c.change is not None]
            return len(values), float(np.mean(values)) if values else None
        pool: dict[str, list[float]] = {}
        for c in rest:
            if c.change is not None:
                pool.setdefault(c.organisation, []).append(c.change)
        gaps = [
            c.change - np.mean(pool[c.organisation]) for c in some if c.organisation in pool and c.change is not None
        ]
        return len(gaps), float(np.mean(gaps)) if gaps else None

    n, value = mean(courses, others)
    if n < 2:
        return n, value, None, None
    both = courses + (others or [])
    groups = sorted({c.group for c in both})
    by_group = {g: ([c for c in courses if c.group == g], [c for c in others or [] if c.group == g]) for g in groups}
    samples = []
    for _ in range(_BOOTSTRAPS):
        picked = [groups[i] for i in rng.integers(len(groups), size=len(groups))]
        some = [c for g in picked for c in by_group[g][0]]
        rest = None if others is None else [c for g in picked for c in by_group[g][1]]
        sample = mean(some, rest)[1]
        if sample is not None:
            samples.append(sample)
    low, high = np.quantile(samples, [0.05, 0.95])
    return n, value, float(low), float(high)
