"""Splitting and merging: quantities, money, goods, holds and remarks go with their lines; a merge undoes a split."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openoms.core.clock import now
from openoms.core.errors import StaleRevision
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.inventory.errors import CannotSplit
from openoms.domains.inventory.models import Backorder, Reservation, ToldDay
from openoms.domains.inventory.queries import wrong_stock
from openoms.domains.inventory.states import ReserveAt, ShipPolicy
from openoms.domains.orders.errors import CannotMerge, NoSuchOrder
from openoms.domains.orders.models import Hold, Instruction, Line, Lineage, Order, Pricing
from openoms.domains.orders.states import Terms
from openoms.domains.orders.types import NewInstruction
from openoms.domains.payments.errors import PaymentPassedOn
from openoms.domains.payments.models import Payment
from openoms.domains.payments.queries import wrong_totals
from openoms.domains.payments.states import Method
from openoms.domains.pricing.book import Discount
from openoms.flows.audit import audit
from openoms.flows.edit_warehouses import set_policy
from openoms.flows.hold import place_hold
from openoms.flows.merge import merge_orders, preview_merge
from openoms.flows.pay import record_payment, void_payment
from openoms.flows.revise import revise_draft
from openoms.flows.split import preview_split, split_order
from openoms.flows.steps.parting import Way
from openoms.flows.submit import withdraw_order
from openoms.jobs import dispatcher
from tests.factories import (
    make_configurable,
    make_customer,
    make_order,
    make_product,
    make_rules,
    make_sku,
    owner,
    request_for,
    staff,
    stock_up,
)
from tests.flows.approval_cast import FINANCE, kinds_of, make_rule, told

pytestmark = pytest.mark.django_db
D = Decimal
PLAIN = st.fractions(min_value=0, max_value=1)


def pay(order: Order, amount: str) -> Payment:
    return record_payment(order.number, D(amount), Method.CASH, "", now(), actor=owner())


def split(order: Order, taken: dict[int, Any], way: Way = Way.HAND) -> list[Order]:
    wanted = {position: D(quantity) for position, quantity in taken.items()}
    done = split_order(order.number, way, wanted, actor=owner())
    return [Order.objects.get(pk=row.pk) for row in (done.order, *done.parts)]


def kept(order: Order) -> dict[tuple[str, str], Decimal]:
    found: Counter[tuple[str, str]] = Counter()
    for row in Reservation.objects.filter(order=order, state="open").select_related(
        "stock__warehouse", "stock__sku", "line"
    ):
        assert row.line.order_id == order.pk
        found[row.stock.warehouse.code, row.stock.sku.code] += row.quantity  # type: ignore[assignment]
    return dict(found)  # type: ignore[arg-type]


def short(order: Order) -> dict[str, Decimal]:
    rows = Backorder.objects.filter(order=order).select_related("sku", "line")
    assert all(row.line.order_id == order.pk for row in rows)
    return {row.sku.code: row.quantity for row in rows}


def content(order: Order) -> dict[str, Any]:
    """An order's quantities and money, to the minor unit, however many rows hold them."""
    order.refresh_from_db()
    lines = {}
    for line in Line.objects.filter(order=order).prefetch_related("adjustments", "components"):
        off: Counter[str] = Counter()
        for one in line.adjustments.all():
            off[one.source] += one.amount  # type: ignore[assignment]
        lines[str(line.origin or line.id)] = (
            line.position, line.sku_id, line.quantity, line.gross, line.net, line.tax,
            {source: amount for source, amount in off.items() if amount},
            [(part.sku_id, part.quantity) for part in line.components.all()],
        )  # fmt: skip
    totals = [
        getattr(order, name)
        for name in (
            "items_total", "discount_total", "shipping_total", "shipping_tax", "tax_total", "total", "paid_total",
            "payment_state", "fulfilment_state", "open_holds",
        )
    ]  # fmt: skip
    return {"lines": lines, "totals": totals, "kept": kept(order), "short": short(order)}


