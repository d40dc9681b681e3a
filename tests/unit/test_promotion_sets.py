"""Which units form sets, which are rewarded, and which are used up: by example, and against trying everything."""

from collections import Counter
from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.promotions import (
    AmountOff,
    Benefit,
    Bought,
    Ladder,
    Percent,
    Promotion,
    Rung,
    SetPrice,
    Units,
)
from openoms.domains.pricing.sets import Run, Taken, earn, form_sets, most_distinct_sets
from tests.till import amounts, costs, ring_up

D = Decimal
FREE = Percent(D(100))
A, B = Goods(skus=("A",)), Goods(skus=("B",))


def offer(
    units: Units, worth: object = FREE, target: str = "unit", code: str = "P", **fields: object
) -> Promotion:
    goods = fields.pop("goods", Goods())
    benefit = Benefit(worth, target, goods, units)  # type: ignore[arg-type]
    return Promotion(code, (benefit,), currency="CNY", **fields)  # type: ignore[arg-type]


def total(lines: list[tuple[str, str, int]], *promotions: Promotion, **till: object) -> Decimal:
    return ring_up(lines, *promotions, **till).total  # type: ignore[arg-type]


def test_of_every_three_the_cheapest_is_free() -> None:
    third = offer(Units(size=3, rewarded=1))
    for quantity, expected in ((2, 20), (3, 20), (5, 40), (6, 40), (7, 50)):
        assert total([("A", "10", quantity)], third) == expected
    assert total([("A", "10", 2), ("B", "4", 1)], third) == 20
    # Two sets of six: the two cheapest of all.
    assert total([("A", "10", 4), ("B", "4", 2)], third) == 40


def test_the_dearest_the_first_and_the_cheapest_are_picked() -> None:
    lines = [("M", "20", 1), ("D", "30", 1), ("C", "10", 1)]
    for pick, expected in (("cheapest", 50), ("dearest", 30), ("first", 40)):
        assert total(lines, offer(Units(size=3, rewarded=1, pick=pick))) == expected  # type: ignore[arg-type]


def test_sets_of_the_same_and_of_different_goods() -> None:
    lines = [("A", "10", 3), ("B", "6", 1)]
    assert total(lines, offer(Units(size=2, rewarded=1))) == 36 - 6 - 10
    assert total(lines, offer(Units(size=2, rewarded=1, mode="same"))) == 26
    assert total(lines, offer(Units(size=2, rewarded=1, mode="distinct"))) == 30
    wares = {"A": {"product": "T"}, "B": {"product": "T"}}
    assert total(lines, offer(Units(size=2, rewarded=1, mode="distinct")), wares=wares) == 36
    by_sku = offer(Units(size=2, rewarded=1, mode="distinct", by="sku"))
    assert total(lines, by_sku, wares=wares) == 30
    assert total(lines, offer(Units(size=4, rewarded=1, mode="same")), wares=wares) == 30


def test_a_full_set_may_open_every_matching_unit() -> None:
    three = offer(Units(size=3), Percent(D(10)))
    assert total([("A", "10", 2)], three) == 20
    assert total([("A", "10", 3), ("B", "5", 1)], three) == D("31.50")
    worth = offer(Units(worth=D(30)), Percent(D(10)))
    assert total([("A", "10", 2)], worth) == 20
    assert total([("A", "10", 3)], worth) == 27
    distinct = offer(Units(size=2, mode="distinct"), Percent(D(50)))
    assert total([("A", "10", 3), ("B", "5", 1)], distinct) == D("27.50")
    dear = offer(Units(size=2, mode="distinct", worth=D(16)), Percent(D(50)))
    assert total([("A", "10", 3), ("B", "5", 1)], dear) == 35


def test_a_set_has_a_price_or_an_amount_off_of_its_own() -> None:
    three = Units(size=3, rewarded=3)
    lines = [("A", "10", 5), ("B", "4", 2)]
    # The six cheapest in two sets, 4 + 4 + 4 × 10, and one more at 10.
    assert total(lines, offer(three, SetPrice(D(15)), "items")) == 40
    assert total(lines, offer(three, AmountOff(D(5)), "items")) == 48
    assert total(lines, offer(three, SetPrice(D(30)), "items")) == 58


def test_caps_on_units_lines_and_sets() -> None:
    lines = [("A", "10", 4), ("B", "6", 4)]
    assert total(lines, offer(Units(most=3))) == 64 - 18
    assert total(lines, offer(Units(most=3, pick="dearest"))) == 34
    assert total(lines, offer(Units(most_per_line=1))) == 48
    assert total(lines, offer(Units(most_per_line=3, most=4))) == 64 - 28
    assert total(lines, offer(Units(size=2, rewarded=1, most_sets=1))) == 58
    # A limit on sets is one for all goods together: the cheapest of all form theirs first.
    same = Units(size=2, rewarded=1, mode="same", most_sets=3)
    assert total(lines, offer(same)) == 64 - 12 - 10
    assert total(lines[::-1], offer(same)) == 42
    assert total(lines, offer(Units(size=2, rewarded=1, mode="distinct", most_sets=1))) == 58


