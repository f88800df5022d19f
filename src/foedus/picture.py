"""Figures that show themselves in notebooks, with matplotlib (the ``notebook`` extra) and without its global state."""

from __future__ import annotations

import io
from typing import Any

from foedus.errors import RunError

try:
    from matplotlib.figure import Figure
except ImportError as missing:
    raise RunError("plots need matplotlib", cure="pip install 'foedus[notebook]'") from missing

_DPI = 80


class Picture(Figure):
    """A matplotlib figure that a notebook shows as the value of a cell, even where no backend is set up."""

    def _repr_png_(self) -> bytes:
        image = io.BytesIO()
        self.savefig(image, format="png", dpi=_DPI)
        return image.getvalue()


def picture(width: float, height: float) -> Any:
    """Return an empty figure of a size in inches, whose parts keep clear of each other."""
    return Picture(figsize=(width, height), layout="constrained")
