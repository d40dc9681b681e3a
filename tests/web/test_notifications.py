"""The bell, one's notifications, what one is told of; the firm's messages, chats, and what failed."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openoms.core.clock import now
from openoms.core.ids import uuid7
from openoms.domains.events.models import Delivery, Event
from openoms.domains.identity.models import User
from openoms.domains.notifications.models import (
    ChatEndpoint,
    Hours,
    Notification,
    Preference,
    SilentTopic,
    Subscription,
    Template,
)
from openoms.domains.notifications.states import Channel, State
from openoms.domains.notifications.topics import all_topics
from openoms.flows.watch import comment_on
from openoms.jobs import dispatcher
from tests.factories import make_order, make_user, owner
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db


def told(user: User, subject: str = "Order SO1 is yours", **fields: Any) -> Notification:
    said = {
        "id": uuid7(), "topic": "order.assigned", "channel": Channel.INBOX, "language": "en", "subject": subject,
        "body": "Acme\nhttp://x.example/orders/SO1/", "link": "/orders/SO1/", "state": State.SENT, "due_at": now(),
        "texts": {"en": [subject, "Acme\nhttp://x.example/orders/SO1/"], "zh-hans": ["订单 SO1 交给您", "客户"]},
    }  # fmt: skip
    return Notification.objects.create(**{**said, "user": user, **fields})


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_bell_counts_ones_own_unread_ones_up_to_a_bound_with_one_question(sign_in: SignIn) -> None:
    wang = make_user("sales")
    browser = sign_in(person=wang)
    assert "bell-count" not in page(browser, "/notifications/bell/")
    told(make_user("sales"))
    told(wang, read_at=now())
    told(wang, channel=Channel.EMAIL)
    for _ in range(3):
        told(wang)
    with CaptureQueriesContext(connection) as asked:
        bell = page(browser, "/notifications/bell/")
    assert 'aria-label="Notifications, 3 unread"' in bell
    assert '<span class="bell-count" aria-hidden="true">3</span>' in bell
    assert len([q for q in asked if "notifications_notification" in q["sql"]]) == 1
    for _ in range(98):
        told(wang)
    assert ">99+<" in page(browser, "/notifications/bell/")


def test_no_page_asks_for_the_count_itself(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    with CaptureQueriesContext(connection) as asked:
        html = page(browser, "/orders/")
    assert 'hx-get="/notifications/bell/"' in html
    assert not [q for q in asked if "notification" in q["sql"]]


def test_a_mention_arrives_and_leads_to_its_order(sign_in: SignIn) -> None:
    wang = make_user("sales", name="Wang Fang")
    number = make_order().order.number
    comment_on(number, "See @Wang Fang", actor=owner())
    dispatcher.drain()
    browser = sign_in(person=wang)
    html = page(browser, "/notifications/")
    link = re.search(r'href="(/notifications/[0-9a-f-]{36}/)"', html)
    assert link
    assert "See @Wang Fang" in html
    assert "http://" not in html.split("news-body")[1].split("</p>")[0]
    answer = browser.get(link[1])
    assert (answer.status_code, answer["Location"]) == (302, f"/orders/{number}/")
    assert Notification.objects.get(user=wang, channel="inbox").read_at is not None
    assert "Nothing unread" in page(browser, "/notifications/?unread=1")


def test_notifications_speak_the_pages_language_and_group_by_day(sign_in: SignIn) -> None:
    wang = make_user("sales")
    told(wang)
    assert "Order SO1 is yours" in page(sign_in(person=wang), "/notifications/")
    User.objects.filter(pk=wang.pk).update(language="zh-hans")
    html = page(sign_in(person=User.objects.get(pk=wang.pk)), "/notifications/")
    assert "订单 SO1 交给您" in html
    assert re.search(r"news-date[^>]*>\s*今天", html)


def test_one_is_marked_read_in_place_or_all_at_once_and_only_ones_own(sign_in: SignIn) -> None:
    wang, other = make_user("sales"), make_user("sales")
    rows, foreign = [told(wang) for _ in range(3)], told(other)
    browser = sign_in(person=wang)
    answer = browser.post(f"/notifications/{rows[0].pk}/read/", headers={"HX-Request": "true"})
    assert answer["HX-Trigger"] == "bell"
    assert "is-unread" not in answer.content.decode()
    for path in (f"/notifications/{foreign.pk}/read/", f"/notifications/{uuid7()}/read/"):
        assert browser.post(path).status_code == 404
    assert browser.get(f"/notifications/{foreign.pk}/").status_code == 404
    answer = browser.post("/notifications/read/", follow=True)
    assert "2 notifications were marked read." in answer.content.decode()
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_a_link_never_leads_out(sign_in: SignIn) -> None:
    wang = make_user("sales")
    row = told(wang, link="//evil.example/")
    assert sign_in(person=wang).get(f"/notifications/{row.pk}/")["Location"] == "/notifications/"


def choices_form(html: str) -> dict[str, str]:
    """What the page's form would send as it stands."""
    form = html.split('id="choices"')[1].split("</form>", maxsplit=1)[0]
    sent = {m[1]: "on" for m in re.finditer(r'<input type="checkbox" name="([\w-]+)"[^>]*\bchecked', form)}
    for select in re.finditer(r'<select name="([\w-]+)".*?</select>', form, re.S):
        chosen = re.search(r'value="(\w+)" selected', select[0])
        sent[select[1]] = chosen[1] if chosen else ""
    for field in re.finditer(r'<input type="time" name="([\w-]+)"([^>]*)>', form):
        value = re.search(r'value="([^"]*)"', field[2])
        sent[field[1]] = value[1] if value else ""
    return sent


