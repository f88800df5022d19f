"""Commands about crisis scenarios."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foedus.cli.console import json_option, print_json, print_rows, print_table, progress_bar

if TYPE_CHECKING:
    from foedus.crisis import Loaded
    from foedus.errors import InputError
    from foedus.record import Record


@click.group()
def scenario() -> None:
    """List, show, check, start and test crisis scenarios.

    \b
    Examples:
      foedus scenario list
      foedus scenario show bahrain-2011
      foedus scenario new my-crisis --state LUX
      foedus scenario check my-crisis
      foedus run my-crisis
      foedus scenario predict kyrgyzstan-2010
    """


@scenario.command("list")
@json_option
def list_scenarios(as_json: bool) -> None:
    """List the scenarios that come with Foedus."""
    from foedus.crisis import load_scenario, scenario_names

    found = [load_scenario(name) for name in scenario_names()]
    rows = [
        {
            "name": s.name,
            "title": s.title,
            "from": str(s.start.date()),
            "to": str(s.end.date()),
            "help": "none" if not s.contingents else "refused" if s.help_is_hypothetical else "sent",
            "places": len(s.places),
        }
        for s in found
    ]
    print_rows(rows, as_json=as_json)


@scenario.command("show")
@click.argument("name")
@json_option
def show_scenario(name: str, as_json: bool) -> None:
    """Show what a scenario says: places, recorded events, contingents, priors, limits."""
    from foedus.crisis import load_scenario
    from foedus.crisis.parameters import PARAMETERS

    found = load_scenario(name)
    if as_json:
        print_json(found.model_dump(mode="json", exclude={"directory"}))
        return
    click.echo(f"{found.title} ({found.name})\n{found.start} to {found.end}\n")
    print_table("Places", ["code", "name", "people"], [[p.code, p.name, f"{p.population:,}"] for p in found.places])
    click.echo("")
    print_table(
        "Recorded events",
        ["from", "to", "kind", "what", "source"],
        [
            [e.start.strftime("%d %b %H:%M"), e.end.strftime("%d %b %H:%M") if e.end else "", e.kind, e.label, e.source]
            for e in found.events
        ],
    )
    click.echo("")
    if found.contingents:
        title = "Contingents, assumed: nobody came" if found.help_is_hypothetical else "Contingents"
        print_table(
            title,
            ["state", "soldiers", "arrival", "departure", "consent", "source"],
            [
                [c.state, f"{c.soldiers[0]:,} to {c.soldiers[1]:,}", c.arrival.strftime("%d %b %H:%M"),
                 c.departure.strftime("%d %b %H:%M"), c.consent, c.source]
                for c in found.contingents
            ],
        )  # fmt: skip
        click.echo("")
    if found.rules:
        rows = [
            [str(r.when), r.do, f"{r.size:g}", ", ".join(r.places) or "everywhere", r.label, r.source]
            for r in found.rules
        ]
        print_table("Rules: once this is true", ["when", "do", "size", "where", "what", "source"], rows)
        click.echo("")
    priors = found.priors
    print_table(
        "Parameters",
        ["name", "meaning", "unit", "prior", "origin"],
        [[p.name, p.meaning, p.unit, priors[p.name], priors[p.name].origin] for p in PARAMETERS],
    )
    for limit in found.limits:
        click.echo(f"\n{limit.title}: {limit.text}")


@scenario.command("parameters")
@json_option
def list_parameters(as_json: bool) -> None:
    """List every parameter of the model: meaning, unit, range, default prior and its origin."""
    from foedus.crisis.parameters import PARAMETERS

    rows = [
        {
            "name": p.name,
            "meaning": p.meaning,
            "unit": p.unit,
            "range": f"{p.bounds[0]:g} to {p.bounds[1]:g}",
            "prior": str(p.prior),
            "origin": p.prior.origin,
            "shown_by_reports": p.identified,
        }
        for p in PARAMETERS
    ]
    print_rows(rows, as_json=as_json)


@scenario.command("pages")
@click.argument("folder", default="docs", type=click.Path(path_type=Path))
def scenario_pages(folder: Path) -> None:
    """Write the table of parameters and the model's description (ODD protocol) into FOLDER, from the code."""
    from foedus.crisis.pages import write_pages

    click.echo("Wrote " + ", ".join(str(path) for path in write_pages(folder)))


@scenario.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option(
    "--record", "record_path", type=click.Path(path_type=Path), help="A record of your own that has the case."
)
@json_option
def check_scenario(files: tuple[str, ...], record_path: Path | None, as_json: bool) -> int:
    """Check scenario FILES of your own, with their claims, incident, outlines and the law they ask about.

    Says every fault with its file, line, key, what was found, what was expected and how to fix it. The exit
    code is 2 if there is any.
    """
    from foedus.crisis import Loaded
    from foedus.record import open_record

    known = None if record_path is None else open_record(record_path)
    result: list[dict[str, object]] = []
    for file in files:
        good = _checked(file, known)
        found = [] if isinstance(good, Loaded) else good
        result += [_plain(fault) for fault in found]
        if as_json:
            continue
        for fault in found:
            click.echo(f"error: {fault}", err=True)
        if isinstance(good, Loaded):
            _say(good, file)
    if as_json:
        print_json(result)
    return 2 if result else 0


