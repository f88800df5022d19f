"""Commands about treaties: obligations, and the library."""

from __future__ import annotations

import click

from foedus.cli.console import json_option, print_json, print_table


@click.command()
@click.argument("state")
@click.option("--on", required=True, metavar="DATE", help="The day whose law applies, YYYY-MM-DD.")
@click.option(
    "--facts",
    required=True,
    metavar="INCIDENT",
    help="Name of an incident that comes with Foedus, or a YAML file.",
)
@click.option("--known-by", metavar="DATE", help="Leave out what became known after this day.")
@click.option("--according-to", metavar="WHO", help="Take this claimant's word, by key or name in the incident file.")
@click.option("--reading", metavar="NAME", help="Use this reading wherever a provision has it.")
@click.option("--treaty", metavar="NAME", help="Only this treaty or family.")
@json_option
def obligations(
    state: str,
    on: str,
    facts: str,
    known_by: str | None,
    according_to: str | None,
    reading: str | None,
    treaty: str | None,
    as_json: bool,
) -> None:
    """Who is bound to do what for STATE, under which article, and why.

    STATE is an ISO 3166-1 alpha-3 code. Every answer is yes, no or unknown. What was only claimed stays unknown
    unless you take the claimant's word with --according-to.

    \b
    Examples:
      foedus obligations KAZ --on 2022-01-05 --facts kazakhstan-2022
      foedus obligations KAZ --on 2012-12-18 --facts kazakhstan-2022 --treaty csto
      foedus obligations KAZ --on 2022-01-05 --facts kazakhstan-2022 --according-to observers
    """
    from foedus.treaties import obligations as evaluate

    found = evaluate(state, on, facts, known_by=known_by, according_to=according_to, reading=reading, treaty=treaty)
    if as_json:
        print_json(found.to_dict())
        return
    click.echo(found.explain(), nl=False)
    if not found.findings:
        click.echo("No treaty of the library bound this state that day.")


@click.group()
def treaties() -> None:
    """List, show and check treaties.

    \b
    Examples:
      foedus treaties list
      foedus treaties show cst-1992
      foedus treaties check my-treaty.yaml
    """


@treaties.command("list")
@json_option
def list_treaties(as_json: bool) -> None:
    """List the treaties of the library."""
    from foedus.treaties import library

    rows = [
        {
            "id": treaty.id,
            "name": treaty.name,
            "in_force": None if treaty.in_force is None else str(treaty.in_force),
            "ended": None if treaty.ended is None else str(treaty.ended),
            "parties": len(treaty.parties),
            "provisions": len(treaty.provisions),
            "confidence": treaty.confidence,
        }
        for treaty in library().values()
    ]
    if as_json:
        print_json(rows)
        return
    print_table("", list(rows[0]), [list(row.values()) for row in rows])


@treaties.command("show")
@click.argument("name")
@json_option
def show_treaty(name: str, as_json: bool) -> None:
    """Show what a treaty file says: parties, provisions with their versions, organs, sources."""
    from foedus.treaties import resolve
    from foedus.treaties.describe import describe, describe_data

    found = resolve(name)
    if as_json:
        print_json([describe_data(treaty) for treaty in found])
        return
    click.echo("\n\n".join(describe(treaty) for treaty in found))


@treaties.command("check")
@click.argument("files", nargs=-1, type=click.Path())
def check_treaties(files: tuple[str, ...]) -> None:
    """Check treaty FILES of your own, or the whole library if none is named."""
    from foedus.treaties import library, load_treaty

    if not files:
        click.echo(f"{len(library())} treaties of the library are well-formed")
        return
    for file in files:
        treaty = load_treaty(file)
        click.echo(f"{file}: {treaty.name}, {len(treaty.provisions)} provisions, {len(treaty.parties)} parties")
