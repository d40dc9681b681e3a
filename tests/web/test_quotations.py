"""Quotations: promised, printed in both languages, refused when they make no sense."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest

from openoms.core import clock
from openoms.domains.customers.models import Customer
from openoms.domains.orders.models import Order
from openoms.flows.place import place_order
from openoms.flows.revise import give_quotation
from openoms.flows.steps.placing import LineRequest
from tests.factories import make_configurable, owner, request_for
from tests.web.conftest import Firm, SignIn


def test_a_draft_is_quoted_and_printed(firm: Firm, sign_in: SignIn) -> None:
    browser = sign_in("sales")
    answer = browser.post(
        f"/orders/{firm.draft}/quotation/", {"valid_until": "2999-01-31", "base_revision": "1"}
    )
    assert answer["Location"] == f"/orders/{firm.draft}/"
    assert "2999-01-31" in browser.get(f"/orders/{firm.draft}/").content.decode()
    pdf = browser.get(f"/orders/{firm.draft}/quotation.pdf")
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    assert BytesIO(pdf.content).read(5) == b"%PDF-"


@pytest.mark.parametrize(
    ("day", "says"), [("2020-01-01", "lies in the past"), ("", "required"), ("x", "valid date")]
)
def test_a_day_that_makes_no_sense_is_refused(firm: Firm, sign_in: SignIn, day: str, says: str) -> None:
    answer = sign_in("sales").post(f"/orders/{firm.draft}/quotation/", {"valid_until": day})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Order.objects.get(number=firm.draft).quote_valid_until is None


def test_the_sheet_says_it_in_chinese(firm: Firm, sign_in: SignIn) -> None:
    from django.utils import translation

    from openoms.interfaces.console.quotation_sheet import sheet_of
    from openoms.reading.order_page import order_page

    with translation.override("zh-hans"):
        sheet = sheet_of(order_page(owner(), firm.draft, ()))
    assert (sheet.title, sheet.language, sheet.totals[-1]) == ("报价单", "zh", ("合计", "¥35.00"))
    assert sheet.lines[0].figures == ["2 件", "¥12.50", "–", "¥2.88", "¥25.00"]
    assert any("浙江省" in line for _, lines in sheet.parties for line in lines)


def test_what_was_chosen_is_on_the_sheet(firm: Firm) -> None:
    from openoms.interfaces.console.quotation_sheet import sheet_of
    from openoms.reading.order_page import order_page

    make_configurable()
    lines = (
        LineRequest("PHONE-B", Decimal(1), options={"case": ("leather",)}),
        LineRequest("SET", Decimal(1)),
    )
    request = replace(request_for(Customer.objects.all()[0]), lines=lines, submit=False)
    number = place_order(request, actor=owner()).order.number
    sheet = sheet_of(order_page(owner(), number, ()))
    assert [list(line.details) for line in sheet.lines] == [
        ["PHONE-B", "Case: Leather"],
        ["SET", "1 × Bolt", "2 × Bolt Nut"],
    ]


def test_a_quotation_that_is_over_says_so(firm: Firm, sign_in: SignIn) -> None:
    now = clock.now()
    page = f"/orders/{firm.draft}/"
    with clock.set_to(now - timedelta(days=20)):
        give_quotation(firm.draft, (now - timedelta(days=5)).date(), actor=owner())
    assert "Expired" in sign_in("sales").get(page).content.decode()
    give_quotation(firm.draft, (now + timedelta(days=5)).date(), actor=owner())
    assert "Expired" not in sign_in("sales").get(page).content.decode()


def test_who_may_not_see_orders_sees_no_quotation(firm: Firm, sign_in: SignIn) -> None:
    assert sign_in("customer").get(f"/orders/{firm.draft}/quotation.pdf").status_code == 403
