"""The notebooks run, and what is committed holds no trace of the machine that ran them."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def executor() -> Any:
    spec = importlib.util.spec_from_file_location("execute", FOLDER / "execute.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# after the notebook's own cells, in the same kernel; what the last of a cell's lines gives is shown
MORE = (
    "results[names[0]].ensemble.compare(what_if, arm='help').plot()",
    "from foedus.crisis import lattice\nlattice.run('legitimacy-jump', seed=1).plot()",
    "import matplotlib.pyplot\nresults[names[0]].plot('dead')",
)


def code(number: int, source: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "id": f"more-{number}", "metadata": {}, "outputs": []} | {
        "source": source
    }


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_in_a_kernel_every_cell_runs_and_every_plot_is_a_picture(file: Path) -> None:
    notebook = json.loads(file.read_text(encoding="utf-8"))
    more = [code(number, source) for number, source in enumerate(MORE)]
    done = executor().execute({**notebook, "cells": [*notebook["cells"], *more]}, RUNS=2)["cells"]
    sources = ["".join(cell["source"]) for cell in done]
    assert sources == [*("".join(cell["source"]) for cell in notebook["cells"]), *MORE]  # RUNS was not written back
    plots = [cell for cell, source in zip(done, sources, strict=True) if re.search(r"\.plot\(.*\)$", source)]
    assert len(plots) > len(MORE)
    for cell in plots:
        (shown,) = cell["outputs"]  # once
        assert "image/png" in shown["data"]
    assert any("text/html" in out.get("data", {}) for cell in done for out in cell.get("outputs", []))


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_committed_outputs_are_whole_small_and_name_no_machine_path(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    notebook = json.loads(text)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert not any(out["output_type"] == "error" for cell in code for out in cell["outputs"])
    assert len(text) < 400_000
    outputs = json.dumps([cell["outputs"] for cell in code])
    assert not re.search(r"/(tmp|home|usr|var|Users)/|[A-Z]:\\\\", outputs)