def assert_adds_up(orders: list[Order], whole: dict[str, Any]) -> None:
    """Parts together hold what the whole did, and each is in itself sound."""
    sums = [sum(getattr(row, name) for row in orders) for name in ("items_total", "discount_total",
            "shipping_total", "shipping_tax", "tax_total", "total", "paid_total")]  # fmt: skip
    assert sums == whole["totals"][:7]
    for row in orders:
        lines = list(row.lines.prefetch_related("adjustments"))
        assert lines
        assert sum(line.net for line in lines) == row.items_total
        assert sum(line.tax for line in lines) + row.shipping_tax == row.tax_total
        assert row.open_holds == Hold.objects.filter(order=row, released_at=None).count()
        assert min(line.quantity for line in lines) > 0
    for name in ("kept", "short"):
        together: Counter[Any] = Counter()
        for row in orders:
            together.update(kept(row) if name == "kept" else short(row))
        assert dict(together) == whole[name]
    assert wrong_stock() == []
    assert wrong_totals() == []


# ---- splitting


def test_by_hand_money_and_quantities_are_conserved_and_both_know_of_each_other() -> None:
    make_rules()
    make_sku("NUT", "3.33")
    order = make_order(lines=[("BOLT", 3), ("NUT", 7)], discount=Discount("amount", D("5.01"))).order
    whole = content(order)
    first, second = split(order, {1: 1, 2: 7})
    assert_adds_up([first, second], whole)
    assert [(line.sku.code, line.quantity) for line in second.lines.select_related("sku")] == [
        ("BOLT", 1),
        ("NUT", 7),
    ]
    assert (first.number, first.revision, second.revision) == (order.number, 2, 1)
    assert second.customer_id == first.customer_id
    assert (second.status, second.placed_at, second.external_id) == ("approved", first.placed_at, "")
    row = Lineage.objects.get()
    assert (row.kind, row.parent_id, row.child_id) == ("split", first.pk, second.pk)
    assert told(first, "order.split")[0]["parts"] == [second.number]
    assert told(second, "order.split_off")[0]["of"] == first.number
    assert kinds_of(second)[-1] in {"order.split_off", "order.released"}


def test_what_is_there_leaves_and_what_is_short_becomes_the_second_order() -> None:
    stock_up(quantity=3)
    make_sku("NUT", "3")
    order = make_order(lines=[("BOLT", 5), ("NUT", 1)]).order
    ToldDay.objects.create(order=order, told_on=None, is_unknown=True)
    whole = content(order)
    first, second = split(order, {}, Way.AVAILABILITY)
    assert_adds_up([first, second], whole)
    assert (kept(first), short(first), first.fulfilment_state) == ({("HZ", "BOLT"): 3}, {}, "allocated")
    assert (kept(second), short(second)) == ({}, {"BOLT": 2, "NUT": 1})
    assert second.fulfilment_state == "backordered"
    assert first.open_holds == 0
    assert second.told_day.is_unknown, "what was told of the whole is not told again"
    assert set(Hold.objects.filter(order=second, released_at=None).values_list("kind", flat=True)) == {
        "stock"
    }
    assert audit() == []


def test_where_only_complete_orders_leave_the_part_that_is_there_is_released() -> None:
    stock_up(quantity=3)
    set_policy(ReserveAt.SUBMISSION, ShipPolicy.COMPLETE, ["fewest"], split_lines=True, actor=owner())
    order = make_order(lines=[("BOLT", 5)]).order
    order.refresh_from_db()
    assert (order.released_at, order.open_holds) == (None, 1)
    first, second = split(order, {}, Way.AVAILABILITY)
    assert first.released_at is not None
    assert (second.released_at, second.open_holds) == (None, 1)


