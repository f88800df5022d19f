"""Locators: in place, moved, or pointing at another number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from foedus.cli import cli
from foedus.crisis import load_scenario
from foedus.evidence import Claim, check_locators, extract_files, load_claims, write_claims

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TEXT = "Veldania, 14 March 2031\n\n<b>More than 160</b> people were killed.\n\nSome 6,000 were detained; 12 flights came.\n"


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, list[Claim]]:
    path = tmp_path / "report.txt"
    path.write_text(TEXT)
    ((_, claims),) = extract_files([path], event="veldania-2031")
    return path, claims


def state(claim: Claim, path: Path) -> str:
    return check_locators([claim], [path])[0].reason or "ok"


def test_extracted_claims_are_in_place(made: tuple[Path, list[Claim]]) -> None:
    path, claims = made
    assert len(claims) >= 2
    assert [state(claim, path) for claim in claims] == ["ok"] * len(claims)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start": 9000, "end": 9001}, "the text at"),
        ({"start": 23, "end": 24}, "holds nothing"),
        ({"paragraph": 3}, "outside paragraph 3"),
        ({"low": 400.0}, "the claim 400 or more"),
        ({"start": None, "end": None}, "no span"),
        ({"document": "0" * 64}, "no document"),
    ],
)
def test_a_locator_that_does_not_hold_says_why(
    made: tuple[Path, list[Claim]], change: dict[str, object], words: str
) -> None:
    path, claims = made
    dead = next(claim for claim in claims if claim.quantity == "dead")
    assert words in state(dead.model_copy(update=change), path)


def test_one_changed_letter_makes_another_document(made: tuple[Path, list[Claim]]) -> None:
    path, claims = made
    path.write_text(TEXT.replace("160", "170"))
    assert {c.state for c in check_locators(claims, [path])} == {"missing"}


def test_the_command_fails_if_a_locator_is_broken(made: tuple[Path, list[Claim]], tmp_path: Path) -> None:
    path, claims = made
    file = tmp_path / "claims.csv"
    file.write_text(write_claims(claims))
    result = CliRunner().invoke(cli, ["evidence", "check", str(file), str(path)], standalone_mode=False)
    assert (result.return_value, "0 broken" in result.output) == (0, True)
    file.write_text(write_claims([claim.model_copy(update={"paragraph": 1}) for claim in claims]))
    result = CliRunner().invoke(cli, ["evidence", "check", str(file), str(path), "--json"], standalone_mode=False)
    assert result.return_value == 1
    assert json.loads(result.stdout)["broken"] == len(claims)


@pytest.mark.external_data
def test_every_claim_of_the_scenario_points_at_its_words(
    articles: Mapping[Path, object], figures: Path, external_data: Path
) -> None:
    claims = load_claims(load_scenario("kazakhstan-2022").claims_path)
    timeline = external_data.parent / "facts" / "kazakhstan_2022_timeline.md"
    checked = check_locators(claims, [*articles, figures, timeline])
    assert [(c.claim.claim_id, c.reason) for c in checked if c.state != "ok"] == []


@pytest.mark.external_data
def test_every_claim_extracted_from_the_articles_points_at_its_words(
    articles: Mapping[Path, object], from_articles: list[Claim]
) -> None:
    assert [(c.claim.claim_id, c.reason) for c in check_locators(from_articles, articles) if c.state != "ok"] == []
