"""A promotion tried on a basket, as the page shows it: lines before and after, who gave what, who nothing and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from openoms.core.money import ZERO
from openoms.domains.pricing.engine import PricedBasket
from openoms.domains.pricing.priced import Adjustment, Refused
from openoms.domains.pricing.promotions import Promotion
from openoms.flows.try_promotion import TRIAL_COUPON, Trial
from openoms.interfaces.console.promotion_reasons import reason_sentence
from openoms.interfaces.console.promotion_said import said_of
from openoms.interfaces.console.templatetags.oms import in_chinese

_PROMOTION = "promotion:"


@dataclass(frozen=True, slots=True)
class Off:
    """What one promotion took off, negative, and whether it is the one that is tried."""

    name: str
    amount: Decimal
    tried: bool


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the basket, or a shipping fee, before promotions and after."""

    name: str
    quantity: Decimal
    before: Decimal
    after: Decimal
    offs: Sequence[Off]
    is_gift: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A promotion that gave something (`amount`), or nothing and why."""

    name: str
    amount: Decimal
    why: str
    tried: bool


@dataclass(frozen=True, slots=True)
class ShownTrial:
    """The whole trial. `saved` is what the promotion tried makes cheaper than without it, in all."""

    currency: str
    lines: Sequence[ShownLine]
    gave: Sequence[Verdict]
    refused: Sequence[Verdict]
    total: Decimal
    saved: Decimal


def shown(trial: Trial, code: str) -> ShownTrial:
    """The trial of the promotion of that code."""
    names = {one.code: _called(one) for one in trial.promotions.values()}
    priced = trial.priced
    return ShownTrial(
        priced.currency,
        _lines(priced, names, code),
        [Verdict(names.get(g.code, g.code), g.amount, "", g.code == code) for g in priced.given],
        _refused(trial, names, code),
        priced.total,
        trial.without.total - priced.total,
    )


def _called(promotion: Promotion) -> str:
    name = promotion.name_zh if in_chinese() and promotion.name_zh else promotion.name
    return name or _("This promotion")


def _lines(priced: PricedBasket, names: Mapping[str, str], code: str) -> list[ShownLine]:
    found = []
    for line in priced.lines:
        offs = _offs(line.adjustments, names, code)
        name = (line.offer.name_zh if in_chinese() else "") or line.offer.name
        after = line.gross + sum((off.amount for off in offs), ZERO)
        found.append(ShownLine(name, line.quantity, line.gross, after, offs, bool(line.gift_of)))
    for delivery in priced.deliveries:
        offs = _offs(delivery.adjustments, names, code)
        after = delivery.gross + sum((off.amount for off in offs), ZERO)
        found.append(ShownLine(_("Shipping"), ZERO, delivery.gross, after, offs))
    return found


def _offs(adjustments: Sequence[Adjustment], names: Mapping[str, str], code: str) -> list[Off]:
    found = []
    for adjustment in adjustments:
        if adjustment.source.startswith(_PROMOTION):
            by = adjustment.source.removeprefix(_PROMOTION)
            found.append(Off(names.get(by, by), adjustment.amount, by == code))
    return found


def _refused(trial: Trial, names: Mapping[str, str], code: str) -> list[Verdict]:
    """Who gave nothing and why, the one tried first; it is told even where it was never considered."""
    given = {one.code for one in trial.priced.given}
    refused = list(trial.priced.refused)
    known: set[Any] = given | {one.code for one in refused}
    if code not in known:
        # The engine does not even look at what needs a coupon nobody typed, or at goods nobody buys.
        why = "nothing_to_give" if trial.is_open else "needs_coupon"
        refused.append(Refused(code, why))
    said = said_of([trial.promotions[r.code] for r in refused if r.code in trial.promotions])
    verdicts = [
        Verdict(
            names.get(one.code) or _("Coupon %(code)s") % {"code": one.coupon},
            ZERO,
            reason_sentence(one, trial.promotions.get(one.code), said, names),
            one.code == code,
        )
        for one in refused
        # The coupon made up for the trial is no coupon somebody typed.
        if one.code or one.coupon != TRIAL_COUPON
    ]
    return sorted(verdicts, key=lambda verdict: not verdict.tried)