def test_by_warehouse_each_part_keeps_what_lies_there() -> None:
    stock_up(quantity=3)
    stock_up(quantity=4, warehouse="SH")
    order = make_order(lines=[("BOLT", 7)]).order
    whole = content(order)
    assert len(whole["kept"]) == 2
    rows = split(order, {}, Way.WAREHOUSE)
    assert_adds_up(rows, whole)
    assert [list(kept(row)) for row in rows] == [[("HZ", "BOLT")], [("SH", "BOLT")]]
    dispatcher.drain()
    works = [row.fulfilments.get().warehouse.code for row in rows]
    assert works == ["HZ", "SH"], "each warehouse has its own order to send"


def test_bundles_are_not_broken_and_their_parts_go_along() -> None:
    make_configurable()
    stock_up("BOLT", 2)
    stock_up("NUT", 3)
    order = make_order(lines=[("SET", 3)]).order
    whole = content(order)
    first, second = split(order, {}, Way.AVAILABILITY)
    assert (first.lines.get().quantity, second.lines.get().quantity) == (1, 2)
    assert second.lines.get().components.count() == 2
    assert_adds_up([first, second], whole)


def test_remarks_holds_people_and_services_follow_sensibly() -> None:
    make_product("SERVICES", "Services", "service")
    make_sku("SET-UP", product="SERVICES")
    remark = NewInstruction("Mind the glass", blocking=True)
    order = make_order(lines=[("BOLT", 2), ("SET-UP", 1)], instructions=(remark,)).order
    place_hold(order.number, "Wait for a call", actor=owner())
    first, second = split(order, {2: 1})
    for row in (first, second):
        held = Hold.objects.filter(order=row, released_at=None)
        assert sorted(held.values_list("kind", flat=True)) == ["instruction", "manual"]
        assert Instruction.objects.filter(order=row, state="open").count() == 1
        assert row.released_at is None
    assert first.owner_id == second.owner_id
    assert second.lines.get().sku.code == "SET-UP"


def test_money_that_arrived_is_shared_by_entries_that_offset_each_other() -> None:
    order = make_order(lines=[("BOLT", 2)], terms=Terms.PREPAID).order
    payment = pay(order, "20.00")
    first, second = split(order, {1: 1})
    assert (first.paid_total, second.paid_total) == (D(10), D(10))
    assert {first.payment_state, second.payment_state} == {"partially_paid"}
    assert {hold.order_id for hold in Hold.objects.filter(kind="payment", released_at=None)} == {
        first.pk,
        second.pk,
    }
    entries = Payment.objects.filter(method="passed_on").order_by("amount")
    assert [(row.order_id, row.amount, row.reference) for row in entries] == [
        (first.pk, D(-10), second.number),
        (second.pk, D(10), first.number),
    ]
    with pytest.raises(PaymentPassedOn):
        void_payment(payment.pk, "mistake", actor=owner())
    with pytest.raises(PaymentPassedOn):
        void_payment(entries[1].pk, "mistake", actor=owner())
    pay(first, "2.50")
    first.refresh_from_db()
    assert (first.payment_state, first.released_at is not None) == ("paid", True)
    assert wrong_totals() == []


def test_a_part_does_not_claim_to_be_priced_by_itself_and_can_still_be_edited() -> None:
    make_sku("NUT", "3")
    customer = make_customer()
    order = make_order(customer, [("BOLT", 3), ("NUT", 2)], discount=Discount("amount", D(2))).order
    first, second = split(order, {1: 1, 2: 2})
    assert Pricing.objects.filter(order=order, revision=1).exists(), "the whole can still be priced again"
    for row in (first, second):
        pricing = Pricing.objects.get(order=row, revision=row.revision)
        assert pricing.inputs["split"]["of"] == order.number
        assert pricing.trace[0]["code"] == "split_from"
        assert D(pricing.inputs["discount"]["value"]) == row.discount_total
    asked = Pricing.objects.get(order=second).inputs
    assert [(line["sku"], line["quantity"]) for line in asked["lines"]] == [("BOLT", "1"), ("NUT", "2")]
    again = split(second, {2: 1})[1]
    assert [line["sku"] for line in Pricing.objects.get(order=again).inputs["lines"]] == ["NUT"]
    withdraw_order(second.number, actor=owner())
    revise_draft(second.number, request_for(customer, [("BOLT", 4)]), actor=owner())
    second.refresh_from_db()
    assert second.total == D(50)


