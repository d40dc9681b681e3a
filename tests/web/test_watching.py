"""Finding and watching orders: tabs, searches, views, columns, many at once, exports, the board, what changed meanwhile."""

import csv
import io
import re
from decimal import Decimal
from html import unescape
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook

from openoms.core.ids import uuid7
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.types import SkuInput
from openoms.domains.events.models import Event
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Order, Performance, SavedView
from openoms.domains.orders.types import NewInstruction
from openoms.flows.edit_catalogue import save_sku
from openoms.flows.hold import place_hold
from openoms.flows.submit import withdraw_order
from openoms.flows.watch import assign_order, comment_on, tag_order
from openoms.interfaces.console.order_lists import ORDERS
from openoms.reading.order_export import safe
from openoms.reading.sold import skus_meant
from tests.factories import (
    WEST_LAKE,
    make_customer,
    make_order,
    make_product,
    make_rules,
    make_sku,
    make_user,
    owner,
)
from tests.web.conftest import Firm, SignIn
from tests.web.test_orders import link, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def several(db: None) -> dict[str, str]:
    """Orders by what is special about them."""
    make_rules()
    make_sku("BOLT")
    make_sku("NUT", "3")
    save_sku(SkuInput("NUT", product="P1", name="Nut", name_zh="螺母"), actor=owner())
    acme, li = make_customer("Acme", code="C1"), make_customer("李雷", code="L7", address=None)
    boss = make_user("sales", name="Boss")
    found = {
        "draft": make_order(acme, submit=False),
        "held": make_order(li, ship_to=WEST_LAKE),
        "nuts": make_order(acme, [("NUT", 100)], order_type="wholesale"),
        "owned": make_order(acme),
        "tagged": make_order(acme),
    }
    numbers = {name: placed.order.number for name, placed in found.items()}
    place_hold(numbers["held"], "Wait", actor=owner())
    assign_order(numbers["owned"], boss.pk, actor=owner())
    tag_order(numbers["tagged"], ["urgent"], actor=owner())
    return numbers | {"boss": str(boss.pk)}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("hold=any", {"held"}),
        ("hold=manual", {"held"}),
        ("hold=payment", set()),
        ("tag=urgent", {"tagged"}),
        ("sku=nut", {"nuts"}),
        ("sku=nothing", set()),
        ("sku=nu", {"nuts"}),
        ("sku=螺母", {"nuts"}),
        ("sku=luomu&status=approved", {"nuts"}),
        ("sku=lm&status=draft", set()),
        ("q=NUT", {"nuts"}),
        ("q=l7", {"held"}),
        ("order_type=wholesale", {"nuts"}),
        ("total_from=300", {"nuts"}),
        ("total_to=50&status=draft", {"draft"}),
        ("currency=CNY&tag=urgent&status=approved", {"tagged"}),
        ("tag=urgent&sku=NUT", set()),
        ("requested_from=2999-01-01", set()),
    ],
)
def test_filters_and_searches(several: dict[str, str], sign_in: SignIn, query: str, found: set[str]) -> None:
    page = sign_in("sales").get(f"/orders/?{query}").content.decode()
    assert set(rows(page)) == {several[name] for name in found}


def test_the_tail_of_a_phone_finds_the_orders_sent_there_and_those_of_the_contact(
    several: dict[str, str], sign_in: SignIn
) -> None:
    browser = sign_in("sales")
    assert several["held"] in rows(browser.get("/orders/?q=0000").content.decode())
    assert rows(browser.get("/orders/?q=1357").content.decode()) == []


def test_the_owner_and_mine(several: dict[str, str], sign_in: SignIn) -> None:
    boss = User.objects.get(pk=several["boss"])
    browser = sign_in(person=boss)
    assert rows(browser.get(f"/orders/?owner={boss.pk}").content.decode()) == [several["owned"]]
    comment_on(several["draft"], "@Boss look", actor=owner())
    assert set(rows(browser.get("/orders/?mine=1").content.decode())) == {several["owned"], several["draft"]}


