"""What the fuzzer found in claims and reports; each was a traceback, or a message in a library's words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from foedus.errors import InputError
from foedus.evidence import Claim
from foedus.evidence.model import read_claims, write_claims
from foedus.evidence.review import correct

SAID = Claim(
    claim_id="a1",
    document="0" * 64,
    title="t",
    publisher="p",
    paragraph=1,
    quantity="dead",
    low=3,
    high=3,
    event="e-2022",
)


@pytest.mark.parametrize("edit", [{"status": "gone"}, {"event": ""}, {"low": "x"}, {"high": "2"}, {"as_of": "soon"}])
def test_an_impossible_correction_is_told_in_our_own_words(edit: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="claim a1") as error:
        correct([SAID], [{"claim_id": "a1", **edit}])
    assert not re.search("(?i)input should|field required|value error", str(error.value))


def test_a_correction_with_half_a_character_is_refused() -> None:
    with pytest.raises(InputError, match=r"claim a1, note: .* half a character"):
        correct([SAID], [{"claim_id": "a1", "note": "\ud800"}])


@pytest.mark.parametrize("cell", ["a1", "dead"])
def test_a_claim_in_a_text_with_half_a_character_is_refused_with_its_line(cell: str) -> None:
    text = re.sub(rf"\b{cell},", f"{cell}\ud800,", write_claims([SAID]))
    with pytest.raises(InputError, match="half a character") as error:
        read_claims(text, Path("claims.csv"))
    assert error.value.line == 2


def test_a_day_and_a_half_is_no_day() -> None:
    text = write_claims([SAID]).replace("dead", "arrival").replace(",3,3,", ",738160,738160.5,")
    with pytest.raises(InputError, match="are days"):
        read_claims(text, Path("claims.csv"))
