"""Placing orders: one, or up to 500 at once; both the same steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import DomainError, FieldProblem, InvalidInput
from openoms.core.types import Actor
from openoms.domains.identity.once import Once
from openoms.flows.steps import buyers, configuration, placing
from openoms.flows.steps.placing import Known, OrderRequest, PlacedOrder

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class BulkRow:
    """What became of one request of a bulk: an order or the reason there is none."""

    index: int
    placed: PlacedOrder | None = None
    problem: DomainError | None = None


@flow
def place_order(request: OrderRequest, *, actor: Actor, once: Once | None = None) -> PlacedOrder:
    """Price, check and write one order. Raises the refusals of placing, AnsweredBefore on a replay."""
    placing.check_abilities(actor, [request])
    known = placing.read([request], once=once)
    placed = _place(request, 0, known, actor)
    configuration.keep_rules(known.configuration)
    if once:
        once.remember(placed)
    return placed


@flow
def place_orders(
    requests: Sequence[OrderRequest], *, actor: Actor, skip_refused: bool, once: Once | None = None
) -> list[BulkRow]:
    """Place up to 500 orders in one transaction; a refused one is skipped, or refuses them all."""
    if len(requests) > MOST_AT_ONCE:
        raise InvalidInput(f"At most {MOST_AT_ONCE} orders at once.", field="orders")
    placing.check_abilities(actor, requests)
    known = placing.read(requests, once=once)
    rows, problems, seen = [], [], dict(known.duplicates)
    for index, request in enumerate(requests):
        try:
            placed = _place(request, index, replace(known, duplicates=seen), actor)
        except DomainError as error:
            rows.append(BulkRow(index, problem=error))
            problems.append(error)
            continue
        if request.external_id:
            seen[request.channel, request.external_id] = placed.order.number
        rows.append(BulkRow(index, placed=placed))
    if problems and not skip_refused:
        raise BulkRefused(rows)
    configuration.keep_rules(known.configuration)
    if once:
        once.remember(rows)
    return rows


class BulkRefused(InvalidInput):
    """One order of a bulk was refused and with it, as asked, all of them; `rows` say which and why."""

    code = "bulk_refused"

    def __init__(self, rows: Sequence[BulkRow]) -> None:
        refused = [(row.index, row.problem) for row in rows if row.problem]
        problems = [
            FieldProblem(("orders", index, *found.loc), found.message, found.code)
            for index, error in refused
            for found in (error.problems or [FieldProblem((), error.detail, error.code)])
        ]
        super().__init__(
            f"{len(refused)} of {len(rows)} orders were refused; none was placed.", problems=problems
        )
        self.rows = rows


def _place(request: OrderRequest, index: int, known: Known, actor: Actor) -> PlacedOrder:
    """Everything that can refuse comes before anything is set aside to be written."""
    instant = now()
    placing.check_request(request, known, instant)
    customer = buyers.buyer_of(request, known, actor, instant)
    return placing.write(request, known.numbers[index], customer, known, actor, instant)
