"""A real browser against the program served as in tests of Django: signed in, in a language, of a size."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.factories import PASSWORD, make_customer, make_rules, make_sku, make_user

_NOTE = Path(__file__).parents[2] / ".tools" / "chromium"
_ARGUMENTS = [
    "--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--no-first-run",
]  # fmt: skip
Visit = Callable[..., Page]


def settled(page: Page) -> None:
    """Wait until the part that was put into the page listens: no hand is as fast as a test."""
    busy = page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")
    expect(busy).to_have_count(0)


def _program() -> str:
    noted = _NOTE.read_text().strip() if _NOTE.is_file() else ""
    found = noted or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.fail("no Chromium on this machine: run `python3 -m tools.bootstrap test`")
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run."""
    # Playwright keeps an event loop in this thread; Django's queries of the tests themselves run beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # A busy machine is no fault of a page.
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_program(), args=_ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def shop(transactional_db: None) -> None:
    """Two skus with tax and shipping, one customer."""
    make_rules()
    make_sku("BOLT", "12.50", tiers={"10": "11"})
    make_sku("NUT", "3")
    make_customer("Acme", code="C1")


@pytest.fixture
def visit(shop: None, live_server: Any, chromium: Browser) -> Iterator[Visit]:
    """Sign somebody with a role in and give their page; errors on any page fail the test when it ends."""
    wrong: list[str] = []
    contexts = []

    def go(role: str = "sales", *, language: str = "en", width: int = 1440, theme: str = "light") -> Page:
        person = make_user(role)
        context = chromium.new_context(
            base_url=str(live_server), locale="zh-CN" if language == "zh" else "en-US",
            viewport={"width": width, "height": 844},
        )  # fmt: skip
        contexts.append(context)
        context.add_cookies([{"name": "openoms_theme", "value": theme, "url": str(live_server)}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda m: wrong.append(f"{page.url}: {m.text}") if "Content Security" in m.text else None,
        )
        page.goto("/accounts/login/")
        page.fill("[name=login]", person.email)
        page.fill("[name=password]", PASSWORD)
        page.click(".entrance-main button[type=submit]")
        page.wait_for_url(lambda url: "/accounts/" not in url)
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []
