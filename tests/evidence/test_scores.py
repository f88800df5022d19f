"""Precision and recall on annotated reports do not fall below what is published in docs/evidence/scores.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from foedus.cli import cli
from foedus.errors import InputError
from foedus.evidence import Claim, extract, load_claims, score
from foedus.evidence.scoring import Score, claims_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GOLD = Path(__file__).parent / "gold"


def scored(gold: str, paths: Iterable[Path], begins: tuple[str, ...]) -> Score:
    every = load_claims(GOLD / gold)
    documents = {claim.document for claim in every if claim.claim_id.startswith(begins)}
    wanted = [claim for claim in every if claim.document in documents]
    made = claims_on([str(path) for path in paths], wanted, extract)
    return score(made.claims, wanted).of("all quantities")


@pytest.mark.parametrize(
    ("gold", "folder", "begins", "precision", "recall"),
    [
        ("texts.csv", "texts", ("t",), 0.95, 0.95),
        ("texts.csv", "texts", ("h",), 0.85, 0.88),
        ("blind.csv", "blind", ("b01", "b02", "b03", "b04", "b05", "b06", "b07"), 0.93, 0.91),
        ("blind.csv", "blind", ("b08", "b09", "b10", "b11", "b12", "b13", "b14"), 0.90, 0.87),
        ("fresh.csv", "fresh", ("f",), 0.90, 0.85),
    ],
)
def test_scores_on_the_texts_that_come_with_the_tests(
    gold: str, folder: str, begins: tuple[str, ...], precision: float, recall: float
) -> None:
    found = scored(gold, (GOLD / folder).iterdir(), begins)
    assert (found.precision or 0) >= precision
    assert (found.recall or 0) >= recall


@pytest.mark.external_data
@pytest.mark.parametrize("begins", [("g000", "g001", "g004"), ("g002", "g003")])
def test_scores_on_the_five_articles(articles: Mapping[Path, object], begins: tuple[str, ...]) -> None:
    found = scored("articles.csv", articles, begins)
    assert (found.precision or 0) >= 0.90
    assert (found.recall or 0) >= 0.90


def claim(number: int, start: int, low: float, **more: object) -> Claim:
    return Claim.model_validate(
        {
            "claim_id": f"c{number}", "document": "0" * 64, "title": "t", "publisher": "p", "paragraph": 1,
            "quantity": "dead", "low": low, "high": low, "event": "e-2000", "start": start, "end": start + 2, **more,
        }
    )  # fmt: skip


def test_every_annotation_is_matched_once_and_doubtful_ones_count_neither_way() -> None:
    gold = [claim(1, 0, 5), claim(2, 10, 5), claim(3, 20, 7), claim(4, 30, 9, status="rejected")]
    made = [claim(1, 0, 5), claim(2, 40, 5), claim(3, 50, 5), claim(4, 30, 8), claim(5, 60, 1)]
    found = score(made, gold)
    row = found.of("dead")
    assert (row.expected, row.found, row.right) == (3, 4, 2)
    assert [c.claim_id for c in found.missed] == ["c3"]
    assert {c.claim_id for c in found.wrong} == {"c3", "c5"}


def test_the_command_scores_a_file_per_quantity(tmp_path: Path) -> None:
    files = [str(path) for path in sorted((GOLD / "texts").glob("t*.txt"))]
    result = CliRunner().invoke(cli, ["evidence", "score", *files, "--gold", str(GOLD / "texts.csv"), "--json"])
    rows = {row["quantity"]: row for row in json.loads(result.stdout)["scores"]}
    assert {"dead", "troops", "all quantities"} <= set(rows)
    assert rows["dead"]["recall"] >= 0.9
    (tmp_path / "a.txt").write_text("Nobody annotated this.")
    result = CliRunner().invoke(cli, ["evidence", "score", str(tmp_path / "a.txt"), "--gold", str(GOLD / "texts.csv")])
    assert isinstance(result.exception, InputError)
