"""Votes: does a decision pass under an organ's rule that day, who decides it, who may stay out."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from foedus.dates import DateInterval, parse_day
from foedus.errors import InputError, closest
from foedus.models import Day, Text
from foedus.shown import brief
from foedus.states import codes_on, known_codes, name_of
from foedus.states.given import GivenState, OfEachState, dated, naming_on
from foedus.treaties.asked import check_covered, is_own
from foedus.treaties.load import resolve
from foedus.treaties.logic import Truth
from foedus.treaties.membership import barred_since, bound_on, during
from foedus.treaties.powers import Power, power
from foedus.treaties.records import Record
from foedus.yamlfile import load_model

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from foedus.treaties.model import Chair, Rule, Treaty, Vote

Position = Literal["yes", "no", "abstain", "absent", "unknown"]
_EXACT_UP_TO = 12
_A_DISPUTE = 2  # parties at least
_WORDS = {True: "yes", False: "no"}  # YAML files in the wild still write yes and no bare


class Positions(Record):
    """How members stand on a proposal: a file with ``proposal``, ``positions`` and who is party to the matter.

    ``matter``: the class of questions to which it belongs, where the organ decides some by a rule of their own.
    """

    proposal: Text
    matter: Text | None = None
    on: Day | None = None
    positions: Annotated[
        dict[
            GivenState,
            Annotated[Position, BeforeValidator(lambda word: _WORDS[word] if isinstance(word, bool) else word)],
        ],
        OfEachState,
    ]
    target: GivenState | None = None
    attackers: tuple[GivenState, ...] = ()
    disputants: tuple[GivenState, ...] = ()
    source: str | None = None

    _names_of_the_day = dated("on")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule makes of the positions."""

    __repr__ = brief

    treaty: Treaty
    organ: str
    rule: Rule
    day: dt.date
    voters: tuple[str, ...]
    excluded: tuple[str, ...]
    uncertain_members: tuple[str, ...]
    positions: dict[str, str]
    needed: str
    passes: Truth
    pivotal: tuple[str, ...]
    limited_format: Truth | None
    may_stay_out: tuple[str, ...]
    power: Power | None
    chair: Chair | None
    offices: tuple[str, ...]

    @property
    def confidence(self) -> str:
        """How far the rule was checked against a source."""
        return self.rule.confidence or self.treaty.confidence

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "treaty": self.treaty.id,
            "organ": self.organ,
            "on": str(self.day),
            "rule": self.rule.rule,
            "matter": self.rule.matter,
            "needed": self.needed,
            "voters": list(self.voters),
            "excluded": list(self.excluded),
            "membership_uncertain": list(self.uncertain_members),
            "positions": self.positions,
            "passes": str(self.passes),
            "pivotal": list(self.pivotal),
            "limited_format": None if self.limited_format is None else str(self.limited_format),
            "may_stay_out": list(self.may_stay_out),
            "power": None
            if self.power is None
            else {"shapley_shubik": self.power.shapley_shubik, "banzhaf": self.power.banzhaf},
            "chair": None if self.chair is None else {"state": self.chair.state, "holder": self.chair.holder},
            "sits": list(self.offices),
            "confidence": self.confidence,
        }


