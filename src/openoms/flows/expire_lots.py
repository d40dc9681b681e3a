"""Goods that expired are no longer promised: looked at by the clock, and before anything of them is taken in any case."""

from uuid import UUID

from openoms.core import firm
from openoms.core.clock import now
from openoms.core.db import flow
from openoms.domains.identity.rules import system
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.models import Lot
from openoms.flows.steps import lots

_ACTOR = system("warehouse")
BATCH = 500


def expire_lots() -> int:
    """Block what expired before today and lies somewhere still; how many lots. Each row of stock on its own."""
    done = 0
    rows = Lot.objects.filter(on_hand__gt=0, is_blocked=False, expires_on__lt=firm.today())
    while keys := set(rows.values_list("stock", flat=True)[:BATCH]):
        blocked = sum(expire_row(key) for key in sorted(keys))
        if not blocked:
            break
        done += blocked
    return done


@flow
def expire_row(key: UUID) -> int:
    """Block what expired at one row; how many lots."""
    [row] = inventory.lock_stock([key])
    return lots.expire(row, now(), _ACTOR)
