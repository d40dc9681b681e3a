"""Steps that read what was scanned or typed in the warehouse."""

from decimal import Decimal

from openoms.core.errors import InvalidInput
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.queries import sku_by_code
from openoms.domains.fulfilment.errors import UnknownCode

LARGEST = Decimal(10) ** 9


def sku_of(code: str) -> Sku:
    """The sku of a label. Raises UnknownCode."""
    code = code.strip()
    found = sku_by_code(code)
    if found is None:
        raise UnknownCode(code[:80])
    return found


def demand_quantity(quantity: Decimal) -> None:
    """Raise InvalidInput for what is no quantity."""
    if not quantity.is_finite() or not 0 < quantity <= LARGEST:
        raise InvalidInput("A quantity lies above 0.", field="quantity")