def _checked(file: str, known: Record | None) -> Loaded | list[InputError]:
    """Return a scenario that is in order, or every fault of it and of the files that it names."""
    from foedus import yamlfile
    from foedus.crisis import Scenario, claim_faults, named_faults, open_scenario, scenario_file
    from foedus.errors import InputError

    try:
        loaded = open_scenario(file)
    except InputError as first:
        try:
            return yamlfile.faults(Scenario, scenario_file(file)) or [first]
        except InputError as unreadable:
            return [unreadable]
    try:
        found = claim_faults(loaded)
    except InputError as fault:
        found = [fault]
    return [*found, *named_faults(loaded, known)] or loaded


def _say(good: Loaded, file: str) -> None:
    scenario, claims = good.scenario, good.claims
    counts = {"place": len(scenario.places), "event": len(scenario.events), "claim": len(claims)}
    told = ", ".join(f"{n} {what}{'' if n == 1 else 's'}" for what, n in counts.items())
    click.echo(f"{file}: {scenario.title}; {told}; no faults")
    others = Counter(claim.event for claim in claims if claim.event != scenario.name)
    for name, n in sorted(others.items()):
        click.echo(f"  claims on another event: {n} on '{name}'")


def _plain(fault: InputError) -> dict[str, object]:
    keys = ("message", "file", "line", "key", "found", "expected", "cure")
    return {key: getattr(fault, key) for key in keys}


@scenario.command("new")
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--state", required=True, help="The state that calls for help: ISO code or name (LUX, Luxembourg).")
@click.option("--on", "day", default="2024-03-01", show_default=True, help="The day on which the trouble starts.")
@json_option
def new_scenario(directory: Path, state: str, day: str, as_json: bool) -> None:
    """Write a commented starter scenario into DIRECTORY: it is valid and runs.

    The towns, clocks and people of a state of today are real, and the events are invented. The reason for the treaty
    that it asks about is told.

    \b
    Examples:
      foedus scenario new my-crisis --state LUX
      foedus scenario new my-crisis --state Luxembourg --on 2019-11-04
    """
    from foedus.crisis.starter import write
    from foedus.dates import parse_day

    made = write(directory, state, parse_day(day))
    if as_json:
        print_json({"files": [str(file) for file in made.files], "told": list(made.told)})
        return
    click.echo("Wrote " + ", ".join(str(file) for file in made.files))
    for line in made.told:
        click.echo(line)
    click.echo(f"Next: edit them, then\n  foedus scenario check {directory}\n  foedus run {directory}")


@scenario.command("predict")
@click.argument("name")
@click.option("--runs", type=int, default=400, show_default=True, help="Simulated runs.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--workers", type=int, help="Threads; the numbers do not depend on it. [default: one a processor]")
@click.option("--priors", "lender", help="'default' for the model's own wide priors, or a scenario to borrow from.")
@json_option
def predict(name: str, runs: int, seed: int, workers: int | None, lender: str | None, as_json: bool) -> None:
    """Hold reported figures that set no input against what the runs say about their day.

    A scenario says under 'prediction' which claims set its inputs; all others on simulated quantities count.

    \b
    Examples:
      foedus scenario predict bahrain-2011
      foedus scenario predict bahrain-2011 --priors default
      foedus scenario predict kyrgyzstan-2010 --priors kazakhstan-2022
    """
    from foedus import ensemble
    from foedus.crisis import load_scenario, open_scenario
    from foedus.errors import InputError
    from foedus.report import prediction

    loaded = open_scenario(name)
    found = loaded.scenario
    if lender is None and found.prediction is None:
        raise InputError(
            "the priors of this scenario have seen its claims, so agreement is no test",
            key="prediction",
            found="none",
            cure="try --priors default, or write 'prediction' into the scenario if its priors came first",
        )
    if lender is not None:
        found = prediction.borrow(found, None if lender == "default" else load_scenario(lender))
    claims = loaded.claims  # bad ones should not cost the wait for the runs
    with progress_bar(enabled=not as_json) as listen:
        done = prediction.check(ensemble.run(found, runs=runs, seed=seed, workers=workers, on_event=listen), claims)
    if as_json:
        print_json(done.to_dict())
        return
    rows = [
        [r.claim, r.quantity, r.place, r.as_of, r.reported,
         f"{r.middle:,.0f} ({r.ninety[0]:,.0f} to {r.ninety[1]:,.0f})",
         f"{100 * r.below:.0f} %", "inside" if r.inside_ninety else "OUTSIDE"]
        for r in done.rows
    ]  # fmt: skip
    columns = ["claim", "what", "where", "as of", "reported", "middle run (90 % of runs)", "runs below", "90 %"]
    print_table(f"{found.title}: {runs} runs against held-back figures", columns, rows)
    click.echo(done.sentence())
