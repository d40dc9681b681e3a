"""Lifecycle, permissions, the event kinds and the chain: pure rules."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from openoms.core.errors import Conflict
from openoms.core.types import Actor
from openoms.domains.events import chain
from openoms.domains.events.kinds import EventKind, declare
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.identity.permissions import ADMINISTRATOR, DEFAULT_GRANTS, Perm
from openoms.domains.identity.rules import require, system
from openoms.domains.orders.rules import NEXT, check_move, next_actions
from openoms.domains.orders.states import FulfilmentState, Status

KIND = EventKind(
    "x.done", "x", {"number": str, "of": list}, "{actor} did {number}: {of}", "{actor} 做了 {number}：{of}"
)
AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_every_status_says_what_may_follow_and_ends_are_ends() -> None:
    assert set(NEXT) == set(Status)
    assert not NEXT[Status.COMPLETED]
    assert not NEXT[Status.CANCELLED]
    assert all(Status.CANCELLED in NEXT[s] for s in (Status.DRAFT, Status.SUBMITTED, Status.APPROVED))


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("target", list(Status))
def test_a_move_is_allowed_exactly_where_the_table_has_it(status: Status, target: Status) -> None:
    if target in NEXT[status]:
        check_move("SO1", status, target)
    else:
        with pytest.raises(Conflict):
            check_move("SO1", status, target)


def test_next_actions_need_the_permission() -> None:
    may = frozenset({Perm.ORDER_SUBMIT})
    assert next_actions("draft", FulfilmentState.UNALLOCATED, may) == ("submit",)
    assert next_actions("submitted", FulfilmentState.UNALLOCATED, may) == ("withdraw",)
    assert next_actions("approved", FulfilmentState.UNALLOCATED, may) == ("withdraw",)
    assert next_actions("approved", FulfilmentState.PICKING, may) == ()
    assert next_actions("completed", FulfilmentState.DELIVERED, may) == ()
    assert next_actions("draft", FulfilmentState.UNALLOCATED, frozenset()) == ()


def test_require_names_what_is_missing() -> None:
    with pytest.raises(MissingPermission) as refused:
        require(Actor("user", "Ann"), Perm.ORDER_VIEW)
    assert refused.value.data == {"permission": "order.view"}
    require(system("worker"), *Perm)


def test_the_administrator_starts_with_everything_and_customers_with_nothing() -> None:
    assert DEFAULT_GRANTS[ADMINISTRATOR][2] == frozenset(Perm)
    assert not DEFAULT_GRANTS["customer"][2]


def test_a_kind_speaks_both_languages() -> None:
    data = {"number": "SO1", "of": ["a", "b"]}
    assert KIND.sentence("en", "Ann", data) == "Ann did SO1: a, b"
    assert KIND.sentence("zh-hans", "Ann", data) == "Ann 做了 SO1：a, b"
    assert KIND.sentence("en", "Ann", {"number": "", "of": []}) == "Ann did –: –"


@pytest.mark.parametrize(
    "data", [{}, {"number": "1"}, {"number": 1, "of": []}, {"number": "1", "of": [], "more": 1}]
)
def test_data_of_another_shape_is_a_bug(data: dict[str, object]) -> None:
    with pytest.raises(AssertionError):
        KIND.check(data)


def test_a_kind_is_declared_once() -> None:
    declare("test.once", subject="x", en="a", zh="b")
    with pytest.raises(AssertionError):
        declare("test.once", subject="x", en="a", zh="b")


def test_a_link_of_the_chain_covers_all_of_an_event() -> None:
    def link(**change: object) -> str:
        parts: dict[str, object] = {
            "previous": chain.GENESIS,
            "event_id": UUID(int=1),
            "at": AT,
            "kind": "k",
            "subject": ("order", UUID(int=2)),
            "actor": ("user", None, "Ann"),
            "data": {"b": 1, "a": 2},
        }
        return chain.link(**{**parts, **change})  # type: ignore[arg-type]

    whole = link()
    assert whole == link(data={"a": 2, "b": 1})
    changes: list[dict[str, object]] = [
        {"previous": "1" * 64}, {"event_id": UUID(int=9)}, {"kind": "j"}, {"data": {"a": 2}}, {"actor": ("user", None, "Bob")}, {"subject": ("line", UUID(int=2))},
    ]  # fmt: skip
    assert whole not in [link(**change) for change in changes]