def test_what_one_is_told_is_kept_and_shown_again(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    form = choices_form(page(browser, "/me/notifications/"))
    number = next(n[6:] for n in form if n.startswith("email-"))
    sent = {
        **form,
        f"email-{number}": "digest",
        "quiet_from": "22:00",
        "quiet_to": "07:00",
        "digest_at": "09:15",
    }
    del sent[f"inbox-{number}"]
    watch = next(m[1] for m in re.finditer(r'name="(watch-\d+)"', page(browser, "/me/notifications/")))
    sent[watch] = "on"
    answer = browser.post("/me/notifications/", sent, follow=True)
    assert "What you are told was saved." in answer.content.decode()
    assert choices_form(page(browser, "/me/notifications/")) == sent
    kept = {(row.channel, row.way) for row in Preference.objects.all()}
    assert kept == {("inbox", "off"), ("email", "digest")}
    assert Subscription.objects.count() == 1
    assert f"{Hours.objects.get().digest_at:%H:%M}" == "09:15"
    # Saved as it came, nothing is kept that is the usual way.
    browser.post("/me/notifications/", form)
    assert not Preference.objects.exists()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("wrong", [{"quiet_from": "22:00"}, {"digest_at": "25:00"}, {"email-0": "often"}])
def test_wrong_wishes_are_shown_beside_their_field_and_nothing_kept(
    sign_in: SignIn, wrong: dict[str, str]
) -> None:
    browser = sign_in("sales")
    form = choices_form(page(browser, "/me/notifications/"))
    answer = browser.post("/me/notifications/", {**form, **wrong})
    assert answer.status_code == 422
    assert not Hours.objects.exists()


def test_a_chat_of_ones_own_is_never_shown_again(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    browser.post("/me/notifications/chat/", {"url": "wecombot://693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"})
    html = page(browser, "/me/notifications/")
    assert "693axxx6" not in html
    assert "企业微信" in html
    assert choices_form(html)["chat-0"] == "now"
    browser.post("/me/notifications/chat/", {"remove": "1"})
    assert not ChatEndpoint.objects.exists()


@pytest.mark.parametrize("url", ["", "dbus://", "json://127.0.0.1/x", "wecombot://", "x" * 2000])
def test_a_chat_that_will_not_do_is_refused(sign_in: SignIn, url: str) -> None:
    answer = sign_in("sales").post("/me/notifications/chat/", {"url": url}, follow=True)
    assert "toast-error" in answer.content.decode()
    assert not ChatEndpoint.objects.exists()


# The firm's messages.


def test_every_message_is_listed_with_whom_it_tells(sign_in: SignIn) -> None:
    html = page(sign_in("administrator", language="zh-hans"), "/messages/")
    for topic in all_topics():
        assert f'href="/messages/{topic.code}/"' in html
    assert "订单负责人" in html


def texts(**changed: str) -> dict[str, str]:
    said = {
        "subject_zh": "主题 {number}",
        "body_zh": "正文",
        "subject_en": "Subject {number}",
        "body_en": "Text",
    }
    return said | changed


def test_words_are_changed_previewed_and_put_back(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    path = "/messages/order.released/"
    preview = browser.post(f"{path}preview/", texts()).content.decode()
    assert "Subject SO000123" in preview
    assert "主题 SO000123" in preview
    assert "{nobody}" in browser.post(f"{path}preview/", texts(body_en="{nobody}")).content.decode()
    browser.post(path, texts(roles="sales"))
    assert {row.language for row in Template.objects.all()} == {"en", "zh-hans"}
    assert Subscription.objects.get().role_id == "sales"
    assert "Own words" in page(browser, "/messages/")
    browser.post(path, {**texts(), "reset": "1"})
    assert not Template.objects.exists()


def test_a_text_with_a_wrong_name_is_refused_beside_its_field(sign_in: SignIn) -> None:
    answer = sign_in("administrator").post("/messages/order.released/", texts(body_zh="{x.y}"))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'id="id_body_zh_errors"' in html
    assert "does not know {x.y}" in html
    assert not Template.objects.exists()


def test_a_preview_shows_what_is_typed_as_text(sign_in: SignIn) -> None:
    answer = sign_in("administrator").post(
        "/messages/order.released/preview/", texts(body_en="<script>alert(1)</script>")
    )
    assert "<script>" not in answer.content.decode()


def silent() -> list[str]:
    """What somebody switched off; remarks are told of only once the firm wants it."""
    rows = SilentTopic.objects.exclude(topic__startswith="customer.remark")
    return list(rows.values_list("topic", flat=True))


def test_messages_to_customers_are_switched_on_and_off(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    browser.post("/messages/customer.received/switch/", {"on": "0"})
    assert silent() == ["customer.received"]
    browser.post("/messages/customer.received/switch/", {"on": "1"})
    assert silent() == []
    for path in ("/messages/order.released/switch/", "/messages/no.such/switch/"):
        assert browser.post(path, {"on": "0"}).status_code == 404
    assert browser.get("/messages/no.such/").status_code == 404


# Chats.


def chat_form(**changed: Any) -> dict[str, Any]:
    said = {"name": "Desk", "url": "dingtalk://4f0a1b2c3d", "topics": ["order.released"], "is_active": "on"}
    return said | changed


def test_a_chat_is_made_changed_tried_and_removed(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    browser.post("/messages/chats/new/", chat_form())
    chat = ChatEndpoint.objects.get()
    assert "4f0a1b2c3d" not in page(browser, f"/messages/chats/{chat.pk}/")
    browser.post(f"/messages/chats/{chat.pk}/", chat_form(name="Hall", url=""))
    chat.refresh_from_db()
    assert chat.name == "Hall"
    answer = browser.post(f"/messages/chats/{chat.pk}/try/", headers={"HX-Request": "true"})
    assert "On its way" in answer.content.decode()
    row = Notification.objects.get(topic="trial")
    Notification.objects.update(state=State.SENT)
    assert "Arrived" in page(browser, f"/messages/trials/{row.pk}/")
    Notification.objects.update(state=State.WAITING, error="404 not there")
    assert "404 not there" in page(browser, f"/messages/trials/{row.pk}/")
    browser.post(f"/messages/chats/{chat.pk}/remove/")
    assert not ChatEndpoint.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"url": "dbus://"}, {"url": "json://10.0.0.1/"}, {"url": ""}, {"topics": []}, {"name": " "}]
)
def test_a_chat_that_cannot_be_is_refused_beside_its_field(sign_in: SignIn, wrong: dict[str, Any]) -> None:
    answer = sign_in("administrator").post("/messages/chats/new/", chat_form(**wrong))
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not ChatEndpoint.objects.exists()


def test_somebodys_own_chat_is_nobody_elses_business(sign_in: SignIn) -> None:
    wang = make_user("sales", name="Wang Secret")
    sign_in(person=wang).post("/me/notifications/chat/", {"url": "dingtalk://4f0a1b2c3d"})
    chat = ChatEndpoint.objects.get()
    browser = sign_in("administrator")
    assert "Wang Secret" not in page(browser, "/messages/chats/")
    assert browser.get(f"/messages/chats/{chat.pk}/").status_code == 404
    for verb in ("try", "remove"):
        assert browser.post(f"/messages/chats/{chat.pk}/{verb}/").status_code == 404


# What failed.


def test_what_failed_is_shown_with_its_reason_and_mended(sign_in: SignIn) -> None:
    make_order()
    dispatcher.drain()
    Notification.objects.filter(contact__isnull=False).update(
        state=State.DEAD, dead_at=now(), attempts=24, error="550 No such mailbox"
    )
    for _ in range(2):
        told(make_user("sales"), channel=Channel.EMAIL, state=State.DEAD, dead_at=now(), error="busy")
    Delivery.objects.filter(consumer="seal").update(done_at=None, dead_at=now(), attempts=16, error="boom")
    browser = sign_in("administrator")
    html = page(browser, "/messages/failed/")
    for said in ("550 No such mailbox", "Acme", "boom", "seal", "order.placed"):
        assert said in html
    assert "han@example.com" not in html
    first = Notification.objects.filter(state=State.DEAD).order_by("id")[0]
    answer = browser.post(f"/messages/failed/message/{first.pk}/retry/", follow=True)
    assert "1 is tried again now." in answer.content.decode()
    answer = browser.post(f"/messages/failed/message/{first.pk}/discard/", follow=True)
    assert "Somebody has dealt with it already." in answer.content.decode()
    browser.post("/messages/failed/message/retry/")
    delivery = Delivery.objects.filter(dead_at__isnull=False).order_by("id")[0]
    browser.post(f"/messages/failed/delivery/{delivery.pk}/discard/")
    browser.post("/messages/failed/delivery/retry/")
    assert "Nothing failed" in page(browser, "/messages/failed/")
    assert Event.objects.filter(kind="failed.retried").count() == 3
    for path in (f"/messages/failed/message/{first.pk}/erase/", "/messages/failed/order/retry/"):
        assert browser.post(path).status_code == 404


def test_only_who_looks_after_messages_may_change_them(sign_in: SignIn) -> None:
    browser = sign_in("sales_manager")
    for path in (
        "/messages/order.released/", "/messages/customer.received/switch/", "/messages/chats/new/",
        "/messages/failed/message/retry/", f"/messages/failed/message/{uuid7()}/retry/",
    ):  # fmt: skip
        assert browser.post(path, {"on": "0", **texts()}).status_code == 403, path
    assert silent() == []
    assert not Template.objects.exists()
