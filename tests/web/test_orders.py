"""The list of orders, one order's page, and the steps from it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from openoms.core.clock import now
from openoms.core.ids import uuid7
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.events.models import Event
from openoms.domains.identity.models import User
from openoms.domains.orders.models import Order, SavedView, Tag, Tagging
from openoms.domains.orders.states import Status
from openoms.domains.orders.types import NewInstruction
from openoms.domains.pricing.book import Discount
from openoms.flows.steps.placing import History
from openoms.interfaces.console.order_lists import ORDERS
from tests.factories import make_customer, make_order, make_rules, make_sku
from tests.web.conftest import Firm, SignIn

ROW = re.compile(r'class="row-link">([^<]+)</a>')


def rows(html: str) -> list[str]:
    return ROW.findall(html)


@pytest.fixture
def many(db: None) -> Iterator[list[str]]:
    """Seven orders' numbers, oldest first, on pages of three."""
    make_sku("BOLT")
    customer = make_customer(code="C1")
    object.__setattr__(ORDERS, "size", 3)
    numbers = [make_order(customer).order.number for _ in range(7)]
    yield numbers
    object.__setattr__(ORDERS, "size", 50)


def test_pages_by_key_forwards_and_back(many: list[str], sign_in: SignIn) -> None:
    browser, newest = sign_in("sales"), many[::-1]
    first = browser.get("/orders/").content.decode()
    assert rows(first) == newest[:3]
    assert 'rel="prev"' not in first
    second = browser.get("/orders/" + link(first, "next")).content.decode()
    assert rows(second) == newest[3:6]
    third = browser.get("/orders/" + link(second, "next")).content.decode()
    assert rows(third) == newest[6:]
    assert 'rel="next"' not in third
    back = browser.get("/orders/" + link(third, "prev")).content.decode()
    assert rows(back) == newest[3:6]
    start = browser.get("/orders/" + link(back, "prev")).content.decode()
    assert rows(start) == newest[:3]
    assert 'rel="prev"' not in start


