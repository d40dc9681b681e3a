"""Pictures of the console's pages into shots/ (git-ignored): Chinese and English, desk and phone, light and dark.

    python -m tools.shots [page …]

Serves the demonstration company from a data folder of its own, which is removed afterwards.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools import shot_pages

PORT = 8791
FOLDER = Path("shots")
WIDTHS = {"1440": (1440, 900), "390": (390, 844)}
# Each language, each theme, and the two together that differ most.
LOOKS = (("zh-hans", "light"), ("en", "light"), ("zh-hans", "dark"))


@contextmanager
def served() -> Iterator[tuple[str, str, dict[str, str]]]:
    """The demonstration company on PORT; yields an administrator's e-mail address, password, and the pages' addresses."""
    from bench.stage import web
    from openoms.core.postgres import Cluster, default_data_dir

    data_dir = default_data_dir().parent / f"shots-{os.getpid()}"
    for name in [n for n in os.environ if n.startswith("OPENOMS_")] + ["DATABASE_URL"]:
        os.environ.pop(name, None)
    os.environ |= {
        "OPENOMS_DATA_DIR": str(data_dir),
        "OPENOMS_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "openoms.config.settings",
    }
    cluster = Cluster(data_dir, settings={"fsync": "off"})
    cluster.start()
    try:
        import django

        django.setup()
        from django.core.management import call_command

        from openoms import demo
        from openoms.jobs import schema

        call_command("migrate", verbosity=0)
        schema.apply()
        people = demo.load(lambda line: None)
        administrator = next(person for person in people if person.role == "administrator")
        shot_pages.quotation_sheets(FOLDER)
        pages = shot_pages.addresses()
        with web(workers=1, port=PORT):
            yield administrator.email, administrator.password, pages
    finally:
        from django.db import connections

        connections.close_all()
        cluster.stop("immediate")
        shutil.rmtree(data_dir, ignore_errors=True)


def main() -> None:
    """Take the pictures of the pages named, or of all."""
    wanted = set(sys.argv[1:])
    note = Path(".tools/chromium")
    chromium = note.read_text().strip() if note.is_file() else shutil.which("chromium")
    FOLDER.mkdir(exist_ok=True)
    from playwright.sync_api import sync_playwright

    with served() as (email, password, pages), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for width, size in WIDTHS.items():
            for language, theme in LOOKS:
                page = _page(browser, size, language, theme)
                _take(page, "sign-in", "/accounts/login/", (width, language, theme), wanted)
                _sign_in(page, email, password)
                for name, path in pages.items():
                    _take(page, name, path, (width, language, theme), wanted)
                page.context.close()
        browser.close()


def _page(browser: Any, size: tuple[int, int], language: str, theme: str) -> Any:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=language)
    address = f"http://127.0.0.1:{PORT}"
    context.add_cookies(
        [
            {"name": "openoms_language", "value": language, "url": address},
            {"name": "openoms_theme", "value": theme, "url": address},
        ]
    )
    return context.new_page()


def _sign_in(page: Any, email: str, password: str) -> None:
    page.goto(f"http://127.0.0.1:{PORT}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def _take(page: Any, name: str, path: str, look: tuple[str, str, str], wanted: set[str]) -> None:
    if wanted and name not in wanted:
        return
    page.goto(f"http://127.0.0.1:{PORT}{path}")
    page.wait_for_load_state("networkidle")
    if name in shot_pages.ACTS:
        shot_pages.ACTS[name](page)
    page.screenshot(path=FOLDER / f"{name}-{'-'.join(look)}.png", full_page=True)


if __name__ == "__main__":
    main()
