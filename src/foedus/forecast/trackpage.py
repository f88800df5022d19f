"""The track record as a page: written by `foedus forecast score --page`, kept equal to the record by a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.forecast.track import REFERENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foedus.forecast.track import Track

_WORST = 12
_HEAD = """Written by `foedus forecast score --page docs/track-record.md`; a test keeps it equal to what the code
computes. The model and what was tried: [the response forecast](forecast.md). Lower scores are better; brackets are 90 %
intervals from a bootstrap that draws whole crises. Requests are taken as known. Comparators (`bilateral`, `un`,
`guarantee`) enter neither a fit nor a rate. How good the days, the contributors and the lengths of missions are:
[timing, burden and exit](timing-burden-exit.md)."""
_RULES = """Beside the strongest of five simple rules on the calls of the group: pooled rate, organisation's rate,
request only, request by adversary, plain ridge logit. The strongest is picked with the answers in view, so the model
loses more often than it is worse."""
_LEDGER = """Every organisation case with its forecast from a fit that never saw its crisis, and from earlier cases
only. Two stories that are often told as refusals were none: neither in Belarus 2020 nor in the Karabakh war of 2020 was
a formal request filed with the organisation. A refusal is Kyrgyzstan, June 2010. *d*: a coding is disputed."""


def page(found: Track, *, diagram: str = "images/reliability.svg") -> str:
    """Return the page in Markdown; ``diagram`` is where its reliability diagram lies."""
    parts = [
        *("# Track record of the response forecast", _HEAD, f"**In one sentence.** {_verdict(found)}"),
        *("## Schemes", _schemes(found.schemes), _aims(found.schemes[0], found.targets)),
        *("## Baselines, held out in the same way", _baselines(found)),
        "Paired differences, this model minus the baseline; an interval that includes 0 claims nothing:",
        _differences(found.differences),
        *("## Calibration", f"![Share that acted over forecast chance]({diagram})"),
        *(_bins(found.bins), _calibration(found.calibration)),
        *("## By organisation and by era", _groups(found.by_organisation), _groups(found.by_era)),
        *("## Where we lose", _RULES, _losses(found)),
        *("The cases that surprised the model most:", _surprises(found.ledger)),
        *_days(found.days),
        *("## Ledger", _LEDGER, _ledger(found.ledger)),
    ]
    return "\n\n".join(parts) + "\n"


def _schemes(rows: Sequence[dict[str, Any]]) -> str:
    return _table(
        ["scheme", "cases", "acted", "Brier", "log score", "ladder (RPS)", "ladder, base rates"],
        (
            [
                row["scheme"],
                row["n"],
                row["acted"],
                _with_interval(row["brier"]),
                _with_interval(row["log_score"]),
                f"{row['rps']:.3f}",
                f"{row['rps_base_rates']:.3f}",
            ]
            for row in rows
        ),
    )


def _baselines(found: Track) -> str:
    main = found.schemes[0]
    rows = [(row["baseline"], row["brier"], row["log_score"]) for row in found.baselines]
    rows.append(("**this model**", main["brier"]["value"], main["log_score"]["value"]))
    return _table(
        ["baseline", "Brier", "log score"],
        ([name, f"{brier:.3f}", f"{log_score:.3f}"] for name, brier, log_score in rows),
    )


def _differences(rows: Sequence[dict[str, Any]]) -> str:
    return _table(
        ["against", "Brier", "log score"],
        (
            [row["against"], _with_interval(row["brier"], sign=True), _with_interval(row["log_score"], sign=True)]
            for row in rows
        ),
    )


def _bins(rows: Sequence[dict[str, Any]]) -> str:
    return _table(
        ["bin", "cases", "mean forecast", "share acted", "90 % interval"],
        (
            [k, row["n"], f"{row['forecast']:.2f}", f"{row['acted']:.2f}", f"{row['low']:.2f} to {row['high']:.2f}"]
            for k, row in enumerate(rows, start=1)
        ),
    )


def _surprises(ledger: Sequence[dict[str, Any]]) -> str:
    worst = sorted(ledger, key=lambda row: (-row["brier"], row["case_id"]))[:_WORST]
    return _table(
        ["case", "forecast", "acted", "what came of it"],
        ([row["case_id"], f"{row['p_act']:.2f}", _yes(row["acted"]), row["outcome"]] for row in worst),
    )


def _ledger(ledger: Sequence[dict[str, Any]]) -> str:
    head = ["case", "organisation", "began", "asked", "P(act)", "90 % interval", "as then known", "acted", "Brier", ""]
    return _table(
        head,
        (
            [
                row["case_id"],
                row["organisation"],
                row["began"].split("..")[0],
                _yes(row["request"]),
                f"{row['p_act']:.2f}",
                f"{row['interval'][0]:.2f} to {row['interval'][1]:.2f}",
                "" if row["p_act_then"] is None else f"{row['p_act_then']:.2f}",
                _yes(row["acted"]),
                f"{row['brier']:.3f}",
                "d" if row["disputed"] else "",
            ]
            for row in ledger
        ),
    )


def _verdict(found: Track) -> str:
    main = found.schemes[0]
    claims = [row["against"] for row in found.differences if row["brier"]["high"] < 0]
    open_ones = [row["against"] for row in found.differences if row["brier"]["high"] >= 0]
    text = f"Over {main['n']} cases the Brier score is {main['brier']['value']:.3f}"
    if claims:
        text += f", better than {_listed(claims)} beyond what chance would give"
    if open_ones:
        text += f"; the difference to {_listed(open_ones)} may be chance"
    return text + "."


def _aims(main: dict[str, Any], targets: dict[str, float]) -> str:
    missed = [
        f"{words} {main[key]['value']:.3f}"
        for key, words in (("brier", "Brier"), ("log_score", "log score"))
        if main[key]["value"] > targets[key]
    ]
    reached = f"Not reached: {_listed(missed)}" if missed else "Both are reached"
    return (
        f"Aims set beforehand, leave one crisis out: Brier at most {targets['brier']}, log score at most "
        f"{targets['log_score']}. {reached}. Rolling origin "
        "starts once fifteen earlier cases are known. Every disputed coding turned the other way at once is a stress "
        "test and not a better record."
    )


def _calibration(found: dict[str, Any]) -> str:
    return (
        "Logit of what happened on the forecast log odds: slope "
        f"{_with_interval(found['slope'], 2)}, intercept {_with_interval(found['intercept'], 2)} (perfect: 1 and 0). "
        f"Murphy's parts of the Brier score over these bins: reliability {found['reliability']:.3f} (0 is perfect), "
        f"resolution {found['resolution']:.3f}, uncertainty {found['uncertainty']:.3f}."
    )


def _days(rows: Sequence[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    table = _table(
        [
            "rows",
            "cases",
            "CRPS",
            "pooled",
            "kind of helper",
            "interval score (80 %)",
            "pooled",
            "kind of helper",
            "inside",
        ],
        (
            [
                row["rows"],
                row["n"],
                *(f"{row[key]:.2f}" for key in ("crps", "crps_pooled", "crps_kind")),
                *(f"{row[key]:.2f}" for key in ("interval_score", "interval_score_pooled", "interval_score_kind")),
                f"{100 * row['coverage']:.0f} %",
            ]
            for row in rows
        ),
    )
    return [
        "## Days from the call to the first arrival",
        "In log days, leave one crisis out, beside the times of all other crises and of the same kind of helper:",
        table,
    ]


def _losses(found: Track) -> str:
    lines = [
        f"- {part['name']} ({part['n']} cases): behind {part['strongest']} by {part['difference']['brier']:.3f}"
        + _chance(part["difference"])
        for part in (*found.by_organisation, *found.by_era)
        if part["loses"] and part["n"] >= 2
    ]
    return "\n".join(lines) or "In no group of two cases or more."


def _chance(difference: dict[str, Any]) -> str:
    if difference["tie"] is None:
        return " (one crisis)"
    return f" (standard error {difference['brier_se']:.3f}{': may be chance' if difference['tie'] else ''})"


def _groups(rows: Sequence[dict[str, Any]]) -> str:
    return _table(
        ["", "cases", "acted", "mean forecast", "Brier", *REFERENCES],
        (
            [
                row["name"],
                row["n"],
                row["acted"],
                f"{row['mean_forecast']:.2f}",
                f"{row['brier']:.3f}",
                *(f"{row[f'brier_{rival}']:.3f}" for rival in REFERENCES),
            ]
            for row in rows
        ),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _with_interval(value: dict[str, float], digits: int = 3, *, sign: bool = False) -> str:
    plus = "+" if sign else ""
    return f"{value['value']:{plus}.{digits}f} ({value['low']:{plus}.{digits}f} to {value['high']:{plus}.{digits}f})"


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
