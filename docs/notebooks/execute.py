"""Run a notebook's code cells in order, in one namespace, and store what they print and show; needs no Jupyter.

    python docs/notebooks/execute.py            # every notebook here, outputs written back

In Jupyter the notebooks open and run like any other.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def execute(notebook: dict[str, Any], **changes: object) -> dict[str, Any]:
    """Return the notebook with fresh outputs; ``changes`` replace what cells assign (RUNS=4)."""
    space: dict[str, Any] = {"__name__": "__main__"}
    number = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        number += 1
        cell["execution_count"] = number
        cell["outputs"] = list(_run("".join(cell["source"]), space, changes, number))
    return notebook


def _run(source: str, space: dict[str, Any], changes: dict[str, object], number: int) -> Any:
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in changes:
            node.value = ast.copy_location(ast.Constant(changes[node.targets[0].id]), node.value)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):  # what it shows is kept under the name that Python's prompt gives it
        tree.body[-1] = ast.copy_location(ast.Assign([ast.Name("_", ast.Store())], last.value), last)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(ast.fix_missing_locations(tree), "cell", "exec"), space)  # noqa: S102 - running it is what this is for
    shown = space.pop("_", None)
    if printed.getvalue():
        yield {"output_type": "stream", "name": "stdout", "text": printed.getvalue().splitlines(keepends=True)}
    if shown is not None:
        yield {"output_type": "execute_result", "execution_count": number, "metadata": {}, "data": _data(shown)}


def _data(shown: Any) -> dict[str, Any]:
    if hasattr(shown, "savefig"):
        image = io.BytesIO()
        shown.savefig(image, format="png", dpi=62)
        return {"image/png": base64.b64encode(image.getvalue()).decode(), "text/plain": ["figure"]}
    data: dict[str, Any] = {"text/plain": str(shown).splitlines(keepends=True)}
    if hasattr(shown, "to_html"):
        data["text/html"] = shown.to_html().splitlines(keepends=True)
    return data


if __name__ == "__main__":
    for file in sorted(HERE.glob("*.ipynb")):
        done = execute(json.loads(file.read_text(encoding="utf-8")))
        file.write_text(json.dumps(done, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"executed {file.name}")
