"""Who hears when and how: quiet hours, digests, clock changes, back-off, and texts with names in them."""

import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoms.domains.notifications.chats import (
    NAMES_HOST,
    SERVICES,
    host_of,
    is_private,
    looks_private,
    scheme_of,
)
from openoms.domains.notifications.digests import MOST_TOLD, digest_text
from openoms.domains.notifications.rules import (
    MAX_ATTEMPTS,
    STALE,
    Plan,
    Times,
    is_quiet,
    next_at,
    plan,
    undisturbed,
    wait_after,
    without,
)
from openoms.domains.notifications.states import Channel, Way
from openoms.domains.notifications.wording import (
    LONGEST_LINE,
    Text,
    compose,
    fill,
    fill_line,
    names_in,
    unknown_names,
)

ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "Pacific/Apia"]
)  # fmt: skip
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is added
CLOCKS = st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None))
ALL = frozenset(Channel)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai.
SHANGHAI = Times("Asia/Shanghai")
WAYS = {Channel.INBOX: Way.NOW, Channel.EMAIL: Way.NOW, Channel.CHAT: Way.OFF}


@given(INSTANTS, CLOCKS, ZONES)
def test_the_next_time_a_clock_shows_an_hour_comes_within_a_day_and_shows_it(
    now: datetime, at: time, zone: str
) -> None:
    found = next_at(now, at, zone)
    assert now < found <= now + timedelta(hours=26)
    shown = found.astimezone(ZoneInfo(zone))
    # But for an hour that is skipped, which is shown when the clock has jumped over it.
    assert (
        shown.time() == at
        or shown.utcoffset()
        != (shown - timedelta(hours=3)).astimezone(UTC).astimezone(ZoneInfo(zone)).utcoffset()
    )


@given(INSTANTS, CLOCKS, ZONES)
def test_a_digest_comes_once_a_day_whatever_clocks_do(now: datetime, at: time, zone: str) -> None:
    days = []
    instant = now
    for _ in range(5):
        instant = next_at(instant, at, zone)
        days.append(instant.astimezone(ZoneInfo(zone)).date())
    assert len(set(days)) == 5 or any(zone == "Pacific/Apia" for _ in days)


@given(INSTANTS, CLOCKS, CLOCKS, ZONES)
def test_quiet_hours_end_and_nobody_is_disturbed_within_them(
    instant: datetime, begin: time, end: time, zone: str
) -> None:
    times = Times(zone, begin, end)
    due = undisturbed(instant, times)
    assert not is_quiet(due, times)
    assert instant <= due <= instant + timedelta(hours=26)
    assert (due == instant) == (not is_quiet(instant, times))
    assert undisturbed(due, times) == due


@pytest.mark.parametrize(
    ("clock", "begin", "end", "quiet"),
    [
        ("23:00", "22:00", "07:00", True), ("06:59", "22:00", "07:00", True), ("07:00", "22:00", "07:00", False),
        ("21:59", "22:00", "07:00", False), ("12:30", "12:00", "13:00", True), ("13:00", "12:00", "13:00", False),
        ("12:00", "08:00", "08:00", False),
    ],
)  # fmt: skip
def test_quiet_hours_may_go_past_midnight(clock: str, begin: str, end: str, quiet: bool) -> None:
    local = datetime.combine(NOON.date(), time.fromisoformat(clock), ZoneInfo("Asia/Shanghai"))
    times = Times("Asia/Shanghai", time.fromisoformat(begin), time.fromisoformat(end))
    assert is_quiet(local.astimezone(UTC), times) is quiet


def test_quiet_hours_in_the_hour_that_comes_twice_do_not_last_a_day() -> None:
    # Berlin, 25 October 2026: 02:00 to 03:00 comes twice. It is 02:10 the second time, quiet until 02:30.
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    times = Times("Europe/Berlin", time(22), time(2, 30))
    assert undisturbed(second, times) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_an_hour_that_is_skipped_ends_quiet_hours_all_the_same() -> None:
    # Berlin, 29 March 2026: from 02:00 to 03:00 there is nothing.
    night = datetime(2026, 3, 29, 0, 15, tzinfo=UTC)
    found = undisturbed(night, Times("Europe/Berlin", time(22), time(2, 30)))
    assert found.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3, 30)


def test_what_a_person_chose_goes_before_the_usual_way() -> None:
    chosen = {Channel.EMAIL: Way.OFF, Channel.CHAT: Way.NOW}
    plans = plan(WAYS, chosen, ALL, SHANGHAI, NOON, happened_at=NOON)
    assert [found.channel for found in plans] == [Channel.INBOX, Channel.CHAT]
    assert plan(WAYS, chosen, {Channel.EMAIL}, SHANGHAI, NOON, happened_at=NOON) == []


def test_a_digest_waits_for_its_hour_and_then_for_the_end_of_quiet_hours() -> None:
    times = Times("Asia/Shanghai", time(7), time(9, 30), time(8))
    plans = plan(WAYS, {Channel.EMAIL: Way.DIGEST}, ALL, times, NOON, happened_at=NOON)
    assert plans[0] == Plan(Channel.INBOX, NOON)
    assert plans[1] == Plan(Channel.EMAIL, datetime(2026, 3, 3, 1, 30, tzinfo=UTC), digest=True)


