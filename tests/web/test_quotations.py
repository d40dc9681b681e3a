"""Quotations: promised, printed in both languages, refused when they make no sense."""

from io import BytesIO

import pytest

from openoms.domains.orders.models import Order
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
    from tests.factories import owner

    with translation.override("zh-hans"):
        sheet = sheet_of(order_page(owner(), firm.draft, ()))
    assert (sheet.title, sheet.language, sheet.totals[-1]) == ("报价单", "zh", ("合计", "¥35.00"))
    assert sheet.lines[0].figures == ["2 件", "¥12.50", "–", "¥2.88", "¥25.00"]
    assert any("浙江省" in line for _, lines in sheet.parties for line in lines)


def test_who_may_not_see_orders_sees_no_quotation(firm: Firm, sign_in: SignIn) -> None:
    assert sign_in("customer").get(f"/orders/{firm.draft}/quotation.pdf").status_code == 403
