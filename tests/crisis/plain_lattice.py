"""Epstein's Model I once more, slowly and obviously: looks around by looking, computes the printed equation.

It shares with the compiled kernel only the numbering of random draws (restated here) and the start, so that both must
agree person by person. It imports nothing from Foedus.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

MASK = 2**64 - 1


def mix(x: int) -> int:
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def subkey(key: int, index: int) -> int:
    return mix((key + (index + 1) * 0x9E3779B97F4A7C15) & MASK)


def below(key: int, purpose: int, n: int) -> int:
    return ((subkey(key, purpose) >> 32) * n) >> 32


@dataclass
class Somebody:
    number: int
    row: int
    col: int
    officer: bool
    hardship: float = 0.0
    aversion: float = 0.0
    state: str = "quiet"
    left: float = 0
    on_grid: bool = True


@dataclass
class PlainLattice:
    """All persons and officers; ``rules`` and ``parameters`` are plain dictionaries."""

    parameters: dict[str, Any]
    rules: dict[str, Any]
    key: int
    everybody: list[Somebody]
    order: list[int] = field(init=False)
    arrivals: dict[tuple[int, int], list[Somebody]] = field(default_factory=dict)  # active people, last come first

    def __post_init__(self) -> None:
        self.order = [one.number for one in self.everybody]
        v = self.parameters["vision"]
        reach = math.floor(v)
        self.near = []
        for dr in range(-reach, reach + 1):
            for dc in range(-reach, reach + 1):
                inside = {
                    "circle": dr * dr + dc * dc <= v * v,
                    "diamond": abs(dr) + abs(dc) <= v,
                    "square": True,
                    "cross": dr == 0 or dc == 0,
                }[self.rules["neighbourhood"]]
                if inside:
                    self.near.append((dr, dc))
        self.others = [offset for offset in self.near if offset != (0, 0)]

    def place(self, row: int, col: int, offset: tuple[int, int]) -> tuple[int, int]:
        return (row + offset[0]) % self.parameters["height"], (col + offset[1]) % self.parameters["width"]

    def sees(self, one: Somebody, other: Somebody) -> bool:
        dr = (other.row - one.row + self.parameters["height"] // 2) % self.parameters["height"]
        dc = (other.col - one.col + self.parameters["width"] // 2) % self.parameters["width"]
        offset = (dr - self.parameters["height"] // 2, dc - self.parameters["width"] // 2)
        return offset in self.near

    def in_the_way(self, site: tuple[int, int]) -> bool:
        for one in self.everybody:
            if one.on_grid and (one.row, one.col) == site and (one.state != "jailed" or self.rules["jailed"] == "keep"):
                return True
        return False

    def free_site(self, key: int, one: Somebody) -> tuple[int, int] | None:
        for attempt in range(64):
            site = self.place(one.row, one.col, self.others[below(key, 16 + attempt, len(self.others))])
            if not self.in_the_way(site):
                return site
        free = [s for s in (self.place(one.row, one.col, o) for o in self.others) if not self.in_the_way(s)]
        return free[below(key, 3, len(free))] if free else None

    def set_state(self, one: Somebody, state: str) -> None:
        if one.state == "active":
            self.arrivals[one.row, one.col].remove(one)
        one.state = state
        if state == "active":
            self.arrivals.setdefault((one.row, one.col), []).insert(0, one)

    def move(self, key: int, one: Somebody) -> None:
        site = self.free_site(key, one)
        if site is not None:
            one.row, one.col = site

    def is_active(self, one: Somebody, was: bool) -> bool:
        officers = sum(o.officer and self.sees(one, o) for o in self.everybody)
        actives = 1 + sum(o.state == "active" and o is not one and self.sees(one, o) for o in self.everybody)
        if was and self.rules["self_counted"] == "twice":
            actives += 1
        if self.rules["probability"] == "step":
            probability = 0.0 if actives > officers else 0.99
        else:
            ratio = officers / actives
            ratio = {"literal": ratio, "floor": math.floor(ratio), "round": round(ratio)}[self.rules["ratio"]]
            probability = 1 - math.exp(-self.parameters["k"] * ratio)
        grievance = one.hardship * (1 - self.parameters["legitimacy"])
        return grievance - one.aversion * probability > self.parameters["threshold"]

    def arrest(self, key: int, officer: Somebody) -> None:
        found = []
        for offset in self.near:
            found += self.arrivals.get(self.place(officer.row, officer.col, offset), [])
        if not found:
            return
        caught = found[below(key, 1, len(found))]
        self.set_state(caught, "quiet")
        longest = self.parameters["jail_max"]
        if longest == math.inf:
            term = math.inf
        elif self.rules["jail_term"] == "1..J":
            term = 1 + below(key, 2, int(longest))
        else:
            term = below(key, 2, int(longest) + (self.rules["jail_term"] == "0..J"))
        if term > 0 or self.rules["jail_counts"] == "turns":
            caught.state, caught.left = "jailed", term
            caught.on_grid = self.rules["jailed"] != "leave"
        if self.rules["arrest_site"] == "step-on":
            officer.row, officer.col = caught.row, caught.col

    def release(self, key: int, one: Somebody) -> bool:
        if self.rules["jailed"] == "leave":
            site = self.free_site(key, one)
            if site is None:
                site = (one.row, one.col)
                if self.in_the_way(site):
                    return False
            one.row, one.col = site
            one.on_grid = True
        one.state = "quiet"
        return True

    def turn(self, key: int, one: Somebody) -> None:
        if one.state == "jailed":
            if self.rules["jail_counts"] == "steps":
                return
            if one.left > 0:
                one.left -= 1
                return
            if not self.release(subkey(key, 0), one):
                return
        was = one.state == "active"
        if was:
            self.set_state(one, "quiet")
        now = was
        moves = self.parameters["officers_move" if one.officer else "people_move"]
        for what in ("move", "act") if self.rules["turn"] == "move-first" else ("act", "move"):
            if what == "move":
                if moves:
                    self.move(key, one)
            elif one.officer:
                self.arrest(key, one)
            else:
                now = self.is_active(one, was)
        if now:
            self.set_state(one, "active")

    def step(self, number: int) -> tuple[int, int, int]:
        step_key = subkey(self.key, number)
        n = len(self.everybody)
        for i in range(n):
            key = subkey(step_key, i)
            if self.rules["schedule"] == "replacement":
                chosen = below(key, 0, n)
            else:
                j = i + below(key, 0, n - i)
                self.order[i], self.order[j] = self.order[j], self.order[i]
                chosen = self.order[i]
            self.turn(key, self.everybody[chosen])
        if self.rules["jail_counts"] == "steps":
            for one in self.everybody:
                if one.state == "jailed":
                    one.left -= 1
                    if one.left <= 0:
                        self.release(subkey(subkey(step_key, n), one.number), one)
        people = [one.state for one in self.everybody if not one.officer]
        return people.count("quiet"), people.count("active"), people.count("jailed")
