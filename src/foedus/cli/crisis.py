"""Commands about crisis scenarios."""

from __future__ import annotations

import click

from foedus.cli.console import json_option, print_json, print_table


@click.group()
def scenario() -> None:
    """List, show and check crisis scenarios.

    \b
    Examples:
      foedus scenario list
      foedus scenario show kazakhstan-2022
      foedus scenario check my-scenario/scenario.yaml
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
            "places": len(s.places),
        }
        for s in found
    ]
    if as_json:
        print_json(rows)
        return
    print_table("", list(rows[0]), [list(row.values()) for row in rows])


@scenario.command("show")
@click.argument("name")
@json_option
def show_scenario(name: str, as_json: bool) -> None:
    """Show what a scenario says: places, events, contingents, parameters with their priors."""
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
    priors = found.priors
    print_table(
        "Parameters",
        ["name", "meaning", "unit", "prior", "origin"],
        [[p.name, p.meaning, p.unit, priors[p.name], priors[p.name].origin] for p in PARAMETERS],
    )


@scenario.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path())
def check_scenario(files: tuple[str, ...]) -> None:
    """Check scenario FILES of your own, with their claims, incident and the law they ask about."""
    from foedus.crisis import load_scenario
    from foedus.evidence import load_claims
    from foedus.report import law

    for file in files:
        found = load_scenario(file)
        claims = load_claims(found.claims_path)
        law.section(found)
        click.echo(
            f"{file}: {found.title}; {len(found.places)} places, {len(found.events)} events, {len(claims)} claims"
        )
