"""Copies the few files that pages need out of node_modules into src/openoms/static/vendor, icons as one sprite.

A whitelist: the packages' whole `dist` would be thousands of files. `python -m tools.assets` does it by hand.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "openoms" / "static" / "vendor"
# The names of everything collected, one a line; `openoms doctor` looks whether all are there.
LISTING = VENDOR / "files.txt"
SPRITE = "icons.svg"
FONT_FOLDER = ROOT / "src" / "openoms" / "outreach" / "documents" / "fonts"

# Name here to path below node_modules.
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
}
# The type of printed documents, Chinese among it: containers have none. Never served.
FONTS = {
    "NotoSans-Regular.ttf": "@embedpdf/fonts-latin/fonts/NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf": "@embedpdf/fonts-latin/fonts/NotoSans-Bold.ttf",
    "NotoSansHans-Regular.otf": "@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf",
    "NotoSansHans-Bold.otf": "@embedpdf/fonts-sc/fonts/NotoSansHans-Bold.otf",
}
# Used as <svg><use href="/static/vendor/icons.svg#NAME"/></svg>.
ICONS = """
    alert-circle alert-triangle arrow-left arrow-right arrows-join-2 arrows-split-2 ban barcode bell building
    building-warehouse calendar category chart-bar check chevron-down chevron-left chevron-right clipboard-check
    clock coin copy discount dots dots-vertical download edit external-link eye file-text filter history home
    inbox info-circle key keyboard language list lock lock-open logout mail map-pin menu-2 message moon package
    phone player-play plus printer receipt refresh report-analytics scale search settings shopping-cart sun tag
    tools trash truck upload user users volume volume-off x
""".split()
_ICON_FOLDER = "@tabler/icons/icons/outline"
# Source maps are not served: a browser would ask for them, and a manifest of static files would break on them.
_SOURCE_MAP = re.compile(r"\s*(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")
_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
# Tabler's invisible square that only keeps the size.
_FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def collect() -> list[str]:
    """Fill the vendor folder anew; returns the names written. Raises OSError naming the file that is missing."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, source in FILES.items():
        path = MODULES / source
        if path.suffix in {".css", ".js"}:
            (fresh / name).write_text(
                _SOURCE_MAP.sub("\n", path.read_text(encoding="utf-8")), encoding="utf-8"
            )
        else:
            shutil.copyfile(path, fresh / name)
    (fresh / SPRITE).write_text(sprite(ICONS), encoding="utf-8")
    FONT_FOLDER.mkdir(parents=True, exist_ok=True)
    for name, source in FONTS.items():
        shutil.copyfile(MODULES / source, FONT_FOLDER / name)
    names = sorted(path.name for path in fresh.iterdir())
    (fresh / LISTING.name).write_text("\n".join(names) + "\n")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    return names


def sprite(names: list[str]) -> str:
    """One SVG with a symbol per icon; each takes the colour of the text around it."""
    symbols = []
    for name in sorted(set(names)):
        drawing = (MODULES / _ICON_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
        body = _BODY.search(drawing)
        if body is None:
            raise OSError(0, "not an icon", f"{name}.svg")
        shapes = " ".join(_FRAME.sub("", body[1]).split())
        style = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {style}>{shapes}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    sys.stdout.write("\n".join(collect()) + "\n")