def council(
    name: str,
    positions: Positions | str | Path,
    on: str | dt.date | None = None,
    organ: str | None = None,
    matter: str | None = None,
) -> Decision:
    """Count a vote.

    Args:
        name: a treaty, or a family with one deciding organ.
        positions: how the members stand, or a YAML file that says so; who is not named is ``unknown``.
        on: the day whose rule and members count (default: the day in the file).
        organ: which organ, if the treaty has several that can be counted.
        matter: the class of questions, where the organ decides some by a rule of their own (default: that in the
            file; without one, the rule for all others).

    >>> agreed = dict.fromkeys(["ARM", "BLR", "KAZ", "RUS", "TJK"], "yes")
    >>> stand = Positions(proposal="send peacekeepers", positions=agreed)
    >>> council("csto", stand, "2022-01-06").pivotal  # Kyrgyzstan has not spoken yet
    ('ARM', 'BLR', 'KAZ', 'KGZ', 'RUS', 'TJK')

    Raises:
        InputError: no such treaty or organ, no countable rule that day, a position of somebody who has no vote.

    """
    with naming_on(() if on is None else (parse_day(on),)):
        stand = positions if isinstance(positions, Positions) else load_model(Positions, positions)
    day = parse_day(on) if on is not None else stand.on
    if day is None:
        raise InputError("no day given", cure="add --on DATE, or 'on' to the file of positions")
    treaty, chosen, rule, vote = _rule(name, organ, day, matter if matter is not None else stand.matter)
    barred = _barred(treaty, vote, stand)
    seated = _seated(treaty, vote, stand, day)
    voters = tuple(state for state, bound in seated.items() if state not in barred and bound is not Truth.NO)
    _only_members(treaty, stand, seated, day)
    said: dict[str, str] = {state: stand.positions.get(state, "unknown") for state in voters}
    passes = _passes(vote, said)
    return Decision(
        treaty=treaty,
        organ=chosen,
        rule=rule,
        day=day,
        voters=voters,
        excluded=tuple(sorted(state for state in seated if state in barred)),
        uncertain_members=tuple(state for state in voters if seated[state] is Truth.UNKNOWN),
        positions=said,
        needed=needed(vote, len(voters)),
        passes=passes,
        pivotal=tuple(_pivotal(vote, said)),
        limited_format=_limited(vote, said),
        may_stay_out=tuple(s for s in voters if said[s] != "yes") if _optional(vote, passes) else (),
        power=_power(vote, voters),
        chair=chair_on(treaty, day),
        offices=offices_on(treaty, chosen, day),
    )


def chair_on(treaty: Treaty, day: dt.date) -> Chair | None:
    """Return who chaired the main organ on a day, as far as the file says.

    >>> from foedus.treaties import library
    >>> chair_on(library()["csto-charter-2002"], parse_day("2022-01-06")).holder
    'Nikol Pashinyan (Prime Minister)'
    """
    held = [chair for chair in treaty.chairs if chair.start.latest <= day]
    return held[-1] if held and (held[-1].until is None or day < held[-1].until.earliest) else None


def offices_on(treaty: Treaty, organ: str, day: dt.date) -> tuple[str, ...]:
    """Return which offices could sit in an organ, and chair it, on a day; nothing if the file does not say.

    >>> from foedus.treaties import library
    >>> offices_on(library()["csto-charter-2002"], "csc", parse_day("2021-01-18"))
    ('head_of_state',)
    """
    rows = [seats for item in treaty.organs if item.id == organ for seats in item.seats]
    return next((row.offices for row in rows if during(row.start, row.until, day) is Truth.YES), ())


def needed(vote: Vote, voters: int) -> str:
    """Return in words what a rule asks of a number of voters."""
    of = {"members": "members", "present": "members present", "voting": "members present and voting"}[vote.of]
    text = {
        "consensus": "no objection",
        "unanimity": f"yes of all {of}",
        "two_thirds": f"yes of two thirds of the {of}",
        "majority": f"yes of more than half of the {of}",
        "count": f"{vote.count} yes of {vote.seats or voters}",
    }[vote.needs]
    if vote.fallback:
        text += f", failing that {vote.fallback.replace('_', ' ')}"
    if vote.veto:
        text += ", and no veto"
    if vote.quorum:
        text += f", with {100 * vote.quorum:.0f} % present"
    return text


def _barred(treaty: Treaty, vote: Vote, stand: Positions) -> set[str]:
    """Return who has no vote in a matter because of its part in it.

    Where only disputes among certain states exclude their parties, a dispute with any other state excludes nobody,
    and neither does a situation that concerns one state alone.
    """
    target = set() if stand.target is None else {stand.target}
    parties = {*stand.disputants, *stand.attackers, *target}
    if vote.excluded_among is not None:
        among = set(treaty.groups[vote.excluded_among])
        if len(parties) < _A_DISPUTE or not parties <= among:
            return set()
    left_out = {"target": target, "attackers": set(stand.attackers), "disputants": parties}
    return set().union(*(left_out[who] for who in vote.excluded))


