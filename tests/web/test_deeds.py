"""Cancelling on the order's page and for many orders at once."""

import re

from openoms.domains.orders.models import Order
from openoms.flows.cancel import cancel_order
from tests.factories import make_order, owner
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
