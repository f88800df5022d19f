"""Commands about treaties: obligations, and the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from foedus.cli import treaty_work
from foedus.cli.console import columns, json_option, print_json, print_rows, print_table

if TYPE_CHECKING:
    from foedus.treaties.history import Change


@click.command()
@click.argument("state")
@click.option("--on", required=True, metavar="DATE", help="The day whose law applies, YYYY-MM-DD.")
@click.option(
    "--facts",
    metavar="INCIDENT",
    help="Name of an incident that comes with Foedus, or a YAML file. Without it: what could oblige whom.",
)
@click.option("--known-by", metavar="DATE", help="Leave out what became known after this day.")
@click.option("--according-to", metavar="WHO", help="Take this claimant's word, by key or name in the incident file.")
@click.option("--reading", metavar="NAME", help="Use this reading wherever a provision has it.")
@click.option("--treaty", metavar="NAME", help="Only this treaty or family.")
@json_option
def obligations(
    state: str,
    on: str,
    facts: str | None,
    known_by: str | None,
    according_to: str | None,
    reading: str | None,
    treaty: str | None,
    as_json: bool,
) -> None:
    """Who is bound to do what for STATE, under which article, and why.

    STATE is an ISO 3166-1 alpha-3 code, or a name. Every answer is yes, no or unknown. What was only claimed stays
    unknown unless you take the claimant's word with --according-to.

    \b
    Examples:
      foedus obligations KAZ --on 2022-01-05
      foedus obligations KAZ --on 2022-01-05 --facts kazakhstan-2022
      foedus obligations KAZ --on 2012-12-18 --facts kazakhstan-2022 --treaty csto
      foedus obligations KAZ --on 2022-01-05 --facts kazakhstan-2022 --according-to observers
    """
    from foedus.treaties import obligations as evaluate

    found = evaluate(state, on, facts, known_by=known_by, according_to=according_to, reading=reading, treaty=treaty)
    if as_json:
        print_json(found.to_json())
        return
    click.echo(found.explain(columns()), nl=False)


@click.group()
def treaties() -> None:
    """List, show, compare and check treaties; ask for the facts that matter.

    \b
    Examples:
      foedus treaties list
      foedus treaties show cst-1992
      foedus treaties diff csto --from 2010-01-01 --to 2013-01-01
      foedus treaties ask KAZ --on 2022-01-05 --treaty csto --provision 4
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
    print_rows(rows, as_json=as_json)


@treaties.command("incidents")
@json_option
def list_incidents(as_json: bool) -> None:
    """List the incidents that come with Foedus, for `foedus obligations --facts`.

    \b
    Example:
      foedus obligations HUN --on 1956-10-24 --facts hungary-1956
    """
    from foedus.treaties import incident_names, load_incident

    found = [load_incident(name) for name in incident_names()]
    rows = [
        {"name": i.name, "title": i.title, "target": i.target, "date": str(i.date), "facts": len(i.facts)}
        for i in found
    ]
    print_rows(rows, as_json=as_json)


@treaties.command("show")
@click.argument("name")
@json_option
def show_treaty(name: str, as_json: bool) -> None:
    """Show what a treaty file says: parties, provisions with their versions, organs, forces, links, sources.

    NAME is an id, a short name, a family (csto, nato, arab ...), or the path of a treaty file of your own.

    \b
    Examples:
      foedus treaties show cst-1992
      foedus treaties show csto --json
    """
    from foedus.treaties import resolve, show
    from foedus.treaties.describe import describe_data

    if as_json:
        print_json([describe_data(treaty) for treaty in resolve(name)])
        return
    click.echo(show(name))


@treaties.command("check")
@click.argument("files", nargs=-1, type=click.Path())
@json_option
def check_treaties(files: tuple[str, ...], as_json: bool) -> None:
    """Check treaty or incident FILES of your own, or the whole library if none is named.

    Every file is read; the exit code is 2 if one of them is not in order.

    \b
    Examples:
      foedus treaties check
      foedus treaties check my-treaty.yaml my-incident.yaml
    """
    from foedus.errors import InputError
    from foedus.treaties import Treaty, check, library

    if not files:
        if as_json:
            print_json({"treaties": len(library()), "in_order": True})
        else:
            click.echo(f"{len(library())} treaties of the library are in order")
        return
    rows: list[dict[str, object]] = []
    for file in files:
        try:
            read = check(file)
        except InputError as error:
            rows.append({"file": file, "in_order": False, "error": str(error), "line": error.line, "key": error.key})
            if not as_json:
                click.echo(str(error), err=True)
            continue
        if isinstance(read, Treaty):
            what = f"treaty: {read.name}, {len(read.provisions)} provisions, {len(read.parties)} parties"
        else:
            what = f"incident: {read.title}, {len(read.facts)} statements"
        rows.append({"file": file, "in_order": True, "what": what})
        if not as_json:
            click.echo(f"{file}: {what}")
    if as_json:
        print_json(rows)
    if not all(row["in_order"] for row in rows):
        raise click.exceptions.Exit(2)


