"""Steps that read what was scanned or typed in the warehouse."""

from collections.abc import Collection
from decimal import Decimal

from openoms.core.errors import InvalidInput
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.queries import skus_by_code
from openoms.domains.fulfilment.errors import UnknownCode

LARGEST = Decimal(10) ** 9


def sku_of(code: str) -> Sku:
    """The sku of a label. Raises UnknownCode."""
    return skus_of([code])[code]


def skus_of(codes: Collection[str]) -> dict[str, Sku]:
    """The skus of labels, by label. Raises UnknownCode."""
    found = skus_by_code({code.strip() for code in codes})
    for code in codes:
        if code.strip() not in found:
            raise UnknownCode(code.strip()[:80])
    return {code: found[code.strip()] for code in codes}


def demand_quantity(quantity: Decimal) -> None:
    """Raise InvalidInput for what is no quantity."""
    if not quantity.is_finite() or not 0 < quantity <= LARGEST:
        raise InvalidInput("A quantity lies above 0.", field="quantity")
