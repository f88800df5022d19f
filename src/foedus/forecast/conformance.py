"""Do allies fight in wars? Published rates and a published logit, reproduced from their replication files.

Berkemeier and Fuhrmann 2018 (Research and Politics 5(2)): 146 tests of commitments in wars, 1816 to 2003. Leeds and
Anac 2005 (International Interactions 31:183-202): 137 alliances in wars, 1816 to 1944. Users bring the files
(``honoured/`` in the folder of external data); they are read here and never copied. These wars are a reference class
of their own: none of their rows enters the forecasts of the record.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from foedus.errors import InputError
from foedus.forecast import logit
from foedus.forecast.scores import brier, log_score
from foedus.progress import Event, Listener, silent
from foedus.shown import brief
from foedus.states import data_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PUBLISHED_LOGIT = {
    "constant": 3.691,
    "milinst": -0.709,
    "formal": -0.929,
    "chcap2d": -1.547,
    "dinstch2": -1.460,
    "origtar1": -1.359,
}
"""Leeds and Anac 2005: military institutionalisation, formality, capability change, change of institutions, target."""
LEEDS_ANAC = tuple(name for name in PUBLISHED_LOGIT if name != "constant")
BERKEMEIER_FUHRMANN = (
    "after_1944", "defense", "offense", "neutral", "multilateral", "wartime", "conditio", "asymm", "milinst",
)  # fmt: skip
"""Predictors of the 146 tests: era, kind of pact, and how it is built (ATOP 4.01)."""
TARGETS = {"Leeds and Anac": 0.155, "Berkemeier and Fuhrmann": 0.18}
_DRAWS, _SEED = 400, 20220109
_CONSTANT_SPREAD = 1.5


@dataclass(frozen=True, slots=True)
class Rate:
    """One published rate beside what the file gives."""

    what: str
    published: float
    honoured: int
    of: int

    @property
    def found(self) -> float:
        """Share honoured in the file."""
        return self.honoured / self.of

    @property
    def agrees(self) -> bool:
        """Whether the file gives the published percentage."""
        return abs(self.found - self.published) < 0.005 + 1e-9


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One published coefficient beside the estimate."""

    name: str
    published: float
    estimate: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class WarSkill:
    """Scores of P(honoured) with the whole war left out; lower is better."""

    data: str
    n: int
    wars: int
    brier: float
    log_score: float
    base_brier: float
    base_log_score: float
    logit_brier: float
    logit_log_score: float
    target: float


@dataclass(frozen=True, slots=True)
class Conformance:
    """Everything that is compared with what others published."""

    __repr__ = brief

    rates: tuple[Rate, ...]
    coefficients: tuple[Coefficient, ...]
    log_likelihood: float
    skills: tuple[WarSkill, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "rates": [
                {
                    "what": r.what,
                    "published": r.published,
                    "found": round(r.found, 4),
                    "honoured": r.honoured,
                    "of": r.of,
                    "agrees": r.agrees,
                }
                for r in self.rates
            ],
            "coefficients": [
                {
                    "name": c.name,
                    "published": c.published,
                    "estimate": round(c.estimate, 4),
                    "standard_error": round(c.standard_error, 4),
                }
                for c in self.coefficients
            ],
            "log_likelihood": round(self.log_likelihood, 4),
            "leave_one_war_out": [
                {name: round(v, 4) if isinstance(v := getattr(s, name), float) else v for name in s.__slots__}
                for s in self.skills
            ],
        }


def conformance(data: Path | str | None = None, on_event: Listener = silent) -> Conformance:
    """Reproduce the published figures and score our own model on the same wars (about half a minute).

    Raises:
        InputError: the files are missing or are not what they should be.

    """
    tests, wars = berkemeier_fuhrmann(data), leeds_anac(data)
    x, y = wars[list(LEEDS_ANAC)].to_numpy(float), wars["honor3"].to_numpy(float)
    estimate, errors, height = logit.maximum_likelihood(np.column_stack([np.ones(len(x)), x]), y)
    coefficients = tuple(
        Coefficient(name, value, float(estimate[i]), float(errors[i]))
        for i, (name, value) in enumerate(PUBLISHED_LOGIT.items())
    )
    structure = structured(data)
    skills = (
        leave_one_war_out(
            "Leeds and Anac", x, y, wars["war"].astype(str).tolist(), wars["atopid"].astype(str).tolist(), on_event
        ),
        leave_one_war_out(
            "Berkemeier and Fuhrmann",
            structure[list(BERKEMEIER_FUHRMANN)].to_numpy(float),
            structure["honoured"].to_numpy(float),
            structure["warid"].astype(str).tolist(),
            structure["atopid"].astype(str).tolist(),
            on_event,
        ),
    )
    return Conformance(rates(tests), coefficients, height, skills)


