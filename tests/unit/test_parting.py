"""May orders be split, and which become one: pure."""

from dataclasses import replace
from typing import Any

import pytest

from openoms.domains.orders.errors import CannotMerge
from openoms.domains.orders.parting import (
    DIFFERENCES,
    STATES,
    Standing,
    merge_refusal,
    place_of,
    state_refusal,
)

HOME = place_of({"name": "Li", "country": "CN", "line": "1", "problems": ["postcode_missing"]})
ONE = Standing("SO1", "approved", "allocated", False, False, 1, "web", "CNY", True, "credit", (HOME, None))
TWO = replace(ONE, number="SO2", fulfilment_state="backordered")


def test_what_the_check_of_an_address_found_does_not_tell_it_from_another() -> None:
    assert place_of({"name": "Li", "country": "CN", "line": "1", "phone": None}) == HOME


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, ""),
        ({"fulfilment_state": "unallocated"}, ""),
        ({"status": "draft"}, "not_approved"),
        ({"status": "submitted"}, "not_approved"),
        ({"status": "cancelled"}, "not_approved"),
        ({"fulfilment_state": "picking"}, "begun"),
        ({"is_performed": True}, "begun"),
        ({"historical": True}, "imported"),
    ],
)
def test_only_approved_orders_nobody_has_begun_on(values: dict[str, Any], reason: str) -> None:
    changed = replace(ONE, **values)
    assert state_refusal(changed) == reason
    assert merge_refusal([TWO, changed]) == ((reason, "SO1") if reason else ("", ""))
    assert not reason or reason in STATES


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"customer": 2}, "other_customer"),
        ({"channel": "desk"}, "other_channel"),
        ({"currency": "USD"}, "other_currency"),
        ({"tax_inclusive": False}, "other_tax"),
        ({"terms": "prepaid"}, "other_terms"),
        ({"address": (HOME, HOME)}, "other_address"),
    ],
)
def test_only_orders_of_one_kind_become_one(values: dict[str, Any], reason: str) -> None:
    assert merge_refusal([ONE, replace(TWO, **values)]) == (reason, "SO2")
    assert reason in DIFFERENCES
    assert CannotMerge(reason, "SO2").data == {"reason": reason, "number": "SO2"}


def test_one_order_and_none_are_no_merger() -> None:
    assert merge_refusal([ONE, ONE]) == ("one_order", "SO1")
    assert merge_refusal([]) == ("one_order", "")
