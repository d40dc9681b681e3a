"""Who hears of an event, on which channel, in which words: each once, however often the batch comes."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.approvals import kinds as approvals
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, StepRule
from openoms.domains.customers.models import Contact
from openoms.domains.events.models import Event
from openoms.domains.events.services import record
from openoms.domains.identity.models import Role, User
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import actor_of
from openoms.domains.notifications.models import Notification
from openoms.domains.notifications.states import Audience, Channel, State, Way
from openoms.domains.notifications.wording import Text
from openoms.domains.orders import kinds as orders
from openoms.domains.orders.models import Instruction, Order
from openoms.domains.orders.states import Stage
from openoms.domains.orders.types import NewInstruction
from openoms.flows.decide import reject
from openoms.flows.edit_approvals import save_rule
from openoms.flows.edit_authorities import AuthorityInput, save_authority
from openoms.flows.edit_messages import ChatInput, save_chat, save_texts, switch_message, tell_roles
from openoms.flows.hold import place_hold
from openoms.flows.instruct import add_instruction, finish_instruction, refuse_instruction
from openoms.flows.manage_people import change_user
from openoms.flows.notify import notify
from openoms.flows.read_notifications import Choices, keep_choices, keep_own_chat
from openoms.flows.steps.placing import History
from openoms.flows.submit import submit_order
from openoms.flows.watch import assign_order, comment_on, follow_order
from openoms.jobs import dispatcher
from openoms.jobs.consumers import firm
from tests.factories import make_customer, make_order, make_sku, make_user, owner

pytestmark = pytest.mark.django_db


def rows(user: User | None = None, **fields: Any) -> list[Notification]:
    found = Notification.objects.filter(**fields).order_by("id")
    return list(found.filter(user=user) if user else found)


def told(user: User, channel: Channel = Channel.INBOX) -> list[str]:
    return [row.topic for row in rows(user, channel=channel)]


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind).order_by("id"))


@flow
def happen(happening: Any, order: Order, actor: Actor | None = None, **data: Any) -> Event:
    """Record an event about an order."""
    return record(actor or owner(), happening, order.pk, data={"number": order.number, **data})


def step_opened(order: Order, people: Sequence[User], **fields: Any) -> Event:
    keys = [str(person.pk) for person in people]
    return happen(
        approvals.STEP_OPENED, order, request="", step="", name="Finance", people=keys,
        due="2026-03-01T09:30:00+00:00", **fields,
    )  # fmt: skip


@pytest.fixture
def order() -> Order:
    return make_order().order


def test_a_mention_is_told_at_once_by_inbox_and_mail_and_a_follower_hears_in_the_inbox(order: Order) -> None:
    wang, li = make_user("sales", name="Wang Fang"), make_user("sales", name="Li Lei", language="zh-hans")
    follow_order(order.number, actor=actor_of(li))
    comment_on(
        order.number, "Look at this, @Wang Fang {firm}", actor=actor_of(make_user("sales", name="Ana"))
    )
    dispatcher.drain()
    assert told(wang) == told(wang, Channel.EMAIL) == ["comment.mention"]
    assert (told(li), told(li, Channel.EMAIL)) == (["comment.added"], [])
    mail = rows(wang, channel=Channel.EMAIL)[0]
    assert (mail.state, mail.language) == (State.WAITING, "zh-hans")  # The firm's language: it is in China.
    inbox = rows(li, channel=Channel.INBOX)[0]
    assert inbox.subject == f"Ana 评论了订单 {order.number}"
    assert inbox.texts is not None
    assert inbox.texts["en"][0] == f"Ana commented on order {order.number}"
    # What people type is text: names in it are not looked up.
    assert "“Look at this, @Wang Fang {firm}”" in inbox.texts["en"][1]
    assert f"/orders/{order.number}/" in inbox.body


def test_who_did_it_hears_nothing_and_nobody_hears_twice(order: Order) -> None:
    wang = make_user("sales", name="Wang Fang")
    assign_order(order.number, wang.pk, actor=owner())
    dispatcher.drain()
    assert told(wang) == ["order.assigned"]
    # Owner, follower and called, all at once.
    comment_on(order.number, "For @Wang Fang", actor=owner())
    comment_on(order.number, "Thanks", actor=actor_of(wang))
    dispatcher.drain()
    assert told(wang) == ["order.assigned", "comment.mention"]


def test_a_batch_that_comes_again_changes_nothing(order: Order) -> None:
    wang = make_user("sales", name="Wang Fang")
    comment_on(order.number, "For @Wang Fang", actor=owner())
    batch = list(Event.objects.order_by("id"))
    notify(batch, firm())
    before = list(Notification.objects.order_by("id").values())
    assert told(wang) == ["comment.mention"]
    for again in (batch, batch[:1], batch[-1:], []):
        notify(again, firm())
    assert list(Notification.objects.order_by("id").values()) == before


def test_a_batch_of_any_size_asks_the_database_a_fixed_number_of_questions(order: Order) -> None:
    people = [make_user("sales", name=f"Person{n}") for n in range(3)]
    for person in people:
        comment_on(order.number, f"@{person.name}", actor=owner())
    batch = events("comment.added")

    def questions(count: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            notify(batch[:count], firm())
        return len(asked)

    assert questions(3) == questions(1)


def test_remarks_are_told_to_their_role_and_a_refusal_to_the_author(order: Order) -> None:
    dispatcher.drain()  # What the order itself tells.
    packer, seller = make_user("warehouse"), make_user("sales")
    remark = add_instruction(
        order.number, NewInstruction("Mind the glass", "warehouse"), actor=actor_of(seller)
    )
    dispatcher.drain()
    assert told(packer) == ["instruction.added"]
    assert "Mind the glass" in rows(packer)[0].body
    assert "给仓库的新备注" in rows(packer)[0].subject
    refuse_instruction(order.number, remark.pk, "No foam left", actor=actor_of(packer))
    dispatcher.drain()
    assert told(seller) == ["instruction.not_possible"]
    assert "No foam left" in rows(seller)[0].body


def test_remarks_an_order_is_placed_with_are_told_too() -> None:
    packer = make_user("warehouse", language="en")
    make_order(instructions=(NewInstruction("Mind the glass"), NewInstruction("Ring twice", "logistics")))
    dispatcher.drain()
    assert told(packer) == ["instruction.placed", "order.released"]
    assert "Warehouse · Packing: Mind the glass" in rows(packer)[0].body


def test_holds_are_told_to_the_owner_but_not_those_every_order_has(order: Order) -> None:
    wang = make_user("sales", language="en")
    assign_order(order.number, wang.pk, actor=owner())
    place_hold(order.number, "Wait for a call", actor=owner())
    routine: dict[str, Any] = {"hold": "", "stage": "allocation", "reason": ""}
    happen(orders.HOLD_PLACED, order, kind="approval", **routine)
    happen(orders.HOLD_PLACED, order, kind="payment", **routine)
    dispatcher.drain()
    assert told(wang) == ["order.assigned", "hold.placed"]
    held = rows(wang, topic="hold.placed")[0]
    assert "before Allocation (Held by hand).\nReason: Wait for a call" in held.body
    assert "The system put it on hold" in held.body


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        (approvals.APPROVAL_REMINDED, {"step": "", "name": "Finance", "due": ""}, {"people"}),
        (approvals.APPROVAL_ESCALATED, {"step": "", "name": "Finance", "due": ""}, {"people"}),
        (approvals.APPROVAL_REJECTED, {"name": "Finance", "reason": "Too cheap"}, {"requester", "owner"}),
        (approvals.APPROVAL_GRANTED, {}, {"requester", "owner"}),
        (approvals.APPROVAL_WITHDRAWN, {}, {"people"}),
        (
            approvals.APPROVAL_DELEGATED,
            {"step": "", "name": "Finance", "whose": "", "comment": "I am away"},
            {"people"},
        ),
        (
            approvals.APPROVAL_TAKEN_OVER,
            {"step": "", "name": "Finance", "reason": "Urgent", "verdict": "approved"},
            {"people", "requester"},
        ),
        (
            approvals.APPROVAL_DECIDED,
            {"step": "", "name": "Finance", "verdict": "approved", "whose": "", "comment": ""},
            {"requester"},
        ),
        (approvals.QUESTION_ASKED, {"question": ""}, {"people"}),
        (approvals.QUESTION_ANSWERED, {"question": ""}, {"people"}),
    ],
    ids=lambda value: getattr(value, "code", None),
)
def test_approvals_are_told_to_those_they_concern(
    order: Order, kind: Any, data: dict[str, Any], expected: set[str]
) -> None:
    people = {name: make_user("sales", name=name, language="en") for name in ("people", "requester", "owner")}
    assign_order(order.number, people["owner"].pk, actor=owner())
    dispatcher.drain()
    Notification.objects.all().delete()
    more: dict[str, Any] = {"request": ""}
    if "people" in kind.data:
        more["people"] = [str(people["people"].pk)]
    if "requester" in kind.data:
        more["requester"] = str(people["requester"].pk)
    happen(kind, order, **more, **data)
    dispatcher.drain()
    assert {name for name, person in people.items() if told(person)} == expected
    for row in rows():
        assert row.topic == kind.code
        assert order.number in row.subject
        assert "{" not in row.subject + row.body


def test_an_approver_is_told_it_is_their_turn_in_their_own_hours_also_by_their_own_doing(
    order: Order,
) -> None:
    approver = make_user("finance", language="en")
    approver.timezone = "America/New_York"
    approver.save(update_fields=["timezone"])
    step_opened(order, [approver], actor=actor_of(approver))
    dispatcher.drain()
    row = rows(approver, channel=Channel.EMAIL)[0]
    assert row.subject == f"Approval needed: order {order.number}"
    assert "Due by 2026-03-01 04:30" in row.body


def test_an_order_that_needs_approval_tells_the_approver_and_the_verdict_who_asked() -> None:
    make_sku("BOLT")
    seller, boss = make_user("sales", language="en"), make_user("finance", language="en")
    rule = ApprovalRule(
        "big", (AmountBetween("CNY", Decimal(10)),), (StepRule("Money", roles=("finance",)),), 5, "Big", "大额"
    )  # fmt: skip
    save_rule(rule, actor=owner(), new=True)
    save_authority(AuthorityInput(role="finance"), actor=owner())
    number = make_order(lines=[("BOLT", 10)], actor=actor_of(seller)).order.number
    dispatcher.drain()
    assert told(boss) == told(boss, Channel.EMAIL) == ["approval.step_opened"]
    opened = rows(boss, channel=Channel.INBOX)[0]
    assert "Money" in opened.body
    assert not told(seller)
    reject(UUID(opened.link.split("/")[2]), "Too cheap", actor=actor_of(boss))
    dispatcher.drain()
    rejected = rows(seller, channel=Channel.EMAIL, topic="approval.rejected")[0]
    assert rejected.subject == f"Order {number} was rejected"
    assert "Reason: Too cheap" in rejected.body


def test_who_is_asked_is_led_to_where_one_decides(order: Order) -> None:
    approver, request = make_user("finance"), str(uuid7())
    keys = [str(approver.pk)]
    happen(
        approvals.STEP_OPENED, order, request=request, step="", name="Finance", people=keys, due=""
    )  # fmt: skip
    happen(approvals.APPROVAL_WITHDRAWN, order, request=request, people=keys)
    dispatcher.drain()
    opened, withdrawn = rows(approver, channel=Channel.INBOX)
    assert opened.link == f"/approvals/{request}/"
    assert f"/approvals/{request}/" in opened.body
    assert withdrawn.link == f"/orders/{order.number}/"


def test_only_those_who_may_sign_in_and_see_orders_are_told(order: Order) -> None:
    gone, blind, asked = make_user("sales"), make_user("sales"), make_user()
    for person in (gone, blind):
        follow_order(order.number, actor=actor_of(person))
    change_user(gone.pk, actor=owner(), name="Gone", roles=["sales"], is_active=False, manager=None)
    change_user(blind.pk, actor=owner(), name="Blind", roles=[], is_active=True, manager=None)
    comment_on(order.number, "Hello", actor=owner())
    step_opened(order, [asked, gone])
    dispatcher.drain()
    assert {row.user_id for row in rows(contact=None)} == {asked.pk}


def test_the_past_is_told_to_nobody() -> None:
    at = datetime(2025, 3, 1, tzinfo=UTC)
    packer = make_user("warehouse")
    history = History(placed_at=at)
    order = make_order(history=history, instructions=(NewInstruction("Mind the glass"),)).order
    assert order.historical
    happen(orders.ORDER_RELEASED, order, revision=1)
    dispatcher.drain()
    assert told(packer) == []
    assert rows() == []


def test_news_of_last_week_stays_in_the_inbox(order: Order) -> None:
    approver = make_user("finance")
    event = step_opened(order, [approver])
    Event.objects.filter(pk=event.pk).update(at=event.at - timedelta(days=4))
    submitted = Event.objects.get(kind="order.submitted")
    Event.objects.filter(pk=submitted.pk).update(at=submitted.at - timedelta(days=4))
    dispatcher.drain()
    assert [row.channel for row in rows()] == [Channel.INBOX]


def test_a_preference_goes_before_the_usual_way(order: Order) -> None:
    dispatcher.drain()  # What the order itself tells.
    quiet, keen = make_user("warehouse"), make_user("warehouse")
    topic = "order.released"
    keep_choices(Choices({(topic, Channel.INBOX): Way.OFF}), actor=actor_of(quiet))
    keep_choices(Choices({(topic, Channel.EMAIL): Way.NOW}), actor=actor_of(keen))
    happen(orders.ORDER_RELEASED, order, revision=1)
    dispatcher.drain()
    assert told(quiet) == []
    assert told(keen) == told(keen, Channel.EMAIL) == [topic]


def test_the_digest_and_quiet_hours_put_mail_off_and_never_the_inbox(order: Order) -> None:
    approver, sleeper = make_user("finance"), make_user("finance")
    ways = {("approval.step_opened", Channel.EMAIL): Way.DIGEST}
    keep_choices(Choices(ways, digest_at=time(7)), actor=actor_of(approver))
    # Never disturbed but for one minute of the day.
    keep_choices(Choices(quiet_from=time(12, 1), quiet_to=time(12, 0)), actor=actor_of(sleeper))
    step_opened(order, [approver, sleeper])
    dispatcher.drain()
    digest = rows(approver, channel=Channel.EMAIL)[0]
    assert digest.state == State.COLLECTED
    assert f"{digest.due_at.astimezone():%M}" == "00"
    late = rows(sleeper, channel=Channel.EMAIL)[0]
    assert late.state == State.WAITING
    assert all(row.due_at <= row.sent_at for row in rows(channel=Channel.INBOX) if row.sent_at)


def test_subscribers_hear_of_every_order_and_roles_too(order: Order) -> None:
    keen, boss = make_user("sales"), make_user("manager")
    keep_choices(Choices(topics=["order.submitted", "no.such"]), actor=actor_of(keen))
    tell_roles("order.submitted", ["manager"], actor=owner())
    number = make_order(submit=False).order.number
    submit_order(number, actor=owner())
    dispatcher.drain()
    assert told(keen) == ["order.submitted"] * 2
    assert told(boss) == ["order.submitted"] * 2


def test_a_room_hears_of_its_topics_once_an_event_and_of_its_roles_only(order: Order) -> None:
    approver = make_user("finance")
    for name, roles in (("all", ()), ("finance", ("finance",)), ("warehouse", ("warehouse",))):
        value = ChatInput(name, "jsons://example.com/x", ["approval.step_opened"], roles, "en")
        save_chat(value, actor=owner())
    step_opened(order, [approver, make_user("sales")])
    happen(orders.ORDER_RELEASED, order, revision=1)
    dispatcher.drain()
    found = rows(channel=Channel.CHAT)
    assert sorted(str(row.endpoint) for row in found) == ["all", "finance"]
    assert all(row.subject.startswith("Approval needed") for row in found)


def test_a_chat_of_ones_own_is_told_what_mail_would_be(order: Order) -> None:
    approver, other = make_user("finance"), make_user("finance")
    keep_own_chat("wecombot://BOTKEY", actor=actor_of(approver))
    step_opened(order, [approver, other])
    dispatcher.drain()
    assert told(approver, Channel.CHAT) == ["approval.step_opened"]
    assert told(other, Channel.CHAT) == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("dbus://", "kind"), ("mailto://a:b@example.com", "kind"), ("example.com", "kind"), ("file:///etc/passwd", "kind"),
        ("json://localhost/", "private"), ("json://10.1.2.3/x", "private"), ("jsons://[::1]/x", "private"),
        ("json://intranet/x", "private"), ("ntfy://nas.local/x", "private"),
    ],
)  # fmt: skip
def test_a_chat_nobody_may_call_is_refused_and_nothing_kept(url: str, why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        keep_own_chat(url, actor=actor_of(make_user("sales")))
    assert refused.value.data == {"why": why}
    with pytest.raises(InvalidInput):
        save_chat(ChatInput("Room", url, ["order.released"]), actor=owner())


def test_a_customer_is_told_that_the_order_came_once_and_in_their_language() -> None:
    customer = make_customer()
    number = make_order(customer, [("BOLT", 3)], submit=False).order.number
    dispatcher.drain()
    assert rows() == []  # A draft is nothing to tell.
    submit_order(number, actor=owner())
    dispatcher.drain()
    mail = rows(channel=Channel.EMAIL)
    assert [(row.topic, row.contact_id, row.language) for row in mail] == [
        ("customer.received", customer.contacts.get().pk, "zh-hans")
    ]
    assert "Han Mei，您好！" in mail[0].body
    assert "3 × Bolt" in mail[0].body
    assert "期望日期" not in mail[0].body  # There is none: the line goes with it.
    assert (mail[0].actor_name, mail[0].link) == ("", "")
    order = Order.objects.get(number=number)
    happen(orders.ORDER_SUBMITTED, order, revision=2)
    dispatcher.drain()
    assert len(rows(channel=Channel.EMAIL)) == 1


def revised(order: Order) -> Event:
    return happen(
        orders.ORDER_REVISED,
        order,
        revision=2,
        currency="CNY",
        total_before="1",
        total="2",
        changed=[],
        lines=[],
    )


def test_a_customer_is_told_of_changes_only_to_what_they_were_told_of() -> None:
    draft = make_order(submit=False).order
    revised(draft)
    sent = make_order().order
    revised(sent)
    dispatcher.drain()
    assert [(row.topic, row.event.subject_id) for row in rows(contact__isnull=False) if row.event] == [
        ("customer.received", sent.pk),
        ("customer.changed", sent.pk),
    ]


def test_an_automatic_approval_is_told_by_the_message_of_receipt(order: Order) -> None:
    happen(orders.ORDER_APPROVED, order, revision=1, automatic=True, waits_for=[])
    dispatcher.drain()
    assert [row.topic for row in rows()] == ["customer.received"]
    happen(orders.ORDER_APPROVED, order, revision=1, automatic=False, waits_for=[])
    happen(orders.ORDER_SHIPPED, order, carrier="SF", waybill="", shipment="", warehouse="", goods=[])
    dispatcher.drain()
    assert [row.topic for row in rows()] == ["customer.received", "customer.approved", "customer.shipped"]


def test_a_message_to_customers_can_be_switched_off_and_one_without_address_is_not_made() -> None:
    switch_message("customer.received", False, actor=owner())
    make_order()
    dispatcher.drain()
    assert rows() == []
    switch_message("customer.received", True, actor=owner())
    customer = make_customer()
    Contact.objects.update(email="")
    make_order(customer)
    dispatcher.drain()
    assert rows() == []
    assert [event.data["on"] for event in events("message.switched")] == [False, True]


def test_the_firms_own_words_go_before_those_in_code(order: Order) -> None:
    packer = make_user("warehouse", language="en")
    words = {"en": Text("Pick {number} now", "For {customer}, by {person}"), "zh-hans": None}
    save_texts("order.released", words, actor=owner())
    happen(orders.ORDER_RELEASED, order, revision=1)
    dispatcher.drain()
    row = rows(packer)[0]
    assert (row.subject, row.body) == (f"Pick {order.number} now", f"For Acme, by {packer.name}")
    save_texts("order.released", {"en": None}, actor=owner())
    changes = [event.data for event in events("message.template_saved")]
    assert [bool(data["after"]) for data in changes] == [True, False]


@pytest.mark.parametrize("text", ["{nobody}", "{order.number}", "{}", "{number!r}", "{actor.__class__}"])
def test_a_text_that_names_what_is_not_known_is_refused_and_nothing_kept(text: str) -> None:
    with pytest.raises(InvalidInput, match="names"):
        save_texts("order.released", {"en": Text("Fine", f"Not fine {text}")}, actor=owner())
    assert events("message.template_saved") == []


def test_a_customers_text_cannot_name_staff(order: Order) -> None:
    with pytest.raises(InvalidInput):
        save_texts("customer.received", {"en": Text("{number}", "by {actor}")}, actor=owner())


def test_everybody_may_hear_of_everything_at_once_without_harm(order: Order) -> None:
    """Every event kind that is told, with whatever data: no name is left in a text, nothing raises."""
    from openoms.domains.events.kinds import known
    from openoms.domains.notifications.topics import all_topics, told_kinds

    person = make_user("administrator", language="en")
    tell_all = [topic.code for topic in all_topics()]
    keep_choices(Choices(topics=tell_all), actor=actor_of(person))
    sample = {str: "", int: 1, bool: False, list: [], dict: {}}
    for code in sorted(told_kinds()):
        kind = known(code)
        assert kind is not None, code
        assert kind.subject == "order"
        data = {n: sample[t if isinstance(t, type) else t[0]] for n, t in kind.data.items() if n != "number"}
        if "amount" in data:
            data |= {"amount": "12.5", "currency": "CNY"}
        _record_plain(kind, order, data)
    dispatcher.drain()
    staff = {topic.event for topic in all_topics(Audience.STAFF)}
    assert {row.event.kind for row in rows(person) if row.event} == staff
    for row in rows():
        assert "{" not in row.subject + row.body, row.topic


@flow
def _record_plain(kind: Any, order: Order, data: dict[str, Any]) -> None:
    data = data | ({"number": order.number} if "number" in kind.data else {})
    record(owner(), kind, order.pk, data=data)


def test_an_order_that_is_gone_is_told_to_nobody() -> None:
    @flow
    def ghost() -> UUID:
        return record(owner(), orders.ORDER_COMPLETED, uuid7(), data={"number": "N"}).pk

    ghost()
    dispatcher.drain()
    assert rows() == []


def test_a_role_may_be_narrow_and_still_be_told_what_it_may_see(order: Order) -> None:
    Role.objects.create(code="narrow", name="Narrow", grants=[Perm.ORDER_VIEW])
    person = make_user()
    person.roles.set(Role.objects.filter(code="narrow"))
    add_instruction(order.number, NewInstruction("For you", "narrow"), actor=owner())
    dispatcher.drain()
    assert told(person) == ["instruction.added"]


def test_customers_hear_what_became_of_a_remark_once_the_firm_wants_it() -> None:
    remark = NewInstruction("No staples", "warehouse", Stage.PACKING, False, None)
    number = make_order(instructions=(remark, remark)).order.number
    dispatcher.drain()
    first, second = Instruction.objects.order_by("id")
    finish_instruction(number, first.pk, actor=owner())
    dispatcher.drain()
    assert not Notification.objects.filter(topic__startswith="customer.remark").exists()
    for topic in ("customer.remark_done", "customer.remark_refused"):
        switch_message(topic, on=True, actor=owner())
    refuse_instruction(number, second.pk, "The machine staples", actor=owner())
    dispatcher.drain()
    [told] = Notification.objects.filter(topic__startswith="customer.remark")
    assert told.topic == "customer.remark_refused"
    assert "No staples" in told.body
    assert "The machine staples" in told.body
