"""Events: recorded with their change, handed to every consumer at least once whatever breaks, sealed for good."""

import string
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import F

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.ids import uuid7
from openoms.domains.events import kinds, services
from openoms.domains.events.models import Delivery, Event, Outbox, Seal
from openoms.domains.events.queries import backlog, verify_chain
from openoms.domains.events.services import LEASE, MAX_ATTEMPTS, record
from openoms.domains.identity.models import IdempotencyKey
from openoms.domains.orders.kinds import ORDER_COMPLETED
from openoms.flows.seal_events import seal_events
from openoms.jobs import consumers, dispatcher, tasks
from openoms.jobs.consumers import Consumer
from tests.concurrency.together import together
from tests.factories import make_order, owner

pytestmark = pytest.mark.django_db


class Crash(BaseException):
    """The process is gone: nothing that handles errors sees this."""


class Recorder:
    """A consumer that keeps each delivery it got, and what it did: each event once, recognised by its id."""

    def __init__(self, fail: Callable[[Event], bool] = lambda event: False) -> None:
        self.got: list[UUID] = []
        self.done: set[UUID] = set()
        self.batches: list[int] = []
        self.fail = fail

    def handle(self, events: Sequence[Event]) -> None:
        self.batches.append(len(events))
        for event in events:
            self.got.append(event.pk)
            if self.fail(event):
                raise ValueError(f"poisoned {event.pk}")
            self.done.add(event.pk)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """The only consumer beside the sealer."""
    found = Recorder()
    monkeypatch.setattr(consumers, "_consumers", {"seal": consumers.registered()["seal"]})
    consumers.register(Consumer("recorder", found.handle))
    return found


@flow
def tell(count: int = 1) -> list[UUID]:
    """Record so many events; their ids in order."""
    return [record(owner(), ORDER_COMPLETED, uuid7(), data={"number": f"N{i}"}).pk for i in range(count)]


def let_time_pass() -> None:
    """Make every lease and every wait run out."""
    Delivery.objects.filter(done_at=None).update(due_at=F("due_at") - timedelta(days=30))


@pytest.mark.parametrize(
    "data", [{}, {"number": 1}, {"number": "N", "more": "x"}, {"nummer": "N"}, {"number": None}]
)
def test_an_event_of_another_shape_than_declared_is_a_bug_and_writes_nothing(data: dict[str, Any]) -> None:
    @flow
    def wrong() -> None:
        record(owner(), ORDER_COMPLETED, uuid7(), data=data)

    with pytest.raises(AssertionError, match=r"order\.completed"):
        wrong()
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_is_recorded_only_within_the_transaction_of_its_change() -> None:
    with pytest.raises(AssertionError, match="inside a flow"):
        record(owner(), ORDER_COMPLETED, uuid7(), data={"number": "N"})
    assert not Event.objects.exists()


