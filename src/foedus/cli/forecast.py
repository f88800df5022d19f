"""Commands about forecasts of the response to a call for help."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foedus.cli import forecast_parts
from foedus.cli.console import json_option, json_text, print_json, print_table, progress_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.forecast import CallForecast, Skill, Standing
    from foedus.forecast.track import Track

record_option = click.option(
    "--record", "record_path", type=click.Path(path_type=Path), help="A record file of your own; fitted anew."
)
_ANSWERS = {"yes": True, "no": False, "unknown": None}
_answer = click.Choice(list(_ANSWERS))


@click.group()
def forecast() -> None:
    """Will they act? Forecasts from the record, each with its reasons and its track record.

    \b
    Examples:
      foedus forecast case kazakhstan-2022-january
      foedus forecast new --organisation csto --target ARM --trigger border_clash --request yes --adversary AZE
      foedus forecast predict calls.csv --json > forecasts.json
      foedus forecast score
    """


@forecast.command("case")
@click.argument("case_id")
@record_option
@json_option
def forecast_case(case_id: str, record_path: Path | None, as_json: bool) -> None:
    """Forecast CASE_ID of the record, always from a fit that did not see its crisis."""
    from foedus.forecast import case

    with progress_bar(enabled=not as_json) as listen:
        found = case(case_id, record_path, listen)
    if as_json:
        print_json(found.to_dict())
        return
    _chance(found, "from a fit to all other crises, later ones included")
    _say(
        "  from earlier calls only: "
        + (
            "none (too few of them, a comparator, or a record of your own)"
            if found.p_act_then is None
            else _percent(found.p_act_then, found.interval_then or (0.0, 1.0))
        )
    )
    _counts(found.standing)
    _explain(found)
    _analogues("Nearest calls in other crises, later ones included", found.analogues)
    _analogues("Nearest earlier calls", found.analogues_then)
    click.echo(f"What happened: {found.to_dict()['outcome']}")
    click.echo("")
    _say(found.standing.track_record)
    if found.skill is not None:
        _overall(found.skill)


@forecast.command("new")
@click.option("--organisation", required=True, help="Who is asked, for example csto, nato, ecowas.")
@click.option("--target", required=True, help="State in trouble: ISO code or name, for example KAZ.")
@click.option("--trigger", required=True, help="Kind of trouble, for example domestic_unrest (see the codebook).")
@click.option("--request", type=_answer, default="unknown", show_default=True, help="Did somebody entitled to ask?")
@click.option("--on", metavar="DATE", help="Day of the call (default: today).")
@click.option("--adversary", help="Against whom: states are recognised by code or name.")
@click.option("--adversary-is-member", type=_answer, help="Default: from the treaties, if it can be told.")
@click.option("--target-cinc", type=float, help="The state's share of world capability, 0 to 1.")
@record_option
@json_option
def forecast_new(
    organisation: str,
    target: str,
    trigger: str,
    request: str,
    on: str | None,
    adversary: str | None,
    adversary_is_member: str | None,
    target_cinc: float | None,
    record_path: Path | None,
    as_json: bool,
) -> None:
    """Forecast a call that is not in the record.

    \b
    Example:
      foedus forecast new --organisation csto --target KGZ --trigger domestic_unrest --request yes
    """
    from foedus.forecast import forecast_call, new_call, standing
    from foedus.record import open_record

    known = open_record(record_path)
    call, said = new_call(
        organisation,
        target,
        trigger,
        on=on,
        request=_ANSWERS[request],
        adversary=adversary,
        adversary_is_member=_ANSWERS[adversary_is_member] if adversary_is_member else None,
        target_cinc=target_cinc,
        record_path=known,
    )
    found, behind = forecast_call(call, known), standing(call, known)
    if as_json:
        print_json(found.to_dict() | behind.to_dict() | {"filled_in": list(said)})
        return
    _chance(found, "from a fit to all crises of the record" + (" but this one" if call.group else ""))
    _counts(behind)
    for line in said:
        click.echo(f"filled in: {line}")
    _explain(found)
    _contributors(found)
    _analogues("Nearest calls", found.analogues)
    _say(behind.track_record)


@forecast.command("predict")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave out rows that are not in order instead of refusing the file.")
@record_option
@json_option
def forecast_predict(file: Path, skip_bad: bool, record_path: Path | None, as_json: bool) -> None:
    """Forecast every call in FILE, a CSV with the record's columns in any order.

    Columns that tell how it ended may be there; they are not read. Empty cells make the answer wider. A call of a
    crisis that the record has (same case_id or group) is forecast from a fit without that crisis.
    """
    from foedus.forecast import forecast_calls
    from foedus.forecast.table import read
    from foedus.progress import Event

    table = read(file, skip_bad=skip_bad)
    for note in _about(table.ignored, table.unknown):
        click.echo(f"note: {note}", err=True)
    for problem in table.refused:
        click.echo(f"left out: {problem}", err=True)
    strangers: dict[str, int] = {}
    with progress_bar() as listen:
        click.echo("[" if as_json else f"{'case':44} {'P(act)':>6}  90 % interval  most likely", nl=not as_json)
        for number, found in enumerate(forecast_calls(table, record_path, analogues=3)):
            for note in found.notes:
                if "pooled effect" in note:
                    strangers[note] = strangers.get(note, 0) + 1
            if as_json:
                click.echo((",\n" if number else "\n") + json_text(_brief(found)), nl=False)
            else:
                click.echo(_line(found))
            if number % 100 == 0 or number + 1 == table.count:
                listen(Event("progress", "forecast", number + 1, table.count))
        if as_json:
            click.echo("\n]")
    for note, count in strangers.items():
        click.echo(f"note: {note} ({count} {'call' if count == 1 else 'calls'})", err=True)


@forecast.command("score")
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the track record to this Markdown file, with its diagram in images/ beside it.",
)
@record_option
@json_option
def forecast_score(page: Path | None, record_path: Path | None, as_json: bool) -> None:
    """How good the forecasts of the response are: schemes, baselines, calibration, every case.

    \b
    Examples:
      foedus forecast score
      foedus forecast score --json
      foedus forecast score --record my-record.csv
    """
    from foedus.forecast.track import track

    with progress_bar() as listen:
        found = track(record_path, listen)
    if page is not None:
        _write_page(page, found)
        click.echo(f"wrote {page}", err=as_json)
    if as_json:
        print_json(found.to_dict())
    elif page is None:
        _print_track(found)


@forecast.command("fit")
@click.option(
    "--check", is_flag=True, help="Fit nothing; compare the Laplace fit with Hamiltonian Monte Carlo instead."
)
@json_option
def forecast_fit(check: bool, as_json: bool) -> None:
    """Fit all models to Foedus's own record again and store the results with the record's hash.

    The fits are the same every time: their seeds are part of the code. With --check, the response model is fitted a
    second time by another method (about a minute) and both are shown with the diagnostics of the second.
    """
    if check:
        _print_check(as_json)
        return
    from foedus.forecast import burden, ship, timing
    from foedus.forecast import exit as leaving
    from foedus.forecast.folds import fits
    from foedus.forecast.response import DRAWS, SEED

    for store in (ship, timing.ship, burden.ship, leaving.ship):
        with progress_bar() as listen:
            path = store(listen)
        click.echo(f"wrote {path}", err=as_json)
    if as_json:
        found = {"seed": SEED, "draws": DRAWS, "record_hash": fits().record_hash}
        print_json(found | {"r_hat": {"days": timing.r_hat(), "stay": leaving.r_hat()}})
        return
    click.echo(f"response: seed {SEED}, {DRAWS} draws a fit, record and settings {fits().record_hash[:12]}")
    click.echo(f"largest R-hat: days {timing.r_hat():.3f}, length of the stay {leaving.r_hat():.3f}")
    click.echo("how far the Laplace fit can be trusted: foedus forecast fit --check")


def _print_check(as_json: bool) -> None:
    from foedus.forecast.hmc import agreement

    with progress_bar() as listen:
        found = agreement(on_event=listen)
    if as_json:
        print_json(found.to_dict())
        return
    click.echo(f"{found.cases} cases, {found.parameters} parameters, {found.chains} chains of {found.kept} draws")
    click.echo(
        f"worst split R-hat {found.r_hat:.3f}, least effective size {found.effective:.0f}, "
        f"divergences {found.divergent}"
    )
    print_table(
        "Slopes: mean (standard deviation)",
        ["predictor", "Laplace", "Monte Carlo"],
        [
            [row["predictor"], *(f"{row[key][0]:+.2f} ({row[key][1]:.2f})" for key in ("laplace", "hmc"))]
            for row in found.slopes
        ],
    )
    for name, (ours, theirs) in found.spreads.items():
        click.echo(f"{name}: {ours:.2f} and {theirs:.2f}")
    click.echo(f"P(act) differs by {found.p_act_mean_gap:.3f} on average, {found.p_act_gap:.3f} at most")


def _write_page(path: Path, found: Track) -> None:
    from foedus.files import write_pages
    from foedus.forecast.svg import reliability_diagram
    from foedus.forecast.trackpage import page

    texts = {"images/reliability.svg": reliability_diagram(found.bins), path.name: page(found)}
    write_pages(path.parent, texts, "the page")


def _print_track(found: Track) -> None:
    def spread(value: dict[str, float], sign: str = "") -> str:
        return f"{value['value']:{sign}.3f} ({value['low']:{sign}.3f} to {value['high']:{sign}.3f})"

    print_table(
        "Schemes (lower is better; 90 % intervals over crises)",
        ["scheme", "cases", "Brier", "log score", "ladder (RPS)"],
        [
            [row["scheme"], row["n"], spread(row["brier"]), spread(row["log_score"]), f"{row['rps']:.3f}"]
            for row in found.schemes
        ],
    )
    click.echo("")
    print_table(
        "Baselines, leave one crisis out",
        ["baseline", "Brier", "log score"],
        [[row["baseline"], f"{row['brier']:.3f}", f"{row['log_score']:.3f}"] for row in found.baselines],
    )
    click.echo("")
    print_table(
        "This model minus a baseline",
        ["against", "Brier", "log score"],
        [[row["against"], spread(row["brier"], "+"), spread(row["log_score"], "+")] for row in found.differences],
    )
    slope = found.calibration["slope"]
    click.echo("")
    click.echo(f"Calibration slope {slope['value']:.2f} ({slope['low']:.2f} to {slope['high']:.2f}; perfect: 1)")
    click.echo("Every case, by organisation and era, and where we lose: docs/track-record.md, or --json")


def _about(ignored: tuple[str, ...], unknown: tuple[str, ...]) -> list[str]:
    from foedus.record.model import KNOWN_ONLY_AFTERWARDS

    notes = []
    if outcomes := [name for name in ignored if name in KNOWN_ONLY_AFTERWARDS]:
        notes.append("ignored, because they are known only afterwards: " + ", ".join(outcomes))
    if unknown:
        notes.append("ignored, because the record has no such columns: " + ", ".join(unknown))
    return notes


def _brief(found: CallForecast) -> dict[str, Any]:
    return {key: value for key, value in found.to_dict().items() if key != "ladder_labels"}


def _line(found: CallForecast) -> str:
    from foedus.record import LADDER

    low, high = found.interval
    ladder = found.ladder_draws.mean(axis=0)
    likely = LADDER[int(ladder.argmax())]
    return f"{found.call.case_id:44} {found.p_act:6.2f}  {low:.2f} to {high:.2f}   {likely}"


def _chance(found: CallForecast, source: str) -> None:
    who = found.call.organisation or "the organisation"
    _say(f"{found.call.case_id}: {who} acts with a chance of {_percent(found.p_act, found.interval)}")
    click.echo(f"  {source}")


def _counts(behind: Standing) -> None:
    """Say how often calls like it, and earlier calls to the organisation, were answered."""
    alike, earlier = behind.alike, behind.earlier_calls
    _say(f"  calls like it in other crises: {alike['acted']} of {alike['n']} acted on ({alike['what'] or 'all calls'})")
    if earlier is not None:
        _say(
            f"  calls to the organisation before it: {earlier['acted']} of {earlier['organisation']} acted on; "
            f"requests answered: {earlier['answered']} of {earlier['requests']}"
        )


def _percent(chance: float, interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{100 * chance:.0f} % (90 % interval {100 * low:.0f} to {100 * high:.0f} %)"


def _say(text: str) -> None:
    """Print a paragraph that fits the terminal."""
    indent = " " * (len(text) - len(text.lstrip()))
    width = max(40, shutil.get_terminal_size().columns - 1)
    click.echo(click.wrap_text(text.strip(), width, initial_indent=indent, subsequent_indent=indent + "  "))


def _overall(skill: Skill) -> None:
    gap = skill.difference
    _say(f"Track record ({skill.scheme}, {skill.n} cases; lower is better):")
    _say(
        f"  Brier {skill.brier:.3f}; strongest baseline ({skill.strongest}) {skill.strongest_brier:.3f}, "
        f"pooled rate {skill.baseline_brier:.3f}"
    )
    _say(
        f"  log score {skill.log_score:.3f}; strongest baseline {skill.strongest_log_score:.3f}, "
        f"pooled rate {skill.baseline_log_score:.3f}"
    )
    _say(
        f"  Brier difference to the strongest {gap['brier']:+.3f}, standard error {gap['brier_se']:.3f}"
        + (": a tie" if gap["tie"] else "")
    )


def _explain(found: CallForecast) -> None:
    data = found.to_dict()
    for note in found.notes:
        _say(f"note: {note}")
    click.echo("")
    print_table(
        "Response",
        ["chance", "level"],
        [[f"{p:.2f}", label] for p, label in zip(data["ladder"], data["ladder_labels"], strict=True)],
    )
    click.echo("")
    print_table(
        "What moved it (log odds against the mean case)",
        ["effect", "because", "here"],
        [[f"{row['effect']:+.2f}", row["label"], row["value"]] for row in found.contributions],
    )
    click.echo("")
    for row in found.what_if:
        click.echo(f"If {row['if']}: {row['p_act']:.2f} ({row['p_act'] - found.p_act:+.2f})")
    click.echo("")


def _contributors(found: CallForecast) -> None:
    for out in found.contributors_excluded:
        click.echo(f"left out: {out.state}, {out.reason}")
    if found.contributors:
        likely = ", ".join(f"{member.state} {100 * member.p_participates:.0f} %" for member in found.contributors[:6])
        _say(f"Likeliest to take part, if it acts: {likely}")
        click.echo("")


def _analogues(title: str, found: Sequence[dict[str, Any]]) -> None:
    if found:
        print_table(
            title,
            ["case", "on", "similarity", "acted", "why"],
            [
                [row["case_id"], row["on"], f"{row['similarity']:.2f}", "yes" if row["acted"] else "no", row["why"]]
                for row in found[:3]
            ],
        )
        click.echo("")


for _command in (
    forecast_parts.days,
    forecast_parts.contributors,
    forecast_parts.stay,
    forecast_parts.council,
    forecast_parts.stack,
):
    forecast.add_command(_command)
