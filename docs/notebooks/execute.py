"""Run notebooks in a real kernel, as Jupyter does, and store what their cells print and show.

    python docs/notebooks/execute.py            # every notebook here, outputs written back

Needs nbclient and ipykernel, which the test tools bring.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
PATIENCE = 600  # seconds a cell


def execute(notebook: dict[str, Any], **changes: object) -> dict[str, Any]:
    """Return the notebook with fresh outputs; ``changes`` replace what cells assign (RUNS=4), in the run only."""
    run = nbformat.from_dict(notebook)
    sources = ["".join(cell.source) for cell in run.cells]
    for cell, source in zip(run.cells, sources, strict=True):
        cell.source = source
        for name, value in changes.items():
            cell.source = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value!r}", cell.source)
    metadata = dict(run.metadata)
    NotebookClient(run, timeout=PATIENCE, kernel_name="python3", record_timing=False).execute()
    run.metadata = metadata  # and not the version of the kernel
    for cell, source in zip(run.cells, sources, strict=True):
        cell.source = source
    done: dict[str, Any] = json.loads(nbformat.writes(run))
    return done


if __name__ == "__main__":
    for file in sorted(HERE.glob("*.ipynb")):
        done = execute(json.loads(file.read_text(encoding="utf-8")))
        file.write_text(json.dumps(done, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"executed {file.name}")