@treaties.command("diff")
@click.argument("name")
@click.option("--from", "start", required=True, metavar="DATE", help="What changed after this day ...")
@click.option("--to", "end", required=True, metavar="DATE", help="... and up to this one.")
@json_option
def diff_treaty(name: str, start: str, end: str, as_json: bool) -> None:
    """Show what changed in a treaty or family between two days.

    \b
    Example:
      foedus treaties diff csto --from 2010-01-01 --to 2013-01-01
    """
    from foedus.treaties.history import diff

    _print_changes(diff(name, start, end), as_json)


@treaties.command("timeline")
@click.argument("name")
@json_option
def treaty_timeline(name: str, as_json: bool) -> None:
    """Show everything dated about a treaty or family, in order.

    \b
    Example:
      foedus treaties timeline anzus
    """
    from foedus.treaties.history import timeline

    _print_changes(timeline(name), as_json)


@treaties.command("schema")
def treaty_schema() -> None:
    """Print the JSON Schema of a treaty file, for editors."""
    from foedus.treaties.json_schema import schema

    print_json(schema())


@treaties.command("ask")
@click.argument("state")
@click.option("--on", required=True, metavar="DATE", help="The day whose law applies, YYYY-MM-DD.")
@click.option("--treaty", required=True, metavar="NAME", help="Treaty or family to ask about.")
@click.option("--provision", metavar="ARTICLE", help="Only this article.")
@click.option("--out", type=click.Path(), default="incident.yaml", show_default=True, help="Incident file to write.")
@json_option
def ask_treaty(state: str, on: str, treaty: str, provision: str | None, out: str, as_json: bool) -> None:
    """Ask for the facts that matter, the most informative first, and write the incident file.

    \b
    Example:
      foedus treaties ask KAZ --on 2022-01-05 --treaty csto --provision 4
    """
    from foedus.treaties import ask

    def answer(question: str) -> str:
        choice = click.Choice(["yes", "no", "unknown"])
        return str(click.prompt(question, type=choice, default="unknown", err=as_json))

    def source(question: str) -> str:
        return str(click.prompt(question, default="own knowledge", err=as_json))

    found = ask(state, on, treaty, out, answer, source, provision=provision)
    if as_json:
        print_json(found.to_json())
    else:
        click.echo("")
        click.echo(found.explain(columns()), nl=False)
    click.echo(f"\nWrote {out}", err=as_json)


@click.command()
@click.argument("state")
@click.option("--on", required=True, metavar="DATE", help="The day, YYYY-MM-DD.")
@json_option
def allies(state: str, on: str, as_json: bool) -> None:
    """Who is bound with STATE that day, by which treaty, and how strong the promise is.

    \b
    Example:
      foedus allies KAZ --on 2022-01-05
    """
    from foedus.dates import parse_day
    from foedus.states import name_of
    from foedus.treaties import library
    from foedus.treaties.asked import check_state, unbound
    from foedus.treaties.edition import note_on
    from foedus.treaties.history import allies as find
    from foedus.treaties.history import to_rows

    found, day = find(state, on), parse_day(on)
    late = note_on(day)
    if as_json:
        print_json(to_rows(found))
    elif not found:
        click.echo(unbound(check_state(state, day), day, with_others=True))
    else:
        print_table(
            "",
            ["ally", "as", "treaty", "both bound", "level", "kinds of provision", "confidence"],
            [
                [
                    f"{name_of(a.state)} ({a.state})", a.role, a.treaty, a.bound, a.strongest,
                    ", ".join(kind.replace("_", " ") for kind in a.kinds), a.confidence,
                ]
                for a in found
            ],
        )  # fmt: skip
        click.echo("level: the strongest thing its parties must do, from 0 (refrain) to 5 (help by all means)")
        if {a.role for a in found} != {"ally"}:
            click.echo("protected: promised protection by the parties without being one of them")
        click.echo(f"from the {len(library())} treaties of the library; many bilateral pacts are not in it yet")
    if late:
        click.echo(late, err=as_json)


