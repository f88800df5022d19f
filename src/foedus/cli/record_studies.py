"""Studies of the record: published figures reproduced, and whether help bought sway."""

from __future__ import annotations

from pathlib import Path

import click

from foedus.cli.console import json_option, print_json, print_table, progress_bar, write_text

data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="Folder of the external data (default: FOEDUS_DATA)."
)


@click.command("conformance", short_help="Published figures on allies in wars, reproduced.")
@data_option
@json_option
def conformance(data: Path | None, as_json: bool) -> None:
    """Reproduce published figures on allies in wars, and score our model on the same wars (about half a minute).

    Reads the replication files of Berkemeier and Fuhrmann 2018 and of Leeds and Anac 2005 from the external data.

    \b
    Examples:
      foedus record conformance
      foedus record conformance --json
    """
    from foedus.forecast.conformance import conformance as compare

    with progress_bar(enabled=not as_json) as listen:
        found = compare(data, listen)
    if as_json:
        print_json(found.to_dict())
        return
    print_table(
        "Commitments honoured in war (Berkemeier and Fuhrmann 2018)",
        ["tests", "published", "found", "honoured"],
        [
            [r.what, f"{100 * r.published:.0f} %", f"{100 * r.found:.1f} %", f"{r.honoured} of {r.of}"]
            for r in found.rates
        ],
    )
    print_table(
        f"Logit of Leeds and Anac 2005 (log likelihood {found.log_likelihood:.2f})",
        ["coefficient", "published", "found", "standard error"],
        [[c.name, f"{c.published:.3f}", f"{c.estimate:.3f}", f"{c.standard_error:.3f}"] for c in found.coefficients],
    )
    print_table(
        "Leave one war out: Brier (log score), lower is better",
        ["data", "cases", "wars", "this model", "plain logit", "base rate", "target (Brier)"],
        [
            [
                s.data,
                s.n,
                s.wars,
                f"{s.brier:.3f} ({s.log_score:.3f})",
                f"{s.logit_brier:.3f} ({s.logit_log_score:.3f})",
                f"{s.base_brier:.3f} ({s.base_log_score:.3f})",
                f"{s.target:.3f}",
            ]
            for s in found.skills
        ],
    )


@click.command("influence", short_help="UN votes before and after calls for help.")
@click.argument("case_id", required=False)
@click.option("--plot", type=click.Path(path_type=Path), help="Also draw it to this SVG file.")
@click.option("--record", "record_path", type=click.Path(path_type=Path), help="A record file of your own.")
@data_option
@json_option
def influence(
    case_id: str | None, plot: Path | None, record_path: Path | None, data: Path | None, as_json: bool
) -> None:
    """Compare distances in UN votes to the lead state before and after calls.

    With CASE_ID: the calls to its organisation. Reads the ideal points of the external data, which end in 2019.

    \b
    Examples:
      foedus record influence
      foedus record influence kyrgyzstan-2010-osh --plot sway.svg
    """
    from foedus.record.influence import influence as compare

    found = compare(case_id, record_path, data)
    if plot is not None:
        from foedus.record.influence_plot import svg

        write_text(plot, svg(found, case_id), "the drawing")
    if as_json:
        print_json(found.to_dict())
        return

    def number(value: float | None) -> str:
        return "too few" if value is None else f"{value:+.2f}"

    def span(low: float | None, high: float | None) -> str:
        return "" if low is None or high is None else f"{low:+.2f} to {high:+.2f}"

    click.echo("Distance to the lead state in UN ideal points, mean of five years after less five before;")
    click.echo("negative: closer afterwards. Who is helped is no accident: this describes, it does not prove a cause.")
    print_table(
        "",
        ["calls", "cases", "change", "90 % interval"],
        [[name, n, number(value), span(low, high)] for name, (n, value, low, high) in found.means.items()],
    )
    print_table(
        "Acted, less others of the same organisation",
        ["others", "cases", "change", "90 % interval"],
        [[name, n, number(value), span(low, high)] for name, (n, value, low, high) in found.against.items()],
    )
    if case_id is not None:
        print_table(
            "Cases",
            ["case", "answer", "lead", "change"],
            [[c.case_id, c.answer, c.lead, c.missing or number(c.change)] for c in found.courses],
        )
    click.echo(f"The votes end in {found.last_year}; out of reach:")
    for course in found.courses:
        if course.missing:
            click.echo(f"  {course.case_id}: {course.missing}")
    if plot is not None:
        click.echo(f"wrote {plot}")
