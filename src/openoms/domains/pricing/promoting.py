"""Promotions at work on a basket: who may, in which order, what each gives. Pure.

Offers that stand alone or in a group are tried first, each by itself on the basket as it came, so that who wins does
not depend on the order of lines or phases. The rest go phase by phase (sale price, line, order, gift, shipping), in each
by priority. An offer's conditions are looked at when it first has something to give.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from openoms.core.money import ZERO
from openoms.domains.pricing.book import Basket, CouponFact, Facts
from openoms.domains.pricing.conditions import failing
from openoms.domains.pricing.drafts import DeliveryDraft, Draft
from openoms.domains.pricing.giving import give_all
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.priced import Given, Refused
from openoms.domains.pricing.promotion_index import Entry
from openoms.domains.pricing.promotions import (
    ALWAYS,
    PHASES,
    Benefit,
    Condition,
    Gift,
    Phase,
    Promotion,
)
from openoms.domains.pricing.steps import TraceStep

Reason = tuple[str, dict[str, object]]


@dataclass(slots=True)
class Desk:
    """A basket being priced, with what promotions need of the engine: fees, tax rates and gift lines."""

    basket: Basket
    facts: Facts
    now: datetime
    inclusive: bool
    drafts: list[Draft]
    rate_of: Callable[[Draft], Decimal]
    deliver: Callable[[Sequence[Draft]], list[DeliveryDraft]]
    gift: Callable[[Gift, Decimal], Draft | None]
    trace: list[TraceStep]
    deliveries: list[DeliveryDraft] = field(default_factory=list)
    # What conditions added up, until something is given.
    measures: dict[object, Decimal] = field(default_factory=dict)
    # Which lines some goods are, until lines are added or told as reduced.
    matched: dict[Goods, list[Draft]] = field(default_factory=dict)
    # Whether benefits are reckoned from the prices before the promotion at work: so where it has several.
    from_start: bool = False

    def rate(self, draft: Draft) -> Decimal:
        """The line's share of tax."""
        return self.rate_of(draft)

    def trial(self) -> "Desk":
        """A copy to try something on; what is traced there is forgotten."""
        return Desk(
            self.basket, self.facts, self.now, self.inclusive, [d.copy() for d in self.drafts], self.rate_of,
            self.deliver, self.gift, [], [d.copy() for d in self.deliveries],
        )  # fmt: skip


