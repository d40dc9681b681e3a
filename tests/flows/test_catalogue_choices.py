"""Options, bundles and costs kept, and what becomes of them when an order is placed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from openoms.core.errors import DomainError, InvalidInput
from openoms.core.wire import TRAFFIC
from openoms.domains.catalog.models import Bundle, Option, OptionConflict, Sku, SkuCost
from openoms.domains.catalog.types import (
    BundleInput,
    CostInput,
    GroupInput,
    PartInput,
    ProductInput,
    SkuInput,
)
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.orders.models import Line, LineComponent, Pricing
from openoms.domains.pricing.book import Book
from openoms.domains.pricing.documents import basket_from, offer_from
from openoms.domains.pricing.engine import replay
from openoms.domains.pricing.queries import read_rules_snapshot
from openoms.domains.pricing.types import PriceInput
from openoms.flows.edit_catalogue import save_product, save_sku
from openoms.flows.place import place_order
from openoms.flows.steps import configuration
from openoms.flows.steps.placing import LineRequest, OrderRequest
from openoms.reading.catalogue import configurator
from tests.factories import make_customer, make_rules, make_sku, owner, staff
from tests.shelf import CHOICE, FIXED, PHONE_OPTIONS, make_bundle, make_parts, make_phone

pytestmark = pytest.mark.django_db
D = Decimal


def told(kind: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind=kind).order_by("id").values_list("data", flat=True))


def place(*lines: LineRequest) -> Any:
    customer = make_customer()
    return place_order(OrderRequest(lines=lines, customer=customer.code), actor=owner())


def test_options_are_saved_changed_and_told_of() -> None:
    make_phone()
    assert [o.code for o in Option.objects.filter(product__code="PHONE")] == [
        "colour",
        "storage",
        "case",
        "gifts",
    ]
    assert OptionConflict.objects.count() == 2
    Event.objects.all().delete()
    save_product(ProductInput("PHONE", options=PHONE_OPTIONS[:3]), actor=owner())
    (event,) = told("product.saved")
    assert [o["code"] for o in event["before"]["options"]] == ["colour", "storage", "case", "gifts"]
    assert [o["code"] for o in event["after"]["options"]] == ["colour", "storage", "case"]
    assert OptionConflict.objects.count() == 1
    save_product(ProductInput("PHONE", options=PHONE_OPTIONS[:3]), actor=owner())
    assert len(told("product.saved")) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (ProductInput("PHONE", options=PHONE_OPTIONS[1:]), "in_use"),
        (ProductInput("PHONE", options=(PHONE_OPTIONS[0], PHONE_OPTIONS[0])), "invalid"),
        (ProductInput("PHONE", conflicts=((("case", "x"), ("case", "clear")),)), "invalid"),
        (ProductInput("PHONE", conflicts=((("case", "clear"), ("case", "clear")),)), "invalid"),
    ],
)
def test_options_that_cannot_be_are_refused_whole(change: ProductInput, code: str) -> None:
    make_phone()
    before = Event.objects.count()
    with pytest.raises(DomainError) as refusal:
        save_product(change, actor=owner())
    assert refusal.value.code == code
    assert Option.objects.filter(product__code="PHONE").count() == 4
    assert Event.objects.count() == before


def test_a_version_is_one_sku_and_has_all_its_values() -> None:
    make_phone()
    for values in (
        (("colour", "black"), ("storage", "128")),
        (("colour", "black"),),
        (("colour", "black"), ("storage", "512")),
        (("colour", "black"), ("storage", "128"), ("case", "clear")),
    ):
        with pytest.raises(InvalidInput):
            save_sku(SkuInput("PHONE-X", product="PHONE", values=values), actor=owner())
    assert not Sku.objects.filter(code="PHONE-X").exists()
    made = save_sku(
        SkuInput("PHONE-X", product="PHONE", values=(("storage", "256"), ("colour", "red"))), actor=owner()
    )
    assert made.variant_key == "colour=red|storage=256"


def test_a_bundle_contains_no_bundle_not_itself_and_nothing_that_asks() -> None:
    make_parts()
    make_bundle("KIT", BundleInput("sum", groups=(FIXED,)))
    for parts in ((PartInput("KIT"),), (PartInput("BOX"),), (PartInput("NONE"),), ()):
        bundle = BundleInput(groups=(GroupInput("g", parts=parts),))
        with pytest.raises(InvalidInput):
            make_bundle("BOX", bundle)
    with pytest.raises(InvalidInput, match="part of a bundle"):
        save_sku(
            SkuInput("CABLE", bundle=BundleInput(groups=(GroupInput("g", parts=(PartInput("MOUSE"),)),))),
            actor=owner(),
        )
    assert Bundle.objects.count() == 1
    save_sku(SkuInput("KIT", bundle=BundleInput()), actor=owner())
    assert Bundle.objects.count() == 0
    assert told("sku.saved")[-1]["after"] == {"bundle": None}


def test_costs_are_dated_and_need_their_own_permission() -> None:
    make_sku("BOLT")
    cost = CostInput("CNY", D(4), date(2026, 1, 1))
    with pytest.raises(MissingPermission):
        save_sku(SkuInput("BOLT", costs=(cost,)), actor=staff("integrator"))
    save_sku(SkuInput("BOLT", costs=(cost, CostInput("CNY", D(5), date(2026, 2, 1)))), actor=owner())
    save_sku(SkuInput("BOLT", costs=(CostInput("CNY", None, date(2026, 1, 1)),)), actor=owner())
    assert [row.unit_cost for row in SkuCost.objects.all()] == [5]
    assert told("costs.set")[-1] == {"code": "BOLT", "before": [["CNY", "2026-01-01", "4"]], "after": []}
    assert not any("cost" in str(event["after"]) for event in told("sku.saved"))


def test_an_order_keeps_what_was_chosen_what_it_consists_of_and_what_it_cost() -> None:
    make_rules()
    make_phone()
    make_parts()
    make_bundle("KIT", BundleInput("discounted", D(10), (FIXED, CHOICE)))
    placed = place(
        LineRequest("PHONE-BLACK-128", D(2), options={"case": ("leather",), "gifts": ("card",)}),
        LineRequest("KIT", D(1), parts={"more": ("MOUSE", "CABLE")}),
    )
    phone, kit = Line.objects.order_by("position")
    assert (phone.unit_price, phone.unit_cost, phone.cost_currency) == (2204, 1500, "CNY")
    assert [(o["option"], o["value"], o["amount"]) for o in phone.options] == [
        ("case", "leather", "199.000000"),
        ("gifts", "card", "5.000000"),
    ]
    assert kit.unit_price == (60 + 50 + 30 + 100) * D("0.9") + 20
    assert kit.unit_cost == 20 + 20 + 10 + 60
    rows = LineComponent.objects.filter(line=kit).values_list("sku__code", "quantity", "position")
    assert list(rows) == [("CABLE", 2, 1), ("PLUG", 1, 2), ("CABLE", 1, 3), ("MOUSE", 1, 4)]
    assert placed.order.total == phone.total + kit.total


def test_what_is_stored_with_an_order_prices_it_again_exactly() -> None:
    make_rules()
    make_phone()
    make_parts()
    make_bundle("KIT", BundleInput("sum", groups=(FIXED, CHOICE)))
    placed = place(
        LineRequest("PHONE-RED-128", D(1), options={"gifts": ("card", "wrap")}),
        LineRequest("KIT", D(3), parts={"more": ("MOUSE", "PLUG")}),
    )
    save_sku(SkuInput("CABLE"), [PriceInput("standard", D(999))], actor=owner())
    stored = Pricing.objects.get()
    basket, facts = basket_from(stored.inputs)
    offers = {sku: offer_from(sku, document) for sku, document in stored.inputs["offers"].items()}
    assert set(offers) == {"PHONE-RED-128", "KIT", "CABLE", "PLUG", "MOUSE"}
    book = Book(read_rules_snapshot(stored.rules_digest), offers)
    assert replay(basket, book, facts, stored.priced_at, placed.priced)


def test_a_refused_choice_writes_nothing() -> None:
    make_phone()
    with pytest.raises(InvalidInput) as refusal:
        place(LineRequest("PHONE-RED-128", D(1), options={"case": ("clear",)}))
    assert refusal.value.code == "incompatible_options"
    assert Line.objects.count() == 0


def test_a_changed_part_is_priced_by_the_next_quote() -> None:
    make_parts()
    make_bundle("KIT", BundleInput("sum", groups=(FIXED,)))
    customer = make_customer()
    request = OrderRequest(lines=(LineRequest("KIT", D(1)),), customer=customer.code)
    assert place_order(request, actor=owner()).order.items_total == 110
    save_sku(SkuInput("PLUG"), [PriceInput("standard", D(60))], actor=owner())
    assert place_order(request, actor=owner()).order.items_total == 120
    save_sku(SkuInput("PLUG", active_to=date(2020, 1, 1)), actor=owner())
    with pytest.raises(InvalidInput) as refusal:
        place_order(request, actor=owner())
    assert (refusal.value.code, refusal.value.problems[0].loc) == ("not_on_sale", ("lines", 0, "sku"))


def test_choosing_costs_no_more_round_trips() -> None:
    make_rules()
    make_phone()
    make_parts()
    make_bundle("KIT", BundleInput("sum", groups=(FIXED,)))
    customer = make_customer()
    lines = (LineRequest("PHONE-BLACK-128", D(1), options={"case": ("leather",)}), LineRequest("KIT", D(1)))
    request = OrderRequest(lines=lines, customer=customer.code)
    place_order(request, actor=owner())
    flushes = TRAFFIC.flushes
    place_order(request, actor=owner())
    assert TRAFFIC.flushes - flushes == 2


def test_the_configurator_says_all_a_page_needs(django_assert_num_queries: Any) -> None:
    make_phone()
    make_parts()
    make_bundle("KIT", BundleInput("fixed", groups=(FIXED, CHOICE)), "150")
    book = configuration.now().book
    actor = staff("sales")
    with django_assert_num_queries(4):
        found = configurator(actor, "PHONE-BLACK-128", "CNY", None, book=book)
    assert found is not None
    colour, storage = found.variants
    assert [(v.code, v.chosen, v.sku, v.price) for v in colour.values] == [
        ("black", True, "PHONE-BLACK-128", 2000),
        ("red", False, "PHONE-RED-128", 2000),
    ]
    assert [(v.code, v.sku) for v in storage.values] == [
        ("128", "PHONE-BLACK-128"),
        ("256", "PHONE-BLACK-256"),
    ]
    assert len(found.versions) == 3
    case, gifts = found.extras
    assert [(v.code, v.delta, v.conflicts) for v in case.values] == [
        ("leather", 199, (("gifts", "wrap"),)),
        ("clear", 0, (("colour", "red"),)),
    ]
    assert gifts.many
    with django_assert_num_queries(1):
        kit = configurator(actor, "KIT", "CNY", None, book=book)
    assert kit is not None
    assert [(p.code, p.surcharge) for p in kit.groups[1].parts] == [("CABLE", 0), ("PLUG", 0), ("MOUSE", 20)]
    assert (kit.policy, kit.asks, kit.price) == ("fixed", True, 150)
    assert configurator(actor, "NONE", "CNY", None, book=book) is None
    euro = configurator(actor, "KIT", "EUR", None, book=book)
    assert euro is not None
    assert (euro.price, euro.groups[1].parts[2].surcharge) == (None, None)


def test_dates_packs_and_minimum_are_kept_cleared_and_refused() -> None:
    make_sku("BOLT")
    day = datetime.now(UTC).date()
    saved = save_sku(
        SkuInput("BOLT", active_from=day, pack_quantity=D(6), min_order_quantity=D(12)), actor=owner()
    )
    assert (saved.active_from, saved.pack_quantity) == (day, 6)
    assert save_sku(SkuInput("BOLT", active_from=""), actor=owner()).active_from is None
    with pytest.raises(InvalidInput):
        save_sku(SkuInput("BOLT", active_from=day, active_to=date(2000, 1, 1)), actor=owner())
    with pytest.raises(InvalidInput) as refusal:
        place(LineRequest("BOLT", D(13)))
    assert refusal.value.code == "pack_multiple"
