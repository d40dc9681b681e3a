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
from openoms.domains.pricing.conditions import Scene, failing
from openoms.domains.pricing.drafts import DeliveryDraft, Draft
from openoms.domains.pricing.giving import give
from openoms.domains.pricing.priced import Given, Refused
from openoms.domains.pricing.promotions import PHASES, Benefit, Gift, Phase, Promotion, in_turn, phase_of
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
    rate: Callable[[Draft], Decimal]
    deliver: Callable[[Sequence[Draft]], list[DeliveryDraft]]
    gift: Callable[[Gift, Decimal], Draft | None]
    trace: list[TraceStep]
    deliveries: list[DeliveryDraft] = field(default_factory=list)
    # Whether benefits are reckoned from the prices before the promotion at work: so where it has several.
    from_start: bool = False

    def scene(self) -> Scene:
        """What conditions look at."""
        return Scene(self.basket, self.drafts, self.facts, self.inclusive, self.rate)

    def trial(self) -> "Desk":
        """A copy to try something on; what is traced there is forgotten."""
        return Desk(
            self.basket, self.facts, self.now, self.inclusive, [d.copy() for d in self.drafts], self.rate,
            self.deliver, self.gift, [], [d.copy() for d in self.deliveries],
        )  # fmt: skip


class Promoting:
    """The promotions that take part in pricing one basket; `run` each phase in turn, then `outcome`."""

    def __init__(
        self, desk: Desk, candidates: Iterable[Promotion], without: dict[str, Reason], *, explain: bool
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
        able = [p for p in in_turn(list(candidates)) if p.code not in without and self._may(p)]
        self._taking_part = self._chosen(able)

    def run(self, phase: Phase) -> None:
        """Give what the promotions of the phase have to give."""
        for promotion in self._taking_part:
            if phase in promotion.phases() and self._holds(promotion, self.desk):
                self._give(promotion, phase, self.desk)

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

    def _may(self, promotion: Promotion) -> bool:
        """Whether it may take part whatever the lines are."""
        reason = self._bar(promotion)
        if reason:
            self._reasons[promotion.code] = reason, {}
        return not reason

    def _bar(self, promotion: Promotion) -> str:
        desk = self.desk
        if promotion.currency and promotion.currency != desk.basket.currency:
            return "other_currency"
        if not promotion.window.is_open(desk.now):
            return "not_running"
        if promotion.needs_coupon and promotion.code not in self._coupons:
            return "needs_coupon"
        if not promotion.needs_coupon and not desk.basket.automatic:
            return "not_automatic"
        return self._used_up(promotion)

    def _used_up(self, promotion: Promotion) -> str:
        uses = self.desk.facts.uses.get(promotion.code)
        if uses and promotion.most_uses is not None and uses.times >= promotion.most_uses:
            return "used_up"
        if uses and promotion.most_uses_each is not None and uses.by_customer >= promotion.most_uses_each:
            return "used_up_by_customer"
        return ""

    def _chosen(self, able: Sequence[Promotion]) -> list[Promotion]:
        """Those that take part: one that stands alone, else all but the losers of each group."""
        for promotion in able:
            if promotion.stacking == "exclusive" and self._alone(promotion) > 0:
                self._bar_others(able, promotion, "excluded")
                return [promotion]
        groups: dict[str, list[Promotion]] = {}
        for promotion in able:
            if promotion.stacking in ("first", "best"):
                groups.setdefault(promotion.group, []).append(promotion)
        losers: set[str] = set()
        for members in groups.values():
            winner = self._winner(members)
            if winner:
                losers |= {p.code for p in members if p is not winner}
                self._bar_others(members, winner, "lost_group")
        return [p for p in able if p.stacking != "exclusive" and p.code not in losers]

    def _winner(self, members: Sequence[Promotion]) -> Promotion | None:
        """Of a group: the first that gives something, or where all of them say so the one that gives most."""
        if len(members) == 1:
            return members[0]
        if all(p.stacking == "best" for p in members):
            worths = [(self._alone(p), -turn) for turn, p in enumerate(members)]
            best = max(worths)
            return members[-best[1]] if best[0] > 0 else None
        return next((p for p in members if self._alone(p) > 0), None)

    def _bar_others(self, all_: Sequence[Promotion], winner: Promotion, reason: str) -> None:
        for promotion in all_:
            if promotion is not winner:
                self._reasons[promotion.code] = reason, {"by": winner.code}

    def _alone(self, promotion: Promotion) -> Decimal:
        """What it would give by itself on the basket as it came."""
        trial = self.desk.trial()
        if failing(promotion.conditions, trial.scene()):
            return ZERO
        total = ZERO
        for phase in PHASES:
            if phase in promotion.phases():
                if phase == "shipping":
                    trial.deliveries = trial.deliver(trial.drafts)
                total += sum((give(trial, promotion, b).amount for b in _of_phase(promotion, phase)), ZERO)
        return total

    def _holds(self, promotion: Promotion, desk: Desk) -> bool:
        decided = self._decided.get(promotion.code)
        if decided is None:
            failed = failing(promotion.conditions, desk.scene())
            decided = self._decided[promotion.code] = failed is None
            if failed:
                self._reasons[promotion.code] = "condition", {"condition": failed.kind}
        return decided

    def _give(self, promotion: Promotion, phase: Phase, desk: Desk) -> None:
        benefits = _of_phase(promotion, phase)
        desk.from_start = len(benefits) > 1
        if desk.from_start:
            for draft in desk.drafts:
                for place in draft.units():
                    place.start = place.price
        for benefit in benefits:
            gave = give(desk, promotion, benefit)
            if gave.reason:
                self._reasons[promotion.code] = gave.reason, {}
            if gave.happened:
                if promotion.code not in self._given:
                    self._gave.append(promotion)
                self._given[promotion.code] = self._given.get(promotion.code, ZERO) + gave.amount
        if phase == "sale":
            for draft in desk.drafts:
                draft.reduced = draft.reduced or bool(draft.adjustments)


def _of_phase(promotion: Promotion, phase: Phase) -> list[Benefit | Gift]:
    return [benefit for benefit in promotion.benefits if phase_of(promotion, benefit) == phase]


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
