"""Reading what pricing must know beforehand: coupons, uses of limited promotions, contracts. One statement each.

Statements are for the hot path's single flush (core/wire.py); each is only sent where the book has need of it.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from openoms.core.wire import Statement
from openoms.domains.pricing.book import Agreement, Book, CouponFact, Tier, Uses
from openoms.domains.pricing.models import PromotionUse

# Of the same customer: itself, or the one it was merged into.
_ASKED = "FROM customers_customer asked JOIN customers_customer c ON c.id = COALESCE(asked.merged_into_id, asked.id) "


def normal_coupon(code: str) -> str:
    """A coupon code as it is kept: capitals, without spaces around."""
    return code.strip().upper()


@dataclass(frozen=True, slots=True)
class Known:
    """What was read, by the customer code that was asked for (a coupon without customer under "")."""

    coupons: Mapping[tuple[str, str], CouponFact] = field(default_factory=dict)
    uses: Mapping[str, Uses] = field(default_factory=dict)
    uses_each: Mapping[tuple[str, str], int] = field(default_factory=dict)
    agreements: Mapping[tuple[str, str], tuple[Agreement, ...]] = field(default_factory=dict)

    def coupons_of(self, codes: Iterable[str], customer: str) -> tuple[CouponFact, ...]:
        """What is known of the coupons that were typed; one that is not there opens nothing."""
        return tuple(self.coupons.get((code, customer), CouponFact(code)) for code in codes)

    def uses_of(self, customer: str) -> dict[str, Uses]:
        """Uses of the limited promotions, with the customer's own."""
        each = self.uses_each
        return {
            code: Uses(uses.times, each.get((customer, code), 0), uses.given)
            for code, uses in self.uses.items()
        }

    def agreements_of(self, customer: str, skus: Iterable[str]) -> dict[str, tuple[Agreement, ...]]:
        """The customer's contract prices of the skus that have some."""
        return {sku: self.agreements[customer, sku] for sku in skus if (customer, sku) in self.agreements}


def limited_codes(book: Book) -> list[str]:
    """The promotions whose earlier uses matter."""
    return [promotion.code for promotion in book.rules.promotions if promotion.is_limited]


def coupons_statement(pairs: Collection[tuple[str, str]]) -> Statement:
    """Coupons by (code, customer code or ""), with what is left of them; rows for `coupons_from`."""
    sql = (
        "SELECT k.coupon, k.customer, p.code, o.starts_at, o.ends_at, o.most_uses - o.used, o.most_uses_each - "
        "(SELECT count(*) FROM pricing_promotionuse u WHERE u.coupon_id = o.id AND u.customer_id = c.id) "
        "FROM json_to_recordset($1::json) AS k(coupon text, customer text) "
        "JOIN pricing_coupon o ON o.code = k.coupon AND o.is_active "
        "JOIN pricing_promotion p ON p.id = o.promotion_id AND p.is_active "
        "LEFT JOIN customers_customer asked ON asked.code = k.customer "
        "LEFT JOIN customers_customer c ON c.id = COALESCE(asked.merged_into_id, asked.id)"
    )
    rows = [{"coupon": coupon, "customer": customer} for coupon, customer in sorted(pairs)]
    return sql, (json.dumps(rows),)


def coupons_from(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, str], CouponFact]:
    """What `coupons_statement` found."""
    return {(coupon, customer): CouponFact(coupon, *facts) for coupon, customer, *facts in rows}


def uses_statement(codes: Sequence[str]) -> Statement:
    """How often and how much each of these promotions was given; rows for `uses_from`."""
    sql = (
        "SELECT p.code, n.times, n.given FROM pricing_promotion p "
        "JOIN pricing_promotioncounter n ON n.promotion_id = p.id "
        "WHERE p.code IN (SELECT json_array_elements_text($1::json))"
    )
    return sql, (json.dumps(list(codes)),)


def uses_from(codes: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, Uses]:
    """What `uses_statement` found; one never given has no row."""
    counted = {code: Uses(times, 0, given) for code, times, given in rows}
    return {code: counted.get(code, Uses()) for code in codes}


def uses_each_statement(codes: Sequence[str], customers: Sequence[str]) -> Statement:
    """How often each customer was given each of these promotions; rows (customer code, promotion, times)."""
    sql = (
        "SELECT asked.code, p.code, count(*) "
        + _ASKED
        + "JOIN pricing_promotionuse u ON u.customer_id = c.id "
        "JOIN pricing_promotion p ON p.id = u.promotion_id "
        "WHERE asked.code IN (SELECT json_array_elements_text($1::json)) "
        "AND p.code IN (SELECT json_array_elements_text($2::json)) GROUP BY 1, 2"
    )
    return sql, (json.dumps(list(customers)), json.dumps(list(codes)))


def uses_of_order(order: UUID) -> list[tuple[str, str, Decimal]]:
    """What an order was given: (promotion, coupon or "", amount)."""
    rows = PromotionUse.objects.filter(order_id=order).values_list(
        "promotion__code", "coupon__code", "amount"
    )
    return [(promotion, coupon or "", amount) for promotion, coupon, amount in rows]


def agreements_statement(customers: Sequence[str], skus: Sequence[str]) -> Statement:
    """Contract prices of these customers for these skus; rows for `agreements_from`."""
    sql = (
        "SELECT asked.code, s.code, k.code, k.currency, k.tax_inclusive, k.valid_from, k.valid_to, r.min_quantity, r.unit_price "
        + _ASKED
        + "JOIN pricing_contract k ON k.customer_id = c.id AND k.is_active "
        "JOIN pricing_contractprice r ON r.contract_id = k.id JOIN catalog_sku s ON s.id = r.sku_id "
        "WHERE asked.code IN (SELECT json_array_elements_text($1::json)) "
        "AND s.code IN (SELECT json_array_elements_text($2::json)) ORDER BY k.code, r.min_quantity"
    )
    return sql, (json.dumps(list(customers)), json.dumps(list(skus)))


def agreements_from(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, str], tuple[Agreement, ...]]:
    """What `agreements_statement` found, by customer and sku; contracts in the order of their codes."""
    tiers: dict[tuple[str, str], dict[str, tuple[str, bool, list[Tier]]]] = {}
    for customer, sku, contract, currency, inclusive, since, until, quantity, price in rows:
        contracts = tiers.setdefault((customer, sku), {})
        known = contracts.setdefault(contract, (currency, inclusive, []))
        known[2].append(Tier(Decimal(quantity), Decimal(price), since, until))
    return {
        key: tuple(
            Agreement(code, currency, inclusive, tuple(own))
            for code, (currency, inclusive, own) in found.items()
        )
        for key, found in tiers.items()
    }
