"""The same seed gives the same bits under every library that the project allows and on every processor."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import bits
import numpy as np
import pytest

from foedus.crisis.quadrature import gauss_legendre

TESTS, SOURCE = Path(__file__).parent, Path(__file__).parents[2] / "src"
PROJECT = Path(__file__).parents[2] / "pyproject.toml"
FIRST_FOR_PYTHON = {(3, 13): {"numpy": "2.1.0", "pandas": "2.2.3"}}  # the oldest that were built for a Python at all


def oldest() -> list[str]:
    """Return the oldest version of every library that pyproject.toml allows."""
    needs = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    least = dict(re.fullmatch(r"([\w.]+)>=([\d.]+).*", need).groups() for need in needs)
    least |= FIRST_FOR_PYTHON.get(sys.version_info[:2], {})
    return [f"{name}=={version}" for name, version in least.items()]


def newest() -> list[str]:
    """Return what pyproject.toml allows, of which pip takes the newest."""
    return list(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["dependencies"])


def told(python: str | Path, what: str, **environment: str) -> dict[str, str]:
    """Return the hashes that ``bits.py`` prints under a Python and its libraries."""
    done = subprocess.run(
        [python, "-W", "ignore", TESTS / "bits.py", what], text=True, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(TESTS)]), **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def without_extensions(python: str | Path) -> dict[str, str]:
    """Return the setting under which numpy leaves out everything that only some processors can do."""
    program = "from numpy._core._multiarray_umath import __cpu_dispatch__ as found; print(*found)"
    done = subprocess.run([python, "-c", program], text=True, capture_output=True, check=True)
    return {"NPY_DISABLE_CPU_FEATURES": done.stdout.strip()}


def test_quadrature_points_are_the_published_ones_correctly_rounded() -> None:
    points, weights = gauss_legendre(8)
    roots = (
        "0.9602898564975362316835608685694729904282352", "0.7966664774136267395915539364758304368371717",
        "0.5255324099163289858177390491892463490419642", "0.1834346424956498049394761423601839806667578",
    )  # fmt: skip
    shares = (
        "0.1012285362903762591525313543099621901153940", "0.2223810344533744705443559944262408844301308",
        "0.3137066458778872873379622019866013132603289", "0.3626837833783619829651504492771956121941460",
    )  # fmt: skip
    assert points[:4] == tuple(float((1 - Decimal(x)) / 2) for x in roots)
    assert points[:3:-1] == tuple(float((1 + Decimal(x)) / 2) for x in roots)
    assert weights[:4] == weights[:3:-1] == tuple(float(Decimal(w) / 2) for w in shares)
    for size in (1, 2, 3, 16, 33):
        points, weights = gauss_legendre(size)
        theirs, parts = np.polynomial.legendre.leggauss(size)
        np.testing.assert_allclose(points, (theirs + 1) / 2, rtol=0, atol=1e-15)
        np.testing.assert_allclose(weights, parts / 2, rtol=1e-12)


def test_a_small_country_and_a_lattice_have_the_bits_that_they_had() -> None:
    """A change of the model may change them, and says so; a change of a library or a machine may not."""
    assert bits.small() == {
        "inputs": "840daad56c47ae37",
        "cohort": "724cc8aee7b496b7",
        "agents": "a18a9f58006beb31",
        "lattice": "8aab47d45bb65e86",
        "tiles": "f140267c54575e34",
    }


def test_fits_of_forecasts_to_made_up_cases_are_what_they_were() -> None:
    assert bits.fitted() == {"logit": "55ac31f331fbea50", "times": "1d6d57c0901816a3"}


def test_what_the_engines_are_given_does_not_depend_on_the_processor() -> None:
    assert told(sys.executable, "given", **without_extensions(sys.executable)) == bits.given()


@pytest.mark.verify
def test_the_oldest_and_the_newest_libraries_give_the_same_bits(tmp_path: Path) -> None:
    found = {}
    for name, packages in (("oldest", oldest()), ("newest", newest())):
        python = tmp_path / name / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", tmp_path / name], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages, "tzdata"], check=True)
        cache = {"NUMBA_CACHE_DIR": str(tmp_path / f"{name}-code"), "XDG_CACHE_HOME": str(tmp_path / f"{name}-cache")}
        found[name] = told(python, "played", **cache)
        few = told(python, "played", **cache, **without_extensions(python))
        assert {key: value for key, value in few.items() if found[name][key] != value} == {}
    assert found["oldest"] == found["newest"]
