"""What holds of every routing, and that no set of warehouses is better: held against trying them all."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.domains.inventory.routing import Policy, Routed, route
from openoms.domains.inventory.sites import Demand, DemandLine, Incoming, Place, Site, Stock
from openoms.domains.inventory.strategies import STRATEGIES

D = Decimal
many = settings(max_examples=300, deadline=None)
quantities = st.integers(1, 12).map(D) | st.decimals(D("0.001"), 12, places=3)


@st.composite
def cases(
    draw: st.DrawFn, *, sites: int = 6, lines: int = 5, own_skus: bool = False
) -> tuple[Demand, Stock, Policy]:
    count = draw(st.integers(0, sites))
    places = tuple(
        Site(
            f"W{i}",
            Place("CN", latitude=30.0 + draw(st.integers(0, 8)), longitude=120.0),
            draw(st.integers(1, 3)),
            D(draw(st.integers(0, 5))),
            draw(st.integers(0, 100)),
            active=draw(st.integers(0, 9)) > 0,
        )
        for i in range(count)
    )
    number = draw(st.integers(1, lines))
    skus = [f"S{i if own_skus else draw(st.integers(0, 2))}" for i in range(number)]
    wanted = tuple(DemandLine(f"L{i}", sku, draw(quantities)) for i, sku in enumerate(skus))
    amounts = st.just(D(0)) | st.integers(-2, 14).map(D) | quantities
    available = {(site.code, sku): draw(amounts) for site in places for sku in sorted(set(skus))}
    incoming = tuple(
        Incoming(site.code, skus[0], date(2026, 1, draw(st.integers(1, 28))), draw(quantities))
        for site in places[:2]
    )
    chosen = draw(st.lists(st.sampled_from(sorted(STRATEGIES)), max_size=3, unique=True))
    policy = Policy(tuple(STRATEGIES[code] for code in chosen), draw(st.booleans()))
    demand = Demand(wanted, Place("CN", latitude=31.0, longitude=120.0), draw(st.booleans()))
    return demand, Stock(places, available, incoming), policy


def has(stock: Stock, site: Site, sku: str) -> Decimal:
    return max(stock.available.get((site.code, sku), D(0)), D(0)) if site.active else D(0)


def served(routed: Routed) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in routed.allocations:
        sums[one.line] += one.quantity
    return sums


@many
@given(cases())
def test_no_more_is_taken_than_is_there_and_every_piece_is_accounted_for(
    case: tuple[Demand, Stock, Policy],
) -> None:
    demand, stock, policy = case
    routed = route(demand, stock, policy)
    taken: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in routed.allocations:
        assert one.quantity > 0
        taken[one.site, one.sku] += one.quantity
    sites = {site.code: site for site in stock.sites}
    assert all(amount <= has(stock, sites[site], sku) for (site, sku), amount in taken.items())
    given_out, short = served(routed), {one.line: one.quantity for one in routed.shortages}
    for line in demand.lines:
        assert given_out[line.key] + short.get(line.key, D(0)) == line.quantity
    assert {parcel.site for parcel in routed.parcels} == {one.site for one in routed.allocations}
    assert sum(parcel.quantity for parcel in routed.parcels) == sum(given_out.values())
    assert routed.waits == (demand.complete and bool(routed.shortages))


@many
@given(cases())
def test_all_that_can_be_served_is_served(case: tuple[Demand, Stock, Policy]) -> None:
    demand, stock, policy = case
    routed = route(demand, stock, replace(policy, may_split_lines=True))
    for sku in {line.sku for line in demand.lines}:
        wanted = sum(line.quantity for line in demand.lines if line.sku == sku)
        there = sum(has(stock, site, sku) for site in stock.sites)
        assert sum(one.quantity for one in routed.allocations if one.sku == sku) == min(wanted, there)


@many
@given(cases(own_skus=True))
def test_a_line_is_split_only_where_no_warehouse_has_it_whole(case: tuple[Demand, Stock, Policy]) -> None:
    demand, stock, policy = case
    routed = route(demand, stock, policy)
    for line in demand.lines:
        pieces = [one for one in routed.allocations if one.line == line.key]
        most = max((has(stock, site, line.sku) for site in stock.sites), default=D(0))
        if most >= line.quantity:
            assert [one.quantity for one in pieces] == [line.quantity]
        elif not policy.may_split_lines:
            assert [one.quantity for one in pieces] == ([most] if most else [])


@many
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_lines_sites_and_arrivals_does_not_matter(
    case: tuple[Demand, Stock, Policy], rng: Random
) -> None:
    demand, stock, policy = case
    lines, sites, incoming = list(demand.lines), list(stock.sites), list(stock.incoming)
    items = list(stock.available.items())
    for one in (lines, sites, incoming, items):
        rng.shuffle(one)
    shuffled = Stock(tuple(sites), dict(items), tuple(incoming))
    assert route(demand, stock, policy) == route(replace(demand, lines=tuple(lines)), shuffled, policy)


def greedy_parcels(demand: Demand, stock: Stock) -> int:
    """A plain way: each line from a warehouse in use that has it whole, else the one that has most lines whole, else pieces."""
    used: list[Site] = []
    for line in demand.lines:
        whole = [site for site in stock.sites if has(stock, site, line.sku) >= line.quantity]
        if any(site in used for site in whole):
            continue
        if whole:
            used.append(
                max(whole, key=lambda s: sum(has(stock, s, x.sku) >= x.quantity for x in demand.lines))
            )
            continue
        left = line.quantity - sum(has(stock, site, line.sku) for site in used)
        rest = [site for site in stock.sites if site not in used and has(stock, site, line.sku)]
        for site in sorted(rest, key=lambda s: -has(stock, s, line.sku)):
            if left <= 0:
                break
            used.append(site)
            left -= has(stock, site, line.sku)
    return len(used)


@many
@given(cases(sites=12, lines=8, own_skus=True))
def test_never_more_parcels_than_a_greedy_choice(case: tuple[Demand, Stock, Policy]) -> None:
    demand, stock, _ = case
    routed = route(demand, stock, Policy())
    assert routed.is_proven
    assert len(routed.parcels) <= greedy_parcels(demand, stock)


def deals(sku: str, demand: Demand, stock: Stock, sites: tuple[Site, ...]) -> Iterator[tuple[Decimal, int]]:
    """Each (served, whole lines) that lines of one sku can come to from these sites: every way to give lines whole."""
    lines = [line for line in demand.lines if line.sku == sku]
    wanted = sum(line.quantity for line in lines)
    there = {site.code: has(stock, site, sku) for site in sites}
    for ways in product([None, *there], repeat=len(lines)):
        left = dict(there)
        for line, code in zip(lines, ways, strict=True):
            if code is not None:
                left[code] -= line.quantity
        if min(left.values(), default=D(0)) >= 0:
            yield min(D(wanted), sum(there.values(), D(0))), sum(code is not None for code in ways)


@many
@given(cases(sites=4, lines=4))
def test_no_set_of_warehouses_is_better_by_the_policy(case: tuple[Demand, Stock, Policy]) -> None:
    demand, stock, policy = case
    policy = replace(policy, may_split_lines=True)
    routed = route(demand, stock, policy)
    active = tuple(sorted((site for site in stock.sites if site.active), key=lambda site: site.code))
    skus = {line.sku for line in demand.lines}
    best = {sku: max(deals(sku, demand, stock, active)) for sku in skus}
    columns = [one.scores(active, demand) for one in (*policy.strategies, STRATEGIES["fewest"])]

    def weight(codes: set[str]) -> tuple[int, ...]:
        return tuple(sum(c[i] for i, site in enumerate(active) if site.code in codes) for c in columns)

    enough = [
        weight({site.code for site in chosen})
        for count in range(len(active) + 1)
        for chosen in combinations(active, count)
        if all(max(deals(sku, demand, stock, chosen)) == best[sku] for sku in skus)
    ]
    assert routed.is_proven
    assert weight({parcel.site for parcel in routed.parcels}) == min(enough)