def test_a_change_that_is_refused_leaves_no_event() -> None:
    @flow
    def refused() -> None:
        record(owner(), ORDER_COMPLETED, uuid7(), data={"number": "N"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refused()
    assert not Event.objects.exists()
    assert not Outbox.objects.exists()


def test_imported_history_sorts_at_its_own_instant() -> None:
    past = now() - timedelta(days=400)

    @flow
    def write() -> Event:
        return record(owner(), ORDER_COMPLETED, uuid7(), at=past, data={"number": "N"})

    today = tell()[0]
    assert write().pk < today
    assert Event.objects.order_by("id").values_list("at", flat=True)[0] == past


def test_each_consumer_gets_the_kinds_it_wants_once(recorder: Recorder) -> None:
    picky, everything = Recorder(), recorder
    consumers.register(Consumer("picky", picky.handle, kinds={"order.placed"}))
    order = make_order()
    dispatcher.drain()
    placed = Event.objects.get(kind="order.placed", subject_id=order.order.pk)
    assert picky.got == [placed.pk]
    assert everything.got == list(Event.objects.order_by("id").values_list("pk", flat=True))
    assert backlog() == {"outbox": 0, "waiting": 0, "dead": 0, "oldest_due": None}


def test_a_batch_larger_than_one_round_is_drained_in_order(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "BATCH", 4)
    ids = tell(11)
    dispatcher.drain()
    assert recorder.got == ids
    assert max(recorder.batches) <= 4


def crash_around(monkeypatch: pytest.MonkeyPatch, holder: Any, name: str, moment: str) -> None:
    """Have the next call of `holder.name` crash before or after it does its work; the ones after it are well."""
    real = getattr(holder, name)
    crashed: list[str] = []

    def crashing(*args: Any, **kwargs: Any) -> Any:
        if crashed:
            return real(*args, **kwargs)
        crashed.append(name)
        if moment == "after":
            real(*args, **kwargs)
        raise Crash(f"{moment} {name}")

    monkeypatch.setattr(holder, name, crashing)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("holder", "name"),
    [
        (services, "fan_out"),  # Inside the transaction: after it is before its commit.
        (dispatcher, "fan_out_batch"),
        (services, "claim"),
        (dispatcher, "claim_batch"),
        (None, "handle"),
        (services, "delivered"),
        (dispatcher, "finish"),
    ],
)
def test_a_crash_between_any_two_steps_loses_no_event_and_repeats_what_can_be_recognised(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, holder: Any, name: str, moment: str
) -> None:
    ids = tell(3)
    crash_around(monkeypatch, recorder if holder is None else holder, name, moment)
    if holder is None:
        consumers.register(Consumer("recorder", recorder.handle))
    with pytest.raises(Crash):
        dispatcher.drain()
    later = tell(2)
    let_time_pass()
    dispatcher.drain()
    assert set(recorder.got) >= {*ids, *later}, "at least once"
    assert recorder.done == {*ids, *later}, "each once, for one that recognises ids"
    assert max(Counter(recorder.got).values()) <= 2
    assert not Delivery.objects.filter(done_at=None).exists()
    assert Delivery.objects.count() == 10, "one for each event and consumer"
    assert (verify_chain().links, verify_chain().unsealed, verify_chain().broken_at) == (5, 0, None)


def test_a_crash_halfway_through_a_batch_hands_it_over_again(recorder: Recorder) -> None:
    ids = tell(3)
    crashes = iter([True])
    recorder.fail = lambda event: event.pk == ids[1] and next(crashes, False) and _crash()
    with pytest.raises(Crash):
        dispatcher.drain()
    assert recorder.done == {ids[0]}
    let_time_pass()
    dispatcher.drain()
    assert recorder.done == set(ids)


def _crash() -> bool:
    raise Crash("in the middle")


def test_a_poisoned_event_does_not_hold_up_the_others(recorder: Recorder) -> None:
    ids = tell(5)
    recorder.fail = lambda event: event.pk == ids[2]
    dispatcher.drain()
    assert recorder.done == set(ids) - {ids[2]}
    waiting = Delivery.objects.get(done_at=None)
    assert (waiting.event_id, waiting.consumer, waiting.attempts) == (ids[2], "recorder", 1)
    assert "poisoned" in waiting.error
    assert verify_chain().unsealed == 0, "other consumers got it"
    recorder.fail = lambda event: False
    let_time_pass()
    dispatcher.drain()
    assert recorder.done == set(ids)
    assert Delivery.objects.get(pk=waiting.pk).error == ""


def test_failures_are_tried_again_ever_later_and_then_wait_for_a_person(recorder: Recorder) -> None:
    recorder.fail = lambda event: True
    tell()
    waits = []
    for _ in range(MAX_ATTEMPTS - 1):
        dispatcher.drain()
        delivery = Delivery.objects.get(consumer="recorder")
        waits.append(round((delivery.due_at - _server_now()).total_seconds()))
        assert delivery.dead_at is None
        let_time_pass()
    assert waits == [min(5 * 2**n, 6 * 3600) for n in range(MAX_ATTEMPTS - 1)]
    dispatcher.drain()
    dead = Delivery.objects.get(consumer="recorder")
    assert dead.dead_at is not None
    assert backlog()["dead"] == 1
    let_time_pass()
    assert dispatcher.dispatch_once() == 0, "nobody tries it again by itself"
    recorder.fail = lambda event: False
    assert services.retry(dead.pk)
    dispatcher.drain()
    assert len(recorder.done) == 1
    assert not services.retry(dead.pk), "what is done stays done"


def _server_now() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        return cursor.fetchone()[0]


def test_a_consumer_that_is_gone_keeps_its_deliveries_waiting(recorder: Recorder) -> None:
    tell(2)
    dispatcher.fan_out_batch()
    consumers._consumers.pop("recorder")
    dispatcher.drain()
    assert Delivery.objects.filter(consumer="recorder", done_at=None, attempts=1).count() == 2
    consumers.register(Consumer("recorder", recorder.handle))
    let_time_pass()
    dispatcher.drain()
    assert len(recorder.done) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_each_delivery_goes_to_one(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "BATCH", 7)
    ids = tell(60)
    together(dispatcher.drain, dispatcher.drain, dispatcher.drain)
    dispatcher.drain()  # What one skipped because another held it and then gave it up.
    assert Counter(recorder.got) == dict.fromkeys(ids, 1)
    assert not Outbox.objects.exists()
    report = verify_chain()
    assert (report.links, report.unsealed, report.broken_at) == (60, 0, None)


@pytest.mark.django_db(transaction=True)
def test_a_claim_lasts_until_its_lease_runs_out(recorder: Recorder) -> None:
    tell()
    dispatcher.fan_out_batch()
    assert len(dispatcher.claim_batch()) == 2
    assert dispatcher.claim_batch() == []
    Delivery.objects.update(due_at=F("due_at") - LEASE)
    assert len(dispatcher.claim_batch()) == 2


CHANGES: list[dict[str, Any]] = [
    {"data": {"number": "N9"}},
    {"at": now() - timedelta(days=1)},
    {"kind": "order.shipped"},
    {"subject_id": uuid7()},
    {"subject_type": "customer"},
    {"actor_id": uuid7()},
    {"actor_name": "somebody else"},
    {"actor_kind": "user"},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_the_chain_tells_of_any_changed_event(change: dict[str, Any]) -> None:
    ids = tell(4)
    dispatcher.drain()
    assert verify_chain().broken_at is None
    Event.objects.filter(pk=ids[2]).update(**change)
    assert verify_chain().broken_at == 3


@pytest.mark.parametrize("position", [1, 2, 4])
def test_the_chain_tells_of_a_removed_or_exchanged_link(position: int) -> None:
    tell(5)
    dispatcher.drain()
    with transaction.atomic():
        Seal.objects.filter(position=position).delete()
        assert verify_chain().broken_at == position
        transaction.set_rollback(True)
    one, other = Seal.objects.filter(position__in=[position, position + 1]).order_by("position")
    one.event_id, other.event_id = other.event_id, one.event_id
    Seal.objects.filter(pk__in=[one.pk, other.pk]).delete()
    Seal.objects.bulk_create([one, other])
    assert verify_chain().broken_at == position


def test_sealing_twice_adds_nothing() -> None:
    tell(3)
    dispatcher.drain()
    seal_events(list(Event.objects.order_by("id")))
    assert verify_chain().links == Seal.objects.count() == 3


def test_every_kind_of_event_has_a_sentence_in_both_languages() -> None:
    samples = {
        str: "x",
        int: 3,
        bool: True,
        list: ["a", "b"],
        dict: {"a": 1},
        float: 1.5,
        Decimal: "1",
        type(None): None,
    }
    for code, kind in kinds.all_kinds().items():
        data = {name: samples[t[0] if isinstance(t, tuple) else t] for name, t in kind.data.items()}
        kind.check(data)
        for language, template in (("en", kind.en), ("zh-hans", kind.zh)):
            named = {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}
            assert named <= {"actor", *kind.data}, f"{code} names what it does not have: {template}"
            sentence = kind.sentence(language, "Li Lei", data)
            assert sentence.strip()
            assert "{" not in sentence.replace("{'a': 1}", "")
        assert any("\u4e00" <= c <= "\u9fff" for c in kind.zh), code
        assert kind.en != kind.zh


def test_what_is_past_its_time_is_forgotten_and_nothing_else() -> None:
    instants = [now() - timedelta(hours=hours) for hours in (1, 23, 47, 49, 1000)]
    IdempotencyKey.objects.bulk_create(
        IdempotencyKey(id=uuid7(), digest="d", status=201, answer="", created_at=at) for at in instants
    )
    Session.objects.create(session_key="old", session_data="", expire_date=now() - timedelta(minutes=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now() + timedelta(minutes=1))
    assert tasks.forget_old() == (2, 1)
    assert IdempotencyKey.objects.filter(created_at__gte=now() - timedelta(hours=48)).count() == 3
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert tasks.forget_old() == (0, 0)
