"""Whether what a promotion names is there: goods, customers, tiers, channels, order types."""

from collections.abc import Iterable

from openoms.core.errors import FieldProblem, InvalidInput
from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.customers.models import Customer, CustomerTier
from openoms.domains.orders.models import Channel, OrderType
from openoms.domains.orders.states import Terms
from openoms.domains.pricing.promotion_checks import Loc, goods_of, names
from openoms.domains.pricing.promotions import CustomerIs, Gift, OrderIs, Promotion


def check(promotion: Promotion) -> None:
    """Refuse names of what is not there, each where it stands; raises InvalidInput."""
    problems = [*_goods(promotion), *_gifts(promotion), *_conditions(promotion)]
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


def _goods(promotion: Promotion) -> Iterable[FieldProblem]:
    parts = list(goods_of(promotion))
    asked = names(parts)
    missing = {
        "skus": asked["skus"]
        - set(Sku.objects.filter(code__in=asked["skus"]).values_list("code", flat=True)),
        "products": asked["products"]
        - set(Product.objects.filter(code__in=asked["products"]).values_list("code", flat=True)),
        "categories": asked["categories"]
        - set(Category.objects.filter(code__in=asked["categories"]).values_list("code", flat=True)),
    }
    words = {"skus": "sku", "products": "product", "categories": "category"}
    for loc, goods in parts:
        for name in ("skus", "products", "categories", "except_skus", "except_categories"):
            kind = name.removeprefix("except_")
            for code in getattr(goods, name):
                if code in missing[kind]:
                    yield FieldProblem((*loc, name), f"There is no {words[kind]} {code!r}.")


def _gifts(promotion: Promotion) -> Iterable[FieldProblem]:
    for index, benefit in enumerate(promotion.benefits):
        if isinstance(benefit, Gift) and not Sku.objects.filter(code=benefit.sku).exists():
            yield FieldProblem(("benefits", index, "sku"), f"There is no sku {benefit.sku!r}.")


def _conditions(promotion: Promotion) -> Iterable[FieldProblem]:
    for index, condition in enumerate(promotion.conditions):
        loc: Loc = ("conditions", index)
        if isinstance(condition, CustomerIs):
            known = Customer.objects.filter(code__in=condition.customers).values_list("code", flat=True)
            yield from _absent(condition.customers, known, (*loc, "customers"), "customer")
            tiers = CustomerTier.objects.filter(pk__in=condition.tiers).values_list("pk", flat=True)
            yield from _absent(condition.tiers, map(str, tiers), (*loc, "tiers"), "customer tier")
        if isinstance(condition, OrderIs):
            channels = Channel.objects.filter(pk__in=condition.channels).values_list("pk", flat=True)
            yield from _absent(condition.channels, channels, (*loc, "channels"), "channel")
            types = OrderType.objects.filter(pk__in=condition.order_types).values_list("pk", flat=True)
            yield from _absent(condition.order_types, types, (*loc, "order_types"), "order type")
            yield from _absent(condition.terms, list(Terms), (*loc, "terms"), "terms")


def _absent(asked: Iterable[str], known: Iterable[str], loc: Loc, word: str) -> Iterable[FieldProblem]:
    there = set(known)
    for code in asked:
        if code not in there:
            yield FieldProblem(loc, f"There is no {word} {code!r}.")
