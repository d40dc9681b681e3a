"""Entering an order: live price, placing once, and refusals that lose nothing."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError

from openoms.core import firm
from openoms.core.ids import uuid7
from openoms.domains.catalog.models import Sku
from openoms.domains.customers.types import CustomerInput
from openoms.domains.events.models import Event
from openoms.domains.identity.models import Role
from openoms.domains.identity.once import Once
from openoms.domains.inventory.models import Incoming
from openoms.domains.orders.models import Instruction, Order
from openoms.flows.edit_customer import change_customer
from tests.factories import (
    make_customer,
    make_price_list,
    make_rules,
    make_sku,
    make_user,
    make_warehouse,
    owner,
    stock_up,
)
from tests.web.conftest import SignIn

NEW = "/orders/new/"


@pytest.fixture(autouse=True)
def goods(db: None) -> None:
    make_rules()
    make_sku("BOLT", "12.50", tiers={"10": "11"})
    make_sku("NUT", "3")
    make_customer("Acme", code="C1")


def typed(**fields: Any) -> dict[str, Any]:
    """What the page sends for two bolts, as it would come from the browser."""
    return {
        "token": "t1", "customer": "C1", "currency": "CNY", "channel": "desk", "order_type": "standard",
        "terms": "prepaid", "ship_mode": "default", "line": ["l1"], "l1-sku": "BOLT", "l1-quantity": "2",
        "action": "submit", **fields,
    }  # fmt: skip


def test_the_price_follows_what_is_typed(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    two = browser.post(f"{NEW}quote/", typed()).content.decode()
    assert "CN¥35.00" in two  # 25.00 and 10.00 shipping.
    twelve = browser.post(f"{NEW}quote/", typed(**{"l1-quantity": "12"})).content.decode()
    assert "CN¥132.00" in twelve  # The tier, and shipping is free.
    assert 'id="figures-l1" hx-swap-oob="true"' in twelve
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"l1-quantity": "many"}, "Enter a number."),
        ({"l1-quantity": "0"}, "A quantity lies above 0"),
        ({"l1-sku": "GONE"}, "There is no active SKU “GONE”"),
        ({"currency": "USD"}, "“BOLT” has no price in USD"),
        ({"line": []}, "Add items to see the price."),
        ({"l1-quantity": "1.1234567"}, "A quantity has at most 6 decimals."),
    ],
)
def test_what_cannot_be_priced_says_why_at_the_line(
    sign_in: SignIn, fields: dict[str, Any], says: str
) -> None:
    make_price_list("export", "USD")
    answer = sign_in("sales").post(f"{NEW}quote/", typed(**fields))
    assert answer.status_code == 200
    assert says in answer.content.decode()


def test_the_price_needs_neither_customer_nor_reason_yet(sign_in: SignIn) -> None:
    fields = {"customer": "", "l1-unit_price": "9"}
    page = sign_in("sales_manager").post(f"{NEW}quote/", typed(**fields)).content.decode()
    assert "CN¥18.00" in page


def test_a_submitted_order_is_placed_with_all_that_was_typed(sign_in: SignIn) -> None:
    fields = {
        "external_id": "PO-1", "terms": "credit", "line": ["l1", "l2"], "l2-sku": "NUT", "l2-quantity": "1,000",
        "l2-unit_price": "2.5", "l2-price_reason": "agreed", "l1-discount_kind": "percent", "l1-discount_value": "10",
        "discount_kind": "amount", "discount_value": "5", "discount_label": "regular",
        "remark": ["r1"], "r1-text": "Gently", "r1-audience": "warehouse", "r1-stage": "packing", "r1-blocking": "on",
    }  # fmt: skip
    answer = sign_in("sales_manager").post(NEW, typed(**fields))
    order = Order.objects.get()
    assert answer["Location"] == f"/orders/{order.number}/"
    assert (order.status, order.external_id, order.terms) == ("approved", "PO-1", "credit")
    assert [str(line.quantity.normalize()) for line in order.lines.all()] == ["2", "1E+3"]
    assert order.discount_total == 2.50 + 5
    assert Instruction.objects.get().blocking
    assert order.ship_to["city"] == "杭州市"


def test_a_draft_is_kept_as_one(sign_in: SignIn) -> None:
    sign_in("sales").post(NEW, typed(action="draft"))
    assert Order.objects.get().status == "draft"


def test_sending_twice_places_one_order(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    first, second = browser.post(NEW, typed()), browser.post(NEW, typed())
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1


def test_the_slower_of_two_at_the_same_moment_finds_the_order_of_the_faster(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    first = browser.post(NEW, typed())
    # As if its look-up had happened before the other was committed.
    checks = iter([IntegrityError("duplicate key"), None])
    check = Once.check

    def too_early(self: Once, rows: Any) -> None:
        error = next(checks)
        if error:
            raise error
        check(self, rows)

    with patch.object(Once, "check", too_early):
        assert browser.post(NEW, typed())["Location"] == first["Location"]
    assert Order.objects.count() == 1


def test_a_used_page_sent_with_something_else_is_refused(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    browser.post(NEW, typed())
    answer = browser.post(NEW, typed(**{"l1-quantity": "5"}))
    assert answer.status_code == 422
    assert "has placed an order already" in answer.content.decode()
    assert Order.objects.count() == 1


def test_the_same_token_of_another_person_is_another_page(sign_in: SignIn) -> None:
    sign_in("sales").post(NEW, typed())
    sign_in("sales").post(NEW, typed())
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"customer": ""}, "Choose a customer."),
        ({"customer": "C404"}, "There is no customer “C404”."),
        ({"line": []}, "An order needs at least one line."),
        ({"l1-quantity": "-1"}, "A quantity lies above 0"),
        ({"l1-sku": "GONE"}, "There is no active SKU “GONE”"),
        ({"requested_date": "2020-01-01"}, "The requested date lies in the past."),
        ({"l1-unit_price": "9"}, "A price typed by hand needs a reason."),
        ({"discount_value": "200", "discount_kind": "percent"}, "A percent discount lies between 0 and 100."),
        (
            {"remark": ["r1"], "r1-text": "", "r1-audience": "warehouse", "r1-stage": "packing"},
            "This field is required.",
        ),
    ],
)
def test_a_refusal_shows_beside_its_field_and_loses_nothing(
    sign_in: SignIn, fields: dict[str, Any], says: str
) -> None:
    browser = sign_in("sales_manager")
    events = Event.objects.count()
    sent = typed(**{"external_id": "KEEP-ME", **fields})
    answer = browser.post(NEW, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert 'value="KEEP-ME"' in page
    if sent["line"]:
        assert f'value="{sent["l1-quantity"]}"' in page
    assert (Order.objects.count(), Event.objects.count()) == (0, events)


def test_a_reference_taken_on_the_channel_names_the_order(sign_in: SignIn) -> None:
    browser = sign_in("sales", language="zh-hans")
    browser.post(NEW, typed(external_id="TB-1"))
    answer = browser.post(NEW, typed(external_id="TB-1", token="t2"))
    assert answer.status_code == 409
    assert f"该渠道的平台单号“TB-1”已存在，订单号 {Order.objects.get().number}。" in answer.content.decode()


def test_another_address_is_used_and_a_wrong_phone_stands_beside_it(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    elsewhere = {
        "ship_mode": "other", "ship-country": "DE", "ship-name": "Jonas", "ship-phone": "030 901820",
        "ship-city": "Berlin", "ship-line": "Kastanienallee 77", "ship-postcode": "10435",
    }  # fmt: skip
    bad = browser.post(NEW, typed(**elsewhere | {"ship-phone": "12"}))
    assert "“12” is not a valid phone number" in bad.content.decode()
    assert 'value="Kastanienallee 77"' in bad.content.decode()
    browser.post(NEW, typed(**elsewhere))
    ship_to = Order.objects.get().ship_to
    assert (ship_to["country"], ship_to["phone"], ship_to["problems"]) == ("DE", "+4930901820", [])


def test_prices_and_discounts_need_their_permissions(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    page = browser.get("/orders/new/line/?sku=BOLT").content.decode()
    assert "unit_price" not in page
    assert "discount" not in page
    for fields in ({"l1-unit_price": "1", "l1-price_reason": "x"}, {"discount_value": "5"}):
        answer = browser.post(NEW, typed(**fields))
        assert answer.status_code == 403
        assert "Ask an administrator" in answer.content.decode()
    assert Order.objects.count() == 0


def test_the_address_is_masked_where_contact_data_may_not_be_seen(sign_in: SignIn) -> None:
    grants = ["order.create", "order.submit", "customer.view", "catalog.view"]
    person = make_user()
    person.roles.set([Role.objects.create(code="desk", name="Desk", grants=grants)])
    browser = sign_in(person=person)
    page = browser.get(f"{NEW}?customer=C1").content.decode()
    assert "文三路1号" not in page
    assert "13800000000" not in page
    browser.post(NEW, typed())
    assert Order.objects.get().ship_to["line"] == "文三路1号"


def test_a_closed_customer_is_not_offered_and_refused(sign_in: SignIn) -> None:
    change_customer(CustomerInput("C1", is_active=False), actor=owner())
    browser = sign_in("sales")
    assert "C1" not in browser.post("/orders/new/customers/", {"customer_q": "ac"}).content.decode()
    answer = browser.post(NEW, typed())
    assert "closed for new orders" in answer.content.decode()
    assert Order.objects.count() == 0


def test_the_search_offers_what_is_on_sale_at_the_customers_price(sign_in: SignIn) -> None:
    make_customer("Dealer", code="D1", tier="dealer")
    make_price_list("dealer", tier="dealer")
    make_sku("BOLT", "8", price_list="dealer")
    browser = sign_in("sales")
    assert "CN¥12.50" in browser.get("/orders/new/skus/?q=bol&customer=C1&currency=CNY").content.decode()
    assert "CN¥8.00" in browser.get("/orders/new/skus/?q=bol&customer=D1&currency=CNY").content.decode()
    assert "Nothing on sale fits" in browser.get("/orders/new/skus/?q=zzz").content.decode()


def test_the_fields_of_an_address_follow_the_country(sign_in: SignIn) -> None:
    browser = sign_in("sales", language="zh-hans")
    china = browser.get("/address-fields/?country=CN&region=浙江省&city=杭州市").content.decode()
    assert "西湖区" in china
    assert "省</label>" in china
    germany = browser.get("/address-fields/?country=DE").content.decode()
    assert 'name="region"' not in germany
    assert 'name="postcode"' in germany
    assert browser.get("/address-fields/?country=XX").status_code == 200


def test_the_queries_of_page_and_live_price_are_fixed(
    sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    browser = sign_in("sales")
    browser.post(f"{NEW}quote/", typed())
    more: dict[str, Any] = {"line": [f"l{n}" for n in range(20)]}
    for n in range(20):
        more |= {f"l{n}-sku": "NUT", f"l{n}-quantity": "1"}
    with django_assert_max_num_queries(14):
        browser.post(f"{NEW}quote/", typed(**more))
    with django_assert_max_num_queries(12):
        browser.get(f"{NEW}?customer=C1")


def test_lines_say_what_is_there_now_and_from_when_the_rest_is(sign_in: SignIn) -> None:
    browser = sign_in("sales", language="en")
    # A firm without a warehouse promises nothing.
    assert "entry-line-promise" not in browser.post(f"{NEW}quote/", typed()).content.decode()
    stock_up("NUT", 3)
    asked: dict[str, Any] = {
        "line": ["l1", "l2"],
        "l1-sku": "NUT",
        "l1-quantity": "3",
        "l2-sku": "BOLT",
        "l2-quantity": "2",
    }
    said = browser.post(f"{NEW}quote/", typed(**asked)).content.decode()
    assert "In stock" in said
    assert "2 without a date yet" in said
    day = firm.today() + timedelta(days=400)
    nut = Sku.objects.get(code="NUT")
    Incoming.objects.create(
        id=uuid7(), warehouse=make_warehouse(), sku=nut, quantity=20, due=day, source="purchase:PO1"
    )
    said = browser.post(f"{NEW}quote/", typed(**(asked | {"l1-quantity": "8"}))).content.decode()
    assert f"3 now, 5 from {day}" in said
    chinese = sign_in("sales", language="zh-hans")
    said = chinese.post(f"{NEW}quote/", typed(**(asked | {"l1-quantity": "8"}))).content.decode()
    assert f"现有 3，{day}起 5" in said


PASTED = "李雷 13800000000 浙江省杭州市西湖区文三路1号"


def new_buyer(**fields: Any) -> dict[str, Any]:
    """What the page sends for a customer that is made with the order."""
    return typed(
        customer="", buyer_mode="new", ship_mode="other",
        **{"buyer-name": "李雷", "buyer-kind": "person", "buyer-phone": "13800000000", "ship-country": "CN",
           "ship-region": "浙江省", "ship-city": "杭州市", "ship-district": "西湖区", "ship-line": "文三路1号", **fields},
    )  # fmt: skip


def test_a_pasted_text_offers_a_new_customer_read_from_it(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    offered = browser.post("/orders/new/customers/", {"customer_q": PASTED}).content.decode()
    assert "New customer “李雷”" in offered
    assert "+8613800000000" in offered
    part = browser.post("/orders/new/buyer/", {"text": PASTED}).content.decode()
    for value in ('value="李雷"', 'value="+8613800000000"', 'value="文三路1号"', 'data-ship="other"'):
        assert value in part, value


def test_who_has_the_pasted_phone_already_is_offered_first(sign_in: SignIn) -> None:
    offered = (
        sign_in("sales").post("/orders/new/customers/", {"customer_q": "韩梅 13900000000"}).content.decode()
    )
    assert offered.index('data-customer="C1"') < offered.index("data-new-customer")


def test_those_who_may_not_make_customers_are_offered_none(sign_in: SignIn) -> None:
    grants = sorted({"order.create", "order.submit", "order.view", "customer.view", "catalog.view"})
    person = make_user()
    person.roles.set([Role.objects.create(code="desk", name="Desk", grants=grants)])
    browser = sign_in(person=person)
    offered = browser.post("/orders/new/customers/", {"customer_q": "Nobody"}).content.decode()
    assert "data-new-customer" not in offered
    assert "No customer fits “Nobody”." in offered
    assert browser.post(NEW, new_buyer()).status_code == 422
    assert Order.objects.count() == 0


def test_an_order_makes_its_customer_with_contact_and_address(sign_in: SignIn) -> None:
    sign_in("sales").post(NEW, new_buyer())
    customer = Order.objects.get().customer
    assert (customer.name, customer.kind) == ("李雷", "person")
    assert customer.contacts.get().phone == "+8613800000000"
    address = customer.addresses.get()
    assert (address.name, address.phone, address.is_default) == ("李雷", "+8613800000000", True)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"buyer-phone": "123"}, "“123” is not a valid phone number"),
        ({"buyer-name": ""}, "This field is required."),
        ({"buyer-email": "x"}, "“x” is not a valid e-mail address."),
        ({"l1-sku": "GONE"}, "There is no active SKU “GONE”"),
    ],
)
def test_a_refused_order_makes_no_customer_and_keeps_what_was_typed(
    sign_in: SignIn, fields: dict[str, str], says: str
) -> None:
    from openoms.domains.customers.models import Customer

    answer = sign_in("sales").post(NEW, new_buyer(**fields))
    page = answer.content.decode()
    assert answer.status_code in {422, 409}
    assert says in page
    assert "文三路1号" in page
    assert (Customer.objects.count(), Order.objects.count()) == (1, 0)


def test_what_is_kept_comes_back_whole(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    key = "0193b3a0-0000-7000-8000-000000000001"
    kept = browser.post(f"{NEW}keep/", new_buyer(token=key, **{"l1-quantity": "4"}))
    assert "Kept at" in kept.content.decode()
    assert "李雷" in browser.get(NEW).content.decode()
    page = browser.get(f"{NEW}?entry={key}").content.decode()
    for value in ('value="李雷"', 'value="4"', 'value="文三路1号"', "Throw it away"):
        assert value in page, value
    assert "李雷" not in sign_in("sales").get(f"{NEW}?entry={key}").content.decode()
    browser.post(f"{NEW}kept/{key}/drop/")
    assert "Throw it away" not in browser.get(NEW).content.decode()


def test_an_empty_page_is_not_kept(sign_in: SignIn) -> None:
    from openoms.domains.orders.models import UnfinishedEntry

    browser = sign_in("sales")
    key = "0193b3a0-0000-7000-8000-000000000001"
    browser.post(f"{NEW}keep/", typed(token=key))
    assert UnfinishedEntry.objects.count() == 1
    browser.post(f"{NEW}keep/", typed(token=key, customer="", line=[]))
    assert UnfinishedEntry.objects.count() == 0
    assert browser.post(f"{NEW}keep/", typed(token="t1")).status_code == 200
