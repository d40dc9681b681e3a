"""Things for tests, made as the program makes them; each takes what a test is about and fills in the rest."""

import itertools
from collections.abc import Mapping, Sequence
from decimal import Decimal

from openoms.core.types import Actor
from openoms.domains.catalog.models import Product, Sku
from openoms.domains.catalog.types import (
    BundleInput,
    GroupInput,
    OptionInput,
    PartInput,
    ProductInput,
    SkuInput,
    ValueInput,
)
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.customers.models import Customer, CustomerTier
from openoms.domains.customers.types import ContactInput, CustomerInput
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.identity.rules import system
from openoms.domains.inventory.models import Stock, Warehouse
from openoms.domains.orders.states import Terms
from openoms.domains.pricing.models import PriceList
from openoms.domains.pricing.types import PriceInput
from openoms.flows.edit_catalogue import save_product, save_sku
from openoms.flows.edit_customer import add_address, create_customer
from openoms.flows.edit_pricing import create_price_list, set_shipping_rate, set_tax_rate
from openoms.flows.edit_warehouses import WarehouseInput, save_warehouse
from openoms.flows.manage_people import create_integration_key, create_user
from openoms.flows.move_stock import receive_stock
from openoms.flows.place import place_order
from openoms.flows.steps.placing import LineRequest, OrderRequest, PlacedOrder

PASSWORD = "correct horse battery"
WEST_LAKE = AddressParts("CN", "文三路1号", "浙江省", "杭州市", "西湖区", "310012", "李雷", "+8613800000000")
_count = itertools.count(1)


def owner() -> Actor:
    """Somebody who may do everything."""
    return system("tests")


def make_user(*roles: str, email: str = "", name: str = "", language: str = "") -> User:
    """A person with roles who signs in with PASSWORD."""
    email = email or f"person{next(_count)}@example.com"
    user = create_user(email, name or email.split("@")[0], PASSWORD, roles, actor=owner())
    if language:
        user.language = language
        user.save(update_fields=["language"])
    return user


def staff(role: str) -> Actor:
    """An actor with one role."""
    return actor_of(make_user(role))


def make_key(role: str) -> str:
    """The secret of an API key with a role."""
    return create_integration_key(role, f"{role} key", actor=owner())[1]


def make_price_list(
    code: str = "standard", currency: str = "CNY", *, tax_inclusive: bool = True, tier: str = ""
) -> PriceList:
    """A price list, once."""
    if tier:
        CustomerTier.objects.get_or_create(code=tier, defaults={"name": tier.title()})
    found = PriceList.objects.filter(code=code).first()
    if found is not None:
        return found
    return create_price_list(
        code, code.title(), currency, tier=tier, tax_inclusive=tax_inclusive, actor=owner()
    )


def make_product(code: str = "P1", name: str = "Bolt", kind: str = "goods") -> Product:
    """A product, once."""
    return save_product(ProductInput(code, name=name, kind=kind), actor=owner())


def make_sku(
    code: str = "BOLT",
    price: str | Decimal = "12.50",
    *,
    tiers: Mapping[str, str] | None = None,
    product: str = "P1",
    price_list: str = "standard",
    currency: str = "CNY",
    tax_class: str = "standard",
) -> Sku:
    """A sku with a price on a list; `tiers` maps further minimum quantities to unit prices."""
    make_price_list(price_list, currency)
    if not Product.objects.filter(code=product).exists():
        make_product(product)
    prices = [PriceInput(price_list, Decimal(price))]
    prices += [PriceInput(price_list, Decimal(p), Decimal(q)) for q, p in (tiers or {}).items()]
    value = SkuInput(code, product=product, name=code.title(), tax_class=tax_class)
    return save_sku(value, prices, actor=owner())


