"""Importing past orders: placed in historical mode, compared when they are there already, refused row by row."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.orders.models import Line, Order
from openoms.flows import place
from openoms.flows.edit_pricing import set_tax_rate
from openoms.flows.import_orders import compare_stored
from openoms.jobs.imports import batches, orders
from tests.factories import make_order, owner, staff
from tests.flows.import_files import (
    FLAT,
    FLAT_MAPPING,
    LINES,
    ORDERS,
    ORDERS_MAPPING,
    import_basics,
    import_orders,
    run,
)

pytestmark = pytest.mark.django_db


def snapshot() -> list[tuple[object, ...]]:
    """Everything an import may write of orders, and the sequence it draws numbers from."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM orders_number")
        drawn = cursor.fetchone()
    rows = Order.objects.order_by("number").values_list(
        "number", "total", "status", "placed_at", "external_id"
    )
    return [*rows, *Line.objects.order_by("id").values_list(), drawn, (Event.objects.count(),)]


def test_orders_keep_their_numbers_prices_fees_and_instants(tmp_path: Path) -> None:
    set_tax_rate("standard", Decimal("0.13"), country="CN", actor=owner())
    import_basics(tmp_path)
    report, rejects = import_orders(tmp_path)
    assert rejects == []
    assert (report.accepted, report.lines, report.rows) == (3, 4, 3)
    first = Order.objects.get(external_id="1")
    assert (first.number, first.status, first.historical) == ("OLD-1", "completed", True)
    assert first.placed_at == datetime(2023, 1, 2, 16, tzinfo=UTC)
    assert first.id.int >> 80 == int(first.placed_at.timestamp() * 1000)
    assert (first.items_total, first.shipping_total, first.tax_total) == (
        Decimal("25.20"),
        Decimal(10),
        Decimal(0),
    )
    assert (first.ship_to["country"], first.payment_state) == ("GB", "unpaid")
    bolt = first.lines.get(position=1)
    assert (bolt.unit_price, bolt.price_source, bolt.price_reason) == (
        Decimal("12.333"),
        "manual",
        "imported",
    )
    assert bolt.adjustments.get().amount == Decimal("-2.47")
    told = Event.objects.filter(subject_id=first.id).order_by("at", "id").values_list("kind", "at")
    assert [kind for kind, _ in told] == [
        "order.placed",
        "order.submitted",
        "order.shipped",
        "order.completed",
    ]
    assert {at.date().isoformat() for _, at in told} == {"2023-01-02", "2023-01-04"}


def test_a_price_list_with_tax_leaves_agreed_amounts_alone(tmp_path: Path) -> None:
    set_tax_rate("standard", Decimal("0.13"), country="CN", actor=owner())
    import_basics(tmp_path)
    import_orders(tmp_path)
    third = Order.objects.get(external_id="3")
    assert (third.items_total, third.tax_total, third.total) == (Decimal(5), Decimal(0), Decimal("12.50"))


def test_a_sku_no_longer_sold_is_still_one_of_the_past(tmp_path: Path) -> None:
    import_basics(tmp_path)
    import_orders(tmp_path)
    assert Line.objects.get(order__external_id="3").sku.code == "OLD"


def test_sums_tell_the_source_the_stored_and_each_rounding(tmp_path: Path) -> None:
    import_basics(tmp_path)
    report, _ = import_orders(tmp_path)
    sums = report.sums["CNY"]
    assert (sums.shipping, sums.exact, sums.stored) == (
        Decimal("17.50"),
        Decimal("42.6994"),
        Decimal("42.70"),
    )
    assert [(note.place, note.amounts) for note in report.roundings] == [
        ("lines.csv line 3", (Decimal("22.1994"), Decimal("22.20")))
    ]
    assert (sums.rounded, sums.largest, sums.beyond) == (1, Decimal("0.0006"), 0)
    assert any("1 lines rounded to 0.01" in sentence for sentence in report.sentences())


def test_a_second_run_changes_nothing_and_says_so(tmp_path: Path) -> None:
    import_basics(tmp_path)
    first, _ = import_orders(tmp_path)
    before = snapshot()
    second, rejects = import_orders(tmp_path)
    assert snapshot() == before
    assert rejects == []
    assert (second.accepted, second.same, second.differing) == (0, 3, [])
    assert (second.sums, second.lines) == (first.sums, first.lines)