def test_fractions_of_a_piece_are_in_no_set() -> None:
    assert ring_up([("A", "10", "3.9")], offer(Units(size=2, rewarded=1))).total == 29
    assert ring_up([("A", "10", "0.9")], offer(Units(size=1, rewarded=1))).total == 9


def buy(quantity: int, get: int, goods: Goods = A, of: Goods = B, **units: object) -> Promotion:
    return offer(Units(bought=Bought(goods, quantity, get), **units), goods=of)  # type: ignore[arg-type]


def test_buying_earns_other_goods_or_the_same() -> None:
    lines = [("A", "10", 5), ("B", "4", 3)]
    assert total(lines, buy(2, 1)) == 62 - 8
    assert total(lines, buy(2, 2)) == 62 - 12
    assert total(lines, buy(2, 1, most_sets=1)) == 58
    assert total(lines, buy(2, 1, most=1)) == 58
    assert total(lines, buy(6, 1)) == 62
    assert total([("A", "10", 5)], buy(2, 1)) == 50
    # Of one kind: those bought are not themselves given. Of 5, two earn one twice over; of 7, twice and a part.
    for quantity, expected in ((2, 20), (3, 20), (5, 40), (6, 40), (8, 60)):
        assert total([("A", "10", quantity)], buy(2, 1, A, A)) == expected
    for quantity, expected in ((2, 10), (3, 10), (4, 20)):
        assert total([("A", "10", quantity)], buy(1, 2, A, A)) == expected


def test_what_cannot_be_given_qualifies_first_then_the_dearest() -> None:
    every = Goods(skus=("A", "B"))
    assert total([("A", "10", 1), ("B", "4", 1)], buy(1, 1, every, B)) == 10
    assert total([("A", "10", 1), ("B", "4", 2)], buy(1, 1, every, B)) == 14
    assert total([("A", "10", 2), ("B", "4", 2)], buy(1, 1, every, every)) == 20
    assert (
        total([("A", "10", 1), ("B", "4", 1), ("C", "2", 1)], buy(1, 1, Goods(), Goods(), pick="dearest"))
        == 12
    )


def test_a_used_up_unit_earns_nothing_more_from_such_offers() -> None:
    pair = Units(size=2, rewarded=1)
    first, second = offer(pair, code="A", uses_up=True), offer(pair, code="B", uses_up=True)
    third = offer(pair, code="C")
    for quantity, expected in ((2, 10), (3, 20), (4, 20)):
        assert total([("A", "10", quantity)], first, second) == expected
    # Units at 0 are still units; who does not ask about used ones counts them.
    assert total([("A", "10", 2)], first, third) == 10
    assert total([("A", "10", 4)], first, offer(Units(), Percent(D(50)), code="B", uses_up=True)) == 20
    assert total([("A", "10", 5)], first, offer(Units(), Percent(D(50)), code="B", uses_up=True)) == 25


def test_only_units_that_earned_or_got_something_are_used_up() -> None:
    half = offer(Units(), Percent(D(50)), code="Z", uses_up=True)
    # Nothing given: the ladder is not reached.
    ladder = Ladder((Rung(D(1000), D(10)),))
    assert total([("A", "10", 4)], offer(Units(), ladder, uses_up=True), half) == 20
    # A cap on units lets go of the rest.
    assert total([("A", "10", 4)], offer(Units(most=1), uses_up=True), half) == 15
    assert total([("A", "10", 9)], offer(Units(size=3, rewarded=1, most=1), uses_up=True), half) == 50
    assert total([("A", "10", 9)], buy_same(most=1), half) == 20 + 30
    per_line = offer(Units(size=2, rewarded=1, most_per_line=1), uses_up=True)
    assert total([("A", "10", 6)], per_line, half) == 30
    # Of a line by line ladder only the line that reached it.
    by_line = Ladder((Rung(D(3), D(100)),), by="line_quantity")
    assert total([("A", "10", 3), ("B", "10", 2)], offer(Units(), by_line, uses_up=True), half) == 10
    assert total([("A", "10", 4)], offer(Units(size=2, most=1), uses_up=True), half) == 20
    # What qualified by its worth is used, all of it.
    assert total([("A", "10", 4)], offer(Units(worth=D(20), most=1), uses_up=True), half) == 30


def buy_same(**units: object) -> Promotion:
    return Promotion(
        "P",
        (Benefit(FREE, "unit", A, Units(bought=Bought(A, 2, 1), **units)),),  # type: ignore[arg-type]
        uses_up=True,
    )


