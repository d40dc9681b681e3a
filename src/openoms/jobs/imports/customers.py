"""Importing customers."""

from collections.abc import Sequence
from pathlib import Path

from openoms.core.types import Actor
from openoms.flows.import_customers import CustomerRow, import_customers
from openoms.flows.steps.rehearsal import RowResult
from openoms.integrations.imports.mapping import CustomersMapping
from openoms.integrations.imports.progress import Progress
from openoms.integrations.imports.rejects import RejectsFile
from openoms.integrations.imports.singles import CustomerRecord, customer_reader
from openoms.jobs.imports import singles
from openoms.jobs.imports.report import Report


def run(
    mapping: CustomersMapping,
    path: Path,
    *,
    actor: Actor,
    rejects: RejectsFile,
    progress: Progress,
    dry_run: bool,
) -> Report:
    """Import the file; see `jobs.imports.run_import`."""

    def take(records: Sequence[CustomerRecord]) -> Sequence[RowResult]:
        rows = [CustomerRow(record.customer, record.address) for record in records]
        return import_customers(rows, actor=actor, dry_run=dry_run)

    report = Report("customers", path.name, dry_run=dry_run)
    return singles.run(customer_reader(mapping), path, take, report, rejects, progress)
