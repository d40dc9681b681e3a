"""Finding orders by the goods in them: a text means skus through the catalogue, and skus their orders, both bounded."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.queries import matching_skus
from openoms.domains.orders.models import Order

# More fit only what says too little; one types more letters.
MOST_SKUS = 100
# As for every other filter of the list (reading/orders.py): more than a page has rows, and what is handed over as keys.
_PAGE_KEYS = 201
_MOST_KEYS = 10_000
# Each sku's newest orders from its own index, then the newest of them all: `sku_id = ANY` would read and sort them all.
_NEAREST = (
    "SELECT DISTINCT found.order_id FROM unnest(%s::uuid[]) AS sku (id) CROSS JOIN LATERAL "
    "(SELECT DISTINCT order_id FROM orders_line WHERE sku_id = sku.id{bound} ORDER BY order_id {direction} LIMIT {most}) found "
    "ORDER BY 1 {direction} LIMIT {most}"
)
_FIRST = (
    "SELECT found.order_id FROM unnest(%s::uuid[]) AS sku (id) CROSS JOIN LATERAL "
    "(SELECT order_id FROM orders_line WHERE sku_id = sku.id) found LIMIT {most}"
)
_EVERY = "SELECT order_id FROM orders_line WHERE sku_id = ANY(%s)"


def skus_meant(text: str) -> Sequence[UUID]:
    """Keys of skus by a text: the one of that code, else those whose codes begin with it, else those it finds by name or pinyin.

    At most MOST_SKUS of them, retired ones too: they were sold.
    """
    text = text.strip()
    exact = Sku.objects.filter(code__in={text, text.upper(), text.lower()}).values_list("pk", flat=True)[:1]
    if exact or not text:
        return list(exact)
    rows = matching_skus(Sku.objects.all(), text).order_by("code").values_list("pk", "code")
    found = [(key, code.lower()) for key, code in rows[:_MOST_KEYS]]
    alike = [key for key, code in found if code == text.lower()]
    begun = [key for key, code in found if code.startswith(text.lower())]
    return (alike or begun or [key for key, _code in found])[:MOST_SKUS]


def containing(
    rows: QuerySet[Order], text: str, page: tuple[UUID | None, bool] | None = None
) -> QuerySet[Order]:
    """Orders with a line of the skus a text means; of a `page` (its key, whether it goes backwards) only those it can show."""
    skus = skus_meant(text)
    if not skus:
        return rows.none()
    if page is not None:
        return rows.filter(pk__in=_near(skus, *page))
    keys = _keys(_FIRST.format(most=_MOST_KEYS + 1), [list(skus)])
    if len(keys) <= _MOST_KEYS:
        return rows.filter(pk__in=keys)
    return rows.filter(pk__in=RawSQL(_EVERY, [list(skus)]))  # noqa: S611 # nosec B611 - constant texts


def _near(skus: Sequence[UUID], key: UUID | None, backwards: bool) -> list[UUID]:
    """Keys of the orders a page from there can show."""
    bound = "" if key is None else f" AND order_id {'>' if backwards else '<'} %s"
    sql = _NEAREST.format(bound=bound, direction="ASC" if backwards else "DESC", most=_PAGE_KEYS)
    return _keys(sql, [list(skus), *([] if key is None else [key])])


def _keys(sql: str, values: Sequence[object]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)  # type: ignore[arg-type]
        return [row[0] for row in cursor.fetchall()]