def test_tabs_count_and_lead(several: dict[str, str], sign_in: SignIn) -> None:
    page = sign_in("sales").get("/orders/?hold=any").content.decode()
    tabs = re.findall(
        r'class="tab( active)?"\s+href="\?([^"]*)"[^>]*>\s*([^<]+?)\s*<span class="tab-count">([^<]+)<', page
    )
    assert [(query, text, count) for _, query, text, count in tabs] == [
        ("", "All", "5"), ("status=draft", "Drafts", "1"), ("status=submitted", "Submitted", "0"),
        ("hold=any", "On hold", "1"), ("status=approved", "Approved", "4"), ("status=completed", "Completed", "0"),
        ("status=cancelled", "Cancelled", "0"), ("mine=1", "Mine", "0"),
    ]  # fmt: skip
    assert [query for active, query, _, _ in tabs if active] == ["hold=any"]


def test_a_relations_orders_page_by_key(db: None, sign_in: SignIn) -> None:
    customer = make_customer()
    numbers = [make_order(customer).order.number for _ in range(5)]
    for number in numbers:
        tag_order(number, ["urgent"], actor=owner())
    browser = sign_in("sales")
    object.__setattr__(ORDERS, "size", 2)
    try:
        first = browser.get("/orders/?tag=urgent").content.decode()
        second = browser.get("/orders/" + link(first, "next").replace("&amp;", "&")).content.decode()
        third = browser.get("/orders/" + link(second, "next").replace("&amp;", "&")).content.decode()
        back = browser.get("/orders/" + link(third, "prev").replace("&amp;", "&")).content.decode()
    finally:
        object.__setattr__(ORDERS, "size", 50)
    assert [rows(page) for page in (first, second, third, back)] == [
        numbers[:2:-1], [numbers[2], numbers[1]], [numbers[0]], [numbers[2], numbers[1]],
    ]  # fmt: skip


def test_views_and_columns_are_kept_and_shared(several: dict[str, str], sign_in: SignIn) -> None:
    browser, colleague = sign_in("sales"), sign_in("sales")
    browser.post("/orders/views/save/", {"name": "Urgent ones", "query": "tag=urgent&after=x", "shared": "1"})
    browser.post("/orders/views/save/", {"name": "", "query": ""})
    view = SavedView.objects.get()
    assert (view.query, view.shared_with) == ("tag=urgent", ["sales"])
    assert "Urgent ones" in colleague.get("/orders/").content.decode()
    assert "Urgent ones" not in sign_in("warehouse").get("/orders/").content.decode()
    assert colleague.post(f"/orders/views/{view.pk}/remove/").status_code == 404
    colleague.post("/orders/views/columns/", {"column": ["tags", "owner", "nonsense"], "query": "tag=urgent"})
    page = colleague.get("/orders/").content.decode()
    table = page[page.index("<thead>") :]
    assert "urgent" in table
    assert "Boss" in table
    assert '<th scope="col" class="cell-state">' not in table.replace("\n", "")
    colleague.post("/orders/views/columns/", {"query": ""})
    assert "cell-amount" in colleague.get("/orders/").content.decode()
    browser.post(f"/orders/views/{view.pk}/remove/")
    assert not SavedView.objects.exclude(name="").exists()


def test_many_orders_at_once_each_with_its_result(several: dict[str, str], sign_in: SignIn) -> None:
    browser = sign_in("sales")
    picked = [several["draft"], several["held"], "SO999999"]
    page = browser.post("/orders/bulk/", {"action": "submit", "number": picked}).content.decode()
    assert re.findall(r'data-outcome="(\w+)"', page) == ["done", "refused", "refused"]
    assert "1 of 3 orders done" in page
    assert "There is no order SO999999." in page
    assert Order.objects.get(number=several["draft"]).status == "approved"
    both = [several["held"], several["draft"]]
    page = browser.post("/orders/bulk/", {"action": "hold", "number": both, "text": "Wait"}).content.decode()
    assert re.findall(r'data-outcome="(\w+)"', page) == ["refused", "done"]
    page = browser.post("/orders/bulk/", {"action": "release", "number": both, "text": "Go"}).content.decode()
    assert re.findall(r'data-outcome="(\w+)"', page) == ["done", "done"]
    assert not Order.objects.filter(open_holds__gt=0).exists()
    browser.post("/orders/bulk/", {"action": "tag", "number": both, "text": "a, b"})
    browser.post("/orders/bulk/", {"action": "assign", "number": both, "owner": several["boss"]})
    assert Order.objects.filter(owner_id=UUID(several["boss"]), taggings__tag="b").count() == 2
    assert browser.post("/orders/bulk/", {"action": "eat", "number": both}).status_code == 404
    assert browser.post("/orders/bulk/", {"action": "csv", "number": both}).status_code == 200
    packer = sign_in("warehouse").post("/orders/bulk/", {"action": "submit", "number": both}).content.decode()
    assert re.findall(r'data-outcome="(\w+)"', packer) == ["refused", "refused"]
    assert sign_in("warehouse").post("/orders/bulk/", {"action": "csv", "number": both}).status_code == 403


