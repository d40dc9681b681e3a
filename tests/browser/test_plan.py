"""The production plan: a bar dragged to another day shows what that does, and is moved only when one says so."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from openoms.core import firm
from openoms.domains.supply.models import ProductionOrder
from openoms.flows.plan_supply import propose_supply
from tests.browser.conftest import Visit
from tests.factories import make_order, owner, stock_up
from tests.shop import make_shop

pytestmark = pytest.mark.browser
WORDS = {"en": ("becomes late", "Leave it", "Move it"), "zh": ("将延期", "保持不变", "移动")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bar_is_dragged_and_its_effect_on_orders_is_shown_before(visit: Visit, language: str) -> None:
    late, leave, move = WORDS[language]
    make_shop()
    stock_up("TOP", 9)
    stock_up("LEG", 99)
    number = make_order(lines=[("DESK", 2)], requested_date=firm.today() + timedelta(days=3)).order.number
    propose_supply(actor=owner())
    row = ProductionOrder.objects.get()
    page = visit("production", language=language)
    page.goto("/production/")
    bar = page.locator("[data-move]").first
    heads = page.locator(".supply-days th[data-day]")
    wanted = (firm.today() + timedelta(days=12)).isoformat()
    for answer in (leave, move):
        bar.drag_to(
            heads.nth(
                (firm.today() + timedelta(days=12) - row_start(heads.first.get_attribute("data-day"))).days
            ),
            source_position={"x": 4, "y": 8},
        )
        panel = page.locator(".move-card")
        expect(panel).to_contain_text(number)
        expect(panel).to_contain_text(late)
        expect(panel.locator("h2")).to_be_focused()
        panel.get_by_text(answer, exact=True).click()
        expect(panel).to_have_count(0)
    row.refresh_from_db()
    assert row.starts_on is not None
    assert (row.is_frozen, row.starts_on.isoformat() >= wanted) == (True, True)


def row_start(text: str | None) -> date:
    assert text
    return date.fromisoformat(text)
