"""The public sample firms Northwind and Superstore, imported whole by their ready mappings."""

from decimal import Decimal
from pathlib import Path

import pytest

from openoms.domains.orders.models import Line, Order
from openoms.integrations.imports import mapping as mappings
from openoms.integrations.imports.progress import Silent
from openoms.integrations.imports.rejects import RejectsFile
from openoms.jobs.imports import Report, run_import
from tests.factories import owner

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]
HALF_A_CENT = Decimal("0.005")


def take(kind: str, source: str, path: Path, rejects: RejectsFile | None = None) -> Report:
    """Import `path` by the ready mapping."""
    return run_import(
        mappings.load(f"{source}-{kind}", kind),
        path,
        actor=owner(),
        rejects=rejects or RejectsFile(None),
        progress=Silent(),
        lists_roundings=True,
    )


def check_roundings(report: Report) -> None:
    """The difference of the sums is that of the lines listed, each at most half a cent."""
    sums = report.sums["USD"]
    offs = [note.amounts[1] - note.amounts[0] for note in report.roundings if note.amounts]
    assert len(offs) == sums.rounded
    assert all(abs(off) <= HALF_A_CENT for off in offs)
    assert sum(offs) == sums.stored - sums.exact
    assert sums.beyond == 0


def test_northwind_is_taken_whole_and_twice_is_once(real_data: Path) -> None:
    folder = real_data / "northwind"
    assert take("catalogue", "northwind", folder).accepted == 77
    assert take("customers", "northwind", folder).accepted == 91
    first = take("orders", "northwind", folder)
    assert (first.accepted, first.lines, first.rejected) == (830, 2155, 0)
    sums = first.sums["USD"]
    assert sums.shipping == Decimal("64942.69")
    assert sums.exact == Decimal("1265793.0395")
    check_roundings(first)
    assert sum(Order.objects.values_list("items_total", flat=True)) == sums.stored
    assert sum(Order.objects.values_list("shipping_total", flat=True)) == sums.shipping
    assert Order.objects.filter(status="completed").count() == 809
    for kind, count in (("catalogue", 77), ("customers", 91), ("orders", 830)):
        again = take(kind, "northwind", folder)
        assert (again.same, again.accepted, again.changed, again.differing) == (count, 0, 0, [])
        if kind == "orders":
            assert again.sums == first.sums
    assert (Order.objects.count(), Line.objects.count()) == (830, 2155)


def test_northwinds_malformed_rows_are_rejected_by_name(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "northwind"
    take("catalogue", "northwind", folder)
    take("customers", "northwind", folder)
    source = (folder / "orders.raw.csv").read_text(encoding="utf-8").splitlines()
    broken = [number for number, line in enumerate(source, start=1) if line.count(",") != 13]
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        report = take("orders", "northwind", folder / "orders.raw.csv", rejects)
    assert len(broken) == 176
    assert (report.accepted, report.rejected, report.rejected_rows) == (654, 176, 176)
    written = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [int(line.split(",")[1]) for line in written] == broken
    assert all("15 columns instead of 14" in line for line in written)


@pytest.mark.slow
def test_superstore_is_taken_whole(real_data: Path) -> None:
    file = real_data / "superstore" / "superstore.csv"
    assert take("catalogue", "superstore", file).accepted == 1862
    assert take("customers", "superstore", file).accepted == 793
    report = take("orders", "superstore", file)
    assert (report.accepted, report.lines, report.rejected, report.rows) == (5009, 9994, 0, 9994)
    assert report.sums["USD"].exact == Decimal("2297200.8603")
    check_roundings(report)
    again = take("orders", "superstore", file)
    assert (again.accepted, again.same, again.differing) == (0, 5009, [])
    assert again.sums == report.sums
