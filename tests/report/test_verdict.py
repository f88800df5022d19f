"""The first page says what the numbers say: permissions are no duties, noise is no difference, ties are counted."""

from __future__ import annotations

import re
from typing import Any

import pytest

from foedus.ensemble.figures import of_runs, parts_of
from foedus.forecast.organisations import in_words
from foedus.report import answers, verdict
from foedus.report.headline import MOST_WORDS, headline
from foedus.treaties.load import library


def finding(
    modality: str, *, status: str = "yes", readings: dict[str, str] | None = None, **other: Any
) -> dict[str, Any]:
    readings = readings or {"textual": status}
    duties = [
        {"bearer": code, "bearer_name": name, "modality": modality, "level": 3, "owed": status, "help": helping,
         "answer": {"must": "owed", "may": "permitted"}.get(modality, "barred") if status == "yes" else "open"}
        for code, name, helping in (
            ("FJI", "Fiji", True), ("NZL", "New Zealand", True), ("KAZ", "Kazakhstan", False), ("organ:c", "the C", True),
        )
    ]  # fmt: skip
    return {
        "treaty": "pact",
        "provision": "2",
        "article": "2",
        "treaty_name": "Treaty on Collective Security (Tashkent Treaty)",
        "treaty_short": "CST",
        "status": status,
        "readings": readings,
        "disputed": len(set(readings.values())) > 1,
        "duties": duties,
        "could_change": [],
        "could_change_text": [],
        "confidence_text": None,
        "lines": [
            {
                "answer": "owed",
                "level": 1,
                "act": "must consult",
                "bearer_names": ["Fiji"],
                "sentence": "Fiji must consult: owed.",
            }
        ],
    } | other


def bundle(one: dict[str, Any] | None, **row: Any) -> dict[str, Any]:
    dead = {
        "key": "dead",
        "reported": "238",
        "claims": ["c1"],
        "tuned": False,
        "inside": True,
        "help": [113.0, 234.0, 816.0],
        "no_help": [114.0, 233.0, 813.0],
        "difference": [-2.0, 1.0, 8.0],
        "seen": False,
        "counts": {"fewer": 20, "same": 29, "more": 51, "of": 100},
    } | row
    return {
        "meta": {"runs": 200, "draws": 100, "inside": "90 of 100 runs", "caveat": "Read this."},
        "arms": {"kind": "sent", "actual": "help", "invented": False, "names": [{"short": "with help"}]},
        "law": {
            "findings": [one] if one else [],
            "relied_on": "pact:2",
            "target_name": "Kazakhstan",
            "on": "2022-01-05",
        },
        "decision": {"p_act": None, "acted": 1},
        "summary": [dead],
        "beside_the_model": [],
    }


def said(one: dict[str, Any] | None, **row: Any) -> str:
    found = verdict.write(bundle(one, **row))
    return " ".join([found["sentence"], *found["points"]])


def test_a_permission_is_never_told_as_a_duty() -> None:
    text = said(finding("may"))
    assert "permitted two allies to help and obliged none" in text
    assert "Fiji and New Zealand might help without owing it" in text
    assert not re.search(r"(?<!without )ow(ed|ing) help|obliged (?!none)", text)
    assert "obliged two allies to help" in said(finding("must"))
    assert "owed help" in said(finding("must"))
    barred = said(finding("must_not", lines=[]))
    assert "owed" not in barred
    assert "permitted" not in barred


def test_rival_readings_are_counted_in_the_headline() -> None:
    readings = {"textual": "unknown", "broad": "yes", "external_only": "unknown"}
    text = headline(bundle(one := finding("must", readings=readings)), one)
    assert "On one of three readings, article 2 of the Treaty on Collective Security obliged two allies to help" in text
    # the reading that is used says no: the other one obliges nobody by itself
    other = finding("must", status="no", readings={"textual": "no", "broad": "yes"})
    assert "obliged" not in headline(bundle(other), other)
    open_ = finding("must", status="unknown", readings={"textual": "no", "broad": "unknown"})
    assert "stays open on one of two readings and is triggered on none" in headline(bundle(open_), open_)


def test_no_difference_inside_the_noise_is_told_as_one_and_ties_are_counted() -> None:
    text = said(finding("must"))
    assert "the model sees no clear difference in deaths (−2 to +8)" in text
    assert "fewer in 20, as many in 29 and more in 51 of 100 runs" in text
    beyond = said(finding("must"), difference=[-40.0, -12.0, -3.0], seen=True)
    assert "the model has 12 fewer dead (−40 to −3)" in beyond
    assert "100 draws of the parameters are too few to show a difference" in said(finding("must"), seen=None)


def test_a_figure_that_the_priors_were_tuned_to_says_so_beside_the_simulated_one() -> None:
    (line,) = (p for p in verdict.write(bundle(finding("must"), tuned=True))["points"] if p.startswith("Dead:"))
    assert re.search(r"238 reported, to which the priors were tuned.*simulated with help: 234", line)
    assert "tuned" not in said(finding("must"))


def test_what_no_report_gives_is_not_reported() -> None:
    text = said(finding("must"), reported="no report", claims=[], inside=None)
    assert "no report reported" not in text
    assert "No report says how many died." in text
    assert "Dead: no report gives a figure" in text