def _rule(name: str, organ: str | None, day: dt.date, matter: str | None) -> tuple[Treaty, str, Rule, Vote]:
    found, treaties = [], resolve(name)
    if not any(is_own(treaty) for treaty in treaties):
        check_covered(day)
    for treaty in treaties:
        for item in treaty.organs:
            if organ is not None and item.id != organ:
                continue
            found += [
                (treaty, item.id, rule, rule.vote)
                for rule in item.rules
                if rule.vote is not None and _in_force(treaty, rule, day)
            ]
    found = _on_matter(name, treaties, organ, found, matter)
    if not found:
        known = sorted({item.id for treaty in treaties for item in treaty.organs})
        raise InputError(
            f"no organ of '{name}' has a rule that can be counted on {day}",
            expected="an organ among " + ", ".join(known) if known else "a treaty with an organ",
        )
    if len(found) > 1:
        names = ", ".join(f"{treaty.id} {item}" for treaty, item, *_ in found)
        raise InputError(f"'{name}' has several organs that decide", found=names, cure="name one with --organ")
    return found[0]


def _on_matter(
    name: str,
    treaties: list[Treaty],
    organ: str | None,
    found: list[tuple[Treaty, str, Rule, Vote]],
    matter: str | None,
) -> list[tuple[Treaty, str, Rule, Vote]]:
    """Return the rules for a class of questions, and where there is none of its own that day, those for all others.

    Raises:
        InputError: no organ concerned ever decided that class by a rule of its own, or all do only by such rules.

    """
    organs = [item for treaty in treaties for item in treaty.organs if organ is None or item.id == organ]
    known = sorted({rule.matter for item in organs for rule in item.rules if rule.vote is not None and rule.matter})
    if matter is not None and matter not in known:
        raise InputError(
            f"'{name}' has no rule of its own for the matter '{matter}'", found=matter,
            expected=("one of " + ", ".join(known)) if known else "no matter: one rule decides everything",
            cure=closest(matter, known) or "leave the matter out",
        )  # fmt: skip
    chosen = [row for row in found if row[2].matter == matter] or [row for row in found if row[2].matter is None]
    if not chosen and found:
        today = ", ".join(sorted({row[2].matter for row in found if row[2].matter}))
        raise InputError(
            f"'{name}' has rules for certain matters only", expected=f"a matter among {today}",
            cure="name one with --matter",
        )  # fmt: skip
    return chosen


def _in_force(treaty: Treaty, rule: Rule, day: dt.date) -> bool:
    start: DateInterval | None = rule.start or treaty.in_force
    began = start is not None and start.earliest <= day
    return began and (rule.until is None or day < rule.until.latest)


def _seated(treaty: Treaty, vote: Vote, stand: Positions, day: dt.date) -> dict[str, Truth]:
    """Return who sits in the organ that day, and whether that is certain; suspended parties do not."""
    members = {party.state: bound_on(treaty, party.state, day) for party in treaty.parties}
    suspended = {party.state for party in treaty.parties if barred_since(party, day) is not None}
    sitting: dict[str, Truth] = {
        s: bound for s, bound in members.items() if bound is not Truth.NO and s not in suspended
    }
    if vote.seats is None:
        return sitting
    _only_members(treaty, stand, sitting, day)
    named: dict[str, Truth] = {state: sitting[state] for state in stand.positions if state in sitting}
    if len(named) != vote.seats:
        raise InputError(
            f"this body has {vote.seats} seats",
            found=f"{len(named)} members of it named",
            cure="give the position of each sitting member (unknown is allowed)",
        )
    return named


