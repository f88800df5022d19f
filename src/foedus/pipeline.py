"""The main job, end to end: law, forecast, simulation with and without help, evidence, one report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foedus import crisis, ensemble, files, forecast, record, report
from foedus.ensemble import copies
from foedus.ensemble.arguments import of_kind
from foedus.ensemble.folder import as_path
from foedus.ensemble.manifest import REPORT, add_report, refuse_edited_report
from foedus.ensemble.runs import OUTCOMES
from foedus.errors import InputError
from foedus.progress import Event, Listener, silent
from foedus.shown import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import xarray as xr

    from foedus.crisis.inputs import Mode
    from foedus.ensemble import Arm, Comparison, Ensemble
    from foedus.ensemble.execute import Engine

RUNS = 200


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """A finished run: where it lies, the report, its data, and the simulated figures."""

    directory: Path
    report: Path
    bundle: dict[str, Any]
    ensemble: Ensemble

    def __repr__(self) -> str:
        return one_line(f"<Result {self.ensemble.headline()}; report: {self.report}>")

    def plot(self, variables: str | Sequence[str] = OUTCOMES, place: str | None = None) -> Any:
        """Draw the course of a variable, or of some, in both arms; return a matplotlib figure."""
        return self.ensemble.plot(variables, place)

    def compare(self, other: Result, *, arm: Arm | None = None, per: float | None = None) -> Comparison:
        """Compare another result's totals with this one's: differences are the other's less this one's."""
        of_kind("other", other, Result, "another result of foedus.run")
        return self.ensemble.compare(other.ensemble, arm=arm, per=per)

    def to_xarray(self) -> xr.Dataset:
        """Return the daily figures as a labelled dataset [run, arm, day, place]."""
        return self.ensemble.to_xarray()

    def to_pandas(self) -> pd.DataFrame:
        """Return the daily figures as a tidy table: run, arm, day, place and one column a variable."""
        return self.ensemble.to_pandas()


def run(
    scenario: crisis.AnyScenario,
    *,
    out: Path | str | None = None,
    runs: int = RUNS,
    seed: int = 0,
    workers: int | None = None,
    engine: Engine = "cohort",
    mode: Mode = "hindcast",
    step_hours: float = 1.0,
    record_path: record.AnyRecord = None,
    on_event: Listener = silent,
) -> Result:
    """Run a scenario end to end and write the stored runs and the report.

    Args:
        scenario: a name, the path of a scenario, or one that is loaded or open.
        out: directory to write (default ``runs/NAME``); an earlier run there is replaced when all went well.
        runs: simulated runs in each arm.
        seed: of all random numbers; run i depends on (seed, i) only.
        workers: threads (default: one a processor).
        engine: ``cohort`` or ``agents``, see ``ensemble.run``.
        mode: the state's decisions as recorded (``hindcast``) or as hazards of pressure (``free``).
        step_hours: length of a step.
        record_path: a record of your own for the forecast.
        on_event: told of progress.

    Raises:
        InputError: something given cannot be used.
        RunError: the work could not be finished.

    """
    loaded = crisis.open_scenario(scenario)
    case = loaded.scenario.record_case
    place = as_path(out, "out") if out is not None else Path("runs") / loaded.scenario.name
    own_record = _own_record(record_path, loaded)
    # bad claims, or a name that leads nowhere, should not cost the wait for the runs
    for fault in (*crisis.claim_faults(loaded), *crisis.named_faults(loaded, own_record)):
        raise fault
    with ensemble.claim_directory(place) as draft:
        on_event(Event("start", "forecast"))
        chance = forecast.case(case, own_record, on_event) if case else None
        figures = ensemble.run(
            loaded.scenario, runs=runs, seed=seed, workers=workers, engine=engine, mode=mode, step_hours=step_hours,
            on_event=on_event,
        )  # fmt: skip
        on_event(Event("start", "store"))
        ensemble.save(figures, draft, record_path=own_record, loaded=loaded)
        on_event(Event("start", "report"))
        bundle = report.assemble(figures, chance, own_record, loaded)
        report.write(bundle, draft / REPORT)
        add_report(draft)
    return Result(place, place / REPORT, bundle, figures)


def _own_record(source: record.AnyRecord, loaded: crisis.Loaded) -> record.Record | None:
    """Open a record of the user's own; refuse one that the scenario makes no use of."""
    if source is None:
        return None
    path = source.path if isinstance(source, record.Record) else as_path(source, "record_path")
    if loaded.scenario.record_case is None:
        raise InputError(
            "the scenario names no case of the record, so a record of your own would change nothing",
            file=loaded.file, key="record_case", found=f"no such key, and the record {path}",
            expected="the case_id of this call in the record",
            cure="name the case in the scenario, or leave the record (--record) out",
        )  # fmt: skip
    return record.open_record(source)


def rewrite(directory: Path | str, on_event: Listener = silent, *, force: bool = False) -> Path:
    """Write the report of a stored run again, with the claims and the incident as they now are.

    Where the scenario or the record is gone or changed, the run's own copies are taken, the claims and the incident
    among them.

    Args:
        directory: of the run.
        on_event: told of progress.
        force: replace also a report that was changed after it was written.

    Raises:
        InputError: no run is stored there, something of it is gone or damaged, or its report was changed by hand.

    Warns:
        FoedusWarning: something is not what it was when it was run.

    """
    place = as_path(directory, "directory")
    figures = ensemble.load(place)
    _may_replace(place, force=force)  # that should not cost the wait
    loaded = crisis.open_scenario(figures.scenario)
    copies.tell_changes(loaded, place)
    known, own_record = figures.scenario.record_case, copies.own_record(place)
    chance = forecast.case(known, own_record, on_event) if known else None
    bundle = report.assemble(figures, chance, own_record, loaded)
    with files.telling("the report", place / REPORT), files.locked(place / REPORT):
        _may_replace(place, force=force)
        return report.write(bundle, place / REPORT)


def _may_replace(place: Path, *, force: bool) -> None:
    if not force:
        with files.telling("the report", place / REPORT):
            refuse_edited_report(place, "give --force (in Python: force=True) to replace it, or move it away")
