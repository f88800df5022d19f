"""One HTML file: the built front end with the results inlined; opens from ``file://``, asks for nothing."""

from __future__ import annotations

import json
import math
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined

from foedus.ensemble.figures import whole
from foedus.files import telling, write_text
from foedus.sealing import sealed
from foedus.shown import visible

if TYPE_CHECKING:
    from pathlib import Path


def render(bundle: dict[str, Any]) -> str:
    """Return the report as one HTML document.

    Args:
        bundle: what ``foedus.report.bundle.assemble`` returns; plain JSON data.

    """
    here = resources.files("foedus.report")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=lambda part: visible(part) if type(part) is str else part
    )  # fmt: skip
    template = environment.from_string(here.joinpath("template.html").read_text(encoding="utf-8"))
    return template.render(
        bundle=bundle,
        css=here.joinpath("static/app.css").read_text(encoding="utf-8"),
        script=here.joinpath("static/app.js").read_text(encoding="utf-8").replace("</script", "<\\/script"),
        data=embed(bundle),
    )


def embed(data: Any) -> str:
    """Return JSON that cannot end the script element it stands in, whatever the reports say.

    >>> embed({"title": "</script><b>"})
    '{"title":"\\\\u003c/script\\\\u003e\\\\u003cb\\\\u003e"}'
    """
    text = json.dumps(_rounded(data), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = visible(text)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def write(bundle: dict[str, Any], path: Path) -> Path:
    """Write the report, with a seal as its last line; a half-written file is never left behind.

    Raises:
        RunError: the place cannot be written.

    """
    html = sealed(render(bundle))
    with telling("the report", path):
        write_text(path, html)
    return path


def _rounded(data: Any) -> Any:
    """Return the data with fewer digits, so that the file stays small and reviewable, and whole numbers as they are.

    From a thousand on that is the nearest whole number, which is what the page and the command line show.
    """
    if isinstance(data, float):
        if not math.isfinite(data):
            raise ValueError("a number in the report is not finite")
        return whole(data) if abs(data) >= 1000 or data.is_integer() else float(f"{data:.5g}")
    if isinstance(data, dict):
        return {key: _rounded(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_rounded(value) for value in data]
    return data