def _only_members(treaty: Treaty, stand: Positions, seated: dict[str, Truth], day: dt.date) -> None:
    """Refuse the position of one who has no vote; whoever had another code on that day is told it."""
    for state in stand.positions:
        if state in seated:
            continue
        is_state = state in known_codes()
        then = sorted(codes_on(state, day) & seated.keys()) if is_state else []
        cure = "leave it out" if is_state else closest(state, seated)
        raise InputError(
            f"{state} has no vote in {treaty.short} on {day}",
            found=f"{state} ({name_of(state)})" if is_state else state, expected=", ".join(sorted(seated)),
            cure=f"on {day} its code was {then[0]} ({name_of(then[0])}): write that" if then else cure,
        )  # fmt: skip


def _passes(vote: Vote, said: dict[str, str]) -> Truth:
    """Return whether the vote passes however the unknown positions turn out (exact)."""
    unknown = [state for state, position in said.items() if position == "unknown"]
    # every rule is monotone in support: all-yes and all-no bound what is possible, and absence can matter too
    outcomes = set()
    if len(unknown) <= _EXACT_UP_TO // 3:
        for turn in itertools.product(("yes", "no", "abstain", "absent"), repeat=len(unknown)):
            outcomes.add(_count(vote, {**said, **dict(zip(unknown, turn, strict=True))}))
    else:
        outcomes = {_count(vote, {**said, **dict.fromkeys(unknown, word)}) for word in ("yes", "no", "absent")}
    if len(outcomes) > 1:
        return Truth.UNKNOWN
    return Truth.YES if outcomes.pop() else Truth.NO


def _count(vote: Vote, said: dict[str, str]) -> bool:
    members = len(said)
    present = [position for position in said.values() if position != "absent"]
    if vote.quorum is not None and members and len(present) < vote.quorum * members - 1e-9:
        return False
    if any(said.get(state) == "no" for state in vote.veto):
        return False
    yes, no = present.count("yes"), present.count("no")
    base = {"members": members, "present": len(present), "voting": yes + no}[vote.of]
    if vote.needs == "consensus":
        agreed = no == 0 and yes > 0
        return agreed or (vote.fallback is not None and _share(vote.fallback, yes, base))
    if vote.needs == "unanimity":
        return yes > 0 and yes == base
    if vote.needs == "count":
        return vote.count is not None and yes >= vote.count
    return _share(vote.needs, yes, base)


def _share(rule: str, yes: int, base: int) -> bool:
    return base > 0 and (3 * yes >= 2 * base if rule == "two_thirds" else 2 * yes > base)


def _pivotal(vote: Vote, said: dict[str, str]) -> list[str]:
    """Return the members each of whom alone could turn the outcome by voting otherwise."""
    settled = {state: "abstain" if position == "unknown" else position for state, position in said.items()}
    outcome = _count(vote, settled)
    return [
        state for state in settled if any(_count(vote, {**settled, state: word}) != outcome for word in ("yes", "no"))
    ]


def _limited(vote: Vote, said: dict[str, str]) -> Truth | None:
    """Return whether those in favour could go ahead without the rest: nobody may object to that."""
    if not vote.limited_format:
        return None
    if "no" in said.values():
        return Truth.NO
    return Truth.UNKNOWN if "unknown" in said.values() else Truth.YES


def _optional(vote: Vote, passes: Truth) -> bool:
    return passes is not Truth.NO and (vote.force_optout or vote.limited_format)


def _power(vote: Vote, voters: tuple[str, ...]) -> Power | None:
    if not voters:
        return None
    n = len(voters)
    quota = {
        "consensus": n,
        "unanimity": n,
        "two_thirds": -(-2 * n // 3),
        "majority": n // 2 + 1,
        "count": vote.count or n,
    }[vote.needs]
    if vote.fallback:
        quota = -(-2 * n // 3) if vote.fallback == "two_thirds" else n // 2 + 1
    if quota > n:
        return None
    return power(dict.fromkeys(voters, 1), quota, [state for state in vote.veto if state in voters])