@pytest.mark.parametrize(
    ("taken", "reason"),
    [
        ({}, "one_part"),
        ({1: 2, 2: 1}, "one_part"),
        ({9: 1}, "unknown_line"),
        ({1: 3}, "too_much"),
        ({1: 0}, "not_positive"),
        ({1: "0.5"}, "broken_piece"),
    ],
)
def test_what_makes_no_parts_is_refused_and_nothing_changes(taken: dict[int, Any], reason: str) -> None:
    make_sku("NUT", "3")
    order = make_order(lines=[("BOLT", 2), ("NUT", 1)]).order
    before = content(order), Event.objects.count(), Order.objects.count()
    with pytest.raises(CannotSplit) as refused:
        split(order, taken)
    assert refused.value.data["reason"] == reason
    with pytest.raises(CannotSplit):
        preview_split(order.number, Way.HAND, {k: D(v) for k, v in taken.items()}, actor=owner())
    assert (content(order), Event.objects.count(), Order.objects.count()) == before


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"status": "draft"}, "not_approved"),
        ({"status": "submitted"}, "not_approved"),
        ({"fulfilment_state": "picking"}, "begun"),
        ({"fulfilment_state": "partially_shipped"}, "begun"),
        ({"historical": True}, "imported"),
    ],
)
def test_only_approved_orders_nobody_has_begun_on_take_part(values: dict[str, Any], reason: str) -> None:
    customer = make_customer()
    order, other = (make_order(customer, [("BOLT", 2)]).order for _ in range(2))
    Order.objects.filter(pk=order.pk).update(**values)
    with pytest.raises(CannotSplit) as refused:
        split(order, {1: 1})
    assert refused.value.data["reason"] == reason
    with pytest.raises(CannotMerge) as also:
        merge_orders([order.number, other.number], actor=owner())
    assert (also.value.data["reason"], also.value.data["number"]) == (reason, order.number)
    with pytest.raises(MissingPermission):
        split_order(order.number, Way.HAND, {1: D(1)}, actor=staff("warehouse"))
    with pytest.raises(StaleRevision):
        split_order(other.number, Way.HAND, {1: D(1)}, actor=owner(), base_revision=5)


# ---- merging


def test_two_orders_leave_as_one_and_the_other_says_into_which() -> None:
    make_rules()
    stock_up(quantity=3)
    customer = make_customer()
    one = make_order(customer, [("BOLT", 2)], terms=Terms.PREPAID, external_id="A").order
    two = make_order(customer, [("BOLT", 4)], terms=Terms.PREPAID, external_id="B").order
    pay(two, "30")
    totals = one.total + two.total
    seen = preview_merge([two.number, one.number], actor=owner())
    assert (seen.order.number, seen.amounts.total) == (one.number, totals)
    merge_orders([two.number, one.number], actor=owner())
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.status, two.status, one.total, one.paid_total) == ("approved", "cancelled", totals, D(30))
    assert [line.quantity for line in one.lines.all()] == [2, 4]
    assert (kept(one), short(one)) == ({("HZ", "BOLT"): 3}, {"BOLT": 3})
    assert (two.paid_total, two.open_holds, kept(two), short(two)) == (0, 0, {}, {})
    assert two.lines.count() == 1, "it reads as it was"
    row = Lineage.objects.get()
    assert (row.kind, row.parent_id, row.child_id) == ("merge", two.pk, one.pk)
    assert told(one, "order.merged")[0]["merged"] == [two.number]
    assert told(two, "order.merged_away")[0]["into"] == one.number
    pay(one, str(one.total - 30))
    one.refresh_from_db()
    assert one.payment_state == "paid"
    assert audit() == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"channel_id": "web"}, "other_channel"),
        ({"currency": "USD"}, "other_currency"),
        ({"tax_inclusive": False}, "other_tax"),
        ({"terms": "prepaid"}, "other_terms"),
        ({"ship_to": {"country": "CN", "line": "elsewhere"}}, "other_address"),
    ],
)
def test_only_what_is_of_one_kind_is_merged(values: dict[str, Any], reason: str) -> None:
    customer = make_customer()
    one, two = (make_order(customer, [("BOLT", 2)], channel="desk").order for _ in range(2))
    Order.objects.filter(pk=two.pk).update(**values)
    before = Event.objects.count()
    with pytest.raises(CannotMerge) as refused:
        merge_orders([one.number, two.number], actor=owner())
    assert (refused.value.data["reason"], refused.value.data["number"]) == (reason, two.number)
    assert Event.objects.count() == before


