"""One's notifications over REST: one's own, paged by key, read one by one or all at once."""

from typing import Any

import pytest
from django.test import Client

from openoms.core.clock import now
from openoms.core.ids import uuid7
from openoms.domains.identity.models import ApiKey, User
from openoms.domains.notifications.models import Notification
from openoms.domains.notifications.states import State
from openoms.flows.watch import comment_on
from openoms.jobs import dispatcher
from tests.api.conftest import Api
from tests.factories import make_key, make_order, make_user, owner

pytestmark = pytest.mark.django_db


def mine(api: Api) -> User:
    return ApiKey.objects.select_related("user").get(prefix=api.key[:8]).user


def make(user: User, subject: str = "S") -> Notification:
    return Notification.objects.create(
        id=uuid7(), user=user, channel="inbox", topic="order.assigned", language="en", subject=subject, body="B",
        state=State.SENT, due_at=now(), link="/orders/SO1/",
    )  # fmt: skip


def test_what_one_is_told_is_read_over_the_api(db: None) -> None:
    api = Api(Client(), make_key("sales"))
    person = mine(api)
    User.objects.filter(pk=person.pk).update(name="Shop")
    number = make_order().order.number
    comment_on(number, "Please look, @Shop", actor=owner())
    dispatcher.drain()
    items = api.get("/notifications").json()["items"]
    assert [item["topic"] for item in items] == ["comment.mention"]
    assert items[0]["link"] == f"/orders/{number}/"
    assert items[0]["read_at"] is None
    assert items[0]["event"]


def test_lists_page_by_key_and_show_unread_ones_alone(api: Api) -> None:
    rows = [make(mine(api), f"S{n}") for n in range(5)]
    first = api.get("/notifications?limit=3").json()
    second = api.get(f"/notifications?limit=3&cursor={first['next_cursor']}").json()
    subjects = [item["subject"] for item in first["items"] + second["items"]]
    assert subjects == ["S4", "S3", "S2", "S1", "S0"]
    assert second["next_cursor"] is None
    read = api.post(f"/notifications/{rows[4].pk}/read").json()
    again = api.post(f"/notifications/{rows[4].pk}/read").json()
    assert read["read_at"] == again["read_at"] is not None
    assert len(api.get("/notifications?unread=true").json()["items"]) == 4
    assert api.post("/notifications/read-all").json() == {"read": 4}
    assert api.post("/notifications/read-all").json() == {"read": 0}


@pytest.mark.parametrize("channel", ["inbox", "email"])
def test_nobody_elses_are_shown_or_touched(api: Api, channel: str) -> None:
    other: Any = make(make_user("sales"))
    Notification.objects.filter(pk=other.pk).update(channel=channel)
    assert api.get("/notifications").json()["items"] == []
    refused = api.post(f"/notifications/{other.pk}/read")
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_notification")
    api.post("/notifications/read-all")
    other.refresh_from_db()
    assert other.read_at is None


def test_without_a_key_nothing_is_told(db: None) -> None:
    assert Api(Client()).get("/notifications").status_code == 401
