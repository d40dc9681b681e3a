"""Splitting an order into parts and merging parts again, as arithmetic: no minor unit and no piece is lost. Pure.

A line's gross is shared by quantity; each adjustment by what is left of the line in each part, in turn, so that no part falls
below nought and a discount stays one; its tax by the net. What a merge makes of all parts of a split is the order itself.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from openoms.core.money import split_amount, step
from openoms.domains.inventory.errors import CannotSplit
from openoms.domains.inventory.steps import Step

ZERO = Decimal(0)
BY_AMOUNT, WITH_FIRST = "amount", "first"


@dataclass(frozen=True, slots=True)
class Charge:
    """A line, or a fee (quantity 1). Amounts are at the currency's exponent; `adjustments` are signed, by key, in order.

    Without tax in prices `gross + adjustments = net`, with it `= net + tax`; where an agreed price differs from that,
    the difference goes with it.
    """

    key: str
    quantity: Decimal
    gross: Decimal
    net: Decimal
    tax: Decimal
    adjustments: tuple[tuple[str, Decimal], ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class Amounts:
    """An order or a part of one: lines, fees of delivery, and what is paid."""

    currency: str
    tax_inclusive: bool
    lines: tuple[Charge, ...]
    fees: tuple[Charge, ...] = ()
    paid: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What it costs with tax and fees."""
        return sum((one.net + one.tax for one in (*self.lines, *self.fees)), ZERO)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts by name, in the plan's order, and why."""

    parts: tuple[tuple[str, Amounts], ...]
    trace: tuple[Step, ...]


Plan = Mapping[str, Mapping[str, Decimal]]


def by_availability(order: Amounts, available: Mapping[str, Decimal]) -> dict[str, dict[str, Decimal]]:
    """A plan of two parts: `now`, what is available by line (never more than wanted), and `later`."""
    now: dict[str, Decimal] = {}
    for line in order.lines:
        amount = min(max(available.get(line.key, ZERO), ZERO), line.quantity)
        if amount:
            now[line.key] = amount
    return _with_rest(order, {"now": now}, "later")


def by_site(
    order: Amounts, allocations: Sequence[tuple[str, str, Decimal]], rest: str = ""
) -> dict[str, dict[str, Decimal]]:
    """A plan of one part for each site by (line, site, quantity), by name; what nobody serves is the part named `rest`."""
    sites: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    for line, site, quantity in sorted(allocations):
        sites[site][line] = sites[site].get(line, ZERO) + quantity
    return _with_rest(order, {site: sites[site] for site in sorted(sites)}, rest)


def by_hand(order: Amounts, taken: Mapping[str, Decimal]) -> dict[str, dict[str, Decimal]]:
    """A plan of two parts: what somebody takes out by line, and what stays."""
    return _with_rest(order, {"taken": dict(taken)}, "stays")


def _with_rest(
    order: Amounts, parts: Mapping[str, dict[str, Decimal]], rest: str
) -> dict[str, dict[str, Decimal]]:
    left = {line.key: line.quantity for line in order.lines}
    for part in parts.values():
        for key, quantity in part.items():
            if key not in left:
                raise CannotSplit("unknown_line", key)
            left[key] -= quantity
    plan = {name: part for name, part in parts.items() if part}
    remaining = {key: quantity for key, quantity in left.items() if quantity}
    return plan | {rest: remaining} if remaining else plan


def split(order: Amounts, plan: Plan, *, fees: str = BY_AMOUNT) -> Parts:
    """The parts that a plan (part → line → quantity) makes; fees are shared by amount, or all go with the first part.

    Raises CannotSplit when the quantities of a line do not sum to its own, one is not above nought, or there is one part only.
    """
    _check(order, plan)
    minor = step(order.currency)
    names = list(plan)
    lines: dict[str, list[Charge]] = {name: [] for name in names}
    for line in order.lines:
        holders = [name for name in names if line.key in plan[name]]
        weights = [plan[name][line.key] for name in holders]
        for name, share in zip(
            holders, _shares(line, weights, weights, order.tax_inclusive, minor), strict=True
        ):
            lines[name].append(share)
    worth = [sum((line.net + line.tax for line in lines[name]), ZERO) for name in names]
    if fees == WITH_FIRST:
        worth = [Decimal(1), *[ZERO] * (len(names) - 1)]
    shared: dict[str, list[Charge]] = {name: [] for name in names}
    for fee in order.fees:
        ones = [fee.quantity] * len(names)
        for name, share in zip(names, _shares(fee, worth, ones, order.tax_inclusive, minor), strict=True):
            shared[name].append(share)
    parts = [replace(order, lines=tuple(lines[n]), fees=tuple(shared[n]), paid=ZERO) for n in names]
    paid = split_amount(order.paid, [max(part.total, ZERO) for part in parts], minor)
    parts = [replace(part, paid=share) for part, share in zip(parts, paid, strict=True)]
    return Parts(tuple(zip(names, parts, strict=True)), tuple(map(_told, names, parts)))


