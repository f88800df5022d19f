"""Commands for people who add law: begin a file, list the words that it may use, check it against texts, export."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from foedus.cli.console import json_option, print_json, print_table

if TYPE_CHECKING:
    from foedus.treaties.verifying import Verified


@click.command("new")
@click.argument("name", metavar="ID")
@click.option("--out", type=click.Path(), metavar="FILE", help="The file to write. [default: ID.yaml]")
def new(name: str, out: str | None) -> None:
    """Begin a treaty file: a commented skeleton that passes `foedus treaties check`.

    \b
    Example:
      foedus treaties new my-pact-2001
    """
    from foedus.treaties.starting import new_treaty

    file = new_treaty(name, out)
    click.echo(f"Wrote {file}\nNext: edit it, then\n  foedus treaties check {file}")


@click.command("facts")
@json_option
def facts(as_json: bool) -> None:
    """List the facts that conditions may ask for, and the actions that duties may name."""
    from foedus.treaties import vocabulary

    words = vocabulary()
    actions = {name: one.text for name, one in words.actions.items()}
    if as_json:
        print_json({"facts": words.facts, "actions": actions})
        return
    print_table("", ["fact", "it holds if"], [[name, text] for name, text in words.facts.items()])
    click.echo("")
    print_table("", ["action", "a party must, may or must not"], [[name, text] for name, text in actions.items()])


@click.command("verify")
@click.argument("name", metavar="[TREATY]", required=False)
@click.option("--texts", required=True, type=click.Path(), metavar="DIR", help="Your folder of treaty texts.")
@json_option
def verify(name: str | None, texts: str, as_json: bool) -> None:
    """Check where the words of provisions stand, against a folder of texts of your own.

    A copy is known by its SHA-256. Without TREATY the state of the whole library is told; with one, each article is
    shown above the rule that encodes it, for a reviewer. The exit code is 1 if a copy or an article is not found.

    \b
    Examples:
      foedus treaties verify --texts ~/treaty-texts
      foedus treaties verify nato-1949 --texts ~/treaty-texts
    """
    from foedus.treaties.verifying import verify as look

    found = look(texts, name)
    if as_json:
        print_json(
            [
                {
                    "treaty": one.treaty.id,
                    "provision": one.provision.id,
                    "version_from": str(one.version.start),
                    "basis": one.provision.basis(one.version),
                    "verdict": one.verdict,
                    "file": None if one.file is None else str(one.file),
                    "excerpt": one.excerpt,
                }
                for one in found
            ]
        )
    elif name is None:
        rows = [
            [o.provision.id, str(o.version.start), o.provision.basis(o.version), o.verdict]
            for o in found
            if o.verdict != "found"
        ]
        print_table("Not found, or without words", ["provision", "from", "basis", "verdict"], rows)
        counted = Counter((one.provision.basis(one.version), one.verdict) for one in found)
        click.echo("")
        print_table("", ["basis", "verdict", "versions"], [[*key, n] for key, n in sorted(counted.items())])
    else:
        _side_by_side(found)
    if any(one.verdict not in ("found", "no words named") for one in found):
        raise click.exceptions.Exit(1)


def _side_by_side(found: list[Verified]) -> None:
    from foedus.treaties.describe import in_words, locator
    from foedus.treaties.words import written_duty

    for one in found:
        version = one.version
        click.echo(f"{one.provision.id}, version of {version.start}: {one.verdict}")
        if version.text is not None:
            click.echo(f"  at: {locator(version.text)}")
        click.echo("  article:")
        click.echo("\n".join(f"    | {line}" for line in one.excerpt.splitlines()) or "    (none)")
        click.echo(f"  we say: {version.says or '(nothing)'}")
        for name, condition in version.all_readings.items():
            click.echo(f"  {name}: {in_words(condition)}")
        for label, exception in (("unless", version.unless), ("help ends when", version.terminated_by)):
            if exception is not None:
                click.echo(f"  {label}: {in_words(exception)}")
        for duty in version.duties:
            when = f", if {in_words(duty.condition)}" if duty.condition is not None else ""
            click.echo(f"  {written_duty(one.treaty, duty)}{when}")
        click.echo("")


@click.command("export")
@click.argument("folder", type=click.Path())
def export(folder: str) -> None:
    """Write the library, the vocabulary and golden cases as JSON with their schemas into FOLDER.

    For the browser and for other languages: every incident that comes with Foedus is a case with the findings on it.

    \b
    Example:
      foedus treaties export law
    """
    from foedus.treaties.exporting import export as write

    click.echo(f"Wrote {len(write(folder))} files to {folder}")
