"""The approval rules of one configuration version, compiled: looked at for every order that is submitted. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from openoms.core.money import round_money
from openoms.domains.approvals.rules import (
    ApprovalRule,
    CreditOver,
    CustomerIs,
    Matching,
    OrderFacts,
    Requirement,
    in_turn,
    required,
)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Active rules in their turn. `rates` is what one unit of a currency is worth in the firm's own, for comparing only."""

    rules: tuple[ApprovalRule, ...] = ()
    matching: Matching = Matching.ALL
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    counts_orders: bool = False
    asks_credit: bool = False

    @classmethod
    def of(
        cls, rules: tuple[ApprovalRule, ...], matching: Matching, rates: Mapping[str, Decimal]
    ) -> "RuleBook":
        """Compile: what the rules want to know beyond the order itself is read only where one asks for it."""
        conditions = [condition for rule in rules for condition in rule.conditions]
        return cls(
            in_turn(rules),
            matching,
            dict(rates),
            any(isinstance(one, CustomerIs) and one.new for one in conditions),
            any(isinstance(one, CreditOver) for one in conditions),
        )

    def required(self, facts: OrderFacts) -> Requirement:
        """Who must agree to an order of these facts."""
        return required(facts, self.rules, self.matching) if self.rules else NOTHING

    def worth(self, amount: Decimal, currency: str) -> dict[str, Decimal]:
        """An amount in its own currency and in every one there is a rate for, each at its minor unit."""
        own = self.rates.get(currency)
        others = (
            {}
            if own is None
            else {code: round_money(amount * own / rate, code) for code, rate in self.rates.items()}
        )
        return {**others, currency: round_money(amount, currency)}


NOTHING = Requirement()