def test_slices_of_a_line_keep_what_each_unit_costs() -> None:
    lines = [("A", "10", 6)]
    result = ring_up(
        lines, offer(Units(most=2), Percent(D(50)), code="A"), offer(Units(most=3), Percent(D(10)), code="B")
    )
    # 2 × 5 and 4 × 10; then the three cheapest: 0.50 + 0.50 + 1.
    assert costs(result) == amounts(48)


# Against trying everything ----------------------------------------------------------------------------------------------

counts = st.lists(st.integers(1, 4), min_size=1, max_size=4)


def runs_of(numbers: list[int], prices: list[int]) -> list[Run]:
    return [
        Run(at, at, f"k{at}", D(price), count, at)
        for at, (count, price) in enumerate(zip(numbers, prices, strict=False))
    ]


@st.composite
def small_runs(draw: st.DrawFn) -> list[Run]:
    numbers = draw(counts)
    return runs_of(numbers, [draw(st.integers(1, 5)) for _ in numbers])


@settings(max_examples=500, deadline=None)
@given(counts, st.integers(1, 4))
def test_as_many_distinct_sets_are_formed_as_can_be(numbers: list[int], size: int) -> None:
    def best(left: tuple[int, ...]) -> int:
        able = [i for i, count in enumerate(left) if count]
        if len(able) < size:
            return 0
        # Taking from the fullest keys is as good as any; trying each proves it for small ones.
        return max(
            1 + best(tuple(count - (i in taken) for i, count in enumerate(left)))
            for taken in combinations(sorted(able, key=lambda i: -left[i])[: size + 1], size)
        )

    assert most_distinct_sets(numbers, size) == best(tuple(sorted(numbers)))


def contained(taken: Taken, runs: list[Run]) -> bool:
    there = {run.at: run.count for run in runs}
    for part in (taken.rewarded, taken.used):
        sums: Counter[int] = Counter()
        for run in part:
            sums[run.at] += run.count
        if any(count > there[at] or count <= 0 for at, count in sums.items()):
            return False
    return True


@st.composite
def unit_rules(draw: st.DrawFn) -> Units:
    size = draw(st.integers(1, 4))
    return Units(
        size=size,
        rewarded=draw(st.integers(0, size)),
        mode=draw(st.sampled_from(["any", "same", "distinct"])),
        pick=draw(st.sampled_from(["cheapest", "dearest", "first"])),
        most=draw(st.integers(0, 5)),
        most_per_line=draw(st.integers(0, 3)),
        most_sets=draw(st.integers(0, 3)),
    )


@settings(max_examples=500, deadline=None)
@given(small_runs(), unit_rules())
def test_sets_hold_no_more_than_is_there_and_use_what_they_reward(runs: list[Run], units: Units) -> None:
    taken = form_sets(runs, units)
    assert contained(taken, runs)
    rewarded, used = (sum(run.count for run in part) for part in (taken.rewarded, taken.used))
    assert rewarded <= used
    if units.rewarded:
        assert rewarded <= taken.sets * units.rewarded
        assert used <= taken.sets * units.size
        assert not units.most_sets or taken.sets <= units.most_sets
    if units.most:
        assert rewarded <= units.most
    assert form_sets(runs[::-1], units).sets == taken.sets


@settings(max_examples=500, deadline=None)
@given(small_runs(), st.integers(1, 3), st.integers(1, 3))
def test_sets_of_any_or_the_same_are_as_many_as_fit(runs: list[Run], size: int, rewarded: int) -> None:
    rewarded = min(size, rewarded)
    for mode, expected in (
        ("any", sum(run.count for run in runs) // size),
        ("same", sum(run.count // size for run in runs)),
    ):
        taken = form_sets(runs, Units(size=size, rewarded=rewarded, mode=mode))  # type: ignore[arg-type]
        assert taken.sets == expected
        assert sum(run.count for run in taken.rewarded) == expected * rewarded


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(1, 3), st.integers(1, 3))
def test_buying_earns_as_many_units_as_any_choice_could(
    only: int, shared: int, free: int, quantity: int, get: int
) -> None:
    bought = [Run(0, 0, "a", D(3), only), Run(1, 1, "b", D(2), shared)]
    given_ = [Run(1, 1, "b", D(2), shared), Run(2, 2, "c", D(1), free)]
    taken = earn(
        [run for run in bought if run.count],
        [run for run in given_ if run.count],
        Units(bought=Bought(A, quantity, get)),
    )
    # Every split of the shared units between both ends.
    best = max(min((only + q) // quantity * get, free + shared - q) for q in range(shared + 1))
    rewarded = sum(run.count for run in taken.rewarded)
    assert rewarded == best
    assert contained(
        taken, [Run(0, 0, "a", D(3), only), Run(1, 1, "b", D(2), shared), Run(2, 2, "c", D(1), free)]
    )
    qualified = sum(run.count for run in taken.used) - rewarded
    assert qualified == taken.sets * quantity