def test_exports_hold_what_the_filters_show_and_nothing_a_sheet_would_run(
    several: dict[str, str], sign_in: SignIn
) -> None:
    make_order(make_customer("=HYPERLINK(1)", code="EVIL"), ship_to=WEST_LAKE)
    browser = sign_in("sales")
    answer = browser.get("/orders/export/csv/")
    text = answer.getvalue().decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert len(table) == 6
    assert table[0]["customer_name"] == "'=HYPERLINK(1)"
    assert table[0]["ship_phone"] == "'+8613800000000"
    narrow = sign_in("manager").get("/orders/export/csv/?tag=urgent")
    told = narrow.getvalue().decode("utf-8-sig")
    assert [row["number"] for row in csv.DictReader(io.StringIO(told))] == [several["tagged"]]
    assert "ship_phone" not in told
    book = browser.get("/orders/export/xlsx/?status=draft")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.getvalue())).get_sheet_by_index(0)
    assert [row[0] for row in sheet.to_python()] == ["number", several["draft"]]
    assert browser.get("/orders/export/pdf/").status_code == 404
    told_of = Event.objects.filter(kind="orders.exported").order_by("id").values_list("data", flat=True)
    assert list(told_of) == [
        {"format": "csv", "rows": 6, "filters": []},
        {"format": "csv", "rows": 1, "filters": ["tag"]},
        {"format": "xlsx", "rows": 1, "filters": ["status"]},
    ]


def test_taking_selected_orders_away_is_told_of_before_the_first_row_goes(
    several: dict[str, str], sign_in: SignIn
) -> None:
    person = make_user("sales", name="Curious")
    wanted = [several["owned"], several["nuts"]]
    answer = sign_in(person=person).post("/orders/bulk/", {"action": "csv", "number": wanted})
    event = Event.objects.get(kind="orders.exported")  # Nothing of the stream was read yet.
    assert (event.actor_name, event.data["rows"]) == ("Curious", 2)
    assert len(answer.getvalue().decode().splitlines()) == 3
    assert sign_in("warehouse").get("/orders/export/csv/").status_code == 403
    assert Event.objects.filter(kind="orders.exported").count() == 1


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), ("-3", "'-3"), (None, ""), (Decimal("1.5"), "1.5"), ("\t=1", "'\t=1")],
)
def test_no_cell_is_a_formula(value: object, cell: str) -> None:
    assert safe(value) == cell


def test_the_board_piles_holds_by_kind_and_age(several: dict[str, str], sign_in: SignIn) -> None:
    make_order(instructions=(NewInstruction("Mind the glass", blocking=True),))
    page = sign_in("sales").get("/exceptions/").content.decode()
    for text in ("Held by hand", "Remark to be confirmed", several["held"], "/orders/?hold=manual", "today"):
        assert text in page, text
    assert "Approval pending" not in page
    Order.objects.update(open_holds=0)


def test_an_empty_board_says_so(db: None, sign_in: SignIn) -> None:
    assert "Nothing holds an order up" in sign_in("sales").get("/exceptions/").content.decode()


