"""Small reports of the three kinds: help was sent, help is only assumed, no help at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import foedus
from foedus import crisis

if TYPE_CHECKING:
    from foedus.pipeline import Result


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return foedus.run("kazakhstan-2022", runs=8, out=tmp_path_factory.mktemp("sent") / "run")


@pytest.fixture(scope="session")
def reports(made: Result, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    alone = crisis.load_scenario("bahrain-2011").model_copy(update={"contingents": (), "record_case": None})
    others = {"assumed": "kyrgyzstan-2010", "none": alone}
    return {"sent": made} | {
        kind: foedus.run(scenario, runs=8, out=tmp_path_factory.mktemp(kind) / "run")
        for kind, scenario in others.items()
    }
