"""A small firm's files for tests of importing: one shape with lines in a second file, one with a line in each row."""

from pathlib import Path

from openoms.integrations.imports import mapping as mappings
from openoms.integrations.imports.progress import Silent
from openoms.integrations.imports.rejects import RejectsFile
from openoms.integrations.imports.rows import Reject
from openoms.jobs.imports import Report, run_import
from tests.factories import owner

CATALOGUE_MAPPING = """kind = "catalogue"
[price_list]
code = "shop"
currency = "CNY"
[category]
code = "group"
[product]
name = "name"
[sku]
code = "code"
is_active = "active"
[[price]]
unit_price = "price"
[[price]]
unit_price = "price10"
min_quantity = { value = 10 }
"""
CATALOGUE = """code,name,group,price,price10,active
BOLT,螺栓,fasteners,12.50,11,yes
NUT,"=HYPERLINK(""x"")",fasteners,3,,yes
OLD,Old thing,fasteners,5,,no
"""
CUSTOMERS_MAPPING = """kind = "customers"
[customer]
code = "id"
name = "name"
[contact]
name = "person"
phone = "phone"
[address]
country = "country"
city = "city"
line = "street"
"""
CUSTOMERS = """id,name,person,phone,country,city,street
ACME,Acme,Ann,+44 20 7946 0958,UK,London,1 High Street
LEI,李雷商行,李雷,not a phone,中国,,
"""
ORDERS_MAPPING = """kind = "orders"
[file]
time_zone = "Asia/Shanghai"
date_formats = ["%d.%m.%Y"]
[order]
external_id = "id"
number = { template = "OLD-{id}" }
customer = "customer"
placed_at = "day"
shipped_at = "shipped"
completed_at = "shipped"
currency = { value = "CNY" }
shipping = "fee"
status = { if_present = "shipped", then = "completed", else = "approved" }
[ship_to]
country = "country"
line = "street"
[line]
file = "lines.csv"
key = "order"
sku = "sku"
quantity = "qty"
unit_price = "price"
discount_percent = "off"
"""
ORDERS = """id,customer,day,shipped,fee,country,street
1,ACME,03.01.2023,05.01.2023,10,UK,1 High Street
2,ACME,04.01.2023,,0,UK,1 High Street
3,LEI,05.01.2023,06.01.2023,7.5,中国,南京路1号
"""
LINES = """order,sku,qty,price,off
3,OLD,1,5.00,
1,BOLT,2,12.333,10
1,NUT,1,3,
2,BOLT,1,12.5,
"""
FLAT_MAPPING = """kind = "orders"
[order]
external_id = "order"
customer = "customer"
placed_at = "day"
currency = { value = "CNY" }
[line]
sku = "sku"
quantity = "qty"
net = "amount"
discount_share = "off"
"""
FLAT = """order,customer,day,sku,qty,amount,off
A,ACME,2023-01-03,BOLT,2,19.9951,0.2
B,LEI,2023-01-04,NUT,1,3,0
A,ACME,2023-01-03,NUT,3,9,0
"""


class _Remembered(RejectsFile):
    """Keeps what it is told instead of writing it."""

    def __init__(self) -> None:
        super().__init__(None)
        self.reasons: list[str] = []

    def __enter__(self) -> "_Remembered":
        return self

    def add(self, reject: Reject) -> None:
        """Keep `line: reason`."""
        super().add(reject)
        self.reasons.append(f"{reject.place}: {reject.reason}")


def run(
    folder: Path, kind: str, mapping: str, content: str | bytes, *, name: str = "", dry_run: bool = False
) -> tuple[Report, list[str]]:
    """Import `content`; returns the report and the rejects as `line: reason`."""
    path = folder / (name or f"{kind}.csv")
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    parsed = mappings.parse(mapping.encode(), "m.toml", kind)
    with _Remembered() as rejects:
        report = run_import(
            parsed,
            path,
            actor=owner(),
            rejects=rejects,
            progress=Silent(),
            dry_run=dry_run,
            lists_roundings=True,
        )
    return report, rejects.reasons


def import_basics(folder: Path) -> None:
    """The firm's catalogue and customers."""
    assert run(folder, "catalogue", CATALOGUE_MAPPING, CATALOGUE)[1] == []
    assert run(folder, "customers", CUSTOMERS_MAPPING, CUSTOMERS)[1] == []


def import_orders(
    folder: Path, orders: str = ORDERS, lines: str = LINES, *, dry_run: bool = False
) -> tuple[Report, list[str]]:
    """The firm's orders with their lines."""
    (folder / "lines.csv").write_text(lines, encoding="utf-8")
    return run(folder, "orders", ORDERS_MAPPING, orders, dry_run=dry_run)
