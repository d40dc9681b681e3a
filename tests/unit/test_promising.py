"""Available to promise by day, and who gets what arrives."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.domains.inventory.atp import Dated, Position, availability, together
from openoms.domains.inventory.backorders import Shared, Waiting, share

D = Decimal
TODAY = date(2026, 3, 2)
many = settings(max_examples=300, deadline=None)


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


def test_what_is_kept_for_a_later_promise_is_not_available_before() -> None:
    position = Position(
        D(10), D(2), D(1), (Dated(day(5), D(20)),), (Dated(day(3), D(4)), Dated(day(-1), D(1)))
    )
    known = availability(position, TODAY)
    assert [(one.day, one.projected, one.available) for one in known.days] == [
        (TODAY, D(6), D(2)),
        (day(3), D(2), D(2)),
        (day(5), D(22), D(22)),
    ]
    assert [known.on(day(n)) for n in (-1, 0, 4, 5, 99)] == [0, 2, 2, 22, 22]
    assert [known.promise(D(n)) for n in (2, 3, 22, 23)] == [TODAY, day(5), day(5), None]
    assert known.why(D(2)).code == "from_stock"
    assert known.why(D(3)).data == {"quantity": "3", "day": "2026-03-07", "available": "22", "today": "2"}
    assert known.why(D(23)).data == {"quantity": "23", "lacks": "1"}


def test_a_quantity_is_told_in_parts_and_a_set_needs_all_of_its_parts() -> None:
    bolts = availability(Position(D(3), incoming=(Dated(day(5), D(20)),)), TODAY)
    assert bolts.parts(D(2)) == ((TODAY, D(2)),)
    assert bolts.parts(D(8)) == ((TODAY, D(3)), (day(5), D(5)))
    assert bolts.parts(D(99)) == ((TODAY, D(3)), (day(5), D(20)))
    nuts = availability(Position(D(9), incoming=(Dated(day(2), D(2)),)), TODAY)
    # One bolt and four nuts make a set.
    sets = together([(bolts, D(1)), (nuts, D(4))])
    assert [(one.day, one.available) for one in sets.days] == [(TODAY, 2), (day(2), 2), (day(5), 2)]
    assert sets.parts(D(2)) == ((TODAY, D(2)),)


def test_nothing_is_promised_on_goods_that_are_late() -> None:
    known = availability(Position(D(1), incoming=(Dated(day(-2), D(50), "PO-7"),)), TODAY)
    assert known.promise(D(2)) is None
    assert [(one.code, one.about) for one in known.trace] == [("stock", ""), ("overdue", "PO-7")]


dated = st.lists(st.builds(Dated, st.integers(-3, 12).map(day), st.integers(1, 9).map(D)), max_size=6).map(
    tuple
)
positions = st.builds(
    Position, st.integers(0, 30).map(D), st.integers(0, 9).map(D), st.integers(0, 5).map(D), dated, dated
)


@many
@given(positions, st.integers(0, 14), st.integers(1, 30))
def test_a_promise_can_be_kept_beside_all_others(position: Position, wanted_day: int, quantity: int) -> None:
    known = availability(position, TODAY)
    assert [one.available for one in known.days] == sorted(one.available for one in known.days)
    amount = known.on(day(wanted_day))
    taken = Position(
        position.on_hand,
        position.reserved,
        position.safety,
        position.incoming,
        (*position.demands, Dated(day(wanted_day), amount)),
    )
    if amount:
        # Nothing more could have been promised, and nothing becomes short by it.
        after = availability(taken, TODAY)
        assert min(one.projected for one in after.days if one.day >= day(wanted_day)) == 0
    promised = known.promise(D(quantity))
    if promised is not None:
        assert known.on(promised) >= quantity
        assert promised == TODAY or known.on(promised - timedelta(days=1)) < quantity
    else:
        assert known.on(day(99)) < quantity


SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def waits(key: str, sku: str, quantity: int, *, order: str = "", promised: int | None = None, priority: int = 1,
          age: int = 0, complete: bool = False) -> Waiting:  # fmt: skip
    return Waiting(
        key, order or key, sku, D(quantity), SINCE - timedelta(days=age),
        None if promised is None else day(promised), priority, complete,
    )  # fmt: skip


def given_out(shared: Shared) -> list[tuple[str, int, str]]:
    return [(one.key, int(one.quantity), one.reason) for one in shared.given]


def test_promise_then_priority_then_age() -> None:
    shared = share(
        {"A": D(9)},
        [
            waits("never", "A", 2, age=99),
            waits("late", "A", 2, promised=9),
            waits("old", "A", 2, promised=5, priority=2, age=9),
            waits("young", "A", 2, promised=5, priority=2),
            waits("vip", "A", 2, promised=5),
        ],
    )
    assert given_out(shared) == [
        ("vip", 2, "whole"),
        ("old", 2, "whole"),
        ("young", 2, "whole"),
        ("late", 2, "whole"),
        ("never", 1, "partly"),
    ]
    assert share({}, [waits("x", "A", 1)]).trace[0].code == "nothing_left"


def test_an_order_that_ships_complete_is_overtaken_until_all_of_it_is_there() -> None:
    waiting = [
        waits("1", "A", 3, order="whole", promised=1, complete=True),
        waits("2", "B", 1, order="whole", promised=9, complete=True),
        waits("3", "A", 4, promised=5),
    ]
    assert given_out(share({"A": D(5)}, waiting)) == [("3", 4, "whole")]
    shared = share({"A": D(7)}, waiting)
    assert given_out(shared) == [("3", 4, "whole"), ("1", 3, "set_aside")]
    assert [(one.code, one.about) for one in shared.trace][-1] == ("not_whole", "2")
    assert given_out(share({"A": D(5), "B": D(2)}, waiting)) == [
        ("1", 3, "whole"),
        ("2", 1, "whole"),
        ("3", 2, "partly"),
    ]
    kept = share({"A": D(5)}, waiting, may_overtake=False)
    assert given_out(kept) == [("1", 3, "set_aside"), ("3", 2, "partly")]
    assert share({"A": D(5)}, waiting).left == (("A", D(1)),)


lines = st.lists(
    st.builds(
        lambda sku, n, order, promised, priority, complete: waits(
            "", sku, n, order=f"O{order}", promised=promised, priority=priority, complete=complete
        ),
        st.sampled_from("ABC"), st.integers(1, 6), st.integers(0, 4), st.none() | st.integers(0, 5),
        st.integers(1, 2), st.booleans(),
    ),
    max_size=10,
).map(lambda found: [Waiting(f"L{i}", f"{w.order}{w.complete}", *_rest(w)) for i, w in enumerate(found)])  # fmt: skip


def _rest(one: Waiting) -> tuple[str, Decimal, datetime, date | None, int, bool]:
    return one.sku, one.quantity, one.since, one.promised, one.priority, one.complete


@many
@given(
    st.dictionaries(st.sampled_from("ABC"), st.integers(0, 15).map(D)),
    lines,
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_all_that_can_be_used_is_given_once(
    arrived: dict[str, Decimal], waiting: list[Waiting], may_overtake: bool, rng: Random
) -> None:
    shared = share(arrived, waiting, may_overtake=may_overtake)
    left = dict(shared.left)
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in shared.given:
        sums[one.sku] += one.quantity
    for sku, amount in arrived.items():
        assert sums[sku] + left.get(sku, D(0)) == amount
    got = {one.key: one.quantity for one in shared.given}
    assert len(got) == len(shared.given)
    for line in waiting:
        amount = got.get(line.key, D(0))
        if line.complete:
            assert amount in {D(0), line.quantity}
            # What is left is too little for it.
            assert amount or left.get(line.sku, D(0)) < line.quantity
        else:
            assert D(0) <= amount <= line.quantity
            assert amount == line.quantity or not left.get(line.sku)
    shuffled = list(waiting)
    rng.shuffle(shuffled)
    assert share(arrived, shuffled, may_overtake=may_overtake) == shared
