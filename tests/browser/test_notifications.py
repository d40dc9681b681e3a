"""The bell shows what is new; what one is told of is chosen; words are previewed while they are typed."""

import re

import pytest
from playwright.sync_api import expect

from openoms.domains.identity.models import User
from openoms.domains.notifications.models import Preference
from openoms.flows.watch import comment_on
from openoms.jobs import dispatcher
from tests.browser.conftest import Visit
from tests.factories import make_order, owner

pytestmark = pytest.mark.browser


def test_the_bell_shows_a_new_one_and_leads_to_the_order(visit: Visit) -> None:
    page = visit("sales")
    User.objects.filter(roles__code="sales").update(name="Wang Fang")
    expect(page.locator("#bell a")).to_have_attribute("aria-label", "Notifications")
    number = make_order().order.number
    comment_on(number, "Please look, @Wang Fang", actor=owner())
    dispatcher.drain()
    # What the clock does every half minute, and coming back to the tab at once.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".bell-count")).to_have_text("1")
    page.click("#bell a")
    expect(page.locator(".news-row")).to_have_count(1)
    page.click(".news-row .row-link")
    page.wait_for_url(f"**/orders/{number}/")
    expect(page.locator("#bell a")).to_have_attribute("aria-label", "Notifications")
    expect(page.locator(".bell-count")).to_have_count(0)


def test_one_is_marked_read_in_place_and_the_bell_follows(visit: Visit) -> None:
    page = visit("sales", language="zh")
    User.objects.filter(roles__code="sales").update(name="Wang Fang")
    number = make_order().order.number
    for n in range(2):
        comment_on(number, f"{n} @Wang Fang", actor=owner())
    dispatcher.drain()
    page.goto("/notifications/")
    expect(page.locator(".bell-count")).to_have_text("2")
    page.locator(".news-row button").first.click()
    expect(page.locator(".news-row.is-unread")).to_have_count(1)
    expect(page.locator(".bell-count")).to_have_text("1")


@pytest.mark.parametrize("width", [1440, 390])
def test_what_one_is_told_is_chosen_and_kept(visit: Visit, width: int) -> None:
    page = visit("sales", width=width)
    page.goto("/me/notifications/")
    page.get_by_label(re.compile("Somebody calls you in a comment: E-mail")).select_option("digest")
    page.fill("[name=quiet_from]", "22:00")
    page.fill("[name=quiet_to]", "07:00")
    page.locator("#choices").get_by_role("button", name="Save").click()
    expect(page.locator(".toasts")).to_contain_text("What you are told was saved.")
    expect(page.get_by_label(re.compile("Somebody calls you in a comment: E-mail"))).to_have_value("digest")
    expect(page.locator("[name=quiet_from]")).to_have_value("22:00")
    assert Preference.objects.get().way == "digest"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_words_are_previewed_while_they_are_typed(visit: Visit) -> None:
    page = visit("administrator")
    page.goto("/messages/order.released/")
    page.fill("[name=subject_en]", "Pick {number} now")
    expect(page.locator("#preview")).to_contain_text("Pick SO000123 now")
    page.fill("[name=subject_en]", "Pick {nobody} now")
    expect(page.locator("#preview .note")).to_contain_text("{nobody}")
    page.fill("[name=subject_en]", "Pick {number} soon")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/messages/")
    expect(page.locator("tr", has_text="order.released")).to_contain_text("Own words")
