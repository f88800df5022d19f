"""Commands about evidence: claims with their sources, conflicts, intervals."""

from __future__ import annotations

from pathlib import Path

import click

from foedus.cli.console import json_option, print_json, print_table


@click.group()
def evidence() -> None:
    """From reports to sourced claims, conflicts and intervals.

    \b
    Examples:
      foedus evidence reconcile claims.csv
      foedus evidence reconcile kazakhstan-2022
    """


@evidence.command("reconcile")
@click.argument("claims")
@json_option
def reconcile_claims(claims: str, as_json: bool) -> None:
    """Bring CLAIMS together: an interval over time per quantity and place, and what cannot all be true.

    CLAIMS is a claims file, or the name of a scenario whose claims to take.
    """
    from foedus.evidence import load_claims, reconcile, vocabulary

    path = Path(claims)
    if not path.suffix and not path.exists():
        from foedus.crisis import load_scenario

        path = load_scenario(claims).claims_path
    found = reconcile(load_claims(path))
    if as_json:
        print_json(found.to_dict())
        return
    words = vocabulary().quantities
    rows = [
        [
            words[line.quantity].label + (f" ({line.subject})" if line.subject else ""),
            line.place or line.event,
            point.as_of,
            _span(point.low, point.high, line.quantity),
            ", ".join(point.claims),
        ]
        for line in found.series
        for point in line.points
    ]
    print_table("Intervals", ["quantity", "place", "as of", "value", "claims behind the bounds"], rows)
    click.echo("")
    print_table("Conflicts", ["kind", "about", "what"], [[c.kind, c.about, c.summary] for c in found.conflicts])


def _span(low: float | None, high: float | None, quantity: str) -> str:
    from foedus.evidence import span_text, vocabulary

    return span_text(low, high, vocabulary().quantities[quantity].kind)