def test_news_of_long_ago_stays_inside() -> None:
    assert len(plan(WAYS, {}, ALL, SHANGHAI, NOON, happened_at=NOON - STALE)) == 2
    late = plan(WAYS, {}, ALL, SHANGHAI, NOON, happened_at=NOON - STALE - timedelta(seconds=1))
    assert [found.channel for found in late] == [Channel.INBOX]


def test_waits_double_up_to_six_hours_and_end_after_about_three_days() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert waits[-1] is None
    told = [wait for wait in waits if wait is not None]
    assert len(told) == MAX_ATTEMPTS - 1
    assert told == sorted(told)
    assert (told[0], told[1], told[-1]) == (timedelta(seconds=5), timedelta(seconds=10), timedelta(hours=6))
    assert timedelta(days=2.5) < sum(told, timedelta()) < timedelta(days=3.5)


def test_people_are_told_once_and_who_did_it_is_left_out() -> None:
    assert without(["b", "a", "", "b", "c"], "c") == ["b", "a"]


# Texts.

NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1).filter(lambda name: name[0] != "_")


@given(st.text(), st.dictionaries(NAMES, st.text()))
def test_a_text_is_filled_whatever_it_holds_and_values_are_only_text(
    text: str, values: dict[str, str]
) -> None:
    filled = fill(text, values)
    if not names_in(text):
        assert filled == text
    # What was filled in is not looked at again.
    assert fill("{a}", {"a": text}) == text
    assert not set("\r\n") & set(fill_line(text, values))
    assert len(fill_line(text, values)) <= LONGEST_LINE


@given(st.text(max_size=30))
def test_only_known_names_pass_and_nothing_reaches_into_them(inner: str) -> None:
    inner = inner.replace("{", "").replace("}", "").replace("\n", "")
    text = f"a {{{inner}}} b"
    unknown = unknown_names(text, {"number", "customer"})
    assert unknown == ([] if inner in {"number", "customer"} else [inner])


def test_attributes_items_and_formats_are_just_text() -> None:
    values = {"actor": "Ann"}
    for text in ("{actor.__class__}", "{actor[0]}", "{actor!r}", "{actor:>9}", "{0}", "{}", "{{actor"):
        assert fill(text, values).replace("Ann", "{actor}").count("__main__") == 0
        assert unknown_names(text, values) or text == "{{actor"
    assert fill("{actor.x} {actor} { x } }{", values) == "{actor.x} Ann { x } }{"


def test_lines_whose_names_say_nothing_go_and_blank_ones_close_up() -> None:
    text = Text("Order  {number}\n", "Hello\n\nReason: {reason}\n\n{link}\n\n\nEnd {number} {reason}")
    assert compose(text, {"number": "7", "link": "L"}) == Text("Order 7", "Hello\n\nL\n\nEnd 7")


def test_a_digest_tells_all_up_to_a_bound_and_counts_the_rest() -> None:
    assert digest_text([("A", "a"), ("B", "")], "en") == Text("Your digest: 2 messages", "■ A\na\n\n■ B")
    assert digest_text([("甲", "a")], "zh-hans").subject == "1 条消息汇总"
    assert digest_text([("A", "a")], "en").subject == "Your digest: 1 message"
    many = digest_text([("A", "a")] * (MOST_TOLD + 5), "en")
    assert many.body.endswith("… and 5 more")
    assert digest_text([("A", "a")] * (MOST_TOLD + 5), "zh-hans").body.endswith("…… 另有 5 条")


# Chats.


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1",
        "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "224.0.0.1", "ff02::1", "240.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "nonsense", "",
    ],
)  # fmt: skip
def test_addresses_near_us_are_private_and_so_is_what_is_none(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_world_are_not(address: str) -> None:
    assert not is_private(address)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True), ("a.localhost", True), ("intranet", True), ("nas.local", True), ("db.internal", True),
        ("127.0.0.1", True), ("[::1]", True), ("2130706433", True), ("oapi.dingtalk.com", False), ("8.8.8.8", False), ("", False),
    ],
)  # fmt: skip
def test_hosts_that_are_private_by_name_are_known_before_anything_is_sent(host: str, private: bool) -> None:
    assert looks_private(host) is private


def test_kinds_of_chats_are_a_list_and_everything_else_is_none() -> None:
    assert set(SERVICES) >= NAMES_HOST
    assert scheme_of("DingTalk://token") == "dingtalk"
    for url in ("syslog://", "dbus://", "mailto://a@b.c", "https://example.com", "dingtalk", "", "file:///x"):
        assert scheme_of(url) == ""
    assert host_of("json://user:pass@Example.com:80/x") == "example.com"
    assert host_of("dingtalk://token") == host_of("ntfy://topic") == ""
    assert host_of("ntfy://nas/topic") == "nas"
    assert host_of("json://[broken/x") == ""


def test_the_web_process_starts_without_what_only_sending_needs() -> None:
    program = (
        "import sys, openoms.config.wsgi, openoms.interfaces.console.urls, openoms.interfaces.api.urls\n"
        "assert not {'apprise', 'requests', 'smtplib'} & set(sys.modules), sorted(sys.modules)"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "openoms.config.settings",
        "DATABASE_URL": "postgresql:///none",
    }
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, timeout=60)
