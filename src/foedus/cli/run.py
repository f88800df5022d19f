"""Commands that run a scenario end to end, and write its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foedus.cli.console import json_option, named_as_options, print_event, print_json, print_table, progress_bar

if TYPE_CHECKING:
    from foedus.crisis.inputs import Mode
    from foedus.ensemble import Arm
    from foedus.ensemble.execute import Engine
    from foedus.pipeline import Result
    from foedus.progress import Listener

_OPTIONS = {
    "runs": "--runs",
    "seed": "--seed",
    "workers": "--workers",
    "step_hours": "--step",
    "out": "--out",
    "record_path": "--record",
    "per": "--per",
}


@click.command()
@click.argument("scenario")
@click.option("--runs", type=int, default=200, show_default=True, help="Simulated runs, each with and without help.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same numbers, on any machine.")
@click.option("--workers", type=int, help="Threads; the numbers do not depend on it. [default: one a processor]")
@click.option(
    "--engine",
    type=click.Choice(["cohort", "agents"]),
    default="cohort",
    show_default=True,
    help="Counts of exchangeable people, or one by one (same law, slower).",
)
@click.option(
    "--mode",
    type=click.Choice(["hindcast", "free"]),
    default="hindcast",
    show_default=True,
    help="The state's decisions as recorded, or as hazards of pressure.",
)
@click.option("--step", "step_hours", type=float, default=1.0, show_default=True, help="Length of a step in hours.")
@click.option("--out", type=click.Path(path_type=Path), help="Directory for runs and report. [default: runs/SCENARIO]")
@click.option("--record", "record_path", type=click.Path(path_type=Path), help="A record of past calls of your own.")
@click.option("--json", "as_json", is_flag=True, help="Print events as JSON lines and nothing else.")
def run(
    scenario: str, runs: int, seed: int, workers: int | None, engine: Engine, mode: Mode, step_hours: float,
    out: Path | None, record_path: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Run SCENARIO end to end: the law, the decision, the crisis with and without help, and a report.

    SCENARIO is the name of one that comes with Foedus (kazakhstan-2022) or the path of your own.

    \b
    Examples:
      foedus run kazakhstan-2022
      foedus run kazakhstan-2022 --runs 1000 --seed 7 --out my-run
      foedus run kazakhstan-2022 --mode free      what if the state decides by pressure, not by the record
    """
    from foedus.pipeline import run as job

    def start(listen: Listener) -> Result:
        return job(
            scenario, runs=runs, seed=seed, workers=workers, engine=engine, mode=mode, step_hours=step_hours, out=out,
            record_path=record_path, on_event=listen,
        )  # fmt: skip

    with named_as_options(_OPTIONS):
        if as_json:
            print_event(_result_event(start(print_event)))
            return
        with progress_bar() as listen:
            done = start(listen)
    _print_summary(done.bundle)
    click.echo(f"\nReport: {done.report}")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a report that was changed by hand.")
@json_option
def report(directory: Path, force: bool, as_json: bool) -> None:
    """Write the HTML report of the stored run in DIRECTORY again."""
    from foedus.pipeline import rewrite

    with progress_bar(enabled=not as_json) as listen:
        path = rewrite(directory, listen, force=force)
    if as_json:
        print_json({"report": str(path)})
        return
    click.echo(f"Report: {path}")


