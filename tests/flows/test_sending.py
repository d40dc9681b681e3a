"""Sending: to a mail server and a chat that really run; at least once, under one id; put off, laid to rest, revived."""

import email
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from openoms.core.clock import now
from openoms.core.errors import Forbidden, NotFound
from openoms.core.ids import uuid7, uuid7_at
from openoms.core.types import Actor
from openoms.domains.customers.models import Contact
from openoms.domains.events.models import Delivery, Event
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.notifications.models import ChatEndpoint, Notification
from openoms.domains.notifications.rules import MAX_ATTEMPTS
from openoms.domains.notifications.sending import Outgoing, Sender, SendFailed, Undeliverable
from openoms.domains.notifications.states import Channel, State
from openoms.domains.notifications.wording import Text
from openoms.flows.edit_messages import ChatInput, remove_chat, save_chat, try_chat
from openoms.flows.mend_failed import What, discard_failed, retry_failed
from openoms.flows.send_notifications import claim, make_digests
from openoms.integrations.messaging.chat import ChatSender, is_complete
from openoms.integrations.messaging.email import EmailSender
from openoms.jobs import dispatcher, sender, tasks
from tests.factories import make_order, make_user, owner, staff
from tests.postbox import Postbox, Server

pytestmark = pytest.mark.django_db


class Crash(BaseException):
    """The process is gone: nothing that handles errors sees this."""


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    """A mail server that listens on a port of its own."""
    box = Postbox()
    server = Server(box, hostname="127.0.0.1", port=0)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "OMS <oms@firm.example>"
    yield box
    server.stop()


def waiting(channel: Channel = Channel.EMAIL, user: User | None = None, **fields: Any) -> Notification:
    """A message that is due."""
    fields = {"id": uuid7(), "state": State.WAITING, **fields}
    who = {"user": user or make_user("sales")} if "endpoint" not in fields and "contact" not in fields else {}
    said = {
        "topic": "order.assigned",
        "subject": "订单 SO1 交给您",
        "body": "客户，¥1\n\nhttp://x.example/orders/SO1/",
    }
    return Notification.objects.create(
        channel=channel, language="zh-hans", due_at=now(), **{**said, **who, **fields}
    )  # fmt: skip


def let_time_pass() -> None:
    """Make every lease and every wait run out."""
    Notification.objects.filter(state=State.WAITING).update(due_at=F("due_at") - timedelta(days=30))


def read_back(row: Notification) -> Notification:
    row.refresh_from_db()
    return row


class Carrier:
    """A sender that keeps what it was given and answers as told."""

    def __init__(self, *answers: BaseException | None) -> None:
        self.got: list[UUID] = []
        self.answers = list(answers)

    def send(self, message: Outgoing) -> None:
        self.got.append(message.id)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer

    def close(self) -> None:
        pass


def send(carrier: Sender, channel: Channel = Channel.EMAIL) -> int:
    return sender.send_once(channel, carrier)


def test_a_mail_goes_to_the_server_with_the_messages_id_and_in_both_forms(postbox: Postbox) -> None:
    person = make_user("sales")
    row = waiting(user=person, body="<b>客户</b>\n\nhttp://x.example/orders/SO1/")
    assert sender.drain() == 1
    assert (read_back(row).state, row.claimed_at, row.error) == (State.SENT, None, "")
    assert row.sent_at is not None
    mail = postbox.got[0]
    assert postbox.to == [person.email]
    assert mail["Message-ID"] == f"<{row.pk}@firm.example>"
    assert mail["From"] == "OMS <oms@firm.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert str(email.header.make_header(email.header.decode_header(mail["Subject"]))) == "订单 SO1 交给您"
    plain, html = (part.get_payload(decode=True) for part in mail.get_payload())  # type: ignore[union-attr]
    assert isinstance(plain, bytes)
    assert isinstance(html, bytes)
    assert "<b>客户</b>" in plain.decode()
    assert "&lt;b&gt;客户&lt;/b&gt;" in html.decode()
    assert '<a href="http://x.example/orders/SO1/"' in html.decode()


