"""``foedus schema``: JSON Schemas of the files that people write, for editors and other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from foedus.cli.console import print_json

if TYPE_CHECKING:
    from pydantic import BaseModel

KINDS = ("treaty", "incident", "positions", "council", "scenario")


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
def schema(kind: str) -> None:
    """Print the JSON Schema of a KIND of YAML file, so that an editor can complete and check it.

    \b
    treaty     a treaty file (foedus treaties new, check)
    incident   the facts of an incident (foedus obligations --facts)
    positions  how members stand on a proposal (foedus council)
    council    what is known of members before a vote (foedus forecast council)
    scenario   a crisis scenario (foedus scenario new, run)

    \b
    Example:
      foedus schema treaty > treaty.schema.json
      # and in the first line of a treaty file:
      # yaml-language-server: $schema=treaty.schema.json
    """
    from foedus.treaties.json_schema import schema_of

    print_json(schema_of(_model(kind), f"{kind} file"))


def _model(kind: str) -> type[BaseModel]:
    if kind == "scenario":
        from foedus.crisis import Scenario

        return Scenario
    if kind == "council":
        from foedus.forecast.council import Council

        return Council
    from foedus.treaties import Incident, Positions, Treaty

    models: dict[str, type[BaseModel]] = {"treaty": Treaty, "incident": Incident, "positions": Positions}
    return models[kind]
