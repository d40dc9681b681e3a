"""Moving work on the plan: what it does is shown before, and is what it does."""

from datetime import timedelta
from decimal import Decimal

import pytest

from openoms.core import firm
from openoms.core.errors import InvalidInput
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.supply.errors import IllegalStep, NoSuchSupply
from openoms.domains.supply.models import ProductionOrder
from openoms.domains.supply.types import ProductionInput
from openoms.flows import produce
from openoms.flows.plan_supply import propose_supply, schedule_production
from openoms.flows.replan import move_production, preview_move
from tests.factories import make_order, owner, staff, stock_up
from tests.shop import make_shop

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def work() -> list[ProductionOrder]:
    """Three orders of seven desks, a day of the saw each, due one after another."""
    make_shop()
    stock_up("TOP", 99)
    stock_up("LEG", 999)
    rows = [
        produce.plan_production(
            ProductionInput("DESK", D(7), firm.today() + timedelta(days=20 + n)), actor=owner()
        )
        for n in range(3)
    ]
    schedule_production(actor=owner())
    return read(rows)


def read(rows: list[ProductionOrder]) -> list[ProductionOrder]:
    return [ProductionOrder.objects.get(pk=row.pk) for row in rows]


def begin(row: ProductionOrder) -> int:
    assert row.starts_on is not None
    return (row.starts_on - firm.today()).days


def test_the_last_moved_to_the_front_makes_the_others_give_way_as_was_shown(
    work: list[ProductionOrder],
) -> None:
    first, _second, last = work
    assert first.starts_on is not None
    before = {row.pk: row.finishes_on for row in work}
    preview = preview_move(last.pk, first.starts_on, actor=owner())
    assert preview.effects[0].order.pk == last.pk
    assert {one.order.pk for one in preview.effects} == set(before)
    assert {row.pk: row.finishes_on for row in read(work)} == before
    move_production(last.pk, first.starts_on, actor=owner())
    after = {row.pk: row.finishes_on for row in read(work)}
    assert after == {one.order.pk: one.after for one in preview.effects}
    assert read(work)[2].is_frozen
    schedule_production(actor=owner())
    assert {row.pk: row.finishes_on for row in read(work)} == after
    told = Event.objects.filter(kind="production.changed", subject_id=last.pk).get()
    assert told.data["after"] == {"starts_on": first.starts_on.isoformat()}


def test_what_is_moved_back_lets_others_pass_and_tells_which_becomes_late(
    work: list[ProductionOrder],
) -> None:
    first = work[0]
    late = first.due + timedelta(days=5)
    preview = preview_move(first.pk, late, actor=owner())
    mine = next(one for one in preview.effects if one.order.pk == first.pk)
    assert (mine.is_late, mine.was_late) == (True, False)
    assert preview.starts_on is not None
    assert preview.starts_on >= late
    assert all(not one.is_late for one in preview.effects if one.order.pk != first.pk)


def test_the_orders_of_customers_behind_the_work_are_named(work: list[ProductionOrder]) -> None:
    number = make_order(lines=[("DESK", 2)]).order.number
    propose_supply(actor=owner())
    row = ProductionOrder.objects.get(demands__line__order__number=number)
    assert row.starts_on is not None
    preview = preview_move(row.pk, row.starts_on + timedelta(days=7), actor=owner())
    assert [number] in [list(one.numbers) for one in preview.effects]


def test_what_was_begun_or_a_day_that_is_over_is_refused(work: list[ProductionOrder]) -> None:
    first = work[0]
    today = firm.today()
    for day in (today - timedelta(days=1), today + timedelta(days=400)):
        for deed in (preview_move, move_production):
            with pytest.raises(InvalidInput):
                deed(first.pk, day, actor=owner())
    with pytest.raises(MissingPermission):
        move_production(first.pk, today, actor=staff("sales"))
    produce.release_production(first.pk, actor=owner())
    produce.start_production(first.pk, actor=owner())
    with pytest.raises(IllegalStep):
        move_production(first.pk, today + timedelta(days=3), actor=owner())
    with pytest.raises(NoSuchSupply):
        preview_move(first.sku_id, today, actor=owner())
    assert begin(read(work)[0]) == begin(first)
