"""The pictures of docs/lattice.md: what the legend calls by two names has two colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from foedus.crisis.lattice import PRESETS
from foedus.crisis.lattice.figure import _BLUE, _GREEN, _GREY, _RED

IMAGES = Path(__file__).parents[2] / "docs" / "images" / "lattice"


@pytest.mark.parametrize("name", PRESETS)
def test_every_line_of_a_picture_keeps_its_colour(name: str) -> None:
    image = pytest.importorskip("PIL.Image")
    with image.open(IMAGES / f"{name}.png") as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=int).reshape(-1, 3)
    two = PRESETS[name].parameters.groups == 2
    for line in (_BLUE, _GREEN, _RED) if two else (_GREY, _RED):
        colour = [int(line[i : i + 2], 16) for i in (1, 3, 5)]
        alike = (np.abs(pixels - colour).max(axis=1) <= 16).sum()
        assert alike >= 20, f"{line} is in {alike} pixels"