def test_what_differs_from_the_stored_is_told_and_left(tmp_path: Path) -> None:
    import_basics(tmp_path)
    import_orders(tmp_path)
    before = snapshot()
    changed = ORDERS.replace("2,ACME,04.01.2023,,0", "2,LEI,04.01.2023,07.01.2023,4")
    report, rejects = import_orders(tmp_path, changed, LINES.replace("1,NUT,1,3", "1,NUT,2,3"))
    assert snapshot() == before
    assert rejects == []
    assert report.same == 3
    said = " | ".join(f"{note.key} {note.what}" for note in report.differing)
    for part in (
        "customer: the file says LEI, stored is ACME",
        "status: the file says completed, stored is approved",
        "shipping: the file says 4, stored is 0",
        "line 2: the file says 2 × NUT at 3",
    ):
        assert part in said
    assert "OLD-3" not in said


def test_a_dry_run_writes_nothing_and_tells_the_same(tmp_path: Path) -> None:
    import_basics(tmp_path)
    before = snapshot()
    tried, refused = import_orders(
        tmp_path, ORDERS + "4,NOBODY,05.01.2023,,0,,\n", LINES + "4,BOLT,1,1,\n", dry_run=True
    )
    assert snapshot() == before
    done, rejects = import_orders(tmp_path, ORDERS + "4,NOBODY,05.01.2023,,0,,\n", LINES + "4,BOLT,1,1,\n")
    assert refused == rejects == ["orders.csv line 5: There is no customer 'NOBODY'."]
    assert (tried.accepted, tried.sums, tried.left_lines) == (done.accepted, done.sums, done.left_lines)


def test_without_catalogue_and_customers_each_order_says_what_is_missing(tmp_path: Path) -> None:
    report, rejects = import_orders(tmp_path)
    assert (report.accepted, report.rejected, report.left_lines) == (0, 3, 4)
    assert all("There is no customer" in reason for reason in rejects)
    assert not Order.objects.exists()


def test_an_unknown_sku_names_the_line_of_the_second_file(tmp_path: Path) -> None:
    import_basics(tmp_path)
    _, rejects = import_orders(tmp_path, lines=LINES.replace("2,BOLT", "2,BELT"))
    assert rejects == [
        "orders.csv line 3: lines.csv line 5: There is no active sku 'BELT'. Choose one from the catalogue."
    ]


def test_broken_rows_and_orphans_are_named_and_the_rest_is_taken(tmp_path: Path) -> None:
    import_basics(tmp_path)
    broken = ORDERS.replace("2,ACME,04.01.2023,,0,UK,1 High Street", "2,ACME,04.01.2023,,0,UK,1, High Street")
    lines = LINES + "9,BOLT,1,1,\n9,NUT,1,1,\n2,NUT,1,1,\n"
    report, rejects = import_orders(tmp_path, broken, lines)
    assert rejects == [
        "orders.csv line 3: 8 columns instead of 7: is a comma or quote in a cell not quoted?",
        "lines.csv line 6: there is no order 9 for this line",
        "lines.csv line 7: there is no order 9 for this line",
    ]
    assert (report.accepted, report.rejected, report.left_lines) == (2, 1, 2)


