"""Which warehouses serve an order: as few parcels as possible, then the nearest, then the cheapest, or as the policy says. Pure.

All that can be served is served, and a line is split only where no warehouse has it whole; among the sets of warehouses that do so
the lightest by the policy's strategies is chosen, exactly (covering.py). Lines of one sku share its stock (dealing.py).
Neither the order of lines nor that of warehouses matters. docs/goods.md explains it by examples.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openoms.domains.inventory.covering import Cover, cheapest_cover
from openoms.domains.inventory.dealing import Group, Piece
from openoms.domains.inventory.sites import Demand, DemandLine, Site, Stock, Strategy
from openoms.domains.inventory.steps import Step
from openoms.domains.inventory.strategies import CHEAPEST, FEWEST, NEAREST

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Policy:
    """How to choose: strategies in order (fewest splits comes last where it is not named); whether a line that nobody has
    whole may come from several; whether an order that must ship complete keeps what is there while it waits.
    """

    strategies: tuple[Strategy, ...] = (FEWEST, NEAREST, CHEAPEST)
    may_split_lines: bool = True
    keep_while_waiting: bool = True


@dataclass(frozen=True, slots=True)
class Allocation:
    """So much of a line from a site."""

    line: str
    sku: str
    site: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Shortage:
    """So much of a line that nobody has; `day` is when goods on their way reach it, None when none do."""

    line: str
    sku: str
    quantity: Decimal
    day: date | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves from one site; `day` is when, None where the demand's instant is not known."""

    site: str
    lines: tuple[str, ...]
    quantity: Decimal
    day: date | None


@dataclass(frozen=True, slots=True)
class Routed:
    """Allocations by line and site, shortages by line, parcels (the one with the most lines first), and why.

    `waits`: the order must ship complete and something is short. `is_proven`: nothing lighter exists.
    """

    allocations: tuple[Allocation, ...]
    shortages: tuple[Shortage, ...]
    parcels: tuple[Parcel, ...]
    trace: tuple[Step, ...]
    waits: bool = False
    is_proven: bool = True


def route(demand: Demand, stock: Stock, policy: Policy) -> Routed:
    """Who serves what. Raises ValueError for a quantity not above nought, or a key or site named twice."""
    _check(demand, stock)
    active = [site for site in stock.sites if site.active]
    sites, weights, scores = _by_weight(active, demand, policy)
    groups = _groups(demand.lines, sites, stock, policy)
    cover = _choose(groups, weights)
    pieces = [piece for group in groups for piece in group.deal(cover.mask)]
    pieces.sort(key=lambda piece: (piece.line.key, piece.site))
    shortages = _shortages(demand, pieces, stock, {site.code for site in active})
    waits = demand.complete and bool(shortages)
    trace = [Step("inactive", site.code, {}) for site in stock.sites if not site.active]
    trace.sort(key=lambda step: step.about)
    if waits and not policy.keep_while_waiting:
        pieces = []
    parcels = _parcels(pieces, sites, demand)
    trace += _reasons(pieces, parcels, sites, groups, scores, policy)
    if not cover.proven:
        trace.append(Step("not_proven", "", {"nodes": cover.nodes}))
    trace += [_short_step(shortage) for shortage in shortages]
    if waits:
        trace.append(Step("waits_complete", "", {"kept": len(pieces)}))
    allocations = tuple(
        Allocation(p.line.key, p.line.sku, sites[p.site].code, p.quantity) for p in pieces if p.quantity
    )
    return Routed(allocations, tuple(shortages), tuple(parcels), tuple(trace), waits, cover.proven)


def _check(demand: Demand, stock: Stock) -> None:
    if any(line.quantity <= 0 for line in demand.lines):
        raise ValueError("a line's quantity must be above nought")
    for named in ([line.key for line in demand.lines], [site.code for site in stock.sites]):
        if len(set(named)) != len(named):
            raise ValueError("a line or a site is named twice")


def _by_weight(
    active: Sequence[Site], demand: Demand, policy: Policy
) -> tuple[list[Site], list[int], list[dict[str, int]]]:
    """The sites by ascending weight, their weights, and their scores by strategy.

    The scores of all strategies make one number each, in which no sum of later scores reaches one of an earlier; the last
    place is a bit of its own for each code, so that no two sets weigh the same.
    """
    ordered = sorted(active, key=lambda site: site.code)
    strategies = list(policy.strategies)
    if all(one.code != FEWEST.code for one in strategies):
        strategies.append(FEWEST)
    columns = [(one.code, list(one.scores(ordered, demand))) for one in strategies]
    weights = [0] * len(ordered)
    for _, column in columns:
        room = sum(column) + 1
        weights = [weight * room + score for weight, score in zip(weights, column, strict=True)]
    weights = [(weight << len(ordered)) | (1 << i) for i, weight in enumerate(weights)]
    turns = sorted(range(len(ordered)), key=weights.__getitem__)
    named = [{code: column[i] for code, column in columns} for i in turns]
    return [ordered[i] for i in turns], [weights[i] for i in turns], named