def link(html: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}"\s+href="([^"]+)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize("query", ["q=c1", "total_from=1", "total_to=999999"])
def test_keys_looked_up_first_page_forwards_and_back(many: list[str], sign_in: SignIn, query: str) -> None:
    browser, newest = sign_in("sales"), many[::-1]
    first = browser.get(f"/orders/?{query}").content.decode()
    assert rows(first) == newest[:3]
    second = browser.get("/orders/" + link(first, "next").replace("&amp;", "&")).content.decode()
    assert rows(second) == newest[3:6]
    third = browser.get("/orders/" + link(second, "next").replace("&amp;", "&")).content.decode()
    assert rows(third) == newest[6:]
    back = browser.get("/orders/" + link(third, "prev").replace("&amp;", "&")).content.decode()
    assert rows(back) == newest[3:6]


@pytest.mark.parametrize("most", [6, 7])
def test_a_range_of_more_orders_than_keys_are_handed_over_shows_the_same(
    many: list[str], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("openoms.reading.orders._MOST_KEYS", most)
    browser = sign_in("sales")
    assert rows(browser.get("/orders/?total_from=1").content.decode()) == many[::-1][:3]
    assert rows(browser.get("/orders/?total_from=1&status=approved").content.decode()) == many[::-1][:3]
    assert rows(browser.get("/orders/?total_from=999999").content.decode()) == []


def test_what_a_row_shows_is_escaped(db: None, sign_in: SignIn) -> None:
    make_sku("BOLT")
    nasty = '<i title="x">&\'</i>'
    number = make_order(make_customer(nasty), external_id=nasty).order.number
    order = Order.objects.get(number=number)
    Tag.objects.create(name=nasty)
    Tagging.objects.create(id=uuid7(), order=order, tag_id=nasty)
    browser = sign_in("sales")
    SavedView.objects.create(
        owner=User.objects.get(pk=browser.session["_auth_user_id"]),
        page="orders",
        columns=["number", "customer", "tags", "total"],
    )
    page = browser.get("/orders/").content.decode()
    assert nasty not in page
    row = page[page.index("<tr data-row>") :]
    assert row[: row.index("</tr>")].count("&lt;i title=&quot;x&quot;&gt;&amp;&#x27;&lt;/i&gt;") == 3


@pytest.mark.parametrize("cursor", ["x", "bm90LWEtdXVpZA", "n", "////", "cDEyMw"])
def test_a_cursor_nobody_wrote_shows_the_beginning(many: list[str], sign_in: SignIn, cursor: str) -> None:
    assert rows(sign_in("sales").get("/orders/", {"after": cursor}).content.decode()) == many[::-1][:3]


def test_the_cost_of_the_list_does_not_grow_with_it(
    many: list[str], sign_in: SignIn, django_assert_num_queries: object
) -> None:
    browser = sign_in("sales")
    browser.get("/orders/")
    # Session, person, roles; what the filters offer, views, the page with tags and holds, tabs.
    with django_assert_num_queries(7):  # type: ignore[operator]
        browser.get("/orders/")


@pytest.mark.parametrize(("text", "statements"), [("c1", 10), ("4711", 9), ("nothing", 9)])
def test_a_search_looks_in_three_statements(
    many: list[str], sign_in: SignIn, django_assert_num_queries: object, text: str, statements: int
) -> None:
    browser = sign_in("sales")
    browser.get("/orders/")
    # The sku of that code, customers by any way, orders by any way; then the page as ever, where there is one.
    with django_assert_num_queries(statements):  # type: ignore[operator]
        browser.get(f"/orders/?q={text}")


def test_a_part_is_the_list_alone(many: list[str], sign_in: SignIn) -> None:
    browser = sign_in("sales")
    part = browser.get("/orders/?status=approved", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert rows(part) == many[::-1][:3]
    boosted = browser.get("/orders/", headers={"HX-Request": "true", "HX-Boosted": "true"}).content.decode()
    assert "<html" in boosted


@pytest.fixture
def mixed(db: None) -> dict[str, str]:
    """Three orders by what is special about them."""
    make_rules()
    make_sku("BOLT")
    acme, li = make_customer("Acme", code="C1"), make_customer("李雷", code="L7")
    old = History(now() - timedelta(days=40), status=Status.COMPLETED)
    return {
        "draft": make_order(acme, submit=False).order.number,
        "shop": make_order(li, channel="web", external_id="TB-4711").order.number,
        "old": make_order(acme, history=old).order.number,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=draft", {"draft"}),
        ("status=nonsense", {"draft", "shop", "old"}),
        ("channel=web", {"shop"}),
        ("q=TB-4711", {"shop"}),
        ("q=李", {"shop"}),
        ("q=l7", {"shop"}),
        ("q=acm", {"draft", "old"}),
        ("q=acm&status=completed", {"old"}),
        ("payment_state=paid", set()),
        ("fulfilment_state=unallocated&customer=L7", {"shop"}),
    ],
)
def test_filters(mixed: dict[str, str], sign_in: SignIn, query: str, found: set[str]) -> None:
    page = sign_in("sales").get(f"/orders/?{query}").content.decode()
    assert set(rows(page)) == {mixed[name] for name in found}


def test_days_are_those_of_the_person(mixed: dict[str, str], sign_in: SignIn) -> None:
    browser = sign_in("sales")
    today, before = timezone.localdate(), timezone.localdate() - timedelta(days=30)
    assert set(rows(browser.get(f"/orders/?placed_from={today}").content.decode())) == {
        mixed["draft"],
        mixed["shop"],
    }
    assert rows(browser.get(f"/orders/?placed_to={before}").content.decode()) == [mixed["old"]]
    page = browser.get(f"/orders/?placed_from={before}&status=draft").content.decode()
    assert 'href="?placed_from=' in page  # The chip that takes the status away keeps the date.


def test_the_search_of_the_top_bar_leads_straight_to_an_order(mixed: dict[str, str], sign_in: SignIn) -> None:
    browser = sign_in("sales")
    number = mixed["draft"]
    assert browser.get("/orders/", {"q": number, "jump": "1"})["Location"] == f"/orders/{number}/"
    assert browser.get("/orders/", {"q": "acm", "jump": "1"}).status_code == 200


def test_empty_lists_say_what_to_do(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    assert "Enter the first order" in browser.get("/orders/").content.decode()
    assert "Nothing fits these filters" in browser.get("/orders/?status=draft").content.decode()


@pytest.fixture
def rich(db: None) -> str:
    """The number of an order with a discount, a typed price, remarks and a doubtful address."""
    make_rules()
    make_sku("BOLT", "12.50", tiers={"10": "11"})
    placed = make_order(
        make_customer(code="C1"),
        [("BOLT", 12)],
        discount=Discount("percent", Decimal(10), "Fair"),
        ship_to=AddressParts(
            "CN", "文三路1号", "浙江省", "杭州市", "天河区", "310012", "李雷", "13800000000"
        ),
        instructions=(NewInstruction("Mind the <b>glass</b>", "warehouse", "packing", True),),
    )
    return str(placed.order.number)


def test_the_page_of_an_order_shows_all_of_it(rich: str, sign_in: SignIn) -> None:
    page = sign_in("sales").get(f"/orders/{rich}/").content.decode()
    for text in (
        "CN¥11.00", "-CN¥13.20", "Fair", "Mind the &lt;b&gt;glass&lt;/b&gt;", "Warehouse · Packing",
        "Must be confirmed before this stage", "The district does not fit the rest.", "+8613800000000",
        "From this quantity on (12): CN¥11.00 each", "Contains 13% tax (standard)", f"entered order {rich}",
    ):  # fmt: skip
        assert text in page, text


def test_the_page_is_told_in_chinese_too(rich: str, sign_in: SignIn) -> None:
    page = sign_in("sales", language="zh-hans").get(f"/orders/{rich}/").content.decode()
    for text in (
        "已审核",
        "待付款",
        "未分配",
        "仓库 · 打包",
        "整单优惠",
        "含税 13%",
        f"录入了订单 {rich}",
        "请核对地址",
    ):
        assert text in page, text


def test_contact_data_is_masked_for_those_who_may_not_see_it(rich: str, sign_in: SignIn) -> None:
    page = sign_in("warehouse").get(f"/orders/{rich}/").content.decode()
    assert "+8613800000000" not in page
    assert "文三路1号" not in page
    assert "+86****0000" in page


def test_the_queries_of_an_order_are_few_and_fixed(
    rich: str, sign_in: SignIn, django_assert_num_queries: object
) -> None:
    browser = sign_in("sales")
    # Session, person, roles; order with tags, followers, trace; lines, adjustments, components, remarks, all roles, holds,
    # events; what it could be merged with; badges of remarks and approvals, counted once in twenty seconds.
    with django_assert_num_queries(14):  # type: ignore[operator]
        browser.get(f"/orders/{rich}/")


def test_a_submitted_order_can_be_withdrawn_and_submitted_again(firm: Firm, sign_in: SignIn) -> None:
    browser, path = sign_in("sales"), f"/orders/{firm.number}"
    assert f'action="{path}/withdraw/"' in browser.get(f"{path}/").content.decode()
    browser.post(f"{path}/withdraw/", {"base_revision": "1"})
    assert Order.objects.get(number=firm.number).status == "draft"
    page = browser.get(f"{path}/").content.decode()
    assert "is a draft again" in page
    assert f'action="{path}/submit/"' in page
    browser.post(f"{path}/submit/", {"base_revision": "1"})
    assert Order.objects.get(number=firm.number).status == "approved"


def test_a_step_against_an_old_revision_changes_nothing_and_says_why(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("sales")
    events = Event.objects.count()
    answer = browser.post(f"/orders/{firm.number}/withdraw/", {"base_revision": "7"}, follow=True)
    assert "Somebody changed the order meanwhile (revision 1)" in answer.content.decode()
    assert Order.objects.get(number=firm.number).status == "approved"
    assert Event.objects.count() == events


def test_a_step_that_was_done_already_says_so(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("sales", language="zh-hans")
    answer = browser.post(f"/orders/{firm.number}/submit/", {"base_revision": "1"}, follow=True)
    assert "订单当前为“已审核”，不能变为“已提交”。" in answer.content.decode()


def test_those_who_may_only_look_see_no_steps_and_can_do_none(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("warehouse")
    assert "/withdraw/" not in browser.get(f"/orders/{firm.number}/").content.decode()
    assert browser.post(f"/orders/{firm.number}/withdraw/", {"base_revision": "1"}).status_code == 403
    assert Order.objects.get(number=firm.number).status == "approved"