def _told(name: str, part: Amounts) -> Step:
    quantities = [[line.key, str(line.quantity)] for line in part.lines]
    data = {"lines": quantities, "total": str(part.total), "paid": str(part.paid)}
    return Step("part", name, data | {"fees": str(sum((fee.net + fee.tax for fee in part.fees), ZERO))})


def _check(order: Amounts, plan: Plan) -> None:
    if len(plan) < 2:
        raise CannotSplit("one_part")
    left = {line.key: line.quantity for line in order.lines}
    for part in plan.values():
        for key, quantity in part.items():
            if key not in left:
                raise CannotSplit("unknown_line", key)
            if quantity <= 0:
                raise CannotSplit("not_positive", key)
            left[key] -= quantity
    if wrong := next((key for key, quantity in left.items() if quantity), None):
        raise CannotSplit("too_much" if left[wrong] < 0 else "too_little", wrong)
    if any(not part for part in plan.values()):
        raise CannotSplit("empty_part")


def _shares(
    charge: Charge, weights: Sequence[Decimal], quantities: Sequence[Decimal], inclusive: bool, minor: Decimal
) -> list[Charge]:
    """A charge in parts: each amount sums to its own to the minor unit."""
    gross = split_amount(charge.gross, weights, minor)
    left, rows = list(gross), []
    for key, amount in charge.adjustments:
        shares = _split_by(amount, left, weights, minor)
        rows.append((key, shares))
        left = [one + share for one, share in zip(left, shares, strict=True)]
    odd = charge.net + (charge.tax if inclusive else ZERO) - sum(left, ZERO)
    left = [one + share for one, share in zip(left, _split_by(odd, left, weights, minor), strict=True)]
    taxes = _split_by(charge.tax, left, weights, minor)
    nets = [one - tax for one, tax in zip(left, taxes, strict=True)] if inclusive else left
    return [
        replace(
            charge,
            quantity=quantities[i],
            gross=gross[i],
            net=nets[i],
            tax=taxes[i],
            adjustments=tuple((key, shares[i]) for key, shares in rows),
        )
        for i in range(len(weights))
    ]


def _split_by(
    amount: Decimal, left: Sequence[Decimal], weights: Sequence[Decimal], minor: Decimal
) -> list[Decimal]:
    """An amount by what is left in each part; by weight where nothing is."""
    sound = min(left) >= 0 and any(left)
    return split_amount(amount, left if sound else weights, minor)


def merge(parts: Sequence[Amounts]) -> Amounts:
    """One order of all parts: charges of one key are added up, others stand side by side, by position and key.

    Raises CannotSplit (`other_terms`) where currencies or tax in prices differ. Adjustments of one key are added up.
    """
    first = parts[0]
    if any((one.currency, one.tax_inclusive) != (first.currency, first.tax_inclusive) for one in parts):
        raise CannotSplit("other_terms")
    lines = _merged([line for part in parts for line in part.lines], adds_quantity=True)
    fees = _merged([fee for part in parts for fee in part.fees], adds_quantity=False)
    paid = sum((part.paid for part in parts), ZERO)
    return Amounts(first.currency, first.tax_inclusive, lines, fees, paid)


def _merged(charges: Sequence[Charge], *, adds_quantity: bool) -> tuple[Charge, ...]:
    by_key: dict[str, Charge] = {}
    for one in charges:
        known = by_key.get(one.key)
        by_key[one.key] = _added(known, one, adds_quantity) if known else one
    return tuple(sorted(by_key.values(), key=lambda one: (one.position, one.key)))


def _added(one: Charge, other: Charge, adds_quantity: bool) -> Charge:
    sums: dict[str, Decimal] = {}
    for key, amount in (*one.adjustments, *other.adjustments):
        sums[key] = sums.get(key, ZERO) + amount
    return replace(
        one,
        quantity=one.quantity + other.quantity if adds_quantity else one.quantity,
        gross=one.gross + other.gross,
        net=one.net + other.net,
        tax=one.tax + other.tax,
        adjustments=tuple(sums.items()),
    )