def make_configurable() -> None:
    """A phone in black (PHONE-B, 1000) and white (PHONE-W, 1100) with a case for 199, and the set of BOLT and NUT (SET, 104)."""
    for code, price in (("BOLT", "12.50"), ("NUT", "3")):
        if not Sku.objects.filter(code=code).exists():
            make_sku(code, price)
    colours = (ValueInput("black", "Black"), ValueInput("white", "White"))
    cases = (ValueInput("leather", "Leather", deltas=(("CNY", Decimal(199)),)),)
    options = (
        OptionInput("colour", "Colour", kind="variant", values=colours),
        OptionInput("case", "Case", values=cases),
    )
    save_product(ProductInput("PHONE", name="Phone", options=options), actor=owner())
    for code, colour, amount in (("PHONE-B", "black", 1000), ("PHONE-W", "white", 1100)):
        value = SkuInput(code, product="PHONE", name=colour, values=(("colour", colour),))
        save_sku(value, [PriceInput("standard", Decimal(amount))], actor=owner())
    parts = (GroupInput("all", "In the set", parts=(PartInput("BOLT"), PartInput("NUT", Decimal(2)))),)
    value = SkuInput("SET", product="P1", name="Set", bundle=BundleInput(groups=parts))
    save_sku(value, [PriceInput("standard", Decimal(104))], actor=owner())


def make_customer(
    name: str = "Acme",
    *,
    code: str = "",
    tier: str = "",
    address: AddressParts | None = WEST_LAKE,
    tax_exempt: bool = False,
) -> Customer:
    """A company that buys on credit without a limit, with a contact and, unless None, a default address."""
    if tier:
        CustomerTier.objects.get_or_create(code=tier, defaults={"name": tier.title()})
    contact = ContactInput("Han Mei", phone="13900000000", email="han@example.com", country="CN")
    value = CustomerInput(code=code, name=name, tier=tier or None, tax_exempt=tax_exempt, contact=contact)
    customer = create_customer(value, actor=owner())
    Customer.objects.filter(pk=customer.pk).update(payment_terms="credit")
    customer.payment_terms = "credit"
    if address is not None:
        add_address(customer.code, address, actor=owner())
    return customer


def make_rules() -> None:
    """13 % tax in China, 10.00 shipping there, free from 99.00."""
    set_tax_rate("standard", Decimal("0.13"), country="CN", actor=owner())
    set_shipping_rate("cn", "Express", "CNY", Decimal(10), country="CN", free_from=Decimal(99), actor=owner())


def make_warehouse(
    code: str = "HZ", city: str = "杭州市", region: str = "浙江省", priority: int = 10
) -> Warehouse:
    """A warehouse in China, once."""
    found = Warehouse.objects.filter(code=code).first()
    value = WarehouseInput(code, code.title(), region=region, city=city, priority=priority)
    return found or save_warehouse(value, actor=owner(), new=True)


def stock_up(sku: str = "BOLT", quantity: int | str = 100, warehouse: str = "HZ") -> Stock:
    """So many more of a sku at a warehouse; both are made when missing."""
    make_warehouse(warehouse)
    if not Sku.objects.filter(code=sku).exists():
        make_sku(sku)
    return receive_stock(warehouse, sku, Decimal(quantity), actor=owner()).stock


def request_for(
    customer: Customer, lines: Sequence[tuple[str, int | str]] = (("BOLT", 1),), **fields: object
) -> OrderRequest:
    """A request for skus by (code, quantity), on credit: no payment is waited for unless `terms` say so."""
    fields.setdefault("terms", Terms.CREDIT)
    asked = tuple(LineRequest(sku, Decimal(quantity)) for sku, quantity in lines)
    return OrderRequest(lines=asked, customer=customer.code, **fields)  # type: ignore[arg-type]


def prepaid(
    customer: Customer, lines: Sequence[tuple[str, int | str]] = (("BOLT", 1),), **fields: object
) -> OrderRequest:
    """A request to be paid first: nobody is locked for what they owe, so that two of one customer meet further on."""
    return request_for(customer, lines, terms=Terms.PREPAID, **fields)


def make_order(
    customer: Customer | None = None,
    lines: Sequence[tuple[str, int | str]] = (("BOLT", 1),),
    actor: Actor | None = None,
    **fields: object,
) -> PlacedOrder:
    """A placed order; makes the customer and the skus that are missing."""
    for code, _ in lines:
        if not Sku.objects.filter(code=code).exists():
            make_sku(code)
    return place_order(request_for(customer or make_customer(), lines, **fields), actor=actor or owner())
