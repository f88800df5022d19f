"""The command line: parses, calls, prints. Each room's commands live in a file of their own."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foedus import __version__
from foedus.cli.console import plain_streams, told_warnings
from foedus.cli.interrupts import as_one_interrupt
from foedus.cli.streams import flushed, open_streams, silence
from foedus.errors import FoedusError, InputError, closest

if TYPE_CHECKING:
    from collections.abc import Callable

# most of what a command makes lives until it ends, and looking for garbage took a twentieth of `foedus run`
_OBJECTS_BETWEEN_COLLECTIONS = 50_000

# name -> (module, attribute, one line for `foedus --help`); modules load only when their command runs
_COMMANDS: dict[str, tuple[str, str, str]] = {
    "run": ("foedus.cli.run", "run", "Run a scenario end to end and write a report."),
    "obligations": ("foedus.cli.treaties", "obligations", "Who is bound to do what for a state, and why."),
    "allies": ("foedus.cli.treaties", "allies", "Who is allied with a state on a day."),
    "council": ("foedus.cli.treaties", "council", "Does a decision pass under an organ's rule that day?"),
    "treaties": ("foedus.cli.treaties", "treaties", "List, show, compare and check treaties; ask for facts."),
    "record": ("foedus.cli.record", "record", "The coded history of calls for help."),
    "forecast": ("foedus.cli.forecast", "forecast", "Will they act? Forecasts with a track record."),
    "places": ("foedus.cli.places", "places", "The units of a state: people, towns, airfields, outlines."),
    "evidence": ("foedus.cli.evidence", "evidence", "Claims with their sources, conflicts, intervals."),
    "lattice": ("foedus.cli.lattice", "lattice", "Epstein's civil violence model, with every open choice a switch."),
    "scenario": ("foedus.cli.crisis", "scenario", "List, show, check, start and test crisis scenarios."),
    "compare": ("foedus.cli.run", "compare", "Compare two stored runs."),
    "schema": ("foedus.cli.schema", "schema", "JSON Schemas of the YAML files that you write."),
    "report": ("foedus.cli.run", "report", "Write the HTML report of a stored run again."),
}


class _Rooms(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click gives it
        if cmd_name not in _COMMANDS:
            return None
        module, attribute, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            hint = closest(args[0], _COMMANDS)
            raise click.UsageError(f"No such command '{args[0]}'." + (f" {hint}" if hint else ""), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click gives it
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in _COMMANDS.items()])


@click.group(
    cls=_Rooms,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: foedus run kazakhstan-2022. Every command has its own --help.",
)
@click.version_option(__version__, prog_name="foedus")
def cli() -> None:
    """Foedus, an open laboratory for collective security.

    Treaties as executable law, the record of past calls as a scored forecast, the crisis as a fast
    simulation, every number traced to a report.
    """


def main() -> None:
    """Run the command line; every failure ends as one readable message and exit code 1 or 2.

    A signal to end does what Ctrl-C does, so that nothing half-written stays, and gives exit code 128 and its number.
    """
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 100)
    warnings.formatwarning = lambda message, *_rest, **_more: f"warning: {message}\n"
    sys.exit(to_the_end(lambda: run_cli(sys.argv[1:]), as_json="--json" in sys.argv))


def to_the_end(work: Callable[[], int], *, as_json: bool = False) -> int:
    """Do a process's only work, whatever happens to its streams and whatever signal comes; return the exit code."""
    open_streams(as_json=as_json)
    told: list[int] = []
    try:
        with as_one_interrupt() as told:
            code = work()
    except (OSError, KeyboardInterrupt):  # standard error takes no message; or it was interrupted in its last words
        code = 1
    if not flushed():
        code = code or 1
    return 128 + told[0] if told and told[0] != signal.SIGINT else code


def _is_nowhere() -> bool:
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def _refuse_halves(arguments: list[str]) -> None:
    """Refuse half a character, which no file's name can hold; bytes that are no text are another matter.

    Raises:
        InputError: an argument holds one.

    """
    for argument in arguments:
        try:
            os.fsencode(argument)
        except UnicodeEncodeError:
            raise InputError("an argument holds half a character", found=ascii(argument)[:80]) from None


@plain_streams()
@told_warnings()
def run_cli(arguments: list[str]) -> int:
    """Run one command line in this process and return its exit code."""
    try:
        _refuse_halves(arguments)
        outcome: Any = cli.main(args=arguments, prog_name="foedus", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help())
        return 0
    except click.ClickException as error:
        error.show()
        return 2
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt) as stop:
        if isinstance(stop.__cause__, EOFError):  # click takes the end of any file for the end of what is typed
            click.echo(f"error: a file ended too early: {str(stop.__cause__) or 'it is empty or cut'}", err=True)
            return 1
        notes = getattr(stop.__cause__ or stop, "__notes__", ())  # click's own stop comes from the interrupt
        click.echo("; ".join(("error: interrupted", *notes)), err=True)
        return 1
    except FoedusError as error:
        click.echo(f"error: {error}", err=True)
        return error.exit_code
    except (BrokenPipeError, SystemExit):  # by which click and rich end, too, when the reader (`head`) closed early
        silence()
        return 1
    except OSError as error:
        place = error.filename or "reading or writing failed"
        if not error.filename and _is_nowhere():
            place = "the current folder no longer exists; change to another one"
        click.echo(f"error: {place}: {error.strerror or error}", err=True)
        return 1
    except MemoryError as error:
        click.echo(f"error: this takes more memory than there is: {str(error) or 'no more can be had'}", err=True)
        return 1
    return outcome if isinstance(outcome, int) else 0
