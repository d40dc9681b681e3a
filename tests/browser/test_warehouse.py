"""A day on the floor in a real browser: picking and packing by typing as a scanner does, on a phone, in both languages."""

import pytest
from playwright.sync_api import Page

from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine, Parcel, Wave
from openoms.domains.inventory.models import Stock
from openoms.flows.open_fulfilments import open_for
from openoms.flows.waves import plan_wave, start_wave
from tests.browser.conftest import Visit
from tests.factories import make_order, make_sku, owner, stock_up

pytestmark = pytest.mark.browser


@pytest.fixture
def wave(shop: None) -> str:
    """A wave of two orders being picked: 3 BOLT and 1 NUT, then 2 BOLT."""
    for sku, bin_ in (("BOLT", "B-02"), ("NUT", "A-01")):
        stock_up(sku, 50)
        Stock.objects.filter(sku__code=sku).update(bin=bin_)
    make_sku("SCREW")
    orders = [make_order(lines=lines).order for lines in ([("BOLT", 3), ("NUT", 1)], [("BOLT", 2)])]
    for order in orders:
        open_for(order.number)
    numbers = [Fulfilment.objects.get(order=order.id).number for order in orders]
    found = plan_wave(numbers, actor=owner()).number
    start_wave(found, actor=owner())
    return found


def scan(page: Page, text: str, *, heard: str) -> None:
    """Type as a scanner does, wherever the focus is, and wait until the page answered with that tone."""
    page.evaluate("document.getElementById('floor').dataset.old = '1'")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#floor[data-tone={heard}][data-heard]:not([data-old])")


def has_focus(page: Page) -> bool:
    return bool(page.evaluate("document.activeElement.id === 'scan'"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("take 1", "3 into tote 1", "All picked", "does not belong here", "is packed")),
        ("zh", ("取 1", "1 号箱放 3", "全部拣齐", "不属于这里", "已打包")),
    ],
)
def test_a_wave_is_picked_and_packed_by_scans_alone(
    visit: Visit, wave: str, language: str, said: tuple[str, ...]
) -> None:
    page = visit("warehouse", language=language, width=390)
    page.goto(f"/waves/{wave}/pick/")
    assert has_focus(page)
    assert said[0] in page.inner_text("#floor")
    scan(page, "SCREW", heard="bad")
    assert said[3] in page.inner_text(".said-bad")
    assert has_focus(page)
    page.click(".floor-bin")
    scan(page, "NUT", heard="good")
    page.evaluate("document.activeElement.blur()")
    scan(page, "3", heard="note")
    scan(page, "BOLT", heard="good")
    assert said[1] in page.inner_text(".said-good")
    page.keyboard.press("F2")
    page.wait_for_selector("#floor[data-tone=done][data-heard]")
    assert said[2] in page.inner_text("#floor")
    assert Wave.objects.get().state == "picked"
    page.goto("/pack/")
    page.keyboard.type(f"{wave}/1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pack/")
    page.wait_for_selector(".pack-lines")
    scan(page, "2*BOLT", heard="good")
    page.fill("[name=weight_1]", "850")
    page.focus("#scan")
    scan(page, "SCREW", heard="bad")
    assert page.input_value("[name=weight_1]") == "850"
    assert has_focus(page)
    scan(page, "BOLT", heard="good")
    scan(page, "NUT", heard="done")
    page.keyboard.press("F9")
    page.wait_for_url("**/pack/?done=*")
    assert said[4] in page.inner_text("#floor")
    assert has_focus(page)
    assert list(Parcel.objects.values_list("weight_g", flat=True)) == [850]


def test_scans_faster_than_the_answers_are_all_counted_and_one_without_a_network_is_sent_later(
    visit: Visit, wave: str
) -> None:
    page = visit("warehouse", width=390)
    page.goto(f"/waves/{wave}/pick/")
    page.keyboard.type("BOLT\nBOLT\nBOLT\nNUT\n")
    page.locator("#floor", has_text="4 / 6").wait_for()
    page.context.set_offline(True)
    page.keyboard.type("BOLT\n")
    page.wait_for_selector("[data-scan-waits]:not([hidden])")
    page.context.set_offline(False)
    page.locator("#floor", has_text="5 / 6").wait_for()
    page.wait_for_selector("[data-scan-waits]", state="hidden")
    assert sum(FulfilmentLine.objects.values_list("picked", flat=True)) == 5


def test_the_mute_switch_is_kept_and_gives_the_focus_back(visit: Visit, wave: str) -> None:
    page = visit("warehouse", width=390)
    page.goto(f"/waves/{wave}/pick/")
    assert page.get_attribute("[data-scan-mute]", "aria-pressed") == "false"
    page.click("[data-scan-mute]")
    assert has_focus(page)
    page.reload()
    assert page.get_attribute("[data-scan-mute]", "aria-pressed") == "true"
    page.click(".floor-short summary")
    page.fill(".floor-short [name=note]", "box 7")
    assert page.input_value(".floor-short [name=note]") == "box 7"
    page.click(".floor-short button[type=submit]")
    page.wait_for_selector("#floor[data-tone=note][data-heard]")
    assert has_focus(page)