def test_an_open_page_hears_what_changed_and_nothing_else(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("sales")
    page = browser.get(f"/orders/{firm.number}/").content.decode()
    pulse = re.search(r'hx-get="([^"]+/pulse/[^"]+)"', page)
    assert pulse
    assert browser.get(pulse[1]).status_code == 204
    place_hold(firm.number, "Customer travels", actor=actor_of(make_user("sales", name="Colleague")))
    news = browser.get(pulse[1]).content.decode()
    assert "Colleague put order" in news
    assert "Customer travels" in news
    for path in ("?after=x", "", f"?after={uuid7()}"):
        assert browser.get(f"/orders/{firm.number}/pulse/{path}").status_code == 204
    assert browser.get(f"/orders/SO999999/pulse/?after={uuid4()}").status_code == 204


def test_who_is_too_late_is_told_what_the_other_did(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("sales")
    latest = Event.objects.order_by("-id").values_list("pk", flat=True)[0]
    comment_on(firm.number, "Hello", actor=owner())
    Order.objects.update(revision=2)
    form = {"base_revision": "1", "latest": str(latest)}
    answer = browser.post(f"/orders/{firm.number}/withdraw/", form, follow=True).content.decode()
    assert "Somebody changed the order meanwhile (revision 2)" in answer
    assert "commented on order" in answer
    withdraw_order(firm.number, actor=owner(), base_revision=2)


def test_a_service_is_scheduled_performed_and_signed_for(db: None, sign_in: SignIn) -> None:
    make_rules()
    make_product("SERVICES", "Services", "service")
    make_sku("SET-UP", product="SERVICES")
    number = make_order(make_customer(), [("SET-UP", 1)]).order.number
    browser, line = sign_in("sales"), f"/orders/{number}/lines/1"
    assert "To be scheduled" in browser.get(f"/orders/{number}/").content.decode()
    assert browser.post(f"{line}/schedule/", {"at": "2999-01-31T09:30", "assignee": ""}).status_code == 302
    page = browser.get(f"/orders/{number}/").content.decode()
    assert "Scheduled" in page
    assert "scheduled the service of line 1 for 2999-01-31 09:30," in page
    early = browser.post(f"{line}/perform/", {"signed_by": "Li Lei"}, follow=True).content.decode()
    assert "A service is signed for once it was performed." in early
    browser.post(f"{line}/perform/")
    again = browser.post(f"{line}/perform/", follow=True).content.decode()
    assert "This service was performed already." in again
    page = browser.post(f"{line}/perform/", {"signed_by": "Li Lei"}, follow=True).content.decode()
    assert "Signed off" in page
    assert "Li Lei" in page
    assert "Li Lei" not in sign_in("warehouse").get(f"/orders/{number}/").content.decode()
    assert Performance.objects.get().signed_at is not None
    assert Order.objects.get().fulfilment_state == "performed"
    assert browser.post(f"/orders/{number}/lines/9/perform/").status_code == 404


def test_goods_are_not_performed_and_a_hold_stops_a_service(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("sales")
    told = browser.post(f"/orders/{firm.number}/lines/1/perform/", follow=True).content.decode()
    assert "Line 1 is no service." in told
    make_product("SERVICES", "Services", "service")
    make_sku("SET-UP", product="SERVICES")
    number = make_order(make_customer("B"), [("SET-UP", 1)]).order.number
    place_hold(number, "Wait", actor=owner())
    told = browser.post(f"/orders/{number}/lines/1/perform/", follow=True).content.decode()
    assert "The order is on hold: Held by hand." in told
    assert not Performance.objects.exists()


def test_a_text_means_the_sku_of_that_code_else_those_that_begin_with_it_else_those_of_that_name() -> None:
    for code in ("ROD", "ROD-1", "ROD-2", "BAR"):
        make_sku(code)
    save_sku(SkuInput("BAR", product="P1", name="Steel rod"), actor=owner())
    keys = dict(Sku.objects.values_list("code", "pk"))
    for text, codes in (
        ("rod", {"ROD"}), ("rod-", {"ROD-1", "ROD-2"}), ("ro", {"ROD", "ROD-1", "ROD-2"}),
        ("steel", {"BAR"}), ("xyz", set()), ("", set()), ("x" * 500, set()),
    ):  # fmt: skip
        assert set(skus_meant(text)) == {keys[code] for code in codes}, text


def test_orders_of_many_skus_are_paged_newest_first_and_each_once(sign_in: SignIn) -> None:
    customer = make_customer("Acme")
    for code in ("ROD-1", "ROD-2", "BOLT"):
        make_sku(code)
    numbers = [
        make_order(
            customer, [("ROD-1", 1), ("ROD-2", 1), ("BOLT", 1)] if n % 3 else [("BOLT", 1)]
        ).order.number
        for n in range(90)
    ]
    wanted = [number for n, number in enumerate(numbers) if n % 3][::-1]
    browser = sign_in("sales")
    first = browser.get("/orders/?sku=rod-").content.decode()
    second = browser.get(f"/orders/{unescape(link(first, 'next'))}").content.decode()
    assert [*rows(first), *rows(second)] == wanted
    assert rows(browser.get(f"/orders/{unescape(link(second, 'prev'))}").content.decode()) == rows(first)