def rates(tests: pd.DataFrame) -> tuple[Rate, ...]:
    """Return the published rates beside those of the file."""
    early, late = tests["sample"] == 1, tests["sample"] == 0
    pacts = (tests["defense"] == 1) & (tests["multilateral"] == 1) & late

    def rate(what: str, published: float, keep: pd.Series[bool]) -> Rate:
        chosen = tests.loc[keep, "honoured"]
        return Rate(what, published, int(chosen.sum()), len(chosen))

    return (
        rate("all tests", 0.50, early | late),
        rate("before 1945", 0.66, early),
        rate("from 1945", 0.22, late),
        rate("multilateral defence pacts from 1945", 0.0, pacts),
    )


def leave_one_war_out(
    name: str, x: Array, y: Array, wars: Sequence[str], alliances: Sequence[str], on_event: Listener = silent
) -> WarSkill:
    """Score the pooled logit, a plain logit and the base rate, each with the whole war left out.

    Predictors are centred and divided by twice their standard deviation in the training rows; a missing one counts as
    the mean. Slopes ~ N(0, 1), effects of wars and alliances pooled (see ``logit``).
    """
    war, alliance = np.array(wars), np.array(alliances)
    ours, plain, base = np.empty(len(y)), np.empty(len(y)), np.empty(len(y))
    distinct = sorted(set(wars))
    for done, left_out in enumerate(distinct):
        keep, out = war != left_out, war == left_out
        centre, spread = np.nanmean(x[keep], axis=0), 2 * np.nanstd(x[keep], axis=0)
        scaled = np.nan_to_num((x - centre) / np.where(spread > 0, spread, 1.0))
        z = np.column_stack([np.ones(len(y)), scaled])
        prior = np.zeros(z.shape[1]), np.array([_CONSTANT_SPREAD, *[1.0] * x.shape[1]])
        factors = {"war": war[keep].tolist(), "alliance": alliance[keep].tolist()}
        fitted = logit.fit(z[keep], y[keep], factors, prior, _DRAWS, _SEED)
        levels = {"war": war[out].tolist(), "alliance": alliance[out].tolist()}
        ours[out] = logit.predict(fitted, z[out], levels, _SEED).mean(axis=0)
        estimate, _, _ = logit.maximum_likelihood(z[keep], y[keep])
        plain[out] = logit.logistic(z[out] @ estimate)
        base[out] = y[keep].mean()
        on_event(Event("progress", name, done + 1, len(distinct)))
    return WarSkill(
        name, len(y), len(distinct), brier(ours, y), log_score(ours, y), brier(base, y), log_score(base, y),
        brier(plain, y), log_score(plain, y), TARGETS.get(name, float("nan")),
    )  # fmt: skip


def leeds_anac(data: Path | str | None = None) -> pd.DataFrame:
    """Return the 137 rows of Leeds and Anac 2005."""
    return _stata(data, "LeedsAnacIIrep.dta", (*LEEDS_ANAC, "honor3", "war", "atopid"))


def berkemeier_fuhrmann(data: Path | str | None = None) -> pd.DataFrame:
    """Return the tests of commitments (146 of 576 rows) with ``honoured``."""
    table = _stata(
        data, "BerkemeierFuhrmannRAP2018_0303.dta",
        ("sample", "honorLLM", "violateLLM", "defense", "offense", "neutral", "multilateral", "warid", "atopid"),
    )  # fmt: skip
    tests = table[(table["honorLLM"] == 1) | (table["violateLLM"] == 1)].copy()
    tests["honoured"] = (tests["honorLLM"] == 1).astype(int)
    return tests


def structured(data: Path | str | None = None) -> pd.DataFrame:
    """Return the tests with how each pact is built, from their join with ATOP 4.01."""
    import pandas as pd

    path = data_folder(data) / "honoured" / "honoured_146_x_atop401.csv"
    if not path.is_file():
        raise InputError("an external data file is missing", file=path)
    table = pd.read_csv(path)
    needed = {*BERKEMEIER_FUHRMANN, "honoured", "warid", "atopid", "sample"} - {"after_1944"}
    if missing := sorted(needed - set(table.columns)):
        raise InputError(f"this is not the file it should be: column '{missing[0]}' is missing", file=path)
    table["after_1944"] = (table["sample"] == 0).astype(float)
    return table


def _stata(data: Path | str | None, name: str, needed: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    path = data_folder(data) / "honoured" / name
    if not path.is_file():
        raise InputError("an external data file is missing", file=path)
    try:
        table = pd.read_stata(path, convert_categoricals=False)
    except (ValueError, OSError, struct.error) as error:
        raise InputError("this is not a Stata file", file=path, found=str(error).splitlines()[0]) from error
    if missing := [column for column in needed if column not in table.columns]:
        raise InputError(f"this is not the file it should be: column '{missing[0]}' is missing", file=path)
    return table