def test_an_order_with_a_broken_line_is_not_taken_without_it(tmp_path: Path) -> None:
    import_basics(tmp_path)
    report, rejects = import_orders(tmp_path, lines=LINES.replace("1,NUT,1,3,", "1,NUT,1,3,,"))
    assert rejects[0].startswith("lines.csv line 4: 6 columns instead of 5")
    assert rejects[1] == "orders.csv line 2: lines.csv line 4 belongs to it and cannot be read"
    assert report.accepted == 2


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("03.01.2023,05", "31.02.2023,05", "day is '31.02.2023'"),
        ("03.01.2023,05", "03.01.2999,05", "placed on 2999-01-02, which is not between 1970 and now"),
        (",10,UK", ",-10,UK", "a shipping fee of -10"),
        (",10,UK", ",ten,UK", "fee is 'ten', a number is needed"),
        (",10,UK", ",10,Atlantis", "'Atlantis' is not a country"),
        ("1,ACME,03", "1,,03", "no customer: customer is empty"),
        ("\n1,ACME", "\n,ACME", "no order id: id is empty"),
    ],
)
def test_a_value_that_makes_no_sense_refuses_its_order(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    import_basics(tmp_path)
    report, rejects = import_orders(tmp_path, ORDERS.replace(old, new, 1))
    assert reason in rejects[0]
    assert rejects[0].startswith("orders.csv line 2: ")
    assert report.accepted == 2


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("1,NUT,1,3,", "1,NUT,0,3,", "lines.csv line 4: A quantity lies above 0"),
        ("1,NUT,1,3,", "1,NUT,,3,", "lines.csv line 4: no quantity"),
        ("1,NUT,1,3,", "1,NUT,1,,", "lines.csv line 4: no unit price"),
        ("1,NUT,1,3,", "1,NUT,1,3,120", "a discount of 120 %"),
        ("1,NUT,1,3,\n1", "7,NUT,1,3,\n7", ""),
    ],
)
def test_a_line_that_makes_no_sense_refuses_its_order(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    import_basics(tmp_path)
    _, rejects = import_orders(tmp_path, lines=LINES.replace(old, new, 1))
    assert not reason or reason in rejects[0]


def test_a_repeated_row_counts_once_and_another_content_is_refused(tmp_path: Path) -> None:
    import_basics(tmp_path)
    again = ORDERS.splitlines()[1]
    report, rejects = import_orders(tmp_path, f"{ORDERS}{again}\n{again.replace('10', '11')}\n")
    assert (report.accepted, report.repeated) == (3, 1)
    assert rejects == ["orders.csv line 6: the order came in line 2 already, and not the same"]


def test_an_order_without_lines_is_refused(tmp_path: Path) -> None:
    import_basics(tmp_path)
    _, rejects = import_orders(tmp_path, lines=LINES.replace("2,BOLT,1,12.5,\n", ""))
    assert rejects == ["orders.csv line 3: no lines in lines.csv"]


def test_numbers_of_the_system_and_of_others_are_refused(tmp_path: Path) -> None:
    import_basics(tmp_path)
    make_order(number="OLD-2")
    own = ORDERS_MAPPING.replace("OLD-{id}", "SO{id}")
    _, rejects = import_orders(tmp_path)
    assert rejects == ["orders.csv line 3: another order has the number OLD-2"]
    _, rejects = run(tmp_path, "orders", own, ORDERS.replace("\n1,", "\n7,"))
    assert any("one of those the system draws itself" in reason for reason in rejects)


def test_one_file_with_a_line_in_each_row(tmp_path: Path) -> None:
    import_basics(tmp_path)
    report, rejects = run(tmp_path, "orders", FLAT_MAPPING, FLAT)
    assert rejects == []
    order = Order.objects.get(external_id="A")
    assert [line.net for line in order.lines.all()] == [Decimal("20.00"), Decimal("9.00")]
    assert order.lines.all()[0].unit_price == Decimal("12.496938")
    assert order.number.startswith("SO")
    assert (report.accepted, report.lines, report.rows) == (2, 3, 3)


def test_one_file_whose_rows_disagree_on_the_order(tmp_path: Path) -> None:
    import_basics(tmp_path)
    report, rejects = run(
        tmp_path, "orders", FLAT_MAPPING, FLAT.replace("A,ACME,2023-01-03,NUT", "A,LEI,2023-01-03,NUT")
    )
    reason = "customer is 'LEI' in line 4 and 'ACME' in line 2"
    assert rejects == [f"orders.csv line 2: {reason}", f"orders.csv line 4: {reason}"]
    assert (report.accepted, report.rejected, report.rejected_rows) == (1, 1, 2)


def test_one_file_with_a_broken_row_refuses_that_order_whole(tmp_path: Path) -> None:
    import_basics(tmp_path)
    report, rejects = run(tmp_path, "orders", FLAT_MAPPING, FLAT.replace("NUT,3,9,0", "NUT,3,9,0,0"))
    assert [reason.partition(":")[0] for reason in rejects] == ["orders.csv line 4", "orders.csv line 2"]
    assert (report.accepted, report.rejected, report.rejected_rows) == (1, 1, 2)


def test_after_a_crash_between_batches_a_second_run_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_basics(tmp_path)
    monkeypatch.setattr(orders, "in_batches", lambda things: batches.in_batches(things, 1))
    calls = []

    def crash(requests: object, **options: object) -> object:
        calls.append(requests)
        if len(calls) == 2:
            raise ConnectionError("the power went")
        return place.place_orders(requests, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(orders, "place_orders", crash)
    with pytest.raises(ConnectionError):
        import_orders(tmp_path)
    assert Order.objects.count() == 1
    report, rejects = import_orders(tmp_path)
    assert (report.accepted, report.same, rejects) == (2, 1, [])
    assert Order.objects.count() == 3
    assert report.sums["CNY"].exact == Decimal("42.6994")


def test_importing_needs_the_permission(tmp_path: Path) -> None:
    import_basics(tmp_path)
    import_orders(tmp_path)
    with pytest.raises(MissingPermission):
        compare_stored([], actor=staff("sales"))
