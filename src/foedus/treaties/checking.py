"""What a treaty file may not say although each record is in order: names without a referent, rules that cancel out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.errors import InputError, closest
from foedus.states import known_codes, state_of
from foedus.treaties.defaults import without_exception
from foedus.treaties.logic import Condition, Truth, decide
from foedus.treaties.model import Treaty
from foedus.treaties.renamed import with_new_names
from foedus.treaties.terms import sources, vocabulary
from foedus.yamlfile import line_of, validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from foedus.treaties.model import Area, Duty, Party, Version

    Place = list[int | str]


_LISTS = {
    "source": "a key of sources.yaml",
    "fact": "a fact of the vocabulary",
    "action": "an action of the vocabulary",
}


def checked(document: Any, path: Path | str) -> Treaty:
    """Return the treaty in a document.

    Raises:
        InputError: malformed, or naming facts, actions, sources, provisions, groups or territories that do not exist.

    """
    treaty = with_new_names(validate(Treaty, document, path), vocabulary().renamed, document, path)
    _Checks(treaty, document, path).run()
    return treaty


def check_known(
    names: Iterable[str], known: Iterable[str], what: str, path: Path | str, document: Any, where: Place
) -> None:
    """Refuse a name that is not in a list; ``where`` is where in the document to look for it.

    Raises:
        InputError: it says in which line the name is.

    """
    allowed = set(known)
    for name in names:
        if name not in allowed:
            node: Any = document
            for part in where:
                node = node[part]
            there = _place_of(name, node, where) or where
            raise InputError(
                f"unknown {what} '{name}'",
                file=path,
                line=line_of(document, there),
                key=".".join(map(str, there)),
                expected={"source": "a key of sources.yaml", "fact": "a fact of the vocabulary"}.get(what)
                or (
                    f"a {what} of the vocabulary"
                    if what == "action"
                    else f"one of {', '.join(sorted(allowed)) or 'none'}"
                ),
                cure=closest(name, allowed),
            )


class _Checks:
    """One treaty with the document that it was read from, which knows the lines."""

    def __init__(self, treaty: Treaty, document: Any, path: Path | str) -> None:
        self.treaty, self.document, self.path = treaty, document, path

    def run(self) -> None:
        for p, provision in enumerate(self.treaty.provisions):
            for v, version in enumerate(provision.versions):
                self._version(version, ["provisions", p, "versions", v])
            if provision.protects not in (None, "any_state"):
                self._group((provision.protects or "").removeprefix("group:"), ["provisions", p, "protects"])
        for name, meaning in self.treaty.definitions.items():
            self._known([name, *sorted(meaning.atoms())], vocabulary().facts, "fact", ["definitions", name])
        for place, cited in _cited(self.document, []):
            self._known(cited, {*sources(), "memory"}, "source", place)
        for p, party in enumerate(self.treaty.parties):
            self._reservations(party, ["parties", p, "reservations"])
        ids = [provision.id for provision in self.treaty.provisions]
        for i, one in enumerate(self.treaty.invocations):
            self._known([one.provision], ids, "provision", ["invocations", i, "provision"])
        for o, organ in enumerate(self.treaty.organs):
            for r, rule in enumerate(organ.rules):
                if rule.vote is not None and rule.vote.excluded_among is not None:
                    self._group(rule.vote.excluded_among, ["organs", o, "rules", r, "vote", "excluded_among"])

    def _known(self, names: Iterable[str], known: Iterable[str], what: str, where: Place) -> None:
        check_known(names, known, what, self.path, self.document, where)

    def _group(self, name: str, where: Place) -> None:
        self._known([name], self.treaty.groups, "group", where)

    def _fault(self, message: str, where: Place, found: object, expected: str, cure: str) -> InputError:
        return InputError(
            message, file=self.path, line=line_of(self.document, where), key=".".join(map(str, where)), found=found,
            expected=expected, cure=cure,
        )  # fmt: skip

    def _version(self, version: Version, where: Place) -> None:
        self._known(sorted(version.facts), vocabulary().facts, "fact", where)
        self._known([duty.action for duty in version.duties], vocabulary().actions, "action", where)
        for d, duty in enumerate(version.duties):
            self._can_be(duty, [*where, "duties", d, "modality"])
        self._exceptions(version, where)
        if version.geometry is not None:
            self._area(version.geometry, [*where, "geometry"])

    def _can_be(self, duty: Duty, where: Place) -> None:
        """Refuse to prohibit what nobody is kept from (to consult), and to ask for what is only ever prohibited."""
        action = vocabulary().actions[duty.action]
        barred = duty.modality == "must_not"
        if action.prohibited != ("never" if barred else "only"):
            return
        kept = ", ".join(name for name, one in vocabulary().actions.items() if one.prohibited != "never")
        raise self._fault(
            f"'{duty.action}' cannot be prohibited" if barred else f"'{duty.action}' can only be prohibited", where,
            f"{duty.modality} {duty.action}",
            f"must or may with '{duty.action}'; must_not with one of {kept}" if barred else "must_not",
            "correct 'modality' or 'action'",
        )  # fmt: skip

    def _exceptions(self, version: Version, where: Place) -> None:
        """Refuse an exception that always or never holds, or that takes back all that triggers the provision."""
        for key in ("unless", "terminated_by"):
            one: Condition | None = getattr(version, key)
            always = Truth.UNKNOWN if one is None else decide(one, {})
            if always is not Truth.UNKNOWN:
                raise self._fault(
                    f"this exception {'always' if always is Truth.YES else 'never'} holds, whatever the facts",
                    [*where, key], "parts that cancel each other", "a condition that some facts meet and others do not",
                    "remove one of the parts, or the whole exception",
                )  # fmt: skip
        if version.unless is None:
            return
        for name, reading in version.all_readings.items():
            if decide(without_exception(reading, version.unless), {}) is Truth.NO:
                raise self._fault(
                    "the exception takes back everything that triggers the provision", [*where, "unless"],
                    f"reading '{name}' can never hold", "an exception that leaves some case",
                    "correct 'unless' or 'when'",
                )  # fmt: skip

    def _area(self, area: Area, where: Place) -> None:
        lists = (area.parties, area.territories, area.seas, area.zones, area.forces)
        if not any(lists):
            raise self._fault(
                "this area names no territory and no sea", where, "nothing that lies in it",
                "'parties: true', 'territories', 'seas' or 'zones'", "name what belongs to it",
            )  # fmt: skip
        for key in ("territories", "without", "doubtful", "forces"):
            for i, code in enumerate(getattr(area, key)):
                if not is_territory(code):
                    at = [*where, key] if key == "doubtful" else [*where, key, i]
                    raise self._fault(
                        f"'{code}' is no territory", at, code, "an ISO 3166 code: GRL, or US-HI for a part of a state",
                        closest(code, known_codes()) or "correct the code",
                    )  # fmt: skip

    def _reservations(self, party: Party, where: Place) -> None:
        ids = [provision.id for provision in self.treaty.provisions]
        for i, one in enumerate(party.reservations):
            if not party.memberships and party.unknown is None:
                raise self._fault(
                    f"{party.state} was never bound and has a reservation", [*where, i], one.kind,
                    "a reservation of a party", "give the party its memberships, or remove the reservation",
                )  # fmt: skip
            self._known(one.provisions, ids, "provision", [*where, i, "provisions"])
            if one.only_if is not None:
                self._known(sorted(one.only_if.atoms()), vocabulary().facts, "fact", [*where, i, "only_if"])


def is_territory(code: str) -> bool:
    """Return whether a code is that of a state, a territory, or a part of a state (``US-HI``)."""
    return code in known_codes() or state_of(code) in known_codes()


def _cited(node: Any, place: Place) -> Iterator[tuple[Place, list[str]]]:
    """Yield every list of sources of a document with its place."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if key == "sources":
            yield [*place, key], list(value)
        else:
            yield from _cited(value, [*place, key])


def _place_of(name: str, node: Any, place: Place) -> Place | None:
    """Return where in a document a word is a value."""
    if node == name:
        return place
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = (_place_of(name, value, [*place, key]) for key, value in items)
    return next((there for there in found if there is not None), None)