def test_one_order_another_customers_and_none_are_refused() -> None:
    one, two = (make_order(make_customer(name)).order for name in ("Acme", "Other"))
    for numbers, reason in (([one.number] * 2, "one_order"), ([one.number, two.number], "other_customer")):
        with pytest.raises(CannotMerge) as refused:
            merge_orders(numbers, actor=owner())
        assert refused.value.data["reason"] == reason
    with pytest.raises(NoSuchOrder):
        merge_orders([one.number, "SO0"], actor=owner())
    with pytest.raises(NoSuchOrder):
        merge_orders([], actor=owner())


def test_what_is_more_together_is_to_be_approved_again() -> None:
    make_rule("LARGE", [FINANCE])
    customer = make_customer()
    one, two = (make_order(customer, [("BOLT", 60)]).order for _ in range(2))
    assert {one.status, two.status} == {"approved"}
    merge_orders([one.number, two.number], actor=owner())
    one.refresh_from_db()
    assert (one.status, one.released_at, one.total) == ("submitted", None, D(1500))
    assert Hold.objects.filter(order=one, kind="approval", released_at=None).exists()


@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
@given(
    quantities=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    shares=st.lists(PLAIN, min_size=4, max_size=4),
    stock=st.integers(0, 20),
    discount=st.integers(0, 300),
    paid=st.integers(0, 4000),
)
def test_a_merge_undoes_a_split(
    quantities: list[int], shares: list[Any], stock: int, discount: int, paid: int
) -> None:
    prices = ("12.50", "0.07", "3.33", "99.99")
    make_rules()
    codes = [f"W{i}" for i in range(len(quantities))]
    for code, price in zip(codes, prices, strict=False):
        make_sku(code, price)
        if stock:
            stock_up(code, stock)
    worth = sum(D(p) * q for p, q in zip(prices, quantities, strict=False))
    off = min(D(discount) / 100, worth)
    order = make_order(
        lines=list(zip(codes, quantities, strict=True)), terms=Terms.PREPAID,
        discount=Discount("amount", off) if off else None,
    ).order  # fmt: skip
    if paid:
        record_payment(order.number, D(paid) / 100, Method.CASH, "", now(), actor=owner())
    taken = {i + 1: int(q * shares[i]) for i, q in enumerate(quantities)}
    taken = {position: quantity for position, quantity in taken.items() if quantity}
    whole = content(order)
    if not taken or taken == {i + 1: q for i, q in enumerate(quantities)}:
        return
    first, second = split(order, taken)
    assert_adds_up([first, second], whole)
    merge_orders([first.number, second.number], actor=owner())
    assert content(order) == whole
    assert wrong_totals() == []
    assert wrong_stock() == []
    Order.objects.filter(pk__in=(first.pk, second.pk)).update(status="cancelled")
