"""Commands of the smaller models: how fast, who takes part, how long they stay, what a council would decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foedus.cli.console import json_option, print_json, print_table, progress_bar

if TYPE_CHECKING:
    from foedus.record import Case, Record

record_option = click.option(
    "--record", "record_path", type=click.Path(path_type=Path), help="A record file of your own; fitted anew."
)
_yes_no = click.Choice(["yes", "no"])


def _case(case_id: str, record_path: Path | None) -> tuple[Case, Record]:
    from foedus.record import find, open_record

    known = open_record(record_path)
    return find(case_id, known.cases), known


def _flag(word: str | None) -> bool | None:
    return None if word is None else word == "yes"


@click.command("days", short_help="How fast the first troops would come.")
@click.argument("case_id", required=False)
@record_option
@json_option
def days(case_id: str | None, record_path: Path | None, as_json: bool) -> None:
    """Days from the call to the first troops in CASE_ID, if they come; without CASE_ID, how good such forecasts are.

    \b
    Examples:
      foedus forecast days kazakhstan-2022-january
      foedus forecast days --json
    """
    from foedus.forecast import timing

    if case_id is None:
        from foedus.forecast.timescore import timing_skill

        with progress_bar(enabled=not as_json) as listen:
            scored = timing_skill(record_path, listen)
        _print_skill([skill.to_dict() for skill in scored], as_json)
        return
    case, known = _case(case_id, record_path)
    found = timing.days(case, known)
    waited = timing.waited(case)
    seen = timing.seen(case, known)
    data = {
        "case_id": case_id,
        "days": found.to_dict(),
        "within_2_days": round(found.within(2), 4),
        "organisation_seen": seen,
        "recorded": None if waited is None else list(waited),
    }
    if as_json:
        print_json(data)
        return
    low, middle, high = found.quantiles
    click.echo(f"{case_id}: if troops come, an even chance that the first are there within {_span(middle)}")
    click.echo(f"80 % interval {_span(low)} to {_span(high)}; within two days {100 * found.within(2):.0f} %")
    if not seen:
        click.echo(f"no other call to {case.organisation} has both dates: all organisations stand in for it")
    click.echo("recorded: " + ("no dates" if waited is None else f"between {waited[0]:.0f} and {waited[1]:.0f} days"))


@click.command("contributors", short_help="Who would take part, with what share.")
@click.argument("case_id", required=False)
@record_option
@json_option
def contributors(case_id: str | None, record_path: Path | None, as_json: bool) -> None:
    """Who would take part in CASE_ID and with what share; without CASE_ID, how good such forecasts are.

    \b
    Examples:
      foedus forecast contributors kazakhstan-2022-january
      foedus forecast contributors --json
    """
    from foedus.forecast import burden
    from foedus.forecast.eligible import excluded

    if case_id is None:
        from foedus.forecast.burdenscore import burden_skill

        with progress_bar(enabled=not as_json) as listen:
            skill = burden_skill(record_path, listen).to_dict()
        moved = burden.effects()
        if as_json:
            print_json(skill | {"effects": list(moved)})
            return
        click.echo("Held out, leave one crisis out; lower is better")
        for name, value in skill.items():
            click.echo(f"{name:26} {value:.3f}" if isinstance(value, float) else f"{name:26} {value}")
        print_table(
            "What moves taking part (log odds, Foedus's own record)",
            ["if", "effect", "90 % interval"],
            [[row["label"], f"{row['effect']:+.2f}", _ends(row["interval"], "+.2f")] for row in moved],
        )
        return
    case, known = _case(case_id, record_path)
    found = burden.contributors(case, known)
    left_out = excluded(case)
    if as_json:
        print_json(
            {
                "case_id": case_id,
                "contributors": [member.to_dict() for member in found],
                "contributors_excluded": [member.to_dict() for member in left_out],
            }
        )
        return
    for member in left_out:
        click.echo(f"left out: {member.state}, {member.reason}")
    if not found:
        click.echo(
            f"{case_id}: no member of {case.organisation} is left to choose from"
            if left_out
            else f"{case_id}: the members of {case.organisation} are not in the table"
            if case.is_organisation
            else f"{case_id}: a comparator ({case.organisation}) has no list of members to choose from"
        )
        return
    print_table(
        "If the organisation acts",
        ["member", "takes part", "share if it does", "90 % interval", "of its capability", "at home", "recorded"],
        [
            [
                member.state,
                f"{member.p_participates:.2f}",
                f"{member.share:.2f}",
                f"{member.interval[0]:.2f} to {member.interval[1]:.2f}",
                f"{member.capability:.3f}",
                member.hurdle or "not coded",
                ("sent" if member.state in case.contributors_iso3 else "") if case.acted else "did not act",
            ]
            for member in found
        ],
    )


@click.command("stay", short_help="How long the troops would stay.")
@click.argument("case_id", required=False)
@click.option("--consent", type=_yes_no, help="The government in place asks for the troops.")
@click.option("--mandate-end", type=_yes_no, help="The mandate names an end date.")
@click.option("--border", type=_yes_no, help="The lead state borders the state in trouble.")
@record_option
@json_option
def stay(
    case_id: str | None,
    consent: str | None,
    mandate_end: str | None,
    border: str | None,
    record_path: Path | None,
    as_json: bool,
) -> None:
    """How long troops would stay in CASE_ID, if they come; without CASE_ID, how good such forecasts are.

    \b
    Examples:
      foedus forecast stay kazakhstan-2022-january
      foedus forecast stay kazakhstan-2022-january --mandate-end yes
      foedus forecast stay --json
    """
    from foedus.forecast import exit as leaving

    if case_id is None:
        from foedus.forecast.timescore import exit_skill

        with progress_bar(enabled=not as_json) as listen:
            skill, horizons = exit_skill(record_path, listen)
        if as_json:
            print_json({"times": skill.to_dict(), "horizons": list(horizons), "effects": list(leaving.effects())})
            return
        _print_skill([skill.to_dict()], as_json)
        print_table(
            "Gone by then",
            ["horizon", "missions", "gone", "Brier", "Brier of the pooled share"],
            [
                [row["horizon"], row["n"], *(f"{row[key]:.3f}" for key in ("gone", "brier", "brier_pooled"))]
                for row in horizons
            ],
        )
        print_table(
            "What moves the length (ratio of times, Foedus's own record)",
            ["if", "times as long", "90 % interval"],
            [[row["label"], f"{row['ratio']:.2f}", _ends(row["interval"], ".2f")] for row in leaving.effects()],
        )
        return
    case, known = _case(case_id, record_path)
    found = leaving.stay(
        case,
        known,
        host_consent=_flag(consent),
        mandate_end=_flag(mandate_end),
        lead_border=_flag(border),
    )
    stayed = leaving.stayed(case, leaving.missions().get(case_id, leaving.Mission()))
    if as_json:
        print_json(found.to_dict() | {"recorded": None if stayed is None else [stayed[0], _finite(stayed[1])]})
        return
    low, middle, high = found.quantiles
    click.echo(f"{case_id}: if troops come, an even chance that they are gone within {_span(middle)}")
    click.echo(f"80 % interval {_span(low)} to {_span(high)}")
    print_table(
        "",
        ["gone within", "chance"],
        [[name, f"{found.gone(limit):.2f}"] for name, limit in leaving.HORIZONS.items()],
    )
    if stayed is None:
        click.echo("recorded: nothing about the end")
    elif stayed[1] == float("inf"):
        click.echo(f"recorded: still there after {_span(stayed[0])}")
    else:
        click.echo(f"recorded: gone between day {stayed[0]:.0f} and day {stayed[1]:.0f}")


@click.command("council", short_help="What a council would decide, by five models.")
@click.argument("name_or_file")
@click.option("--rule", "models", multiple=True, help="Only this model of the bargain; may be given several times.")
@click.option("--draws", type=click.IntRange(1, 20_000), default=500, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=20220105, show_default=True)
@json_option
def council(name_or_file: str, models: tuple[str, ...], draws: int, seed: int, as_json: bool) -> None:
    """Say what a council would decide: five models of the bargain, then the vote under the treaty's rule that day.

    NAME_OR_FILE: positions that come with Foedus (kazakhstan-2022, kyrgyzstan-2010,
    emission-standards), or a YAML file of your own.
    Models: compromise, median, nash, expected-utility, condorcet.

    \b
    Examples:
      foedus forecast council kazakhstan-2022
      foedus forecast council kazakhstan-2022 --rule nash --json
      foedus forecast council emission-standards --draws 1
    """
    from foedus.forecast.bargaining import MODELS
    from foedus.forecast.council import deliberate

    with progress_bar(enabled=not as_json) as listen:
        found = deliberate(name_or_file, models or tuple(MODELS), draws, seed, listen)
    if as_json:
        print_json(found.to_dict())
        return
    issue = found.council.issue
    click.echo(f"{found.council.title}\n{issue.what}, {issue.low:g} to {issue.high:g}")
    for level, label in issue.labels.items():
        click.echo(f"  {level:g} = {label}")
    if found.needed is not None:
        click.echo(f"needed: {found.needed}, and a level of at least {issue.force_from:g}")
    print_table(
        "",
        ["model", "passes", "level", "90 % interval", "pivotal (share of draws)"],
        [
            [
                verdict.model,
                "nobody votes" if verdict.p_pass is None else f"{verdict.p_pass:.2f}",
                f"{verdict.level:.2f}",
                f"{verdict.interval[0]:.1f} to {verdict.interval[1]:.1f}",
                ", ".join(f"{state} {share:.2f}" for state, share in list(verdict.pivotal.items())[:3]),
            ]
            for verdict in found.verdicts
        ],
    )
    if found.flips:
        print_table(
            f"What would change it ({found.verdicts[0].model})",
            ["if", "passes"],
            [[what, f"{chance:.2f}"] for what, chance in found.flips],
        )
        click.echo("Positions are intervals, most of them assumed; the file names the evidence for each.")


@click.command("stack", short_help="Whether a council adds to the response forecast.")
@record_option
@json_option
def stack(record_path: Path | None, as_json: bool) -> None:
    """Score whether a mechanical council adds to the response forecast (docs/bargaining.md says how).

    \b
    Example:
      foedus forecast stack
    """
    from foedus.forecast.stacking import stacked

    with progress_bar(enabled=not as_json) as listen:
        found = stacked(record_path, listen)
    if as_json:
        print_json(found.to_dict())
        return
    print_table(
        f"{found.n} cases, leave one crisis out; lower is better",
        ["forecast", "Brier", "log score"],
        [
            ["response", f"{found.brier_response:.3f}", f"{found.log_response:.3f}"],
            ["council", f"{found.brier_council:.3f}", f"{found.log_council:.3f}"],
            ["stacked", f"{found.brier_stacked:.3f}", f"{found.log_stacked:.3f}"],
        ],
    )
    low, high = found.interval
    click.echo(f"mean weight of the response {found.weight:.2f}")
    click.echo(f"gain in log score {found.gain:+.3f}, 90 % interval {low:+.3f} to {high:+.3f}")
    click.echo("the council adds to it" if low > 0 else "the council adds nothing that this record can show")


def _ends(interval: list[float], form: str) -> str:
    return f"{interval[0]:{form}} to {interval[1]:{form}}"


def _finite(value: float) -> float | None:
    return None if value == float("inf") else value


def _span(days_: float) -> str:
    if days_ < 2:
        return f"{24 * days_:.0f} hours"
    return f"{days_:.0f} days" if days_ < 731 else f"{days_ / 365.25:.0f} years"


def _print_skill(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        "Held out, leave one crisis out, in log days; lower is better",
        ["rows", "n", "CRPS", "pooled", "same kind", "interval score", "pooled", "same kind", "in the 80 % interval"],
        [[row["rows"], row["n"], *(f"{row[key]:.2f}" for key in list(row)[2:])] for row in rows],
    )