class Promoting:
    """The promotions that take part in pricing one basket; `run` each phase in turn, then `outcome`."""

    def __init__(
        self, desk: Desk, candidates: Iterable[Entry], without: dict[str, Reason], *, explain: bool
    ) -> None:
        self.desk = desk
        self.explain = explain
        self._given: dict[str, Decimal] = {}
        self._gave: list[Promotion] = []
        self._reasons: dict[str, Reason] = dict(without)
        self._decided: dict[str, bool] = {}
        self._coupons = {
            c.promotion: c for c in desk.facts.coupons if c.promotion and not coupon_reason(c, desk.now)
        }
        able = [entry for entry in candidates if entry.promotion.code not in without and self._may(entry)]
        self._taking_part = self._chosen(able)

    def run(self, phase: Phase) -> None:
        """Give what the promotions of the phase have to give."""
        for entry in self._taking_part:
            benefits = entry.plan.get(phase)
            if benefits and self._holds(entry):
                self._give(entry.promotion, benefits)
        if phase == "sale":
            for draft in self.desk.drafts:
                draft.reduced = bool(draft.adjustments)
            self.desk.matched.clear()

    def outcome(self) -> tuple[tuple[Given, ...], tuple[Refused, ...]]:
        """What was given, and what was refused with why."""
        given = tuple(
            Given(p.code, p.name, p.name_zh, self._given[p.code], self._coupon_of(p)) for p in self._gave
        )
        return given, tuple(self._refused())

    def over_budget(self) -> dict[str, Reason]:
        """Promotions that gave more than their budget has left."""
        over: dict[str, Reason] = {}
        for promotion in self._gave:
            uses = self.desk.facts.uses.get(promotion.code)
            left = None if promotion.budget is None else promotion.budget - (uses.given if uses else ZERO)
            if left is not None and self._given[promotion.code] > left:
                over[promotion.code] = "budget", {"left": str(max(left, ZERO))}
        return over

    def _refused(self) -> Iterable[Refused]:
        for coupon in self.desk.facts.coupons:
            reason = coupon_reason(coupon, self.desk.now)
            if reason:
                yield Refused(coupon.promotion, reason, coupon.code)
            elif coupon.promotion not in self._given:
                why, data = self._reasons.get(coupon.promotion, ("nothing_to_give", {}))
                yield Refused(coupon.promotion, why, coupon.code, data)
        known = {coupon.promotion for coupon in self.desk.facts.coupons}
        for code, (why, data) in self._reasons.items():
            told = self.explain or why in ("gift_out_of_stock", "budget")
            if told and code not in known and code not in self._given:
                yield Refused(code, why, "", data)

    def _coupon_of(self, promotion: Promotion) -> str:
        coupon = self._coupons.get(promotion.code)
        return coupon.code if coupon else ""

    def _may(self, entry: Entry) -> bool:
        """Whether it may take part whatever the lines are."""
        reason = self._bar(entry.promotion)
        if reason:
            self._reasons[entry.promotion.code] = reason, {}
            return False
        return not entry.before or self._met(entry, entry.before)

    def _met(self, entry: Entry, conditions: Sequence[Condition]) -> bool:
        failed = failing(conditions, self.desk) if conditions else None
        if failed is None:
            return True
        self._reasons[entry.promotion.code] = "condition", {"condition": failed.kind}
        return False

    def _bar(self, promotion: Promotion) -> str:
        desk = self.desk
        if promotion.currency and promotion.currency != desk.basket.currency:
            return "other_currency"
        if promotion.window is not ALWAYS and not promotion.window.is_open(desk.now):
            return "not_running"
        if promotion.needs_coupon and promotion.code not in self._coupons:
            return "needs_coupon"
        if not promotion.needs_coupon and not desk.basket.automatic:
            return "not_automatic"
        return self._used_up(promotion) if desk.facts.uses else ""

    def _used_up(self, promotion: Promotion) -> str:
        uses = self.desk.facts.uses.get(promotion.code)
        if uses and promotion.most_uses is not None and uses.times >= promotion.most_uses:
            return "used_up"
        if uses and promotion.most_uses_each is not None and uses.by_customer >= promotion.most_uses_each:
            return "used_up_by_customer"
        return ""

    def _chosen(self, able: Sequence[Entry]) -> list[Entry]:
        """Those that take part: one that stands alone, else all but the losers of each group."""
        if all(entry.promotion.stacking == "stack" for entry in able):
            return list(able)
        for entry in able:
            if entry.promotion.stacking == "exclusive" and self._alone(entry) > 0:
                self._bar_others(able, entry, "excluded")
                return [entry]
        groups: dict[str, list[Entry]] = {}
        for entry in able:
            if entry.promotion.stacking in ("first", "best"):
                groups.setdefault(entry.promotion.group, []).append(entry)
        losers: set[int] = set()
        for members in groups.values():
            winner = self._winner(members)
            if winner:
                losers |= {entry.turn for entry in members if entry is not winner}
                self._bar_others(members, winner, "lost_group")
        return [e for e in able if e.promotion.stacking != "exclusive" and e.turn not in losers]

    def _winner(self, members: Sequence[Entry]) -> Entry | None:
        """Of a group: the first that gives something, or where all of them say so the one that gives most."""
        if len(members) == 1:
            return members[0]
        if all(entry.promotion.stacking == "best" for entry in members):
            worths = [(self._alone(entry), -place) for place, entry in enumerate(members)]
            worth, place = max(worths)
            return members[-place] if worth > 0 else None
        return next((entry for entry in members if self._alone(entry) > 0), None)

    def _bar_others(self, all_: Sequence[Entry], winner: Entry, reason: str) -> None:
        for entry in all_:
            if entry is not winner:
                self._reasons[entry.promotion.code] = reason, {"by": winner.promotion.code}

    def _alone(self, entry: Entry) -> Decimal:
        """What it would give by itself on the basket as it came."""
        trial = self.desk.trial()
        if failing(entry.during, trial):
            return ZERO
        total = ZERO
        for phase in PHASES:
            benefits = entry.plan.get(phase, ())
            if benefits and phase == "shipping":
                trial.deliveries = trial.deliver(trial.drafts)
            total += sum((gave.amount for gave in give_all(trial, entry.promotion, benefits)), ZERO)
        return total

    def _holds(self, entry: Entry) -> bool:
        """Whether its conditions on the lines hold; decided when it first has something to give."""
        if not entry.during:
            return True
        decided = self._decided.get(entry.promotion.code)
        if decided is None:
            decided = self._decided[entry.promotion.code] = self._met(entry, entry.during)
        return decided

    def _give(self, promotion: Promotion, benefits: Sequence[Benefit | Gift]) -> None:
        for gave in give_all(self.desk, promotion, benefits):
            if gave.reason:
                self._reasons[promotion.code] = gave.reason, {}
            if gave.happened:
                self.desk.measures.clear()
                if promotion.code not in self._given:
                    self._gave.append(promotion)
                self._given[promotion.code] = self._given.get(promotion.code, ZERO) + gave.amount


def coupon_reason(coupon: CouponFact, now: datetime) -> str:
    """Why a coupon is not valid now, or nothing."""
    if not coupon.promotion:
        return "unknown_coupon"
    if coupon.starts_at is not None and now < coupon.starts_at:
        return "coupon_not_yet"
    if coupon.ends_at is not None and now >= coupon.ends_at:
        return "coupon_expired"
    if coupon.left is not None and coupon.left <= 0:
        return "coupon_used_up"
    if coupon.left_for_customer is not None and coupon.left_for_customer <= 0:
        return "coupon_used_up_by_customer"
    return ""
