"""Commands about forecasts of the response to a call for help."""

from __future__ import annotations

from pathlib import Path

import click

from foedus.cli import forecast_parts
from foedus.cli.console import json_option, print_json, print_table, progress_bar


@click.group()
def forecast() -> None:
    """Will they act? Forecasts from the record, each with its reasons and its track record.

    \b
    Examples:
      foedus forecast case kazakhstan-2022-january
      foedus forecast case bahrain-2011 --json
    """


@forecast.command("case")
@click.argument("case_id")
@click.option(
    "--record", "record_path", type=click.Path(path_type=Path), help="A record file of your own; fitted anew."
)
@json_option
def forecast_case(case_id: str, record_path: Path | None, as_json: bool) -> None:
    """Forecast CASE_ID of the record, always from a fit that did not see its crisis."""
    from foedus.forecast import case

    with progress_bar(enabled=not as_json) as listen:
        found = case(case_id, record_path, listen)
    if as_json:
        print_json(found.to_dict())
        return
    low, high = found.interval
    data = found.to_dict()
    click.echo(
        f"{case_id}: chance that {found.case.organisation} acts {found.p_act:.2f} "
        f"(90 % interval {low:.2f} to {high:.2f})"
    )
    click.echo(f"what happened: {data['outcome']}")
    if data["comparator"]:
        click.echo("a comparator, not an organisation: the model was not fitted to cases like this one")
    click.echo("")
    print_table(
        "Response",
        ["chance", "level"],
        [[f"{p:.2f}", label] for p, label in zip(data["ladder"], data["ladder_labels"], strict=True)],
    )
    click.echo("")
    print_table(
        "What moved it (log odds against the mean case)",
        ["effect", "because", "here"],
        [[f"{row['effect']:+.2f}", row["label"], row["value"]] for row in data["contributions"]],
    )
    click.echo("")
    print_table(
        "Nearest analogues",
        ["case", "similarity", "acted", "why"],
        [
            [row["case_id"], f"{row['similarity']:.2f}", "yes" if row["acted"] else "no", row["why"]]
            for row in data["analogues"][:3]
        ],
    )
    skill = data["skill"]
    click.echo("")
    click.echo(
        f"Track record ({skill['scheme']}, {skill['n']} cases; lower is better): "
        f"Brier {skill['brier']:.3f} against {skill['baseline_brier']:.3f} for the pooled rate, "
        f"log score {skill['log_score']:.3f} against {skill['baseline_log_score']:.3f}"
    )


@forecast.command("fit")
def forecast_fit() -> None:
    """Fit all models to Foedus's own record again and store the results with the record's hash."""
    from foedus.forecast import burden, ship, timing
    from foedus.forecast import exit as leaving

    click.echo(f"wrote {ship()}")
    for model in (timing, burden, leaving):
        with progress_bar() as listen:
            path = model.ship(listen)
        click.echo(f"wrote {path}")


for _command in (
    forecast_parts.days,
    forecast_parts.contributors,
    forecast_parts.stay,
    forecast_parts.council,
    forecast_parts.stack,
):
    forecast.add_command(_command)
