"""Importing a catalogue."""

from collections.abc import Sequence
from pathlib import Path

from openoms.core.types import Actor
from openoms.domains.pricing.types import PriceInput
from openoms.flows.import_catalogue import CatalogueRow, PriceListTerms, import_catalogue
from openoms.flows.steps.rehearsal import RowResult
from openoms.integrations.imports.mapping import CatalogueMapping
from openoms.integrations.imports.progress import Progress
from openoms.integrations.imports.rejects import RejectsFile
from openoms.integrations.imports.singles import CatalogueRecord, catalogue_reader
from openoms.jobs.imports import singles
from openoms.jobs.imports.report import Report


def run(
    mapping: CatalogueMapping,
    path: Path,
    *,
    actor: Actor,
    rejects: RejectsFile,
    progress: Progress,
    dry_run: bool,
) -> Report:
    """Import the file; see `jobs.imports.run_import`."""
    table = mapping.price_list
    terms = PriceListTerms(table.code, table.currency, table.name, table.tax_inclusive) if table else None

    def take(records: Sequence[CatalogueRecord]) -> Sequence[RowResult]:
        rows = [_row(record, terms) for record in records]
        return import_catalogue(rows, terms, actor=actor, dry_run=dry_run)

    report = Report("skus", path.name, dry_run=dry_run)
    return singles.run(catalogue_reader(mapping), path, take, report, rejects, progress)


def _row(record: CatalogueRecord, terms: PriceListTerms | None) -> CatalogueRow:
    prices = [PriceInput(terms.code, price, least) for price, least in record.prices] if terms else []
    return CatalogueRow(record.product, record.sku, record.categories, prices)
