"""The browser that tests and pictures drive: found, or installed by whichever way this machine allows."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tools.setup_python import PYTHON
from tools.setup_steps import TOOLS, SetupError, Step, attempt

# The path of the browser's program; tests/conftest.py and tools/shots.py read it.
NOTE = TOOLS / "chromium"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def steps() -> list[Step]:
    """The one step of finding or installing Chromium."""
    return [Step("Finding Chromium", _provide, TOOLS / "chromium.stamp", [], _outputs)]


def _outputs() -> list[Path]:
    return [NOTE, *([Path(NOTE.read_text())] if NOTE.is_file() else [])]


def _provide() -> None:
    for path in _candidates():
        # A launcher that only tells where to get the real one, or libraries that are missing, show here.
        if attempt([path, "--version"])[1] == 0:
            NOTE.write_text(str(path))
            return
    raise SetupError(
        "Chromium is not on this machine and could not be installed: install it (apt-get install chromium), or run "
        "`BROWSER=0 make test` for all tests that need no browser."
    )


def _candidates() -> Iterator[Path]:
    """Programs that may be Chromium; each way is taken only when those before failed."""
    yield from _on_path()
    yield from _of_playwright()
    attempt([PYTHON, "-m", "playwright", "install", "chromium"])
    yield from _of_playwright()
    apt = shutil.which("apt-get")
    if os.geteuid() == 0 and apt:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        attempt([apt, "update"], environment=quiet)
        # The font: without one, Chinese text in pictures is empty boxes.
        packages = ["chromium", "fonts-wqy-microhei"]
        attempt([apt, "install", "-y", "--no-install-recommends", *packages], environment=quiet)
        yield from _on_path()
        attempt([PYTHON, "-m", "playwright", "install-deps", "chromium"])
        yield from _of_playwright()


def _on_path() -> Iterator[Path]:
    yield from (Path(found) for name in _NAMES if (found := shutil.which(name)))


def _of_playwright() -> Iterator[Path]:
    output, code = attempt([PYTHON, "-c", _ASK_PLAYWRIGHT])
    path = Path(output.strip().splitlines()[-1]) if code == 0 and output.strip() else None
    if path and path.is_file():
        yield path