def _groups(lines: Sequence[DemandLine], sites: Sequence[Site], stock: Stock, policy: Policy) -> list[Group]:
    by_sku: defaultdict[str, list[DemandLine]] = defaultdict(list)
    for line in lines:
        by_sku[line.sku].append(line)
    available = stock.available
    first = policy.strategies[0].code if policy.strategies else FEWEST.code
    groups = []
    for sku, wanted in sorted(by_sku.items()):
        wanted.sort(key=lambda line: (line.quantity, line.key))
        gives = tuple(max(available.get((site.code, sku), ZERO), ZERO) for site in sites)
        groups.append(Group(tuple(wanted), gives, policy.may_split_lines, first != FEWEST.code))
    return groups


def _choose(groups: Sequence[Group], weights: Sequence[int]) -> Cover:
    any_of, together = [], []
    for group in groups:
        enough, joint = group.needs()
        any_of += enough
        together += joint
    return cheapest_cover(weights, any_of, together)


def _shortages(demand: Demand, pieces: Sequence[Piece], stock: Stock, active: set[str]) -> list[Shortage]:
    """What is not served, by key of line; lines of one sku wait for the same arrivals in that order."""
    missing = {line.key: line.quantity for line in demand.lines}
    for piece in pieces:
        missing[piece.line.key] -= piece.quantity
    if not any(missing.values()):
        return []
    arrivals: defaultdict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for one in stock.incoming:
        if one.site in active:
            arrivals[one.sku].append((one.day, one.quantity))
    ahead: defaultdict[str, Decimal] = defaultdict(Decimal)
    found = []
    for line in sorted(demand.lines, key=lambda one: one.key):
        if short := missing[line.key]:
            ahead[line.sku] += short
            day = _day_of(sorted(arrivals[line.sku]), ahead[line.sku])
            found.append(Shortage(line.key, line.sku, short, day))
    return found


def _day_of(arrivals: Sequence[tuple[date, Decimal]], wanted: Decimal) -> date | None:
    """The day by which so much has arrived."""
    for day, quantity in arrivals:
        wanted -= quantity
        if wanted <= 0:
            return day
    return None


def _parcels(pieces: Sequence[Piece], sites: Sequence[Site], demand: Demand) -> list[Parcel]:
    by_site: defaultdict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        by_site[piece.site].append(piece)
    turns = sorted(by_site, key=lambda number: (-len(by_site[number]), number))
    return [
        Parcel(
            sites[number].code,
            tuple(piece.line.key for piece in by_site[number]),
            sum((piece.quantity for piece in by_site[number]), ZERO),
            sites[number].ships_on(demand.at) if demand.at else None,
        )
        for number in turns
    ]


def _reasons(
    pieces: Sequence[Piece],
    parcels: Sequence[Parcel],
    sites: Sequence[Site],
    groups: Sequence[Group],
    scores: Sequence[dict[str, int]],
    policy: Policy,
) -> list[Step]:
    """Why these parcels: what the first site lacks of what others send, split lines, and what the choice weighs."""
    if not parcels:
        return []
    numbers = {site.code: i for i, site in enumerate(sites)}
    main = parcels[0].site
    trace = [Step("parcels", "", {"count": len(parcels), "sites": [parcel.site for parcel in parcels]})]
    gives = {group.lines[0].sku: group.gives for group in groups}
    shared = {group.lines[0].sku for group in groups if len(group.lines) > 1}
    given: defaultdict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        given[piece.line.key].append(piece)
    for piece in pieces:
        line, site = piece.line, sites[piece.site].code
        has = gives[line.sku][numbers[main]]
        if site != main and has < line.quantity:
            data = {"sku": line.sku, "from": site, "site": main, "lacks": str(line.quantity - has)}
            trace.append(Step("lacks", line.key, data))
        elif site != main:
            data = {"sku": line.sku, "from": site, "site": main, "has": str(has)}
            trace.append(Step("shared_stock" if line.sku in shared else "preferred", line.key, data))
    for key, parts in sorted(given.items()):
        if len(parts) > 1:
            sent = [[sites[one.site].code, str(one.quantity)] for one in parts]
            trace.append(Step("split_line", key, {"sku": parts[0].line.sku, "parts": sent}))
    chosen = [numbers[parcel.site] for parcel in parcels]
    trace += [
        Step("score", s.code, {"sum": sum(scores[i][s.code] for i in chosen)}) for s in policy.strategies
    ]
    return trace


def _short_step(shortage: Shortage) -> Step:
    day = shortage.day.isoformat() if shortage.day else ""
    return Step("short", shortage.line, {"sku": shortage.sku, "quantity": str(shortage.quantity), "day": day})
