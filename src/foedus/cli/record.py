"""Commands about the record of past calls."""

from __future__ import annotations

from pathlib import Path

import click

from foedus.cli import record_studies
from foedus.cli.console import json_option, print_json, print_table, progress_bar, write_text

file_option = click.option(
    "--record", "record_path", type=click.Path(path_type=Path), help="A record file of your own instead of Foedus's."
)


_FLAGS = ("adversary_is_member", "request_made", "acted")


@click.group()
def record() -> None:
    """List, show, check and extend the coded history of calls for help.

    \b
    Examples:
      foedus record list --organisation csto
      foedus record show kazakhstan-2022-january
      foedus record check my-record.csv
      foedus record add my-record.csv --ask
      foedus record reliability csto --plot csto.svg
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
    """Check record FILES of your own, or the one that comes with Foedus; every problem is told with line and column."""
    from foedus.csvmodel import together
    from foedus.errors import InputError
    from foedus.record import extra_columns, open_record

    problems: list[InputError] = []
    for file in files or (None,):
        try:
            opened = open_record(file)
        except InputError as error:
            problems += [error, *error.more]
            continue
        organisations = sum(case.is_organisation for case in opened.cases)
        click.echo(f"{file or 'record'}: {len(opened.cases)} cases, {organisations} of organisations, in order")
        if extra := extra_columns(opened):
            click.echo(f"  left unread, the record has no such columns: {', '.join(extra)}")
    if problems:
        raise together(problems)


@record.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--set", "cells", multiple=True, metavar="COLUMN=VALUE", help="One cell; repeat for each column.")
@click.option("--ask", is_flag=True, help="Be asked for every column that is not set, with what it may hold.")
def add_case(file: Path, cells: tuple[str, ...], ask: bool) -> None:
    """Check one case and append it to FILE, a record of your own; what stands in FILE is never changed.

    A FILE that does not exist is begun. The columns are those of the codebook (docs/codebook.md).

    \b
    Examples:
      foedus record add mine.csv --ask
      foedus record add mine.csv --set case_id=test-2020 --set organisation=csto --set target_iso3=KGZ ...
      foedus forecast score --record mine.csv
    """
    from foedus.errors import InputError, closest
    from foedus.record import add
    from foedus.record.reading import COLUMNS, REQUIRED

    values: dict[str, str] = {}
    for cell in cells:
        name, equals, value = cell.partition("=")
        if not equals or name not in COLUMNS:
            raise InputError(
                f"'{cell}' is not of the form COLUMN=VALUE",
                expected=", ".join(COLUMNS),
                cure=closest(name, COLUMNS),
            )
        if name in values:
            raise InputError(f"column '{name}' is set twice")
        values[name] = value
    if ask:
        for name in COLUMNS:
            if name not in values:
                values[name] = _asked(name, required=name in REQUIRED)
    elif missing := [name for name in REQUIRED if not values.get(name)]:
        raise InputError(
            "some columns have no value",
            found=", ".join(missing),
            cure="give each with --set COLUMN=VALUE, or use --ask",
        )
    case = add(file, values)
    click.echo(f"{file}: added {case.case_id}, level {case.ladder} of the ladder")


def _asked(name: str, *, required: bool) -> str:
    """Ask for one cell; what may stand in it is shown, and an optional one may be left empty."""
    from typing import get_args

    from foedus.record import Case

    choices = [str(choice) for choice in get_args(Case.model_fields[name].annotation) if isinstance(choice, str)]
    hint = (
        f" ({', '.join(choices)})"
        if choices
        else " (0 or 1)"
        if name in _FLAGS
        else " (a date)" * name.endswith("_date")
    )
    answer = click.prompt(f"{name}{hint}", default=None if required else "", show_default=False, err=True)
    return str(answer)


@record.command("reliability")
@click.argument("organisation")
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw it into this SVG file.")
@file_option
@json_option
def reliability(organisation: str, plot: Path | None, record_path: Path | None, as_json: bool) -> None:
    """How reliable ORGANISATION looked at each date, from what was known then.

    The yardstick stays: the organisation's own calls, each as if made by request and against no member. What moves is
    what was known by then.

    \b
    Examples:
      foedus record reliability csto
      foedus record reliability csto --plot csto.svg
    """
    from foedus.forecast.precedent import precedent
    from foedus.forecast.svg import precedent_plot

    with progress_bar(enabled=not as_json) as listen:
        found = precedent(organisation, record_path, listen)
    if plot is not None:
        write_text(plot, precedent_plot(found), "the drawing")
        click.echo(f"wrote {plot}", err=True)
    if as_json:
        print_json(found.to_dict())
        return
    print_table(
        f"{organisation}: chance to act on a call, as it could be known",
        ["call", "on", "asked", "before", "after", "what came of it"],
        [
            [
                mark.case_id,
                mark.on,
                "yes" if mark.request else "no",
                "too little known" if mark.p_before is None else f"{mark.p_before:.2f}",
                "too little known" if mark.p_after is None else f"{mark.p_after:.2f}",
                mark.outcome,
            ]
            for mark in found.calls
        ],
    )


for _command in (record_studies.conformance, record_studies.influence):
    record.add_command(_command)
