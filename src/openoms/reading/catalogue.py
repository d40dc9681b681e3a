"""Reading the catalogue for pages that let one choose: what a sku, its siblings, its extras and its bundle offer."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.domains.catalog.models import Option, OptionValue, Sku
from openoms.domains.catalog.queries import skus_visible_to
from openoms.domains.pricing.base_price import price_for_one
from openoms.domains.pricing.book import Book, Offer
from openoms.domains.pricing.choices import Choice, PartGroup

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a code and a name in each language."""

    code: str
    name: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class VariantValue(Named):
    """A value of a variant option: the sku it leads to from the one chosen (None: there is no such version).

    `price` is that sku's price for one in the currency, None where it has none.
    """

    chosen: bool = False
    sku: str | None = None
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class VariantOption(Named):
    """A variant option with its values."""

    values: tuple[VariantValue, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtraValue(Named):
    """A value of an extra: what it adds to the unit price (None: no price in the currency), in percent too, and excludes."""

    delta: Decimal | None = None
    percent: Decimal = Decimal(0)
    conflicts: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtraOption(Named):
    """An extra with its values; `many` of them may be chosen, `required` one must."""

    required: bool = False
    many: bool = False
    values: tuple[ExtraValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Part(Named):
    """A sku in a bundle: how many of it, what choosing it costs more (None: unknown), and whether it can be had."""

    quantity: Decimal = ONE
    surcharge: Decimal | None = Decimal(0)
    on_sale: bool = True


@dataclass(frozen=True, slots=True)
class Group(Named):
    """A group of a bundle: all its parts (`fixed`), or `least` to `most` of them."""

    fixed: bool = True
    least: int = 0
    most: int = 0
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked(Named):
    """A number asked of goods made to measure, in `unit`, from `least` to `most`, in steps of `step` (0: any)."""

    unit: str = ""
    least: Decimal = ONE
    most: Decimal = ONE
    step: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Configurator:
    """Everything a page needs to draw choosing a version, extras and parts of one sku in one currency.

    `versions` are all skus of the product by their combination of variant values; `own` is that of this sku.
    """

    sku: str
    product: str
    currency: str
    price: Decimal | None
    pack_quantity: Decimal
    min_quantity: Decimal
    variants: tuple[VariantOption, ...]
    versions: tuple[tuple[tuple[Choice, ...], str, Decimal | None], ...]
    extras: tuple[ExtraOption, ...]
    groups: tuple[Group, ...]
    policy: str = ""
    inputs: tuple[Asked, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether something must be chosen or said before the sku can be priced."""
        return bool(self.inputs) or any(e.required for e in self.extras) or any(g.least for g in self.groups)

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to choose at all."""
        return not (self.variants or self.extras or self.groups or self.inputs)


def configurator(
    actor: Actor, sku_code: str, currency: str, tier: str | None = None, *, book: Book
) -> Configurator | None:
    """What can be chosen of a sku on sale, for a customer of `tier`; None where the actor sees no such sku.

    One query for a sku without variants, four with; extras, parts and prices come from the compiled `book`.
    """
    sku = skus_visible_to(actor).filter(code=sku_code).first()
    return configurators([sku], currency, tier, book=book).get(sku_code) if sku else None


def configurators(
    skus: Sequence[Sku], currency: str, tier: str | None = None, *, book: Book
) -> dict[str, Configurator]:
    """What can be chosen of each of these skus (product joined), by code; those not on sale are left out.

    No query where none has variants, else three for all of them.
    """
    shop = _Shop(book, currency, tier)
    families = _families({sku.product_id for sku in skus if sku.variant_key})
    return {
        sku.code: _configured(sku, book.offers[sku.code], shop, families)
        for sku in skus
        if sku.code in book.offers
    }


def _configured(sku: Sku, offer: Offer, shop: "_Shop", families: "Mapping[UUID, _Family]") -> Configurator:
    variants, versions = _variants(sku, shop, families.get(sku.product_id))
    bundle = offer.menu.bundle
    return Configurator(
        sku=sku.code,
        product=sku.product.code,
        currency=shop.currency,
        price=shop.price(sku.code),
        pack_quantity=offer.pack_quantity,
        min_quantity=offer.min_quantity,
        variants=variants,
        versions=versions,
        extras=_extras(sku.code, shop),
        groups=tuple(_group(group, shop) for group in bundle.groups) if bundle else (),
        policy=bundle.policy if bundle else "",
        inputs=_inputs(offer),
    )


def _inputs(offer: Offer) -> tuple[Asked, ...]:
    return tuple(
        Asked(one.code, one.name or one.code, one.name_zh, one.unit, one.least, one.most, one.step)
        for one in (offer.formula.inputs if offer.formula else ())
    )


@dataclass(frozen=True, slots=True)
class _Family:
    """The variant options of a product and each version's combination of values."""

    options: Sequence[Option]
    versions: Sequence[tuple[tuple[Choice, ...], str]]


@dataclass(frozen=True, slots=True)
class _Shop:
    """The book as one customer sees it."""

    book: Book
    currency: str
    tier: str | None

    def price(self, sku: str) -> Decimal | None:
        """The sku's list price for one, or None."""
        offer = self.book.offers.get(sku)
        lists = self.book.lists_for(self.currency, self.tier)
        return price_for_one(offer, lists, now().date()) if offer else None

    def amount(self, amounts: Mapping[str, Decimal]) -> Decimal | None:
        """What something costs more in the currency: nothing where no currency has an amount, None where others do."""
        return amounts.get(self.currency) if amounts else Decimal(0)


def _variants(
    sku: Sku, shop: _Shop, family: _Family | None
) -> tuple[tuple[VariantOption, ...], tuple[tuple[tuple[Choice, ...], str, Decimal | None], ...]]:
    """The product's variant options as seen from this sku, and every version there is."""
    if not sku.variant_key or family is None:
        return (), ()
    by_choices = {choices: code for choices, code in family.versions if code in shop.book.offers}
    own = dict(next((choices for choices, code in by_choices.items() if code == sku.code), ()))
    shown = tuple(
        VariantOption(
            option.code,
            option.name,
            option.name_zh,
            tuple(_value(option, value, own, by_choices, shop) for value in option.values.all()),
        )
        for option in family.options
    )
    return shown, tuple((choices, code, shop.price(code)) for choices, code in by_choices.items())


def _families(products: Collection[UUID]) -> dict[UUID, _Family]:
    """Options and versions of each product that has variants."""
    if not products:
        return {}
    rows = Option.objects.filter(product__in=products, kind=Option.Kind.VARIANT).prefetch_related("values")
    options: dict[UUID, list[Option]] = defaultdict(list)
    for option in rows:
        options[option.product_id].append(option)
    skus = Sku.objects.filter(product__in=products, is_active=True).exclude(variant_key="").order_by("code")
    versions: dict[UUID, list[tuple[tuple[Choice, ...], str]]] = defaultdict(list)
    for product, code, key in skus.values_list("product_id", "code", "variant_key"):
        versions[product].append((_choices(key, options[product]), code))
    return {product: _Family(options[product], versions[product]) for product in products}


def _choices(variant_key: str, options: Sequence[Option]) -> tuple[Choice, ...]:
    """A version's combination, options in their order."""
    order = {option.code: position for position, option in enumerate(options)}
    pairs = [tuple(part.split("=", 1)) for part in variant_key.split("|")]
    return tuple(sorted(((p[0], p[1]) for p in pairs), key=lambda c: order.get(c[0], len(order))))


def _value(
    option: Option,
    value: OptionValue,
    own: dict[str, str],
    by_choices: dict[tuple[Choice, ...], str],
    shop: _Shop,
) -> VariantValue:
    wanted = own | {option.code: value.code}
    sku = next((found for choices, found in by_choices.items() if dict(choices) == wanted), None)
    return VariantValue(
        value.code,
        value.name,
        value.name_zh,
        chosen=own.get(option.code) == value.code,
        sku=sku,
        price=shop.price(sku) if sku else None,
    )


def _extras(sku: str, shop: _Shop) -> tuple[ExtraOption, ...]:
    menu = shop.book.offers[sku].menu
    excluded: dict[Choice, list[Choice]] = {}
    for one, other in menu.conflicts:
        excluded.setdefault(one, []).append(other)
        excluded.setdefault(other, []).append(one)
    return tuple(
        ExtraOption(
            extra.code,
            extra.name,
            extra.name_zh,
            extra.required,
            extra.many,
            tuple(
                ExtraValue(
                    value.code,
                    value.name,
                    value.name_zh,
                    shop.amount(value.deltas),
                    value.percent,
                    tuple(excluded.get((extra.code, value.code), ())),
                )
                for value in extra.values
            ),
        )
        for extra in menu.extras
    )


def _group(group: PartGroup, shop: _Shop) -> Group:
    parts = []
    for part in group.parts:
        offer = shop.book.offers.get(part.sku)
        name, name_zh = (offer.name, offer.name_zh) if offer else (part.sku, "")
        more = shop.amount(part.surcharges)
        parts.append(Part(part.sku, name, name_zh, part.quantity, more, offer is not None))
    return Group(group.code, group.name, group.name_zh, group.fixed, group.least, group.most, tuple(parts))
