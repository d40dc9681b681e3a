"""One benefit given to a basket: which units it reaches, how much comes off, and where the amounts go. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from openoms.core.money import ZERO, round_money, step
from openoms.domains.pricing.conditions import matching
from openoms.domains.pricing.drafts import (
    DeliveryDraft,
    Draft,
    Slice,
    share_out,
    split_off,
    whole_minors,
)
from openoms.domains.pricing.percents import HUNDRED, percent_of
from openoms.domains.pricing.promotions import (
    ALL_UNITS,
    AmountOff,
    Benefit,
    Gift,
    Ladder,
    Percent,
    Promotion,
    SetPrice,
    Units,
)
from openoms.domains.pricing.sets import Run, Taken, earn, form_sets
from openoms.domains.pricing.steps import TraceStep

if TYPE_CHECKING:
    from openoms.domains.pricing.promoting import Desk

Plain = Percent | AmountOff | SetPrice
# A line with those of its units that benefit.
Reached = tuple[Draft, list[tuple[Slice, Decimal]]]
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Gave:
    """What a benefit was worth (at the exponent), whether anything happened, and why it was refused if it was."""

    amount: Decimal = ZERO
    happened: bool = False
    reason: str = ""
    data: dict[str, object] = field(default_factory=dict)


NOTHING = Gave()


def give(desk: "Desk", promotion: Promotion, benefit: Benefit | Gift) -> Gave:
    """Give one benefit to the basket as it stands."""
    if isinstance(benefit, Gift):
        return _give_gift(desk, promotion, benefit)
    if benefit.target in ("shipping", "delivery"):
        return _gave(_off_shipping(desk, promotion, benefit))
    drafts = matching(desk, benefit.goods)
    reached, sets, spent = _reached(desk, promotion, benefit, drafts) if drafts else ([], 0, [])
    if not reached:
        return NOTHING
    before = {id(draft): draft.amount for draft, _ in reached}
    if benefit.target == "unit":
        gave = _gave(_off_units(desk, promotion, benefit, reached))
    else:
        gave = _gave(_off_amounts(desk, promotion, benefit, reached, sets))
    if gave.happened:
        # Units are used up by getting something, or by earning it in a set; a line that got nothing keeps its own.
        for draft, place in spent:
            in_sets = benefit.units != ALL_UNITS
            place.used_up = place.used_up or in_sets or draft.amount != before[id(draft)]
    return gave


def give_all(desk: "Desk", promotion: Promotion, benefits: Sequence[Benefit | Gift]) -> list[Gave]:
    """Give the benefits of one phase; several are each reckoned from the prices before the promotion."""
    desk.from_start = len(benefits) > 1
    if desk.from_start:
        for draft in desk.drafts:
            draft.begin()
        for delivery in desk.deliveries:
            delivery.start = delivery.amount
    return [give(desk, promotion, benefit) for benefit in benefits]


def _gave(amount: Decimal) -> Gave:
    return Gave(amount, amount != 0)


def _reached(
    desk: "Desk", promotion: Promotion, benefit: Benefit, drafts: Sequence[Draft]
) -> tuple[list[Reached], int, list[tuple[Draft, Slice]]]:
    """The units that benefit, by line in the basket's order, how many full sets they are of (0: no sets asked), and
    the slices that are used up if it gives something.
    """
    units = benefit.units
    if units == ALL_UNITS:
        reached = _every_unit(promotion, drafts)
        spent = [(draft, place) for draft, places in reached for place, _ in places]
        return reached, 0, spent if promotion.uses_up else []
    places: list[tuple[Draft, Slice]] = []
    runs = _runs(drafts, units, promotion, places)
    if units.bought:
        bought = _runs(matching(desk, units.bought.goods), units, promotion, places)
        taken = earn(bought, runs, units)
    else:
        taken = form_sets(runs, units)
    reached, spent = _cut(taken, places, promotion)
    return reached, taken.sets, spent


def _every_unit(promotion: Promotion, drafts: Sequence[Draft]) -> list[Reached]:
    reached: list[Reached] = []
    for draft in drafts:
        free = [place for place in draft.units() if not (promotion.uses_up and place.used_up)]
        if free:
            reached.append((draft, [(place, place.quantity) for place in free]))
    return reached


def _runs(
    drafts: Sequence[Draft], units: Units, promotion: Promotion, places: list[tuple[Draft, Slice]]
) -> list[Run]:
    """Whole units of the lines as runs; `places` gets where each lies (one place for a slice, however often asked)."""
    known = {id(place): at for at, (_, place) in enumerate(places)}
    runs: list[Run] = []
    for draft in drafts:
        key = draft.offer.sku if units.by == "sku" else draft.offer.product or draft.offer.sku
        for place in draft.units():
            count = int(place.quantity)
            if count and not (promotion.uses_up and place.used_up):
                at = known.get(id(place))
                if at is None:
                    at = known[id(place)] = len(places)
                    places.append((draft, place))
                runs.append(Run(at, draft.position, key, draft.part(ONE, place.price), count, draft.turn))
    return runs


def _cut(
    taken: Taken, places: Sequence[tuple[Draft, Slice]], promotion: Promotion
) -> tuple[list[Reached], list[tuple[Draft, Slice]]]:
    """Cut the units chosen off their slices; the rewarded ones by line, and those that it uses up."""
    rewarded, used = _counts(taken.rewarded), _counts(taken.used)
    reached: dict[int, Reached] = {}
    gone: list[tuple[Draft, Slice]] = []
    for at in sorted({*rewarded, *used}):
        draft, place = places[at]
        count = rewarded.get(at, 0)
        if count:
            part = split_off(draft, place, Decimal(count))
            reached.setdefault(draft.position, (draft, []))[1].append((part, Decimal(count)))
            gone.append((draft, part))
        if promotion.uses_up and used.get(at, 0) > count:
            gone.append((draft, split_off(draft, place, Decimal(used[at] - count))))
    return [reached[position] for position in sorted(reached)], gone if promotion.uses_up else []


def _counts(runs: Sequence[Run]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for run in runs:
        counts[run.at] += run.count
    return dict(counts)


def _worth_of(desk: "Desk", benefit: Benefit, draft: Draft | None) -> Plain | None:
    """How much it is off: a ladder by what it measures, of `draft` where it goes by line."""
    worth = benefit.worth
    if not isinstance(worth, Ladder):
        return worth
    if worth.by == "line_quantity":
        return worth.at(draft.ask.quantity) if draft else None
    over = matching(desk, worth.over)
    if worth.by == "quantity":
        return worth.at(sum((d.ask.quantity for d in over), ZERO))
    return worth.at(sum((d.start[0] if desk.from_start else d.amount for d in over), ZERO))


def _off_units(desk: "Desk", promotion: Promotion, benefit: Benefit, reached: Sequence[Reached]) -> Decimal:
    """Take it off each unit, rounded at the unit."""
    currency = desk.basket.currency
    by_line = isinstance(benefit.worth, Ladder) and benefit.worth.by == "line_quantity"
    shared = None if by_line else _worth_of(desk, benefit, None)
    offs: list[Decimal] = []
    # What each line's units come to, and by how much each unit is reduced.
    cuts: list[tuple[Decimal, list[tuple[Slice, Decimal]]]] = []
    for draft, places in reached:
        worth = _worth_of(desk, benefit, draft) if by_line else shared
        each = (
            [(place, _unit_off(desk, worth, benefit, draft, place)) for place, _ in places] if worth else []
        )
        total = round_money(sum((place.quantity * off for place, off in each), ZERO), currency)
        cuts.append((total, each))
        if total > 0:
            [total] = _line_capped([min(total, draft.room)], benefit, currency)
        offs.append(total)
    kept = _capped(offs, benefit.cap, [d for d, _ in reached], currency)
    given = ZERO
    for (draft, _places), total, (whole, each) in zip(reached, kept, cuts, strict=True):
        if not total:
            continue
        if total == whole:
            for place, off in each:
                place.price -= off
        else:
            # Held back by a cap or the floor: no unit's own price says how much.
            draft.spread += total
        _take(desk, promotion, "unit", draft, total)
        given += total
    return given


def _unit_off(desk: "Desk", worth: Plain, benefit: Benefit, draft: Draft, place: Slice) -> Decimal:
    """What comes off one unit of the slice; negative only where a price is set that may raise it."""
    now = draft.part(ONE, place.price)
    match worth:
        case Percent():
            base = draft.part_at_start(ONE, place.start) if desk.from_start else now
            base = draft.unit.unit_price if benefit.of_list else base
            off = percent_of(base, worth.percent, desk.basket.currency)
        case AmountOff():
            off = worth.amount
        case SetPrice():
            off = now - worth.price
            if off < 0:
                return off if worth.may_raise else ZERO
    if benefit.cap_unit is not None:
        off = min(off, benefit.cap_unit)
    floor = draft.floor / draft.ask.quantity if draft.floor else ZERO
    return max(ZERO, min(off, now - floor))


def _off_amounts(
    desk: "Desk", promotion: Promotion, benefit: Benefit, reached: Sequence[Reached], sets: int
) -> Decimal:
    """Take it off each line once, or off all of them together in proportion to what they cost."""
    currency = desk.basket.currency
    drafts = [draft for draft, _ in reached]
    costs = [_cost(draft, places) for draft, places in reached]
    bases = [_base(desk, draft, places, benefit) for draft, places in reached]
    rooms = [min(round_money(c, currency), d.room) for c, d in zip(costs, drafts, strict=True)]
    rooms = _line_capped(rooms, benefit, currency)
    if benefit.target == "line":
        worths = [_worth_of(desk, benefit, draft) for draft in drafts]
        asked = [
            _off(w, b, c, 1, currency) if w else ZERO for w, b, c in zip(worths, bases, costs, strict=True)
        ]
        offs = [min(off, room) for off, room in zip(asked, rooms, strict=True)]
        offs = _capped(offs, benefit.cap, drafts, currency)
    else:
        worth = _worth_of(desk, benefit, None)
        times = sets if benefit.units.size and benefit.units.rewarded else 1
        whole = _off(worth, sum(bases, ZERO), sum(costs, ZERO), times, currency) if worth else ZERO
        if benefit.cap is not None:
            whole = min(whole, benefit.cap)
        offs = _in_order_of_turn(whole, bases, rooms, drafts, currency)
    for (draft, _places), off in zip(reached, offs, strict=True):
        if off:
            draft.spread += off
            _take(desk, promotion, benefit.target, draft, off)
    return sum(offs, ZERO)


def _cost(draft: Draft, places: Sequence[tuple[Slice, Decimal]]) -> Decimal:
    """What the units reached cost now."""
    if sum((quantity for _, quantity in places), ZERO) == draft.ask.quantity:
        return draft.amount
    return sum((draft.part(quantity, place.price) for place, quantity in places), ZERO)


def _base(desk: "Desk", draft: Draft, places: Sequence[tuple[Slice, Decimal]], benefit: Benefit) -> Decimal:
    """What the benefit is reckoned from: what the units cost now, before the promotion, or by list."""
    if not (benefit.of_list or desk.from_start):
        return _cost(draft, places)
    units = sum((quantity for _, quantity in places), ZERO)
    whole = units == draft.ask.quantity
    if benefit.of_list:
        return draft.gross if whole else draft.unit.unit_price * units
    if whole:
        return draft.start[0]
    return sum((draft.part_at_start(quantity, place.start) for place, quantity in places), ZERO)


def _off(worth: Plain, base: Decimal, cost: Decimal, times: int, currency: str) -> Decimal:
    """What comes off an amount, at the exponent, never below nothing; a set price or amount counts `times` over.

    A share is of `base`; a price takes the place of what it costs now.
    """
    match worth:
        case Percent():
            off = base * worth.percent / HUNDRED
        case AmountOff():
            off = worth.amount * times
        case SetPrice():
            off = cost - worth.price * times
    return max(ZERO, round_money(off, currency))


def _line_capped(amounts: list[Decimal], benefit: Benefit, currency: str) -> list[Decimal]:
    if benefit.cap_line is None:
        return amounts
    cap = whole_minors(benefit.cap_line, step(currency))
    return [min(amount, cap) for amount in amounts]


def _capped(
    offs: list[Decimal], cap: Decimal | None, drafts: Sequence[Draft], currency: str
) -> list[Decimal]:
    """The amounts, scaled down together where they pass the cap."""
    if cap is None or sum(offs, ZERO) <= cap:
        return offs
    return _in_order_of_turn(cap, offs, offs, drafts, currency)


def _in_order_of_turn(
    whole: Decimal, bases: Sequence[Decimal], rooms: Sequence[Decimal], drafts: Sequence[Draft], currency: str
) -> list[Decimal]:
    """Shares of `whole` in the lines' order, though cents left over go by the lines' own turn, not by their order."""
    order = sorted(range(len(drafts)), key=lambda i: drafts[i].turn)
    shares = share_out(whole, [bases[i] for i in order], [rooms[i] for i in order], step(currency))
    placed = dict(zip(order, shares, strict=True))
    return [placed[i] for i in range(len(drafts))]


def _off_shipping(desk: "Desk", promotion: Promotion, benefit: Benefit) -> Decimal:
    deliveries = [d for d in desk.deliveries if not benefit.methods or d.method in benefit.methods]
    if not deliveries:
        return ZERO
    worth, currency = _worth_of(desk, benefit, None), desk.basket.currency
    if worth is None:
        return ZERO
    fees = [delivery.amount for delivery in deliveries]
    bases = [delivery.start for delivery in deliveries] if desk.from_start else fees
    rooms, minor = _line_capped(fees, benefit, currency), step(currency)
    if benefit.target == "delivery":
        asked = [_off(worth, base, fee, 1, currency) for base, fee in zip(bases, fees, strict=True)]
        weights = [min(off, room) for off, room in zip(asked, rooms, strict=True)]
        whole, rooms = sum(weights, ZERO), weights
    else:
        whole, weights = _off(worth, sum(bases, ZERO), sum(fees, ZERO), 1, currency), fees
    offs = share_out(whole if benefit.cap is None else min(whole, benefit.cap), weights, rooms, minor)
    for delivery, off in zip(deliveries, offs, strict=True):
        if off:
            _take(desk, promotion, benefit.target, delivery, off)
    return sum(offs, ZERO)


def _give_gift(desk: "Desk", promotion: Promotion, gift: Gift) -> Gave:
    bought = int(sum((draft.ask.quantity for draft in matching(desk, gift.goods)), ZERO))
    if bought < max(gift.least, gift.per, 1):
        return NOTHING
    quantity = gift.quantity * (bought // gift.per if gift.per else 1)
    if gift.most is not None:
        quantity = min(quantity, gift.most)
    stock = desk.facts.gift_stock.get(gift.sku)
    # What the basket takes of the sku otherwise, bought or given, is not there to be given again.
    taken = sum((draft.ask.quantity for draft in desk.drafts if draft.offer.sku == gift.sku), ZERO)
    if stock is not None and stock - taken < quantity:
        return Gave(reason="gift_out_of_stock", data={"sku": gift.sku})
    draft = desk.gift(gift, quantity)
    if draft is None:
        return Gave(reason="gift_not_on_sale", data={"sku": gift.sku})
    draft.gift_of = promotion.code
    desk.drafts.append(draft)
    desk.matched.clear()
    data = {"sku": gift.sku, "quantity": str(quantity), "promotion": promotion.code}
    desk.trace.append(TraceStep("gift", draft.position, data))
    _take(desk, promotion, "gift", draft, draft.amount)
    return Gave(draft.gross, True)


def _take(
    desk: "Desk", promotion: Promotion, target: str, from_: Draft | DeliveryDraft, worth: Decimal
) -> None:
    """Book the amount and say so in the trace."""
    from_.take(worth, f"promotion:{promotion.code}", promotion.name, promotion.name_zh)
    line = from_.position if isinstance(from_, Draft) else None
    data = {
        "promotion": promotion.code,
        "target": target,
        "label": promotion.name,
        "label_zh": promotion.name_zh,
        "amount": str(-worth),
    }
    if isinstance(from_, DeliveryDraft):
        data["method"] = from_.method
    desk.trace.append(TraceStep("promotion", line, data))
