"""The tables of the room: cells parted by tabs, lines sorted by unit, read as far as they are asked for."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def lines(table: str, state: str | None = None) -> Iterator[dict[str, str]]:
    """Yield the lines of a table, or those of one state by its two-letter code."""
    text = _text(table)
    head = text.index("\n")
    columns = text[:head].split("\t")
    if state is None:
        stretch = text[head + 1 :]
    else:
        stretch = "".join(_of_state(text, f"\n{state}.")) or "".join(_of_state(text, f"\n{state}\t"))
    for line in stretch.removesuffix("\n").split("\n") if stretch else ():
        yield dict(zip(columns, line.split("\t"), strict=True))


def _of_state(text: str, mark: str) -> Iterator[str]:
    """Yield the stretch of a text whose lines begin alike; they lie together."""
    start = text.find(mark)
    if start >= 0:
        last = text.rindex(mark)
        yield text[start + 1 : text.index("\n", last + 1) + 1]


@lru_cache(maxsize=4)
def _text(table: str) -> str:
    return (resources.files("foedus.places") / "data" / table).read_text(encoding="utf-8")
