"""Routing by examples: who serves an order, and how it says why."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from openoms.domains.inventory.covering import Together, cheapest_cover
from openoms.domains.inventory.routing import Allocation, Policy, Routed, Shortage, route
from openoms.domains.inventory.sites import (
    Demand,
    DemandLine,
    Incoming,
    Place,
    Site,
    Stock,
    distance_km,
)
from openoms.domains.inventory.strategies import (
    BALANCE,
    CHEAPEST,
    FEWEST,
    NEAREST,
    PRIORITY,
    SOONEST,
    STRATEGIES,
)

D = Decimal
HANGZHOU = Place("CN", "浙江省", "杭州市", 30.27, 120.16)
SHANGHAI = Place("CN", "上海市", "上海市", 31.23, 121.47)
GUANGZHOU = Place("CN", "广东省", "广州市", 23.13, 113.26)
SITES = (
    Site("GZ", GUANGZHOU, priority=3, parcel_cost=D(6), load=10),
    Site("HZ", HANGZHOU, priority=2, parcel_cost=D(9), load=90),
    Site("SH", SHANGHAI, priority=1, parcel_cost=D(12), load=60),
)


def demand(*wanted: tuple[str, int], complete: bool = False, at: datetime | None = None) -> Demand:
    lines = tuple(DemandLine(f"{i}", sku, D(quantity)) for i, (sku, quantity) in enumerate(wanted, 1))
    return Demand(lines, HANGZHOU, complete, at)


def stock(*incoming: Incoming, **has: dict[str, int]) -> Stock:
    """What each site has: `HZ={"A": 3}`."""
    return Stock(
        SITES, {(site, sku): D(n) for site, skus in has.items() for sku, n in skus.items()}, incoming
    )


def sources(routed: Routed) -> dict[str, str]:
    return {one.line: one.site for one in routed.allocations}


def steps(routed: Routed, code: str) -> list[tuple[str, dict[str, object]]]:
    return [(step.about, step.data) for step in routed.trace if step.code == code]


def test_the_one_warehouse_that_has_all_is_better_than_a_nearer_pair() -> None:
    routed = route(demand(("A", 2), ("B", 1)), stock(HZ={"A": 5}, SH={"B": 5}, GZ={"A": 2, "B": 1}), Policy())
    assert sources(routed) == {"1": "GZ", "2": "GZ"}
    assert [parcel.site for parcel in routed.parcels] == ["GZ"]
    assert steps(routed, "parcels") == [("", {"count": 1, "sites": ["GZ"]})]


def test_among_equals_the_nearest() -> None:
    everywhere = {"A": 5}
    routed = route(demand(("A", 2)), stock(HZ=everywhere, SH=everywhere, GZ=everywhere), Policy())
    assert sources(routed) == {"1": "HZ"}
    assert steps(routed, "score") == [
        ("fewest", {"sum": 1}),
        ("nearest", {"sum": 0}),
        ("cheapest", {"sum": 9_000_000}),
    ]


@pytest.mark.parametrize(
    ("strategy", "site"), [(NEAREST, "HZ"), (CHEAPEST, "GZ"), (PRIORITY, "SH"), (BALANCE, "GZ")]
)
def test_each_strategy_has_its_favourite(strategy: object, site: str) -> None:
    everywhere = {"A": 5}
    policy = Policy((strategy,))  # type: ignore[arg-type]
    assert sources(route(demand(("A", 2)), stock(HZ=everywhere, SH=everywhere, GZ=everywhere), policy)) == {
        "1": site
    }


def test_two_parcels_say_what_the_first_warehouse_lacks() -> None:
    routed = route(
        demand(("A", 2), ("B", 4), ("C", 1)), stock(SH={"A": 9, "B": 1, "C": 1}, HZ={"B": 4}), Policy()
    )
    assert sources(routed) == {"1": "SH", "2": "HZ", "3": "SH"}
    assert steps(routed, "lacks") == [("2", {"sku": "B", "from": "HZ", "site": "SH", "lacks": "3"})]


def test_a_line_is_split_only_when_nobody_has_it_whole() -> None:
    has = {"HZ": {"A": 6, "B": 1}, "SH": {"A": 4, "C": 1}}
    whole = route(demand(("A", 10), ("B", 1), ("C", 1)), stock(GZ={"A": 10}, **has), Policy())
    assert sources(whole) == {"1": "GZ", "2": "HZ", "3": "SH"}
    parts = route(demand(("A", 10), ("B", 1), ("C", 1)), stock(**has), Policy())
    assert steps(parts, "split_line") == [("1", {"sku": "A", "parts": [["HZ", "6"], ["SH", "4"]]})]
    assert len(parts.parcels) == 2


def test_a_policy_that_splits_no_line_takes_what_one_warehouse_has() -> None:
    routed = route(demand(("A", 10)), stock(HZ={"A": 6}, SH={"A": 7}), Policy(may_split_lines=False))
    assert routed.allocations == (Allocation("1", "A", "SH", D(7)),)
    assert routed.shortages == (Shortage("1", "A", D(3), None),)


def test_lines_of_one_sku_share_its_stock_and_stay_whole() -> None:
    routed = route(demand(("A", 5), ("A", 5)), stock(HZ={"A": 6}, SH={"A": 4}, GZ={"A": 10}), Policy())
    assert sources(routed) == {"1": "GZ", "2": "GZ"}
    packed = route(demand(("A", 4), ("A", 6)), stock(HZ={"A": 6}, SH={"A": 4}), Policy())
    assert sources(packed) == {"1": "SH", "2": "HZ"}
    assert {about for about, _ in steps(packed, "lacks")} == {"1"} or steps(packed, "shared_stock")


def test_lines_of_one_sku_that_may_not_be_split_each_come_from_one_warehouse() -> None:
    routed = route(demand(("A", 4), ("A", 9)), stock(HZ={"A": 6}, SH={"A": 4}), Policy(may_split_lines=False))
    assert [(one.line, one.site, one.quantity) for one in routed.allocations] == [
        ("1", "HZ", D(4)),
        ("2", "SH", D(4)),
    ]


def test_what_is_short_names_the_day_it_arrives() -> None:
    incoming = (
        Incoming("SH", "A", date(2026, 5, 9), D(2)),
        Incoming("HZ", "A", date(2026, 5, 3), D(3)),
        Incoming("XX", "A", date(2026, 5, 1), D(90)),
    )
    routed = route(demand(("A", 4), ("A", 4), ("B", 1)), stock(*incoming, HZ={"A": 3}), Policy())
    assert routed.shortages == (
        Shortage("1", "A", D(1), date(2026, 5, 3)),
        Shortage("2", "A", D(4), date(2026, 5, 9)),
        Shortage("3", "B", D(1), None),
    )
    assert steps(routed, "short")[0] == ("1", {"sku": "A", "quantity": "1", "day": "2026-05-03"})


def test_an_order_that_ships_complete_waits_with_what_is_there_or_without() -> None:
    wanted = demand(("A", 1), ("B", 1), complete=True)
    keeping = route(wanted, stock(HZ={"A": 1}), Policy())
    assert (keeping.waits, len(keeping.allocations)) == (True, 1)
    assert steps(keeping, "waits_complete") == [("", {"kept": 1})]
    leaving = route(wanted, stock(HZ={"A": 1}), Policy(keep_while_waiting=False))
    assert (leaving.waits, leaving.allocations, leaving.parcels) == (True, (), ())
    assert [one.line for one in leaving.shortages] == ["2"]
    assert not route(wanted, stock(HZ={"A": 1, "B": 1}), Policy()).waits


def test_closed_warehouses_and_stock_below_nought_serve_nobody() -> None:
    sites = (Site("GZ", active=False), Site("HZ"))
    routed = route(demand(("A", 1)), Stock(sites, {("GZ", "A"): D(5), ("HZ", "A"): D(-2)}), Policy())
    assert routed.allocations == ()
    assert steps(routed, "inactive") == [("GZ", {})]
    assert route(demand(("A", 1)), Stock((), {}), Policy()).shortages[0].quantity == 1


def test_after_the_cut_off_another_warehouse_is_sooner() -> None:
    sites = (
        Site("HZ", HANGZHOU, cut_off=time(16), timezone="Asia/Shanghai"),
        Site("SH", SHANGHAI, cut_off=time(20), timezone="Asia/Shanghai"),
    )
    available = {("HZ", "A"): D(1), ("SH", "A"): D(1)}
    at = datetime(2026, 5, 1, 9, tzinfo=UTC)  # Five in the afternoon there.
    policy = Policy((SOONEST, NEAREST))
    late = route(demand(("A", 1), at=at), Stock(sites, available), policy)
    assert [(parcel.site, parcel.day) for parcel in late.parcels] == [("SH", date(2026, 5, 1))]
    early = route(demand(("A", 1), at=at.replace(hour=7)), Stock(sites, available), policy)
    assert [(parcel.site, parcel.day) for parcel in early.parcels] == [("HZ", date(2026, 5, 1))]
    unknown = route(demand(("A", 1)), Stock(sites, available), policy)
    assert [(parcel.site, parcel.day) for parcel in unknown.parcels] == [("HZ", None)]


def test_a_site_that_sends_anyhow_is_preferred_where_it_is_better() -> None:
    routed = route(
        demand(("A", 1), ("B", 1), ("C", 1), ("D", 1)),
        stock(HZ={"A": 1, "D": 1}, SH={"A": 1, "B": 1, "C": 1}),
        Policy(),
    )
    assert sources(routed) == {"1": "HZ", "2": "SH", "3": "SH", "4": "HZ"}
    assert len(routed.parcels) == 2


def test_distance_falls_back_on_the_address() -> None:
    bare = Place("CN", "浙江省", "杭州市")
    assert distance_km(HANGZHOU, SHANGHAI) == pytest.approx(165, abs=5)
    assert distance_km(bare, HANGZHOU) == 20
    assert distance_km(bare, Place("CN", "浙江省", "宁波市")) == 300
    assert distance_km(bare, GUANGZHOU) == 1500
    assert distance_km(bare, Place("DE")) == distance_km(Place(), Place()) == 8000


def test_a_higher_priority_is_worth_any_number_of_parcels() -> None:
    routed = route(
        demand(("A", 1), ("B", 1)), stock(SH={"A": 1}, HZ={"B": 1}, GZ={"A": 1, "B": 1}), Policy((PRIORITY,))
    )
    assert {parcel.site for parcel in routed.parcels} == {"SH", "HZ"}


@pytest.mark.parametrize(("wanted", "sites"), [(0, ("HZ",)), (-1, ("HZ",)), (1, ("HZ", "HZ"))])
def test_nonsense_is_refused(wanted: int, sites: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"quantity|twice"):
        route(demand(("A", wanted)), Stock(tuple(Site(code) for code in sites), {}), Policy())


def test_a_search_that_takes_too_long_ends_with_what_greed_found() -> None:
    weights = list(range(100, 112))
    needs = [Together(tuple((i * j) % 7 + 1 for i in range(12)), 20) for j in range(1, 6)]
    full = cheapest_cover(weights, [], needs, 100_000)
    cut = cheapest_cover(weights, [], needs, 3)
    assert full.proven
    assert not cut.proven
    for cover in (full, cut):
        assert all(need.is_met(cover.mask) for need in needs)
    assert sum(w for i, w in enumerate(weights) if full.mask >> i & 1) <= sum(
        w for i, w in enumerate(weights) if cut.mask >> i & 1
    )


def test_every_strategy_has_its_name() -> None:
    assert {code: one.code for code, one in STRATEGIES.items()} == {code: code for code in STRATEGIES}
    assert STRATEGIES["fewest"] is FEWEST


def test_a_line_in_pieces_takes_most_from_who_has_most_or_from_who_is_liked_best() -> None:
    has = stock(GZ={"A": 4}, SH={"A": 3})

    def taken(*strategies: str) -> dict[str, Decimal]:
        policy = Policy(tuple(STRATEGIES[code] for code in strategies))
        return {one.site: one.quantity for one in route(demand(("A", 5)), has, policy).allocations}

    assert taken("fewest") == {"GZ": 4, "SH": 1}
    assert taken("priority") == {"SH": 3, "GZ": 2}
    assert taken("cheapest") == {"GZ": 4, "SH": 1}
