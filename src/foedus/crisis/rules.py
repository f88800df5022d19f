"""Rules of a scenario: ``when`` (a date or an expression over the course so far) ``do`` (help, concession, restraint).

A rule asks what would have happened if someone had helped, conceded, held back or let people talk. It cannot order
force: orders to shoot, shutdowns, arrests and round-ups enter a scenario only as they were recorded.
"""

from __future__ import annotations

import ast
import datetime as dt
import sys
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from pydantic import field_validator

from foedus.errors import closest
from foedus.faults import wrong
from foedus.models import Frozen, Moment, Positive, Share, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

Deed = Literal["concession", "amnesty", "appeal", "withdrawal", "lift_emergency", "lift_shutdown", "lift_lethal"]
HARSH = ("lethal", "shutdown", "emergency", "armed", "arrests", "round_ups", "trigger")

# What an expression may ask about, as of the start of a step; counts are of the whole country.
QUANTITIES = (
    "crowd",  # people in the street
    "violent",  # of them, violent
    "dead",  # so far, all sides
    "wounded",
    "detained",
    "sites_lost",  # held by crowds now
    "pressure",  # on the government, see ``rates.pressure``
    "legitimacy",  # mean over inhabitants
    "soldiers",  # foreign ones present
    "split",  # 1 while a part of the elite stands aside
    "emergency",  # 1 while it holds anywhere
    "shutdown",  # strongest anywhere, 0 to 1
    "day",  # since the start, with fraction
    "calm_hours",  # since the last hour with a crowd above 500
)
# operations of a compiled expression: a stack machine
PUSH, LOAD, ADD, SUB, MUL, DIV, LT, LE, GT, GE, EQ, NE, AND, OR, NOT, NEG = range(16)
_BINARY: dict[type[ast.operator], int] = {ast.Add: ADD, ast.Sub: SUB, ast.Mult: MUL, ast.Div: DIV}
_COMPARE: dict[type[ast.cmpop], int] = {
    ast.Lt: LT, ast.LtE: LE, ast.Gt: GT, ast.GtE: GE, ast.Eq: EQ, ast.NotEq: NE,
}  # fmt: skip
MOST_OPERATIONS = 64
MOST_LETTERS = 500  # Python's own parser gives up, or worse, on thousands of signs or parentheses


class Rule(Frozen):
    """Once ``when`` is true, ``do``, for some hours or for good, in some places or everywhere."""

    when: Moment | Text
    do: Deed
    label: Text
    size: Share = 1.0
    hours: Positive | None = None
    places: tuple[str, ...] = ()
    source: Text = "assumed: a what-if"

    @field_validator("do", mode="before")
    @classmethod
    def _no_orders(cls, given: object) -> object:
        if isinstance(given, str) and given in HARSH:
            what = f"a rule cannot order '{given}': force enters a scenario only as an event that was recorded"
            raise wrong(what, "what helps, concedes or holds back: " + ", ".join(get_args(Deed)), "choose one of these")
        return given

    @field_validator("when")
    @classmethod
    def _readable(cls, given: object) -> object:
        if isinstance(given, str):
            try:
                compile_expression(given)
            except ValueError as error:
                like = "2022-01-05T16:30:00+06:00 or crowd > 20000 and day < 5"
                expected = f"a time with its offset, or an expression: {like}"
                raise wrong(str(error), expected, "correct the expression") from error
        return given

    @property
    def moment(self) -> dt.datetime | None:
        """When it takes effect, if that is a date."""
        return self.when if isinstance(self.when, dt.datetime) else None


def compile_expression(text: str) -> NDArray[np.float64]:
    """Return the operations [operation, (code, operand)] of an expression such as ``"crowd > 2e4 and day < 5"``.

    Raises:
        ValueError: it is not one, or asks for something that does not exist.

    """
    if len(text) > MOST_LETTERS:
        raise ValueError(f"{_quoted(text)} is too long: {len(text):,} characters, at most {MOST_LETTERS}")
    operations: list[tuple[float, float]] = []
    try:
        _emit(ast.parse(text, mode="eval").body, operations, text)
    except SyntaxError as error:
        raise ValueError(f"{_quoted(text)} is neither a date with an offset nor an expression: {error.msg}") from None
    except (RecursionError, MemoryError):
        raise ValueError(f"{_quoted(text)} is nested too deeply") from None
    if len(operations) > MOST_OPERATIONS:
        raise ValueError(f"{_quoted(text)} is too long: {len(operations)} operations, at most {MOST_OPERATIONS}")
    if all(operation != LOAD for operation, _ in operations):  # such as a date in seconds, in quotes
        raise ValueError(f"{_quoted(text)} asks for nothing that changes; known are {', '.join(QUANTITIES)}")
    return np.array(operations, dtype=float)


def _quoted(text: str) -> str:
    return f"'{text}'" if len(text) <= 80 else f"'{text[:60]}...'"


def _emit(node: ast.expr, out: list[tuple[float, float]], text: str) -> None:
    match node:
        case ast.Constant(value=bool()):
            raise ValueError(f"{_quoted(text)}: compare with a number instead of True or False")
        case ast.Constant(value=int() | float() as number) if abs(number) <= sys.float_info.max:
            out.append((PUSH, float(number)))
        case ast.Name(id=name):
            if name not in QUANTITIES:
                hint = closest(name, QUANTITIES)
                raise ValueError(
                    f"{_quoted(text)} asks for an unknown quantity '{name}'"
                    + (f"; {hint}" if hint else f"; known are {', '.join(QUANTITIES)}")
                )
            out.append((LOAD, float(QUANTITIES.index(name))))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _BINARY:
            _emit(left, out, text)
            _emit(right, out, text)
            out.append((_BINARY[type(operator)], 0.0))
        case ast.Compare(left=left, ops=[relation], comparators=[right]) if type(relation) in _COMPARE:
            _emit(left, out, text)
            _emit(right, out, text)
            out.append((_COMPARE[type(relation)], 0.0))
        case ast.BoolOp(op=junction, values=values):
            _emit(values[0], out, text)
            for value in values[1:]:
                _emit(value, out, text)
                out.append((AND if isinstance(junction, ast.And) else OR, 0.0))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _emit(operand, out, text)
            out.append((NOT, 0.0))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _emit(operand, out, text)
            out.append((NEG, 0.0))
        case ast.Constant(value=int() | float()):
            raise ValueError(f"{_quoted(text)} holds a number that is too large: at most 1e308")
        case _:
            raise ValueError(
                f"{_quoted(text)} is not an expression that a rule may use: quantities, numbers, + - * /, comparisons "
                "of two things, and, or, not"
            )
