"""What a user gets wrong is answered in words, with a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from foedus.errors import InputError
from foedus.treaties import council, load_incident, load_treaty, obligations


@pytest.mark.parametrize(
    ("state", "day", "incident", "word"),
    [
        ("KAS", "2022-01-05", "kazakhstan-2022", "KAZ"),
        ("KAZ", "2022-13-05", "kazakhstan-2022", "no such day"),
        ("KAZ", "2022-01", "kazakhstan-2022", "exact day"),
        ("KAZ", "2022-01-05", "kazakstan-2022", "kazakhstan-2022"),
    ],
)
def test_obligations_explains_bad_input(state: str, day: str, incident: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        obligations(state, day, incident)


def test_unknown_claimant_reading_and_treaty_are_named() -> None:
    for options in ({"according_to": "presiden"}, {"reading": "brod"}, {"treaty": "cts"}):
        with pytest.raises(InputError):
            obligations("KAZ", "2022-01-05", "kazakhstan-2022", **options)


def test_a_typo_in_an_incident_names_line_and_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\ntitle: Mine\ntarget: KAZ\ndate: 2022-01-05\nclaimants: {}\nfacts:\n"
        "  - fact: act.armed_atack\n    value: yes\n    basis: observed\n    known_from: 2022-01-05\n    source: me\n"
    )
    with pytest.raises(InputError, match="act.armed_attack") as error:
        load_incident(file)
    assert error.value.line == 7
    assert error.value.file == str(file)


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "treaty.yaml"
    file.write_text("id: x\nname: [unclosed\n")
    with pytest.raises(InputError) as error:
        load_treaty(file)
    assert error.value.line is not None


@pytest.mark.parametrize("value", ["[yes, no]", "{yes: no}", "maybe"])
def test_a_value_that_is_neither_yes_no_nor_unknown_names_line_and_key(tmp_path: Path, value: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\ntitle: Mine\ntarget: KAZ\ndate: 2022-01-05\nclaimants: {}\nfacts:\n"
        f"  - fact: act.coup\n    value: {value}\n    basis: observed\n    known_from: 2022-01-05\n    source: me\n"
    )
    with pytest.raises(InputError, match="yes, no or unknown") as error:
        load_incident(file)
    assert (error.value.line, error.value.key) == (8, "facts.0.value")


def test_a_position_that_is_a_list_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "positions.yaml"
    file.write_text("proposal: send troops\non: 2022-01-06\npositions:\n  RUS: [yes]\n")
    with pytest.raises(InputError) as error:
        council("csto", file)
    assert (error.value.line, error.value.key) == (4, "positions.RUS")
