"""What may be promised of a sku, and when lines get what they lack, over REST."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from openoms.core import firm
from openoms.domains.supply.types import PurchaseInput, PurchaseLineInput
from openoms.flows import purchase
from openoms.flows.move_stock import set_safety
from openoms.jobs import dispatcher
from tests.factories import make_order, make_sku, owner, stock_up
from tests.shop import make_shop

pytestmark = pytest.mark.django_db
D = Decimal


def day(after: int) -> str:
    return (firm.today() + timedelta(days=after)).isoformat()


@pytest.fixture
def shop() -> None:
    """Five legs, one of them kept back and two kept for an order; ten come in six days, one of them is wanted."""
    make_shop()
    stock_up("LEG", 5)
    set_safety("HZ", "LEG", D(1), actor=owner())
    make_order(lines=[("LEG", 2)])
    value = PurchaseInput("WOOD", (PurchaseLineInput("LEG", D(10), due=firm.today() + timedelta(days=6)),))
    purchase.send_purchase(purchase.draft_purchase(value, actor=owner()).pk, actor=owner())
    make_order(lines=[("LEG", 3)], requested_date=firm.today() + timedelta(days=9))


def test_what_is_there_and_comes_is_promised_by_day(shop: None, api: Any) -> None:
    found = api.get("/stock/availability?sku=LEG&quantity=6").json()
    assert (found["on_hand"], found["reserved"], found["safety"]) == ("5", "4", "1")
    assert found["promised_on"] == day(6)
    assert found["parts"] == [{"on": day(6), "quantity": "6"}]
    # One of the three was not there: it is kept for whoever asked first.
    assert [(row["on"], row["available"]) for row in found["days"]] == [
        (day(0), "0"),
        (day(6), "9"),
        (day(9), "9"),
    ]
    assert found["lacks"] == "0"


def test_what_lacks_in_the_end_can_be_had_after_its_lead_time(shop: None, api: Any) -> None:
    found = api.get("/stock/availability?sku=LEG&quantity=20").json()
    assert (found["promised_on"], found["lacks"], found["orderable_on"]) == (None, "11", day(5))
    # A desk takes a working day, tops none, boards a week.
    desk = api.get("/stock/availability?sku=DESK").json()
    assert (desk["quantity"], desk["parts"], desk["orderable_on"]) == ("1", [], day(8))
    make_sku("ODD")
    assert api.get("/stock/availability?sku=ODD").json()["orderable_on"] is None


def test_absent_goods_and_wrong_quantities_are_refused(shop: None, api: Any) -> None:
    assert api.get("/stock/availability?sku=NONE").status_code == 404
    assert api.get("/stock/availability?sku=LEG&quantity=0").status_code == 422
    assert api.get("/stock/availability").status_code == 422


def test_lines_and_stock_tell_when_goods_come(shop: None, api: Any) -> None:
    order = make_order(lines=[("LEG", 4)]).order
    dispatcher.drain()
    line = api.get(f"/orders/{order.number}").json()["lines"][0]
    assert line["expected_on"] == day(6)
    assert line["expected_from"].startswith("purchase:PO")
    [row] = api.get("/stock?sku=LEG").json()["items"]
    assert (row["incoming"], row["incoming_on"]) == ("10", day(6))
    [short] = api.get("/supply/shortages").json()["items"]
    assert short["expected_on"] == day(6)
