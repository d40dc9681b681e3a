"""Instants in the reader's zone and language, near ones in short words."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from openoms.interfaces.console.instants import Clock

SHANGHAI = ZoneInfo("Asia/Shanghai")


def clock(*, chinese: bool = False) -> Clock:
    words = ("今天 %(clock)s", "昨天 %(clock)s") if chinese else ("Today %(clock)s", "Yesterday %(clock)s")
    return Clock(SHANGHAI, date(2026, 3, 1), chinese, *words)


@pytest.mark.parametrize(
    ("instant", "english", "chinese"),
    [
        (datetime(2026, 2, 28, 16, 0, tzinfo=UTC), "Today 00:00", "今天 00:00"),
        (datetime(2026, 2, 28, 15, 59, tzinfo=UTC), "Yesterday 23:59", "昨天 23:59"),
        (datetime(2026, 2, 27, 1, 5, tzinfo=UTC), "Feb 27, 09:05", "2月27日 09:05"),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025-12-31", "2025-12-31"),
        (datetime(2026, 3, 2, 0, 0, tzinfo=UTC), "Mar 2, 08:00", "3月2日 08:00"),
    ],
)
def test_near_ones_in_short_words(instant: datetime, english: str, chinese: str) -> None:
    assert f">{english}</time>" in clock().shown(instant)
    assert f">{chinese}</time>" in clock(chinese=True).shown(instant)


def test_the_whole_of_it_for_machines_and_on_hovering() -> None:
    html = clock().shown(datetime(2026, 2, 28, 16, 0, 7, tzinfo=UTC), "due")
    assert html == (
        '<time class="due" datetime="2026-03-01T00:00:07+08:00" title="2026-03-01 00:00:07 CST">Today 00:00</time>'
    )


def test_none_is_a_dash() -> None:
    assert clock().shown(None) == "–"
