"""Money: Decimal amounts beside a currency, rounded in one function, split without loss."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache

from openoms.core.errors import InvalidInput

# ISO 4217 exponents that are not 2; list one, as amended. Every other active code has two decimals.
_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_TWO_DECIMALS = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
    "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER "
    "ZAR ZMW ZWG".split()
)
CURRENCIES = frozenset(_EXPONENTS) | _TWO_DECIMALS
UNIT_PRICE_STEP = Decimal("0.000001")
ZERO = Decimal(0)


class UnknownCurrency(InvalidInput):
    """The code is not an active ISO 4217 currency."""

    code = "unknown_currency"

    def __init__(self, currency: str) -> None:
        super().__init__(f"{currency!r} is not an ISO 4217 currency code.", field="currency")


@cache
def step(currency: str) -> Decimal:
    """The minor unit of `currency` as a Decimal (CNY 0.01, JPY 1, KWD 0.001); raises UnknownCurrency."""
    if currency not in CURRENCIES:
        raise UnknownCurrency(currency)
    return Decimal(1).scaleb(-_EXPONENTS.get(currency, 2))


def plain(value: Decimal) -> str:
    """A quantity, rate or bound as text without idle zeros, never in powers of ten: "2", "0.5", "1000"."""
    return f"{value.normalize():f}"


def round_money(amount: Decimal, currency: str) -> Decimal:
    """`amount` at the currency's exponent, halves away from zero: the only place money is rounded."""
    return amount.quantize(step(currency), rounding=ROUND_HALF_UP)


def split_amount(total: Decimal, weights: Sequence[Decimal], minor: Decimal) -> list[Decimal]:
    """Parts of `total` in proportion to non-negative `weights`, in order, that sum to it exactly.

    Each part is within one `minor` unit of its exact share; what rounding leaves goes to the largest remainders
    (the earlier first). No weight at all shares evenly.
    """
    if not weights:
        raise ValueError("nothing to split over")
    whole = sum(weights)
    shares = weights if whole else [Decimal(1)] * len(weights)
    whole = whole or Decimal(len(shares))
    sign = -1 if total < 0 else 1
    units = int((abs(total) / minor).to_integral_exact())
    exact = [Decimal(units) * share / whole for share in shares]
    parts = [int(part.to_integral_value(ROUND_FLOOR)) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: units - sum(parts)]:
        parts[i] += 1
    return [sign * part * minor for part in parts]


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in one currency; arithmetic between currencies is an error, never a conversion."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        step(self.currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * factor, self.currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def rounded(self) -> "Money":
        """Itself at the currency's exponent."""
        return Money(round_money(self.amount, self.currency), self.currency)

    def split(self, weights: Sequence[Decimal]) -> list["Money"]:
        """Parts in proportion to `weights` that sum to itself (split_amount); itself must be at the exponent."""
        parts = split_amount(self.amount, weights, step(self.currency))
        return [Money(part, self.currency) for part in parts]

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")
        return other.amount
