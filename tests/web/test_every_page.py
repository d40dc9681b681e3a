"""What holds on every page: no inline script or style, a strict policy, the person's language, nothing kept behind."""

import re
from functools import cache
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from tests.web.conftest import PAGES, Firm, PageAddress, SignIn
from tools import messages

INLINE = (
    re.compile(r"<script(?![^>]*\bsrc=)[^>]*>"),
    re.compile(r"<style\b"),
    re.compile(r"<[^>]+\sstyle\s*="),
    re.compile(r"<[^>]+\son[a-z]+\s*=\s*[\"']"),
    re.compile(r"<[^>]+\shx-on"),
    re.compile(r"javascript:"),
)
TEXT = re.compile(r">\s*([^<>]+?)\s*<")


@cache
def english_only() -> frozenset[str]:
    """Messages whose Chinese is another text; names that people gave to things are not among them."""
    with messages.sources()[0].open("rb") as lines:
        catalogue = read_po(lines)
    return frozenset(str(m.id) for m in catalogue if m.id and m.id != m.string) - {"Standard", "Sales"}


def assert_clean(html: str) -> None:
    for pattern in INLINE:
        found = pattern.search(html)
        assert found is None, found
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted({name for name in ids if ids.count(name) > 1})


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_clean_and_speaks_the_language(firm: Firm, sign_in: SignIn, language: str) -> None:
    browser = sign_in("administrator", language=language)
    for page in PAGES:
        answer = browser.get(firm.at(page))
        assert answer.status_code == 200, page.path
        assert_strict(answer)
        if answer.streaming:  # A sheet, not a page.
            continue
        assert_clean(answer.content.decode())
        assert_spoken(page, answer.content.decode(), language)
        # Nothing stays behind in a shared browser.
        assert "no-store" in answer["Cache-Control"]


def assert_spoken(page: PageAddress, html: str, language: str) -> None:
    if language == "zh-hans":
        # A text that is a message of ours and stands there untouched was never handed to the translation.
        assert not set(TEXT.findall(html)) & english_only(), page.path
    if "<html" in html:
        assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in html
        assert ("退出登录" if language == "zh-hans" else "Sign out") in html


def assert_strict(answer: Any) -> None:
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy


@pytest.mark.parametrize("path", ["/accounts/login/", "/nowhere/"])
def test_pages_before_sign_in_are_clean_too(db: None, client: Client, path: str) -> None:
    answer = client.get(path)
    assert_clean(answer.content.decode())
    assert_strict(answer)


def test_error_pages_render_without_a_request(db: None) -> None:
    from django.template.loader import render_to_string

    for name in ("500.html", "403.html", "403_csrf.html", "404.html", "429.html"):
        assert_clean(render_to_string(name))
