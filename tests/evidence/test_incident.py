"""From reviewed claims to facts for the law: who says what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from foedus.cli import cli
from foedus.errors import InputError
from foedus.evidence import Claim, incident, write_claims
from foedus.treaties import load_incident, obligations

if TYPE_CHECKING:
    from pathlib import Path


def claim(number: int, statement: str, speaker: str = "", document: int = 0, **more: Any) -> Claim:
    return Claim.model_validate(
        {
            "claim_id": f"c{number}", "document": str(document) * 64, "title": f"report {document}", "publisher": "p",
            "paragraph": 1, "statement": statement, "affirmed": True, "event": "veldania-2031",
            "as_of": "2031-03-14", "speaker": speaker, **more,
        }
    )  # fmt: skip


def facts(claims: list[Claim]) -> set[tuple[str, str, str]]:
    found = incident(claims, "KAZ")
    return {(f.fact, str(f.value), f.claimant or f.basis) for f in found.facts}


def test_a_target_that_was_no_state_on_the_first_day_is_refused() -> None:
    with pytest.raises(InputError, match="no state had the code 'DDR' on 2031-03-14"):
        incident([claim(1, "armed_attack")], "DDR")


def test_a_speaker_claims_and_two_reports_in_their_own_voice_observe() -> None:
    claims = [
        claim(1, "foreign_trained_terrorists", "Kassym-Jomart Tokayev"),
        claim(2, "armed_attack", document=1),
        claim(3, "armed_attack", document=2),
        claim(4, "looting", document=1),
        claim(5, "foreign_actors_proven", affirmed=False),
    ]
    assert facts(claims) == {
        ("act.terrorism", "yes", "president"),
        ("attacker.external", "yes", "president"),
        ("act.armed_attack", "yes", "observed"),
        ("act.internal_unrest", "yes", "observers"),
        ("attacker.external", "no", "observers"),
    }


def test_rejected_and_retracted_claims_and_other_events_say_nothing() -> None:
    claims = [
        claim(1, "foreign_trained_terrorists", "Kassym-Jomart Tokayev", status="rejected"),
        claim(2, "coup_by_insiders", "Kassym-Jomart Tokayev", status="retracted"),
        claim(3, "looting", event="other-1999"),
        claim(4, "armed_attack"),
        claim(5, "armed_attack"),
    ]
    assert facts(claims) == {("act.armed_attack", "yes", "observers")}


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ([], "no claim speaks of a fact"),
        ([claim(1, "looting", as_of=None)], "no claim is dated"),
    ],
)
def test_what_makes_no_incident_is_explained(claims: list[Claim], words: str) -> None:
    with pytest.raises(InputError, match=words):
        incident(claims, "KAZ")


def test_a_state_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match="no state has the code or name 'XXX'"):
        incident([claim(1, "looting")], "XXX")


@pytest.mark.external_data
def test_the_articles_alone_give_the_president_and_the_observers_different_law(
    from_articles: list[Claim], tmp_path: Path
) -> None:
    """An attack from abroad in the sense of Article 4: yes by the president's account, not by the reporters'."""
    file, out = tmp_path / "claims.csv", tmp_path / "incident.yaml"
    file.write_text(write_claims(from_articles), encoding="utf-8")
    made = CliRunner().invoke(cli, ["evidence", "incident", str(file), "--target", "KAZ", "--out", str(out)])
    assert made.exit_code == 0, made.output
    found = load_incident(str(out))
    answers = {
        who: {
            f["provision"]: f for f in obligations("KAZ", "2022-01-05", found, according_to=who).to_dict()["findings"]
        }
        for who in ("president", "observers")
    }
    readings = {who: answers[who]["cst.art4"]["readings"] for who in answers}
    assert readings["president"] != readings["observers"]
    commands = [
        CliRunner().invoke(cli, ["obligations", "KAZ", "--on", "2022-01-05", "--facts", str(out), "--according-to", w])
        for w in answers
    ]
    assert [c.exit_code for c in commands] == [0, 0]
    assert commands[0].output != commands[1].output