def test_killed_between_send_and_mark_it_goes_again_under_the_same_id(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = waiting()

    def die(row: Notification) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr("openoms.flows.send_notifications.note_sent", die)
        with pytest.raises(Crash):
            send(EmailSender("oms@firm.example"))
    assert len(postbox.got) == 1
    assert read_back(row).state == State.WAITING
    # Within the lease nobody else takes it, after it somebody does.
    assert send(EmailSender("oms@firm.example")) == 0
    let_time_pass()
    assert send(EmailSender("oms@firm.example")) == 1
    assert [mail["Message-ID"] for mail in postbox.got] == [f"<{row.pk}@firm.example>"] * 2
    assert read_back(row).state == State.SENT
    let_time_pass()
    assert send(EmailSender("oms@firm.example")) == 0


def test_killed_before_it_was_sent_it_goes_later(postbox: Postbox) -> None:
    row = waiting()
    assert [found.pk for found in claim(Channel.EMAIL, 10)] == [row.pk]
    assert sender.drain() == 0
    let_time_pass()
    assert sender.drain() == 1
    assert len(postbox.got) == 1


@pytest.mark.parametrize(
    ("refusal", "state"),
    [("550 No such mailbox", State.DEAD), ("450 Try later", State.WAITING)],
)
def test_a_mailbox_that_does_not_exist_is_final_a_busy_one_is_not(
    postbox: Postbox, refusal: str, state: State
) -> None:
    postbox.refuse_address = refusal
    row = waiting()
    send(EmailSender("oms@firm.example"))
    assert read_back(row).state == state
    assert refusal in row.error
    assert row.is_dead == (row.dead_at is not None)


def test_a_message_refused_for_good_is_laid_to_rest_and_the_next_one_goes(postbox: Postbox) -> None:
    postbox.refuse_message = "554 Looks like spam"
    first = waiting()
    mail = EmailSender("oms@firm.example")
    send(mail)
    postbox.refuse_message = ""
    second = waiting()
    send(mail)
    assert (read_back(first).state, read_back(second).state) == (State.DEAD, State.SENT)


def test_a_mail_server_that_is_away_is_waited_for(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    row = waiting()
    send(EmailSender("oms@firm.example"))
    assert (read_back(row).state, row.attempts) == (State.WAITING, 1)
    assert "refused" in row.error.lower()


def test_failures_back_off_until_the_message_waits_for_a_person() -> None:
    row = waiting()
    carrier = Carrier(*[SendFailed("busy")] * MAX_ATTEMPTS)
    waits = []
    while read_back(row).state == State.WAITING:
        at = now()
        assert send(carrier) == 1
        waits.append((read_back(row).due_at - at).total_seconds())
        let_time_pass()
    assert len(carrier.got) == MAX_ATTEMPTS
    assert set(carrier.got) == {row.pk}
    assert waits[0] == pytest.approx(5, abs=2)
    assert waits[3] == pytest.approx(40, abs=2)
    assert 2.5 < sum(waits[:-1]) / 86400 < 3.5
    assert (row.state, row.error) == (State.DEAD, "busy")
    assert send(carrier) == 0


def test_a_failure_or_a_bug_with_one_holds_up_no_other() -> None:
    rows = [waiting() for _ in range(4)]
    send(Carrier(None, SendFailed("busy"), KeyError("bug"), Undeliverable("never")))
    states = [(read_back(row).state, bool(row.error)) for row in rows]
    assert states == [
        (State.SENT, False), (State.WAITING, True), (State.WAITING, True), (State.DEAD, True)
    ]  # fmt: skip


def test_a_batch_that_takes_long_lets_the_rest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [waiting() for _ in range(3)]
    clock = iter([0.0, 0.0, 1000.0])
    monkeypatch.setattr("openoms.jobs.sender.time.monotonic", lambda: next(clock))
    carrier = Carrier()
    send(carrier)
    assert carrier.got == [rows[0].pk]
    assert [(read_back(row).attempts, row.claimed_at) for row in rows[1:]] == [(0, None)] * 2
    monkeypatch.undo()
    assert send(carrier) == 2


def test_nobody_who_left_is_written_to() -> None:
    leaver = make_user("sales")
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    make_order()
    dispatcher.drain()
    to_customer = Notification.objects.get(topic="customer.received")
    Contact.objects.all().delete()
    rows = [waiting(user=leaver), to_customer]
    carrier = Carrier()
    send(carrier)
    assert carrier.got == []
    assert [read_back(row).state for row in rows] == [State.DROPPED] * 2


# Chats.


def room(url: str, name: str = "Room") -> ChatEndpoint:
    return save_chat(ChatInput(name, url, ["order.released"]), actor=owner(), private_allowed=True)


def url_of(server: HTTPServer, path: str = "/hook") -> str:
    return f"json://{server.host}:{server.port}{path}"


def test_a_chat_gets_the_message_with_its_key(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_json({})
    row = waiting(Channel.CHAT, endpoint=room(url_of(httpserver)))
    send(ChatSender(private_allowed=True), Channel.CHAT)
    assert read_back(row).state == State.SENT
    request = httpserver.log[0][0]
    assert request.headers["Idempotency-Key"] == str(row.pk)
    assert request.json["title"] == "订单 SO1 交给您"
    assert "http://x.example/orders/SO1/" in request.json["message"]


def test_killed_between_send_and_mark_the_chat_sees_one_key_twice(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[str] = set()
    shown: list[str] = []

    def take(request: Request) -> Response:
        """A receiver that knows the key: a repetition is answered and not shown."""
        key = request.headers["Idempotency-Key"]
        if key not in seen:
            shown.append(key)
        seen.add(key)
        return Response("{}")

    httpserver.expect_request("/hook").respond_with_handler(take)
    row = waiting(Channel.CHAT, endpoint=room(url_of(httpserver)))

    def die(row: Notification) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr("openoms.flows.send_notifications.note_sent", die)
        with pytest.raises(Crash):
            send(ChatSender(private_allowed=True), Channel.CHAT)
    let_time_pass()
    send(ChatSender(private_allowed=True), Channel.CHAT)
    assert len(httpserver.log) == 2
    assert shown == [str(row.pk)]
    assert read_back(row).state == State.SENT


def test_a_chat_that_answers_with_an_error_is_tried_again_and_says_why(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("no", status=500)
    row = waiting(Channel.CHAT, endpoint=room(url_of(httpserver)))
    send(ChatSender(private_allowed=True), Channel.CHAT)
    assert (read_back(row).state, "500" in row.error) == (State.WAITING, True)


@pytest.mark.parametrize("private_allowed", [True, False])
def test_private_addresses_are_refused_unless_allowed(httpserver: HTTPServer, private_allowed: bool) -> None:
    httpserver.expect_request("/hook").respond_with_json({})
    row = waiting(Channel.CHAT, endpoint=room(url_of(httpserver)))
    send(ChatSender(private_allowed=private_allowed), Channel.CHAT)
    assert read_back(row).state == (State.SENT if private_allowed else State.DEAD)
    assert len(httpserver.log) == (1 if private_allowed else 0)
    assert ("private" in row.error) != private_allowed


def test_a_name_that_resolves_to_a_private_address_is_refused_where_the_connection_is_made(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    httpserver.expect_request("/hook").respond_with_json({})
    found = socket.getaddrinfo("127.0.0.1", httpserver.port, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    url = f"json://rebound.example.com:{httpserver.port}/hook"
    # Its name looks public.
    row = waiting(Channel.CHAT, endpoint=save_chat(ChatInput("Room", url, ["order.released"]), actor=owner()))
    send(ChatSender(), Channel.CHAT)
    assert (read_back(row).state, httpserver.log) == (State.DEAD, [])


def test_a_redirect_is_not_followed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=307, headers={"Location": "/secret"})
    httpserver.expect_request("/secret").respond_with_json({})
    row = waiting(Channel.CHAT, endpoint=room(url_of(httpserver)))
    send(ChatSender(private_allowed=True), Channel.CHAT)
    assert [request.path for request, _ in httpserver.log] == ["/hook"]
    assert read_back(row).state == State.WAITING


@pytest.mark.parametrize(
    ("url", "complete"),
    [
        ("dingtalk://4f0a1b2c3d/", True), ("wecombot://693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa", True),
        ("feishu://abcdef123/", True), ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", True),
        ("jsons://example.com/x", True), ("slack://", False), ("wecombot://", False), ("mailto://a:b@example.com", False),
    ],
)  # fmt: skip
def test_an_address_is_complete_when_its_kind_can_be_made_of_it(url: str, complete: bool) -> None:
    assert is_complete(url) is complete


def test_a_chat_whose_address_cannot_be_read_any_longer_waits_for_a_person() -> None:
    chat = room("jsons://example.com/x")
    ChatEndpoint.objects.filter(pk=chat.pk).update(sealed="forged")
    row = waiting(Channel.CHAT, endpoint=chat)
    send(ChatSender(), Channel.CHAT)
    assert (read_back(row).state, "type it again" in row.error) == (State.DEAD, True)


def test_the_address_of_a_chat_is_sealed_and_no_event_knows_it() -> None:
    chat = room("jsons://example.com/very-secret-hook")
    assert "very-secret" not in chat.sealed
    save_chat(ChatInput("Renamed", "", ["order.shipped"]), actor=owner(), chat_id=chat.pk)
    assert ChatEndpoint.objects.get().sealed == chat.sealed
    remove_chat(chat.pk, actor=owner())
    told = [event.data for event in Event.objects.filter(kind__startswith="chat.").order_by("id")]
    assert len(told) == 3
    assert "very-secret" not in str(told)


def test_a_trial_goes_through_the_same_door(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_json({})
    trial = try_chat(room(url_of(httpserver)).pk, Text("Trial", "It works"), actor=owner())
    send(ChatSender(private_allowed=True), Channel.CHAT)
    assert read_back(trial).state == State.SENT
    assert httpserver.log[0][0].json["message"] == "It works"


# Digests.


def test_a_digest_is_one_message_of_all_that_is_due(postbox: Postbox) -> None:
    wang, li = make_user("sales", language="en"), make_user("sales", language="zh-hans")
    rows = [waiting(user=person, subject=f"S{n}") for person in (wang, li) for n in range(3)]
    Notification.objects.update(state=State.COLLECTED)
    later = waiting(user=wang, subject="Later")
    Notification.objects.filter(pk=later.pk).update(state=State.COLLECTED, due_at=now() + timedelta(hours=1))
    assert make_digests() == 6
    assert make_digests() == 0
    assert {read_back(row).state for row in rows} == {State.DIGESTED}
    assert read_back(later).state == State.COLLECTED
    digests = {row.user_id: row for row in Notification.objects.filter(topic="digest")}
    assert digests[wang.pk].subject == "Your digest: 3 messages"
    assert digests[li.pk].subject == "3 条消息汇总"
    assert [digests[wang.pk].body.count(f"■ S{n}") for n in range(3)] == [1, 1, 1]
    sender.drain()
    assert sorted(postbox.to) == sorted([wang.email, li.email])


# What failed for good.


def manager() -> Actor:
    return actor_of(make_user("administrator"))


def test_what_failed_is_tried_again_one_or_all_and_the_trail_knows() -> None:
    rows = []
    for _ in range(3):
        row = waiting()
        Notification.objects.filter(pk=row.pk).update(state=State.DEAD, dead_at=now(), attempts=24)
        rows.append(row)
    actor = manager()
    assert retry_failed(What.MESSAGE, rows[0].pk, actor=actor) == 1
    carrier = Carrier()
    assert send(carrier) == 1
    with pytest.raises(NotFound):
        retry_failed(What.MESSAGE, rows[0].pk, actor=actor)
    assert retry_failed(What.MESSAGE, None, actor=actor) == 2
    send(carrier)
    assert sorted(carrier.got) == sorted(row.pk for row in rows)
    told = Event.objects.filter(kind="failed.retried").order_by("id")
    assert [event.data["count"] for event in told] == [1, 2]


def test_what_failed_can_be_given_up_and_is_then_never_sent() -> None:
    row = waiting()
    Notification.objects.filter(pk=row.pk).update(state=State.DEAD, dead_at=now(), error="busy")
    discard_failed(What.MESSAGE, row.pk, actor=manager())
    assert read_back(row).state == State.DROPPED
    assert retry_failed(What.MESSAGE, None, actor=manager()) == 0
    assert Event.objects.get(kind="failed.discarded").data["error"] == "busy"


def test_deliveries_of_events_are_mended_the_same_way() -> None:
    make_order()
    dispatcher.drain()
    Delivery.objects.update(done_at=None, dead_at=now(), attempts=16, error="boom")
    first = Delivery.objects.first()
    assert first is not None
    discard_failed(What.DELIVERY, first.pk, actor=manager())
    assert retry_failed(What.DELIVERY, None, actor=manager()) == Delivery.objects.filter(done_at=None).count()
    dispatcher.drain()
    assert not Delivery.objects.filter(done_at=None).exists()


def test_only_who_looks_after_messages_may_mend_them() -> None:
    row = waiting()
    Notification.objects.filter(pk=row.pk).update(state=State.DEAD, dead_at=now())
    for deed in (
        lambda: retry_failed(What.MESSAGE, None, actor=staff("sales")),
        lambda: discard_failed(What.MESSAGE, row.pk, actor=staff("sales")),
    ):
        with pytest.raises(Forbidden):
            deed()
    assert read_back(row).state == State.DEAD


def test_what_is_over_and_old_is_forgotten_and_nothing_else(settings: Any) -> None:
    person = make_user("sales")
    old, young = now() - timedelta(days=91), now() - timedelta(days=89)
    kept: list[UUID] = []
    gone: list[UUID] = []
    for at in (old, young):
        for state, channel, read in (
            (State.SENT, Channel.EMAIL, None), (State.SENT, Channel.INBOX, at), (State.DROPPED, Channel.CHAT, None),
            (State.DIGESTED, Channel.EMAIL, None),
        ):  # fmt: skip
            row = waiting(channel, user=person, state=state, id=uuid7_at(at), read_at=read)
            (gone if at is old else kept).append(row.pk)
    kept += [waiting(user=person, id=uuid7_at(old), state=state).pk for state in (State.WAITING, State.DEAD)]
    kept.append(waiting(Channel.INBOX, user=person, id=uuid7_at(old), state=State.SENT).pk)  # Unread.
    assert tasks.forget_old_notifications() == len(gone)
    assert set(Notification.objects.values_list("pk", flat=True)) == set(kept)
