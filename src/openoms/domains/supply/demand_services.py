"""Writing what supply is for: which lines of orders a production or purchase order covers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from openoms.core.db import require_atomic
from openoms.domains.orders.models import Line
from openoms.domains.supply.models import Demand, ProductionOrder, PurchaseLine
from openoms.domains.supply.replanning import Peg

Work = ProductionOrder | PurchaseLine


def lines_of(works: Mapping[UUID, Work]) -> dict[UUID, list[Line]]:
    """The lines that orders were for until now, by order."""
    found: dict[UUID, list[Line]] = {}
    rows = Demand.objects.filter(line__isnull=False).select_related("line__order")
    for names in ("production", "purchase_line"):
        for row in rows.filter(**{f"{names}__in": works.keys()}):
            assert row.line is not None
            found.setdefault(row.production_id or row.purchase_line_id or row.pk, []).append(row.line)
    return found


def repeg(pegs: Mapping[Work, Sequence[Peg]], all_works: Iterable[Work]) -> None:
    """Say anew what all orders that stand are for."""
    require_atomic()
    keys = [work.pk for work in all_works]
    Demand.objects.filter(production__in=keys).delete()
    Demand.objects.filter(purchase_line__in=keys).delete()
    Demand.objects.bulk_create([row for work, own in pegs.items() for row in _rows(work, own)])


def peg(work: Work, pegs: Sequence[Peg]) -> None:
    """Add what a new order is for."""
    Demand.objects.bulk_create(_rows(work, pegs))


def numbers_for(pegs: Collection[Peg]) -> list[str]:
    """The numbers of the orders behind."""
    lines = [one.source for one in pegs if isinstance(one.source, UUID)]
    rows = Line.objects.filter(pk__in=lines).order_by("order__number").values_list("order__number", flat=True)
    return list(dict.fromkeys(rows))


def _rows(work: Work, pegs: Sequence[Peg]) -> list[Demand]:
    about = {"production": work} if isinstance(work, ProductionOrder) else {"purchase_line": work}
    return [
        Demand(
            line_id=one.source if isinstance(one.source, UUID) else None,
            quantity=one.quantity,
            needed_by=one.needed_by,
            **about,
        )
        for one in pegs
    ]
