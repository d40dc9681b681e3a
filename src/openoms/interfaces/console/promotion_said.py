"""What promotions name, under the names of the page's language; and their states as badges."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from openoms.domains.pricing.promotions import Promotion
from openoms.interfaces.console.promotion_words import Said
from openoms.interfaces.console.templatetags.oms import named, sku_name
from openoms.reading import promotions as reading

STATES: Mapping[str, Promise] = {
    reading.ON: pgettext_lazy("promotion", "On"),
    reading.NOT_YET: pgettext_lazy("promotion", "Not yet"),
    reading.OFF: pgettext_lazy("promotion", "Off"),
    reading.ENDED: pgettext_lazy("promotion", "Ended"),
    reading.USED_UP: pgettext_lazy("promotion", "Used up"),
}
COLOURS = {"on": "green", "not_yet": "azure", "off": "secondary", "ended": "secondary", "used_up": "orange"}


def said_of(promotions: Iterable[Promotion], more: Mapping[str, Collection[str]] | None = None) -> Said:
    """How to say these promotions here and now; `more` are codes beside those they name, by kind."""
    wanted: dict[str, set[str]] = {kind: set(codes) for kind, codes in reading.mentioned(promotions).items()}
    for kind, codes in (more or {}).items():
        wanted.setdefault(kind, set()).update(codes)
    return said_with(wanted)


def said_with(wanted: Mapping[str, Collection[str]]) -> Said:
    """How to say things of these codes, by kind."""
    rows = reading.rows_named(wanted)
    names = {key: shown_name(key[0], row) for key, row in rows.items()}
    return Said(names, zone=timezone.get_current_timezone_name())


def shown_name(kind: str, row: Any) -> str:
    """What a row is called in the page's language."""
    return sku_name(row) if kind == "sku" else named(row)
