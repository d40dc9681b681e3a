"""Making the customer tiers that are missing."""

from collections.abc import Sequence

from openoms.core.db import flow
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.customers import services as customers
from openoms.domains.customers.models import CustomerTier
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing import kinds


@flow
def ensure_tiers(tiers: Sequence[tuple[str, str, str]], *, actor: Actor) -> None:
    """Make those of the tiers (code, name, Chinese name) that are not there; the others stay as they are."""
    require(actor, Perm.PRICE_EDIT)
    there = set(CustomerTier.objects.values_list("code", flat=True))
    missing = [tier for tier in tiers if tier[0] not in there]
    customers.ensure_tiers(missing)
    for code, name, name_zh in missing:
        after = {"name": name, "name_zh": name_zh}
        data = {"what": f"customer tier {code}", "before": {}, "after": after}
        record(actor, kinds.RULES_CHANGED, uuid7(), data=data)
