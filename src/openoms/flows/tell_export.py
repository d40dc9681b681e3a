"""Telling that data leaves as a file: who took how many rows of what; written before the first of them goes."""

from collections.abc import Sequence

from openoms.core.db import flow
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.catalog import kinds as catalog
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import kinds as orders


@flow
def tell_orders_export(form: str, rows: int, filters: Sequence[str], *, actor: Actor) -> None:
    """Record that orders are taken away; `filters` are names only, for what is searched for may be a person."""
    require(actor, Perm.ORDER_EXPORT, Perm.ORDER_VIEW)
    data = {"format": form, "rows": rows, "filters": sorted(filters)}
    record(actor, orders.ORDERS_EXPORTED, uuid7(), data=data)


@flow
def tell_catalogue_export(form: str, rows: int, filters: Sequence[str], *, actor: Actor) -> None:
    """Record that the catalogue's sheet is taken away."""
    require(actor, Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)
    data = {"format": form, "rows": rows, "filters": sorted(filters)}
    record(actor, catalog.CATALOGUE_EXPORTED, uuid7(), data=data)
