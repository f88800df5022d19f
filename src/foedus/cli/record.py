"""Commands about the record of past calls."""

from __future__ import annotations

from pathlib import Path

import click

from foedus.cli import record_studies
from foedus.cli.console import json_option, print_json, print_table

file_option = click.option(
    "--record", "record_path", type=click.Path(path_type=Path), help="A record file of your own instead of Foedus's."
)


@click.group()
def record() -> None:
    """List, show and check the coded history of calls for help.

    \b
    Examples:
      foedus record list --organisation csto
      foedus record show kazakhstan-2022-january
      foedus record check my-record.csv
    """


@record.command("list")
@click.option("--organisation", help="Only this organisation, for example csto.")
@file_option
@json_option
def list_cases(organisation: str | None, record_path: Path | None, as_json: bool) -> None:
    """List the cases: who was in trouble, whether help was asked for, what came."""
    from foedus.errors import InputError, closest
    from foedus.record import LADDER, cases

    found = cases(record_path)
    if organisation:
        known = {case.organisation for case in found}
        if organisation not in known:
            raise InputError(
                f"no case of organisation '{organisation}'",
                expected=", ".join(sorted(known)),
                cure=closest(organisation, known),
            )
        found = tuple(case for case in found if case.organisation == organisation)
    if as_json:
        print_json([case.model_dump(mode="json") | {"ladder": case.ladder} for case in found])
        return
    print_table(
        "",
        ["case", "organisation", "target", "began", "trigger", "asked", "response"],
        [
            [
                case.case_id,
                case.organisation,
                case.target_iso3,
                case.crisis_start,
                case.trigger_kind,
                "yes" if case.request_made else "no",
                f"{case.ladder} {LADDER[case.ladder]}",
            ]
            for case in found
        ],
    )


@record.command("show")
@click.argument("case_id")
@file_option
@json_option
def show_case(case_id: str, record_path: Path | None, as_json: bool) -> None:
    """Show one case with its sources and disputed codings."""
    from foedus.record import LADDER, cases, find

    case = find(case_id, cases(record_path))
    if as_json:
        print_json(case.model_dump(mode="json") | {"ladder": case.ladder})
        return
    for name in type(case).model_fields:
        value = getattr(case, name)
        if name == "alternatives":
            value = "; ".join(f"{column} could be {other} ({why})" for column, other, why in value)
        elif isinstance(value, tuple):
            value = "; ".join(value)
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        if value not in (None, ""):
            click.echo(f"{name:24} {value}")
    click.echo(f"{'ladder':24} {case.ladder} ({LADDER[case.ladder]})")


@record.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def check_record(files: tuple[Path, ...]) -> None:
    """Check record FILES of your own, or the one that comes with Foedus."""
    from foedus.record import cases

    for file in files or (None,):
        found = cases(file)
        organisations = sum(case.is_organisation for case in found)
        click.echo(f"{file or 'record'}: {len(found)} cases, {organisations} of organisations, in order")


for _command in (record_studies.conformance, record_studies.influence):
    record.add_command(_command)
