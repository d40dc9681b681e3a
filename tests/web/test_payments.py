"""An order's money on its page, and a customer's credit on its own."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from openoms.core import firm as the_firm
from openoms.core.clock import now
from openoms.domains.customers.models import Customer
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Terms
from openoms.domains.payments.models import Payment
from openoms.domains.payments.states import Method
from openoms.flows.pay import record_payment, void_payment
from tests.factories import make_order, owner
from tests.flows.test_paying import buyer, draft, submit
from tests.web.conftest import Firm, SignIn

HTMX = {"HX-Request": "true"}


def key_in(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found, page
    return found.group(1)


def shown(text: str) -> str:
    """A page's text without its tags, blanks run together."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_card_tells_what_is_paid_owed_and_by_which_payment(firm: Firm, sign_in: SignIn) -> None:
    page = shown(sign_in("finance").get(f"/orders/{firm.number}/").content.decode())
    for text in (
        "Paid CN¥5.00",
        "Still to be paid CN¥42.50",
        "Cash R-1",
        "recorded a payment of 5.00 CNY (Cash)",
    ):
        assert text in page, text
    chinese = shown(sign_in("finance", language="zh-hans").get(f"/orders/{firm.number}/").content.decode())
    for text in ("已收金额 ¥5.00", "待收金额 ¥42.50", "现金 R-1", "登记收款"):
        assert text in chinese, text


def test_who_may_only_look_sees_no_buttons_and_who_may_not_sees_no_payments(
    firm: Firm, sign_in: SignIn
) -> None:
    seller = sign_in("sales").get(f"/orders/{firm.number}/").content.decode()
    assert "R-1" in seller
    assert "/payments/" not in seller
    packer = sign_in("warehouse").get(f"/orders/{firm.number}/").content.decode()
    assert "R-1" not in packer
    body = {"amount": "1", "method": "cash", "paid_at": "2026-01-01"}
    assert sign_in("sales").post(f"/orders/{firm.number}/payments/new/", body).status_code == 403
    assert Payment.objects.count() == 1


def test_a_payment_is_recorded_in_place_once_for_two_clicks(firm: Firm, sign_in: SignIn) -> None:
    browser, path = sign_in("finance"), f"/orders/{firm.number}/payments/new/"
    part = browser.get(path, headers=HTMX).content.decode()
    assert "<html" not in part
    assert 'value="42.50"' in part
    assert f'value="{the_firm.today()}"' in part
    body = {
        "amount": "42.50",
        "method": "bank_transfer",
        "reference": "T-9",
        "paid_at": str(the_firm.today()),
        "key": key_in(part),
    }
    for _ in range(2):
        answer = browser.post(path, body, headers=HTMX)
        assert answer["HX-Redirect"] == f"/orders/{firm.number}/"
    assert Order.objects.get(number=firm.number).payment_state == "paid"
    assert Payment.objects.count() == 2
    page = browser.get(f"/orders/{firm.number}/").content.decode()
    assert "The payment was recorded." in page


def test_that_it_was_paid_is_told_as_why_its_hold_ended(sign_in: SignIn) -> None:
    order = make_order(terms=Terms.PREPAID).order
    record_payment(order.number, order.total, Method.CASH, "", now(), actor=owner())
    page = sign_in("sales").get(f"/orders/{order.number}/").content.decode()
    assert f"released order {order.number} for Payment (Payment pending): paid in full" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "0"}, "An amount lies above 0"),
        ({"amount": "1.001"}, "The amount has more decimals than its currency."),
        ({"paid_at": "2999-01-01"}, "The payment lies in the future."),
        ({"method": "cash", "reference": "R-1"}, "The payment “R-1” of CN¥5.00 on"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    firm: Firm, sign_in: SignIn, change: dict[str, str], said: str
) -> None:
    browser, path = sign_in("finance"), f"/orders/{firm.number}/payments/new/"
    body = {"amount": "1", "method": "bank_transfer", "reference": "T-9", "paid_at": "2026-01-01"}
    body |= {"key": key_in(browser.get(path).content.decode()), **change}
    answer = browser.post(path, body, headers=HTMX)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert f'value="{body["reference"]}"' in answer.content.decode()
    assert browser.post(path, body).status_code in {409, 422}
    assert Payment.objects.count() == 1


def test_a_record_is_taken_back_with_a_reason(firm: Firm, sign_in: SignIn) -> None:
    browser, payment = sign_in("finance"), Payment.objects.get()
    path = f"/orders/{firm.number}/payments/{payment.pk}/void/"
    assert "Say why." in browser.post(path, {"reason": " "}, follow=True).content.decode()
    page = shown(browser.post(path, {"reason": "Bounced"}, follow=True).content.decode())
    for text in ("The record of the payment was taken back.", "Taken back", "Bounced", "Paid CN¥0.00"):
        assert text in page, text
    again = browser.post(path, {"reason": "Bounced"}, follow=True).content.decode()
    assert "Somebody has taken the record of this payment back already." in again
    assert Order.objects.get(number=firm.number).paid_total == 0


def test_too_much_and_too_late_are_told(sign_in: SignIn) -> None:
    customer = buyer("100")
    order = draft(customer)
    submit(order.number)
    Order.objects.filter(pk=order.pk).update(due_date=the_firm.today() - timedelta(days=1))
    browser = sign_in("finance")
    assert "Overdue" in browser.get(f"/orders/{order.number}/").content.decode()
    Order.objects.filter(pk=order.pk).update(paid_total=20, payment_state="paid")
    page = shown(browser.get(f"/orders/{order.number}/").content.decode())
    assert "Paid too much CN¥7.50" in page
    assert "Overdue" not in page


def test_a_credit_hold_says_why_in_words(sign_in: SignIn) -> None:
    order = draft(buyer("1"))
    submit(order.number)
    page = sign_in("sales").get(f"/orders/{order.number}/").content.decode()
    assert page.count("With this order the customer would owe more than its credit limit.") == 2
    board = sign_in("sales", language="zh-hans").get("/exceptions/").content.decode()
    assert "加上本单，该客户的欠款将超出信用额度。" in board
    prepaid = draft(terms=Terms.PREPAID)
    submit(prepaid.number)
    page = sign_in("sales").get(f"/orders/{prepaid.number}/").content.decode()
    assert "It is to be paid before it is sent, and is not paid in full." in page


def test_the_customers_page_tells_its_credit_and_links_what_is_overdue(sign_in: SignIn) -> None:
    customer = buyer("100")
    order = draft(customer)
    submit(order.number)
    Order.objects.filter(pk=order.pk).update(due_date=the_firm.today() - timedelta(days=1))
    page = sign_in("finance").get(f"/customers/{customer.code}/owes/").content.decode()
    for text in ("Used CN¥12.50", "Available CN¥87.50", "Of it overdue CN¥12.50", f"{order.number} due"):
        assert text in shown(page), text
    assert f'href="/orders/{order.number}/"' in page
    assert 'value="12"' in page
    stranger = make_order(terms=Terms.PREPAID).order
    Customer.objects.filter(pk=stranger.customer_id).update(payment_terms="")
    other = sign_in("finance").get(f"/customers/{stranger.customer.code}/owes/").content.decode()
    assert "h-credit" not in other


def test_a_payment_taken_back_by_the_program_has_nobodys_name(firm: Firm, sign_in: SignIn) -> None:
    void_payment(Payment.objects.get().pk, "Import", actor=owner())
    page = sign_in("finance").get(f"/orders/{firm.number}/").content.decode()
    assert "Taken back" in page
    assert Decimal(0) == Order.objects.get(number=firm.number).paid_total
