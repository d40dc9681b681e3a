"""Promotions at work on a basket: who may, in which order, what each gives. Pure.

Offers that stand alone or in a group are tried first, each by itself on the basket as it came, so that who wins does
not depend on the order of lines or phases; a winner that in the end gives nothing stands in nobody's way. The rest go
phase by phase (sale price, line, order, gift, shipping), in each by priority. An offer's conditions are looked at when
it first has something to give.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from openoms.core.money import ZERO
from openoms.domains.pricing.book import Basket, CouponFact, Facts
from openoms.domains.pricing.conditions import holds
from openoms.domains.pricing.drafts import DeliveryDraft, Draft
from openoms.domains.pricing.giving import Gave, give_all
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.priced import Given, Refused
from openoms.domains.pricing.promotion_index import Entry
from openoms.domains.pricing.promotions import (
    ALWAYS,
    Benefit,
    Condition,
    Gift,
    Phase,
    Promotion,
)
from openoms.domains.pricing.steps import TraceStep

Reason = tuple[str, dict[str, object]]
_NOTHING: Reason = ("nothing_to_give", {})
_LOST_GIFT = ("gift_out_of_stock", "gift_not_on_sale")


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
        # The promotions that kept others out; each must give something for it.
        self._winners: list[Promotion] = []
        # The first valid coupon of a promotion opens it.
        self._coupons: dict[str, CouponFact] = {}
        for coupon in desk.facts.coupons:
            if not coupon_reason(coupon, desk.now):
                self._coupons.setdefault(coupon.promotion, coupon)
        able = [entry for entry in candidates if entry.promotion.code not in without and self._may(entry)]
        self._taking_part = self._chosen(able)

    def run(self, phase: Phase) -> None:
        """Give what the promotions of the phase have to give."""
        # What was typed by hand since may have changed what lines cost.
        self.desk.measures.clear()
        for entry in self._taking_part:
            if phase in entry.plan and self._holds(entry):
                self._give(entry.promotion, entry.plan[phase])
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

    def unfit(self) -> dict[str, Reason]:
        """The first promotion that must not take part: it gave more than its budget has left, or kept others out for
        nothing. Without it the others may come to something else, so one is named at a time.
        """
        for promotion in self._gave:
            uses = self.desk.facts.uses.get(promotion.code)
            left = None if promotion.budget is None else promotion.budget - (uses.given if uses else ZERO)
            if left is not None and self._given[promotion.code] > left:
                return {promotion.code: ("budget", {"left": str(max(left, ZERO))})}
        for promotion in self._winners:
            if promotion.code not in self._given:
                return {promotion.code: self._reasons.get(promotion.code, _NOTHING)}
        return {}

    def _refused(self) -> Iterable[Refused]:
        for coupon in self.desk.facts.coupons:
            reason = coupon_reason(coupon, self.desk.now)
            if reason:
                yield Refused(coupon.promotion, reason, coupon.code)
            elif self._coupons[coupon.promotion] is not coupon:
                yield Refused(coupon.promotion, "same_promotion", coupon.code)
            elif coupon.promotion not in self._given:
                why, data = self._reasons.get(coupon.promotion, _NOTHING)
                yield Refused(coupon.promotion, why, coupon.code, data)
        for entry in self._taking_part if self.explain else ():
            self._reasons.setdefault(entry.promotion.code, _NOTHING)
        named = {coupon.promotion for coupon in self.desk.facts.coupons}
        for code, (why, data) in self._reasons.items():
            # A gift that could not be given is told of beside what else its promotion gave.
            lost = why in _LOST_GIFT if code in self._given else code not in named
            if lost and (self.explain or why == "budget" or why in _LOST_GIFT):
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
        return not entry.before or self._met(entry, entry.before, self.desk)

    def _met(self, entry: Entry, conditions: Sequence[Condition], desk: Desk) -> bool:
        for condition in conditions:
            if not holds(condition, desk):
                self._reasons[entry.promotion.code] = "condition", {"condition": condition.kind}
                return False
        return True

    def _bar(self, promotion: Promotion) -> str:
        desk = self.desk
        if promotion.currency and promotion.currency != desk.basket.currency:
            return "other_currency"
        if promotion.window is not ALWAYS and not promotion.window.is_open(desk.now):
            return "not_running"
        if promotion.needs_coupon and promotion.code not in self._coupons:
            return "needs_coupon"
        if not desk.basket.automatic and promotion.code not in self._coupons:
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
            if entry.promotion.stacking == "exclusive" and self._alone(entry) is not None:
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
            worths = [(self._alone(entry), entry) for entry in members]
            known = [(worth, entry) for worth, entry in worths if worth is not None]
            return max(known, key=lambda one: (one[0], -one[1].turn))[1] if known else None
        return next((entry for entry in members if self._alone(entry) is not None), None)

    def _bar_others(self, all_: Sequence[Entry], winner: Entry, reason: str) -> None:
        self._winners.append(winner.promotion)
        for entry in all_:
            if entry is not winner:
                # One that would have given nothing by itself has a reason of its own.
                self._reasons.setdefault(entry.promotion.code, (reason, {"by": winner.promotion.code}))

    def _alone(self, entry: Entry) -> Decimal | None:
        """What it would give by itself on the basket as it came; None where that is nothing at all, and why is noted."""
        trial = self.desk.trial()
        if not self._met(entry, entry.during, trial):
            return None
        gifts: list[Gave] = []
        for phase, benefits in entry.plan.items():
            if phase == "shipping":
                trial.deliveries = trial.deliver(trial.drafts)
            gifts += give_all(trial, entry.promotion, benefits)
        total = sum((gave.amount for gave in gifts), ZERO)
        if total >= 0 and any(gave.happened for gave in gifts):
            return total
        reason = next((gave for gave in gifts if gave.reason), None)
        self._reasons[entry.promotion.code] = (reason.reason, reason.data) if reason else _NOTHING
        return None

    def _holds(self, entry: Entry) -> bool:
        """Whether its conditions on the lines hold; decided when it first has something to give."""
        if not entry.during:
            return True
        decided = self._decided.get(entry.promotion.code)
        if decided is None:
            decided = self._decided[entry.promotion.code] = self._met(entry, entry.during, self.desk)
        return decided

    def _give(self, promotion: Promotion, benefits: Sequence[Benefit | Gift]) -> None:
        for gave in give_all(self.desk, promotion, benefits):
            if gave.reason:
                self._reasons[promotion.code] = gave.reason, gave.data
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
