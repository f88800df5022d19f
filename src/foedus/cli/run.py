"""Commands that run a scenario end to end, and write its report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foedus.cli.console import json_option, print_event, print_json, print_table, progress_bar

if TYPE_CHECKING:
    from foedus.crisis.inputs import Mode
    from foedus.ensemble.execute import Engine
    from foedus.pipeline import Result
    from foedus.progress import Listener


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

    if as_json:
        print_event(_result_event(start(print_event)))
        return
    with progress_bar() as listen:
        done = start(listen)
    _print_summary(done.bundle)
    click.echo(f"\nReport: {done.report}")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@json_option
def report(directory: Path, as_json: bool) -> None:
    """Write the HTML report of the stored run in DIRECTORY again."""
    from foedus.pipeline import rewrite

    path = rewrite(directory)
    if as_json:
        print_json({"report": str(path)})
        return
    click.echo(f"Report: {path}")


def _result_event(done: Result) -> Any:
    from foedus.progress import Event

    shown = ("verdict", "summary", "spread", "law", "decision")
    data = {key: done.bundle[key] for key in shown} | {"directory": str(done.directory), "report": str(done.report)}
    return Event("result", "run", data=data)


def _print_summary(bundle: dict[str, Any]) -> None:
    click.echo(bundle["verdict"]["sentence"] + "\n")
    rows = [
        [
            row["label"],
            row["reported"],
            _interval(row["help"]),
            _interval(row["no_help"]),
            _interval(row["difference"], signed=True),
            f"{100 * row['fewer_with_help']:.0f} / {100 * row['more_with_help']:.0f} %",
        ]
        for row in bundle["summary"]
    ]
    title = f"{bundle['meta']['title']}: {bundle['meta']['runs']} runs, middle run (90 % of runs)"
    columns = ["", "reported", "simulated, with help", "without help", "difference", "fewer / more with help"]
    print_table(title, columns, rows)
    shares = ", ".join(f"{s['label'].lower()} {100 * s['chance']:.0f} %" for s in bundle["spread"])
    click.echo(f"\nShare of the spread that is chance (the rest is assumption): {shares or 'too few runs to tell'}")
    click.echo(bundle["meta"]["calibration"])
    click.echo(bundle["verdict"]["caveat"])


def _interval(values: list[float], *, signed: bool = False) -> str:
    low, middle, high = (f"{round(v):+,}" if signed else f"{round(v):,}" for v in values)
    return f"{middle} ({low} to {high})"
