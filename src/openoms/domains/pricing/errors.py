"""Refusals of pricing."""

from openoms.core.errors import InvalidInput


class UnknownSku(InvalidInput):
    """No active sku has that code."""

    code = "unknown_sku"

    def __init__(self, sku: str, line: int) -> None:
        super().__init__(
            f"There is no active sku {sku!r}. Choose one from the catalogue.",
            field=("lines", line, "sku"),
            sku=sku,
        )


class NoPrice(InvalidInput):
    """The sku has no price in the currency for this customer."""

    code = "no_price"

    def __init__(self, sku: str, currency: str, line: int) -> None:
        super().__init__(
            f"{sku} has no price in {currency} for this customer. Add one to a price list or type a price.",
            field=("lines", line, "sku"),
            sku=sku,
            currency=currency,
        )


class BadDiscount(InvalidInput):
    """A discount that would take more than there is."""

    code = "bad_discount"


class MixedTaxBasis(InvalidInput):
    """Two lines come from price lists of which one contains the tax and the other does not."""

    code = "mixed_tax_basis"