@click.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--arm", type=click.Choice(["help", "no_help"]), help="Of both runs. [default: what happened in each]")
@click.option("--per", type=float, help="Rates for so many inhabitants, such as 100000.")
@json_option
def compare(first: Path, second: Path, arm: Arm | None, per: float | None, as_json: bool) -> None:
    """Compare two stored runs: SECOND less FIRST, with the same dice where scenario, seed and runs are the same.

    \b
    Examples:
      foedus compare runs/kazakhstan-2022 runs/my-what-if
      foedus compare runs/bahrain-2011 runs/kyrgyzstan-2010 --per 100000
    """
    from foedus import ensemble
    from foedus.ensemble.figures import inside

    with named_as_options(_OPTIONS):
        found = ensemble.compare(ensemble.load(first), ensemble.load(second), arm=arm, per=per)
    if as_json:
        print_json(found.to_dict())
        return
    decimals = 0 if per is None else 2
    outcomes = found.to_dict()["outcomes"]
    parts = [_fewer_same_more(row, found.pairs) for row in outcomes]
    rows = [
        [
            row["outcome"],
            *(_interval(row[key], decimals=decimals) for key in ("first", "second")),
            _interval(row["difference"], signed=True, decimals=decimals),
            " / ".join(map(str, counts)),
        ]
        for row, (counts, _) in zip(outcomes, parts, strict=True)
    ]
    unit = "people" if per is None else f"per {per:,.0f} inhabitants"
    columns = ["", *found.names, "second less first", f"fewer / as many / more of {parts[0][1]}"]
    print_table(f"Middle run ({inside(found.draws, len(found.first['dead']))}), {unit}", columns, rows)
    same, other = "Same dice: a difference is the change's.", "Different dice: the difference of independent runs."
    click.echo(same if found.paired else other)


def _fewer_same_more(row: dict[str, Any], pairs: int) -> tuple[list[int], int]:
    from foedus.ensemble.figures import parts_of

    fewer, more = row["fewer_in_second"], row["more_in_second"]
    return parts_of([fewer, 1.0 - fewer - more, more], pairs)


def _result_event(done: Result) -> Any:
    from foedus.progress import Event

    shown = ("verdict", "arms", "summary", "beside_the_model", "prediction", "spread", "law", "decision")
    data = {key: done.bundle[key] for key in shown} | {"directory": str(done.directory), "report": str(done.report)}
    return Event("result", "run", data=data)


def _print_summary(bundle: dict[str, Any]) -> None:
    from foedus.report.verdict import beside_sentence

    verdict = bundle["verdict"]
    click.echo(verdict["sentence"] + "\n")
    arms = bundle["arms"]["names"]
    helped = bundle["arms"]["kind"] != "none"
    rows = [
        [
            row["label"],
            row["reported"] + (" (priors tuned to it)" if row["tuned"] else ""),
            *(_interval(row[arm["key"]]) for arm in arms),
            *(_difference(row) if helped else ()),
        ]
        for row in bundle["summary"]
    ]
    title = f"{bundle['meta']['title']}: middle of {bundle['meta']['runs']} runs ({bundle['meta']['inside']})"
    of = bundle["summary"][0]["counts"]["of"]
    named = [f"simulated, {arm['short']}" for arm in arms]
    compared = ["help less no help", f"fewer / as many / more of {of}"] if helped else []
    print_table(title, ["", "reported", *named, *compared], rows)
    for item in bundle["beside_the_model"]:
        click.echo(f"Reported, and in no simulation: {item['value']} {item['label']} ({item['according_to']})")
    for point in verdict["points"][1:]:
        if point != beside_sentence(bundle["beside_the_model"]):
            click.echo(point)
    shares = ", ".join(f"{s['label'].lower()} {100 * s['chance']:.0f} %" for s in bundle["spread"])
    click.echo(f"\nShare of the spread that is chance (the rest is assumption): {shares or 'too few draws to tell'}")
    click.echo(bundle["meta"]["calibration"])
    if bundle["prediction"]:
        click.echo(bundle["prediction"]["sentence"])
    click.echo(verdict["caveat"])


def _difference(row: dict[str, Any]) -> list[str]:
    unclear = ", no clear difference" if row["seen"] is False else ""
    counts = " / ".join(str(row["counts"][key]) for key in ("fewer", "same", "more"))
    return [_interval(row["difference"], signed=True) + unclear, counts]


def _interval(values: list[float], *, signed: bool = False, decimals: int = 0) -> str:
    from foedus.ensemble.figures import figure

    low, middle, high = (figure(v, "+" if signed else "", decimals) for v in values)
    return f"{middle} ({low} to {high})"
