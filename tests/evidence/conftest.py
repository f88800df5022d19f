"""The five articles, which are not part of the project, and claims made from them."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foedus.evidence import Claim, extract_files, load_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

GOLD = Path(__file__).parent / "gold"


@pytest.fixture(scope="session")
def articles(external_data: Path) -> Mapping[Path, dt.date]:
    """The five articles with their days of publication; the test is skipped where they are not."""
    published = {c.document: c.published.latest for c in load_claims(GOLD / "articles.csv") if c.published}
    found = {
        path: published[digest]
        for path in sorted((external_data.parent / "seeds").glob("*.txt"))
        if (digest := hashlib.sha256(path.read_bytes()).hexdigest()) in published
    }
    if len(found) < len(published):
        pytest.skip("the five articles are not here (they lie beside the external data)")
    return found


@pytest.fixture(scope="session")
def from_articles(articles: Mapping[Path, dt.date]) -> list[Claim]:
    """What the rules claim from the five articles."""
    days = {str(path): day for path, day in articles.items()}
    return [c for _, claims in extract_files(articles, event="kazakhstan-2022", published=days) for c in claims]


@pytest.fixture(scope="session")
def figures(external_data: Path) -> Path:
    """The table of figures collected for the project."""
    path = external_data.parent / "facts" / "kazakhstan_2022_figures.csv"
    if not path.is_file():
        pytest.skip("the table of figures is not here (it lies beside the external data)")
    return path