@pytest.mark.parametrize("status", ["yes", "no", "unknown"])
def test_a_headline_has_forty_words_at_most_whatever_the_treaty(status: str) -> None:
    for treaty in library().values():
        for provision in treaty.provisions:
            names = {name: "yes" for version in provision.versions for name in version.all_readings} or {"": status}
            readings = dict(zip(names, ([status, "unknown", "no", "yes"] * len(names))[: len(names)], strict=True))
            one = finding(
                "must", status=status, readings=readings, treaty_name=treaty.name, treaty_short=treaty.short,
                article=provision.article,
            )  # fmt: skip
            whole = bundle(one, reported="10,800 to 11,999", difference=[-36018.0, -12000.0, -1.0], seen=True)
            for kind in ("sent", "assumed"):
                whole["arms"]["kind"] = kind
                text = headline(whole, one)
                assert len(text.split()) <= MOST_WORDS, text
                assert text.endswith(".")


def test_shares_of_few_runs_are_counts_of_runs() -> None:
    assert of_runs(0.75, 4) == "3 of 4"
    assert parts_of([0.5, 0.25, 0.25], 4) == ([2, 1, 1], 4)
    for shares in ([1 / 3, 1 / 3, 1 / 3], [0.005, 0.99, 0.005], [0.0, 1.0, 0.0]):
        parts, of = parts_of(shares, 1000)
        assert sum(parts) == of == 100


def test_chances_that_answer_different_questions_are_told_apart() -> None:
    data = {
        "p_act": 0.66, "interval": [0.31, 0.9], "p_act_then": 0.54, "interval_then": [0.2, 0.8], "acted": 1,
        "earlier_calls": {"organisation": 9, "acted": 0, "requests": 3, "answered": 0},
        "alike": {"earlier": {"n": 16, "acted": 12}},
    }  # fmt: skip
    text = answers.three_answers(data, {"before": 0.47}, in_words("csto"))
    assert "from earlier calls alone, the Collective Security Treaty Organization (CSTO) had a chance of 54 %" in text
    assert "from all other crises of the record, later ones included, it has 66 %" in text
    assert "for an average request to it the record of that day gave 47 %" in text
    assert "it acted on 0 of 9 earlier calls (0 of 3 requests); of 16 earlier calls like this one" in text
    first = data | {
        "earlier_calls": dict.fromkeys(data["earlier_calls"], 0),
        "alike": {"earlier": {"n": 0, "acted": 0}},
    }
    assert answers.three_answers(first, None, in_words("anzus")).endswith("The record holds no earlier call to it.")
    unknown = answers.three_answers(data | {"p_act_then": None, "earlier_calls": None}, None, "x")
    assert "earlier calls alone" not in unknown


def test_where_the_model_loses_the_page_says_it_and_a_tie_is_a_tie() -> None:
    tie = {"tie": True}
    data = {
        "skill": {"n": 89, "brier": 0.1899, "strongest": "plain ridge logit", "strongest_brier": 0.1905, "difference": tie},
        "skill_organisation": {
            "n": 10, "acted": 1, "expected": 3.9, "brier": 0.174, "strongest": "request only", "strongest_brier": 0.11,
            "loses": True, "difference": tie,
        },
    }  # fmt: skip
    text = answers.skill_text(data, in_words("csto"))
    assert "plain ridge logit, has 0.190: a tie" in text or "plain ridge logit, has 0.191: a tie" in text
    assert (
        "On the 10 calls to the Collective Security Treaty Organization (CSTO) the model loses: 0.174 against 0.110"
        in text
    )
    assert answers.skill_text({"skill": None, "skill_organisation": None}, "CSTO") == ""


def test_a_way_that_was_not_open_is_not_named() -> None:
    relied = finding("must", status="no")
    other = finding("may") | {
        "treaty": "other",
        "provision": "9",
        "article": "9",
        "treaty_name": "Agreement on Peacekeeping",
    }
    shut = other | {"duties": [duty | {"owed": "no", "answer": "not permitted"} for duty in other["duties"]]}
    for way, named in ((other, True), (shut, False)):
        both = bundle(relied)
        both["law"]["findings"].append(way)
        text = " ".join(verdict.write(both)["points"])
        assert ("Other law on sending forces was triggered: article 9" in text) == named


def test_the_charts_of_few_runs_say_which_runs_they_hold(reports: dict[str, Any]) -> None:
    for made in reports.values():
        assert (
            made.bundle["course"]["inside"]
            == made.bundle["meta"]["inside"]
            == f"all {made.bundle['meta']['runs']} runs"
        )
        dead, row = made.bundle["course"]["national"]["help"]["dead"], made.bundle["summary"][0]
        assert [round(dead[key][-1]) for key in ("q05", "q95")] == pytest.approx(
            [row["help"][0], row["help"][2]], abs=1
        )


def test_a_clause_about_something_else_than_help_says_what_it_is_about() -> None:
    one = finding("must", duties=[])
    assert "was triggered: Fiji must consult." in headline(bundle(one), one)
    assert "Fiji must consult: owed." in said(one)
    idle = one | {"lines": [one["lines"][0] | {"answer": "not decided"}]}
    assert "its organ had decided nothing" in headline(bundle(idle), idle)


def test_a_short_name_reads_as_prose() -> None:
    for short, words in (("NATO", "of NATO "), ("US-Japan", "of the US-Japan treaty "), ("SADC pact", "of the SADC pact "),
                         ("Brussels Treaty / WEU", "of the Brussels Treaty ")):  # fmt: skip
        one = finding("must", treaty_name="A " * 9 + "Treaty", treaty_short=short)
        assert f"Article 2 {words}obliged" in headline(bundle(one), one)
