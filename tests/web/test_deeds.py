"""Cancelling, splitting and merging on pages, and for many orders at once."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from openoms.domains.orders.models import Order
from openoms.flows.cancel import cancel_order
from tests.factories import make_customer, make_order, owner
from tests.web.conftest import Firm, SignIn


def shown(text: str) -> str:
    """A page's text without its tags, blanks run together."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


# ---- cancelling


def test_consequences_are_shown_before_it_is_done_and_the_page_says_so_after(
    firm: Firm, sign_in: SignIn
) -> None:
    browser = sign_in("sales")
    assert f"/orders/{firm.number}/cancel/" in browser.get(f"/orders/{firm.number}/").content.decode()
    page = shown(browser.get(f"/orders/{firm.number}/cancel/").content.decode())
    for text in ("Remarks that still wait for somebody are withdrawn.", "stays on the customer's account",
                 "CN¥5.00", "It is at: Allocation"):  # fmt: skip
        assert text.replace("'", "&#x27;") in page or text in page, text
    order = Order.objects.get(number=firm.number)
    answer = browser.post(
        f"/orders/{firm.number}/cancel/", {"reason": "Twice ordered", "base_revision": order.revision}
    )
    assert answer.status_code == 302
    order.refresh_from_db()
    assert order.status == "cancelled"
    after = shown(browser.get(f"/orders/{firm.number}/").content.decode())
    for text in ("This order is cancelled.", "Twice ordered", "On the customer&#x27;s account CN¥5.00"):
        assert text in after or text.replace("&#x27;", "'") in after, text
    assert "/cancel/" not in browser.get(f"/orders/{firm.number}/").content.decode()
    chinese = shown(sign_in("sales", language="zh-hans").get(f"/orders/{firm.number}/").content.decode())
    for text in ("订单已取消。", "客户账户余额 ¥5.00", "环节取消了订单"):
        assert text in chinese, text
    listed = browser.get("/orders/?status=cancelled").content.decode()
    assert firm.number in listed


def test_without_a_reason_or_at_an_old_revision_nothing_happens(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("sales")
    path = f"/orders/{firm.number}/cancel/"
    assert browser.post(path, {"reason": " "}).status_code == 422
    stale = browser.post(path, {"reason": "why", "base_revision": "7"})
    assert stale.status_code == 409
    assert "why" in stale.content.decode(), "nothing typed is lost"
    assert Order.objects.get(number=firm.number).status == "approved"
    assert sign_in("warehouse").get(path).status_code == 403
    assert sign_in("warehouse").post(path, {"reason": "why"}).status_code == 403


def test_what_cannot_be_cancelled_says_why_in_place_of_the_form(firm: Firm, sign_in: SignIn) -> None:
    Order.objects.filter(number=firm.number).update(fulfilment_state="shipped")
    browser = sign_in("sales")
    assert "/cancel/" not in browser.get(f"/orders/{firm.number}/").content.decode()
    page = browser.get(f"/orders/{firm.number}/cancel/").content.decode()
    assert "it can no longer be cancelled" in page
    assert 'name="reason"' not in page
    assert browser.post(f"/orders/{firm.number}/cancel/", {"reason": "why"}).status_code == 409


def test_many_are_cancelled_with_a_result_a_row(firm: Firm, sign_in: SignIn) -> None:
    gone = make_order().order.number
    cancel_order(gone, "before", actor=owner())
    body = {"action": "cancel", "number": [firm.number, firm.draft, gone], "text": "Bankrupt"}
    page = sign_in("sales").post("/orders/bulk/", body).content.decode()
    assert page.count('data-outcome="done"') == 2
    assert page.count('data-outcome="refused"') == 1
    assert "This order is cancelled already." in page
    unsaid = {"action": "cancel", "number": [make_order().order.number], "text": ""}
    assert "Say why." in sign_in("sales").post("/orders/bulk/", unsaid).content.decode()
    page = sign_in("warehouse").get("/orders/").content.decode()
    assert 'value="cancel"' not in page


# ---- splitting and merging


def test_an_order_is_split_by_hand_after_both_parts_were_shown(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("sales")
    path = f"/orders/{firm.number}/split/"
    assert path in browser.get(f"/orders/{firm.number}/").content.decode()
    page = shown(browser.get(f"{path}?way=hand&line-1=1").content.decode())
    for text in ("What stays", "What is taken out", "new order", "Of it paid"):
        assert text in page, text
    answer = browser.post(path, {"way": "hand", "line-1": "1", "base_revision": "1"})
    assert answer.status_code == 302
    part = Order.objects.get(came_from__parent__number=firm.number)
    assert part.number in browser.get(f"/orders/{firm.number}/").content.decode()
    after = shown(browser.get(f"/orders/{part.number}/").content.decode())
    for text in (
        f"Split off from {firm.number}",
        "A part of order",
        "Passed on",
        "Could leave together with",
    ):
        assert text in after, text
    chinese = shown(sign_in("sales", language="zh-hans").get(f"/orders/{part.number}/").content.decode())
    for text in (f"拆自 {firm.number}", "拆合单转移", "可与以下订单合单", "拆出了订单"):
        assert text in chinese, text


def test_what_makes_no_parts_says_so_and_keeps_what_was_typed(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("sales")
    path = f"/orders/{firm.number}/split/"
    page = browser.get(f"{path}?way=hand&line-1=3").content.decode()
    assert "all of it is the order itself" in page
    assert 'value="3"' in page
    assert "Split it by hand." in browser.get(path).content.decode()
    assert "at one warehouse, or at none" in browser.get(f"{path}?way=warehouse").content.decode()
    assert browser.post(path, {"way": "hand", "line-1": "3"}).status_code == 409
    assert browser.get(f"{path}?way=magic&line-1=%00").status_code == 200
    draft = browser.get(f"/orders/{firm.draft}/split/?way=hand&line-1=1").content.decode()
    assert "Only approved orders can be split." in draft
    assert f"/orders/{firm.draft}/split/" not in browser.get(f"/orders/{firm.draft}/").content.decode()
    assert sign_in("warehouse").get(path).status_code == 403


def test_orders_that_could_leave_as_one_are_found_and_merged(firm: Firm, sign_in: SignIn) -> None:
    customer = make_customer("Twice")
    one, two = (make_order(customer, [("BOLT", n)]).order for n in (1, 2))
    browser = sign_in("sales")
    browser.get("/orders/merge/")
    page = browser.get("/orders/merge/").content.decode()
    assert one.number in page
    assert two.number in page
    assert firm.number not in page
    with CaptureQueriesContext(connection) as few:
        browser.get("/orders/merge/")
    for n in range(3):
        for _ in range(2):
            make_order(make_customer(f"More {n}"))
    with CaptureQueriesContext(connection) as many:
        browser.get("/orders/merge/")
    assert len(many) == len(few)
    body = {"action": "merge", "number": [two.number, one.number]}
    answer = browser.post("/orders/bulk/", body)
    assert answer.status_code == 302
    seen = shown(browser.get(answer["Location"]).content.decode())
    assert "It takes in:" in seen
    assert browser.post("/orders/merge/", {"number": [one.number, two.number]}).status_code == 302
    two.refresh_from_db()
    assert two.status == "cancelled"
    gone = shown(browser.get(f"/orders/{two.number}/").content.decode())
    assert f"Merged into {one.number}" in gone
    refused = browser.get(f"/orders/merge/?number={one.number}&number={firm.number}").content.decode()
    assert "is of another customer" in refused
    assert browser.post("/orders/merge/", {"number": [one.number]}).status_code == 409
    assert sign_in("warehouse").get("/orders/merge/").status_code == 403