@click.command()
@click.argument("name")
@click.option("--on", metavar="DATE", help="The day whose rule and members count. [default: the file's]")
@click.option("--positions", required=True, type=click.Path(), metavar="FILE", help="How the members stand, as YAML.")
@click.option("--organ", help="Which organ, if the treaty has several.")
@click.option("--matter", help="The class of questions, where some are decided by a rule of their own (settlement).")
@json_option
def council(name: str, on: str | None, positions: str, organ: str | None, matter: str | None, as_json: bool) -> None:
    """Count a vote: does it pass under an organ's rule that day, who is pivotal, who may stay out.

    FILE says: proposal: TEXT, positions: {RUS: yes, KGZ: abstain, ...}, and if need be target, attackers, disputants
    and matter.

    \b
    Examples:
      foedus council csto --on 2022-01-06 --positions positions.yaml
      foedus council un --on 1976-01-13 --positions positions.yaml --matter settlement
    """
    from foedus.states import name_of
    from foedus.treaties.asked import is_own
    from foedus.treaties.edition import note_on
    from foedus.treaties.voting import council as count
    from foedus.treaties.words import organ_name

    found = count(name, positions, on, organ, matter)
    data = found.to_dict()
    late = None if is_own(found.treaty) else note_on(found.day)
    if late:
        click.echo(late, err=as_json)
    if as_json:
        print_json(data)
        return

    def names(states: list[str]) -> str:
        return ", ".join(map(name_of, states))

    click.echo(f"{found.treaty.short}, {organ_name(found.treaty, found.organ)}, {found.day}: {found.rule.rule}")
    click.echo(f"needed: {data['needed']}; voting: {names(data['voters'])}")
    if found.chair is not None:
        holder = f" ({found.chair.holder})" if found.chair.holder else ""
        click.echo(f"in the chair: {name_of(found.chair.state)}{holder}")
    if found.offices:
        click.echo(f"who may sit and chair: {', '.join(office.replace('_', ' ') for office in found.offices)}")
    if found.confidence != "seen":
        click.echo("this rule rests at least partly on unverified memory")
    if data["membership_uncertain"]:
        click.echo(f"not certain to be members: {names(data['membership_uncertain'])}")
    if data["excluded"]:
        click.echo(f"without a vote: {names(data['excluded'])}")
    click.echo(f"passes: {data['passes']}")
    click.echo(f"each could turn it alone: {names(data['pivotal']) or 'nobody'}")
    if data["limited_format"] is not None:
        click.echo(f"can go ahead without the rest: {data['limited_format']}")
    if data["may_stay_out"]:
        click.echo(f"may stay out: {names(data['may_stay_out'])}")
    if found.power is not None:
        print_table(
            "Voting power",
            ["member", "position", "Shapley-Shubik", "Banzhaf"],
            [
                [
                    name_of(s),
                    found.positions[s],
                    f"{found.power.shapley_shubik[s]:.4f}",
                    f"{found.power.banzhaf[s]:.4f}",
                ]
                for s in found.voters
            ],
        )


def _print_changes(changes: list[Change], as_json: bool) -> None:
    from foedus.treaties.history import to_rows

    if as_json:
        print_json(to_rows(changes))
        return
    if not changes:
        click.echo("Nothing of the kind is dated in the file.")
        return
    print_table(
        "",
        ["date", "treaty", "kind", "what", "confidence"],
        [[c.date, c.treaty, c.kind, c.what, c.confidence] for c in changes],
    )


@treaties.command("atop")
@click.option("--data", type=click.Path(), metavar="DIR", help="Folder of the external data. [default: FOEDUS_DATA]")
@json_option
def compare_with_atop(data: str | None, as_json: bool) -> None:
    """List where ATOP codes a treaty differently, with the reason for each difference.

    ATOP does not come with Foedus: bring its files (folder atop with the alliance and member level in CSV).

    \b
    Example:
      foedus treaties atop --data ~/data
    """
    from collections import Counter
    from dataclasses import asdict

    from foedus.treaties.atop import differences

    found = differences(data)
    reasons = Counter(difference.reason for difference in found)
    if as_json:
        print_json({"reasons": dict(reasons.most_common()), "differences": [asdict(one) for one in found]})
        return
    rows = [[d.treaty, d.state, d.field, d.ours, d.atop] for d in found]
    print_table("", ["treaty", "state", "field", "ours", "ATOP"], rows)
    click.echo("")
    by_reason = [[number, reason] for reason, number in reasons.most_common()]
    print_table(f"{len(found)} differences by reason", ["how many", "reason"], by_reason)


@treaties.command("pages")
@click.argument("folder", type=click.Path())
def treaty_pages(folder: str) -> None:
    """Write a page in Markdown for every treaty into FOLDER."""
    from foedus.treaties.pages import write_pages

    click.echo(f"wrote {len(write_pages(folder))} pages to {folder}")


for command in (treaty_work.new, treaty_work.facts, treaty_work.verify, treaty_work.export):
    treaties.add_command(command)
