"""Importing files of one thing in each row: the part that catalogues and customers share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from openoms.flows.steps.rehearsal import Outcome, RowResult
from openoms.integrations.imports.progress import Progress
from openoms.integrations.imports.rejects import RejectsFile
from openoms.integrations.imports.rows import Reject
from openoms.integrations.imports.singles import Repeat, Singles, Taken
from openoms.jobs.imports.batches import in_batches
from openoms.jobs.imports.report import Note, Report

T = TypeVar("T")


def run(
    reader: Singles[T],
    path: Path,
    take: Callable[[Sequence[T]], Sequence[RowResult]],
    report: Report,
    rejects: RejectsFile,
    progress: Progress,
) -> Report:
    """Read `path`, hand its records to `take` batch by batch, and count what became of them."""
    for batch in in_batches(reader.read(path, progress)):
        taken = [item for item in batch if isinstance(item, Taken)]
        for item in batch:
            if isinstance(item, Reject):
                rejects.add(item)
            elif isinstance(item, Repeat):
                _repeated(item, report)
        for one, result in zip(taken, take([one.record for one in taken]), strict=True):
            if result.problem is not None:
                rejects.add(Reject(one.row.place, one.row.cells, result.problem.detail, one.key))
            else:
                _count(result, report)
    report.about, report.rows = reader.about, reader.rows
    report.rejected = report.rejected_rows = rejects.count
    report.read = report.accepted + report.changed + report.same + report.rejected
    return report


def _count(result: RowResult, report: Report) -> None:
    report.accepted += result.outcome is Outcome.NEW
    report.changed += result.outcome is Outcome.CHANGED
    report.same += result.outcome is Outcome.SAME


def _repeated(repeat: Repeat, report: Report) -> None:
    report.repeated += 1
    if repeat.differs:
        what = f"says something else than line {repeat.first_line}, which was kept"
        report.differing.append(Note(str(repeat.row.place), repeat.key, what))
