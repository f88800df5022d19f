"""What the fuzzer found in stored fits and councils; each was a traceback or a chance above 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from foedus.errors import RunError
from foedus.forecast import council, folds, shipped

if TYPE_CHECKING:
    from pathlib import Path


MARK = shipped.Mark("mark", "seen")


def damaged(path: Path) -> list[bytes]:
    """Return a stored fit cut, or with one bit turned, at every place."""
    values = {"draws": np.linspace(0, 1, 100)}
    raw = shipped.write(path.stem, MARK, values).read_bytes()
    cut = [raw[:at] for at in range(0, len(raw), 7)]
    return cut + [raw[:at] + bytes([raw[at] ^ bit]) + raw[at + 1 :] for at in range(len(raw)) for bit in (1, 8, 64)]


def test_a_stored_fit_with_any_bit_turned_is_refused_or_the_same(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    refused = 0
    for raw in damaged(path := tmp_path / "odd.npz"):
        path.write_bytes(raw)
        try:
            found = shipped.read("odd", MARK)
        except RunError:
            refused += 1
        else:
            assert found.get("draws", np.linspace(0, 1, 100)) == pytest.approx(np.linspace(0, 1, 100))
    assert refused > 500


def test_shipped_draws_that_are_damaged_say_what_to_do(tmp_path: Path, monkeypatch) -> None:
    whole = folds.SHIPPED.read_bytes()
    monkeypatch.setattr(folds, "SHIPPED", path := tmp_path / "draws.npz")
    at = whole.rindex(b"PK\x01\x02")  # what lists the last array: with an unknown form of compression
    for raw in (b"", whole[:1000], whole[: at + 10] + b"\x63" + whole[at + 11 :], whole[:5000] + b"x" + whole[5001:]):
        path.write_bytes(raw)
        folds._shipped.cache_clear()
        with pytest.raises(RunError, match="cannot be read") as told:
            folds._shipped()
        assert told.value.cure == "reinstall Foedus"
    folds._shipped.cache_clear()


def test_a_chance_to_pass_is_at_most_1() -> None:
    case = council.load("kazakhstan-2022")
    for draws in (3, 10, 20, 49):
        for verdict in council.deliberate(case, draws=draws).verdicts:
            assert 0 <= (verdict.p_pass or 0) <= 1
