"""A treaty file in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from foedus.treaties.logic import Condition
    from foedus.treaties.model import Party, Treaty


def describe(treaty: Treaty) -> str:
    """Return the treaty as an indented text: parties, provisions by version, organs, sources."""
    lines = [
        f"{treaty.name} ({treaty.id})",
        f"  signed {treaty.signed}" + (f", in force {treaty.in_force}" if treaty.in_force else ", not in force"),
        f"  confidence: {treaty.confidence}",
        "  parties: " + "; ".join(_party(party) for party in treaty.parties),
    ]
    for item in treaty.instruments:
        force = f", in force {item.in_force}" if item.in_force else ""
        lines.append(f"  {item.name}" + (f", signed {item.signed}" if item.signed else "") + force)
    for organ in treaty.organs:
        rules = "; ".join(f"{rule.rule} (from {rule.start or treaty.in_force})" for rule in organ.rules)
        lines.append(f"  organ {organ.id}: {organ.name}" + (f", decides by {rules}" if rules else ""))
    for provision in treaty.provisions:
        lines.append(f"  art. {provision.article} ({provision.kind}, {provision.confidence})")
        for version in provision.versions:
            lines.append(f"    from {version.start}" + (f" until {version.until}" if version.until else ""))
            if version.area:
                lines.append(f"      area: {version.area}")
            for name, condition in version.all_readings.items():
                mark = " (default)" if version.readings and name == version.main_reading else ""
                lines.append(f"      {name}{mark}: {in_words(condition)}")
            lines += [f"      {duty.who} {duty.modality} {duty.action}" for duty in version.duties]
    lines.append("  sources: " + ", ".join(treaty.sources))
    return "\n".join(lines)


def describe_data(treaty: Treaty) -> dict[str, Any]:
    """Return the treaty as plain data."""
    return {
        "id": treaty.id,
        "name": treaty.name,
        "family": treaty.family,
        "signed": str(treaty.signed),
        "in_force": None if treaty.in_force is None else str(treaty.in_force),
        "ended": None if treaty.ended is None else str(treaty.ended),
        "confidence": treaty.confidence,
        "parties": [
            {
                "state": party.state,
                "memberships": [
                    {"entry": str(m.entry), "exit": None if m.exit is None else str(m.exit)} for m in party.memberships
                ],
            }
            for party in treaty.parties
        ],
        "provisions": [
            {
                "id": provision.id,
                "article": provision.article,
                "kind": provision.kind,
                "confidence": provision.confidence,
                "versions": [
                    {
                        "from": str(version.start),
                        "until": None if version.until is None else str(version.until),
                        "readings": {name: in_words(c) for name, c in version.all_readings.items()},
                        "duties": [
                            {"who": duty.who, "modality": duty.modality, "action": duty.action}
                            for duty in version.duties
                        ],
                    }
                    for version in provision.versions
                ],
            }
            for provision in treaty.provisions
        ],
        "sources": list(treaty.sources),
    }


def in_words(condition: Condition) -> str:
    """Return a condition as a formula.

    >>> from foedus.treaties.logic import parse
    >>> in_words(parse({"all": ["act.coup", {"any": ["threat.security", "threat.stability"]}]}))
    'act.coup and (threat.security or threat.stability)'
    """
    if condition.atom is not None:
        return condition.atom
    if condition.op == "always":
        return "always"
    parts = [f"({in_words(c)})" if c.op in ("all", "any") else in_words(c) for c in condition.children]
    if condition.op == "not":
        return f"not {parts[0]}"
    return (" and " if condition.op == "all" else " or ").join(parts)


def _party(party: Party) -> str:
    stretches = [f"{m.entry}" + (f" to {m.exit}" if m.exit else "") for m in party.memberships]
    return f"{party.state} ({', '.join(stretches) or 'unknown'})"
