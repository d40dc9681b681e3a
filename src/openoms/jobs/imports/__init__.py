"""Running an import: rows read by `integrations.imports`, taken batch by batch by the flows, told of in a report.

A batch is one transaction. After a crash, running the same import again finds what is there and takes the rest.
"""

from pathlib import Path

from openoms.core.types import Actor
from openoms.integrations.imports.mapping import CatalogueMapping, CustomersMapping, Mapping, OrdersMapping
from openoms.integrations.imports.progress import Progress
from openoms.integrations.imports.rejects import RejectsFile
from openoms.integrations.imports.tables import main_file
from openoms.jobs.imports import catalogue, customers, orders
from openoms.jobs.imports.report import Report

__all__ = ["Report", "run_import"]


def run_import(
    mapping: Mapping,
    path: Path,
    *,
    actor: Actor,
    rejects: RejectsFile,
    progress: Progress,
    dry_run: bool = False,
    lists_roundings: bool = False,
) -> Report:
    """Import the file or folder `path`. Raises BadFile, BadMapping; a row that is refused only goes to `rejects`."""
    file = main_file(path, mapping)
    if isinstance(mapping, OrdersMapping):
        return orders.run(
            mapping,
            file,
            actor=actor,
            rejects=rejects,
            progress=progress,
            dry_run=dry_run,
            lists_roundings=lists_roundings,
        )
    if isinstance(mapping, CatalogueMapping):
        return catalogue.run(mapping, file, actor=actor, rejects=rejects, progress=progress, dry_run=dry_run)
    assert isinstance(mapping, CustomersMapping)
    return customers.run(mapping, file, actor=actor, rejects=rejects, progress=progress, dry_run=dry_run)
