"""Instants as a person reads them: in their zone and language, near ones in short words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openoms.interfaces.console.markup import fill


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a page is read and which day it is there; made once for a page, for looking these up costs most of a cell."""

    zone: tzinfo
    today: date
    chinese: bool
    today_words: str
    yesterday_words: str

    def shown(self, instant: datetime | None, css: str = "") -> SafeString:
        """The instant in short, the whole of it on hovering; a dash for none."""
        if instant is None:
            return SafeString("–")
        local = instant.astimezone(self.zone)
        exact = f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"
        return fill(
            '<time class="{}" datetime="{}" title="{}">{}</time>',
            css,
            local.isoformat(),
            exact,
            self._short(local),
        )

    def _short(self, local: datetime) -> str:
        clock, day = f"{local:%H:%M}", local.date()
        if day == self.today:
            return self.today_words % {"clock": clock}
        if day == self.today - timedelta(days=1):
            return self.yesterday_words % {"clock": clock}
        if day.year == self.today.year:
            return f"{day.month}月{day.day}日 {clock}" if self.chinese else f"{local:%b} {local.day}, {clock}"
        return f"{local:%Y-%m-%d}"


def clock() -> Clock:
    """That of the request under way."""
    return Clock(
        zone=timezone.get_current_timezone(),
        today=timezone.localdate(),
        chinese=(get_language() or "").startswith("zh"),
        today_words=_("Today %(clock)s"),
        yesterday_words=_("Yesterday %(clock)s"),
    )
