"""Importing past orders: those not there yet are placed in historical mode, the others compared with what is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openoms.core.clock import now
from openoms.core.errors import DomainError
from openoms.core.money import step
from openoms.core.types import Actor
from openoms.domains.orders.errors import DuplicateExternalId
from openoms.domains.pricing.engine import PricedBasket
from openoms.flows.import_orders import Stored, compare_stored, taken_numbers, try_orders
from openoms.flows.place import place_orders
from openoms.flows.steps.placing import History, LineRequest, OrderRequest
from openoms.integrations.imports.mapping import OrdersMapping
from openoms.integrations.imports.order_records import OrderRecord
from openoms.integrations.imports.orders import OrderFile, rejects_of
from openoms.integrations.imports.progress import Progress
from openoms.integrations.imports.rejects import RejectsFile
from openoms.integrations.imports.rows import Reject
from openoms.jobs.imports.batches import in_batches
from openoms.jobs.imports.report import Note, Report, Sums

REASON = "imported"


@dataclass(frozen=True, slots=True)
class _Asked:
    """An order of the file and the request it makes."""

    record: OrderRecord
    request: OrderRequest


def run(
    mapping: OrdersMapping,
    path: Path,
    *,
    actor: Actor,
    rejects: RejectsFile,
    progress: Progress,
    dry_run: bool,
    lists_roundings: bool,
) -> Report:
    """Import the file; see `jobs.imports.run_import`."""
    report = Report("orders", path.name, dry_run=dry_run, lists_roundings=lists_roundings)
    reader = OrderFile(mapping, now())
    batches = _Batches(report, rejects, actor, dry_run)
    for batch in in_batches(reader.read(path, progress)):
        records = []
        for item in batch:
            if isinstance(item, Reject):
                rejects.add(item)
            else:
                records.append(item)
        batches.take(records)
    report.about, report.rows, report.repeated = reader.about, reader.rows, reader.repeated
    report.left_lines = reader.left + batches.left
    report.rejected_rows = rejects.count
    # Rows that belong to no readable order count as one each.
    report.rejected = reader.orders + reader.unreadable - report.accepted - report.same
    report.read = report.accepted + report.same + report.rejected
    return report


def request_of(record: OrderRecord) -> OrderRequest:
    """The record as an order to be placed in historical mode."""
    history = History(
        placed_at=record.placed_at,
        shipping=record.shipping,
        shipped_at=record.shipped_at,
        carrier=record.carrier,
        completed_at=record.completed_at,
        status=record.status,
        payment_state=record.payment_state,
        fulfilment_state=record.fulfilment_state,
    )
    lines = tuple(
        LineRequest(line.sku, line.quantity, line.unit_price, REASON, line.discount) for line in record.lines
    )
    return OrderRequest(
        lines=lines,
        customer=record.customer,
        channel=record.channel,
        order_type=record.order_type,
        currency=record.currency,
        ship_to=record.ship_to,
        bill_to=record.bill_to,
        external_id=record.external_id,
        terms=record.terms,
        requested_date=record.requested_date,
        number=record.number,
        history=history,
    )


class _Batches:
    """Takes records batch by batch and counts what became of them; `left` are lines of orders refused here."""

    def __init__(self, report: Report, rejects: RejectsFile, actor: Actor, dry_run: bool) -> None:
        self.left = 0
        self._report = report
        self._rejects = rejects
        self._actor = actor
        self._dry_run = dry_run

    def take(self, records: Sequence[OrderRecord]) -> None:
        """Place those that are not there, compare those that are."""
        asked = [_Asked(record, request_of(record)) for record in records]
        new = self._free_numbers(self._settle_stored(asked))
        again = self._try(new) if self._dry_run else self._place(new)
        # Somebody else placed these between the look and the placing.
        for one in self._settle_stored(again):
            self._refuse(one, "the order is being imported by somebody else: import again")

    def _settle_stored(self, asked: Sequence[_Asked]) -> list[_Asked]:
        """Count those already there and return the others."""
        if not asked:
            return []
        stored = compare_stored([one.request for one in asked], actor=self._actor)
        for index, kept in stored.items():
            self._already_there(asked[index], kept)
        return [one for index, one in enumerate(asked) if index not in stored]

    def _free_numbers(self, asked: Sequence[_Asked]) -> list[_Asked]:
        """Refuse those whose number another order has, and return the others."""
        numbers = [one.request.number for one in asked if one.request.number]
        taken = taken_numbers(numbers, actor=self._actor) if numbers else set()
        free = []
        for one in asked:
            if one.request.number in taken:
                self._refuse(one, f"another order has the number {one.request.number}")
                continue
            if one.request.number:
                taken.add(one.request.number)
            free.append(one)
        return free

    def _place(self, asked: Sequence[_Asked]) -> list[_Asked]:
        """Place in one transaction; returns those that turned out to be there already."""
        if not asked:
            return []
        again = []
        rows = place_orders([one.request for one in asked], actor=self._actor, skip_refused=True)
        for one, row in zip(asked, rows, strict=True):
            if row.placed is not None:
                self._accepted(one, row.placed.priced)
            elif isinstance(row.problem, DuplicateExternalId):
                again.append(one)
            elif row.problem is not None:
                self._refuse(one, _reason(row.problem, one.record))
        return again

    def _try(self, asked: Sequence[_Asked]) -> list[_Asked]:
        """As `_place`, writing nothing."""
        if not asked:
            return []
        tried = try_orders([one.request for one in asked], actor=self._actor)
        for one, result in zip(asked, tried, strict=True):
            if result.priced is not None:
                self._accepted(one, result.priced)
            elif result.problem is not None:
                self._refuse(one, _reason(result.problem, one.record))
        return []

    def _refuse(self, one: _Asked, reason: str) -> None:
        self.left += len(one.record.lines)
        for reject in rejects_of(one.record.rows, one.record.external_id, reason):
            self._rejects.add(reject)

    def _accepted(self, one: _Asked, priced: PricedBasket) -> None:
        self._report.accepted += 1
        self._add(one.record, [line.net for line in priced.lines], priced.shipping_total)

    def _already_there(self, one: _Asked, stored: Stored) -> None:
        self._report.same += 1
        record = one.record
        if len(stored.nets) == len(record.lines):
            self._add(record, stored.nets, stored.shipping)
        place = str(record.rows[0].place)
        for what in stored.differences:
            self._report.differing.append(Note(place, f"{record.external_id} = {stored.number}", what))

    def _add(self, record: OrderRecord, nets: Sequence[Decimal], shipping: Decimal) -> None:
        sums = self._report.sums.setdefault(record.currency, Sums())
        sums.shipping += shipping
        minor = step(record.currency)
        self._report.lines += len(nets)
        for line, net in zip(record.lines, nets, strict=True):
            if sums.add_line(line.exact_net, net, minor) and self._report.lists_roundings:
                note = Note(str(line.place), record.external_id, line.sku, (line.exact_net, net))
                self._report.roundings.append(note)


def _reason(problem: DomainError, record: OrderRecord) -> str:
    """The refusal in words, with the line of the file where it is one of the order's lines."""
    for found in problem.problems:
        if len(found.loc) > 1 and found.loc[0] == "lines" and isinstance(found.loc[1], int):
            return f"{record.lines[found.loc[1]].place}: {problem.detail}"
    return problem.detail
