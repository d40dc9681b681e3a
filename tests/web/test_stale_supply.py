"""Two people edit the same draft, bill, supplier or warehouse: whoever saves second is told first, and may then save."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from openoms.core.errors import ChangedMeanwhile
from openoms.domains.inventory.models import Warehouse
from openoms.domains.supply.models import BillOfMaterials, PurchaseOrder, Supplier
from openoms.domains.supply.types import (
    BillInput,
    BillLineInput,
    PurchaseInput,
    PurchaseLineInput,
    SupplierInput,
)
from openoms.flows import purchase
from openoms.flows.edit_supply import save_bill, save_supplier
from openoms.flows.edit_warehouses import changed, save_warehouse, warehouse_input
from openoms.flows.plan_supply import propose_supply
from tests.factories import make_key, make_order, owner
from tests.shop import make_shop
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
D = Decimal
TOLD = "Somebody changed this since you opened it"


@pytest.fixture
def shop() -> None:
    make_shop()


def sent(browser: Client, path: str, to: str = "", **fields: str) -> Any:
    """Open a page, let the test do something, and send its form: the function that does."""
    page = browser.get(path).content.decode()
    # The editor's form: the last of those that say when the page was drawn.
    [form] = [one for one in re.findall(r"<form.*?</form>", page, re.S) if 'name="read_at"' in one]
    typed = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))

    def send(**more: str) -> Any:
        return browser.post(to or path, typed | fields | more)

    return send


def again(answer: Any) -> str:
    return re.findall(r'name="read_at"\s+value="([^"]*)"', answer.content.decode())[0]


def test_a_warehouse(shop: None, sign_in: SignIn) -> None:
    browser = sign_in("administrator", language="en")
    send = sent(browser, "/stock/warehouses/HZ/")
    row = Warehouse.objects.get()
    save_warehouse(changed(warehouse_input(row), {"priority": 3}), actor=owner())
    told = send(name="Mine", timezone="Asia/Shanghai")
    assert told.status_code == 409
    assert TOLD in told.content.decode()
    assert Warehouse.objects.get().name != "Mine"
    assert send(name="Mine", timezone="Asia/Shanghai", read_at=again(told)).status_code == 302
    assert Warehouse.objects.get().name == "Mine"


def test_a_supplier_though_only_what_it_sells_changed(shop: None) -> None:
    row = Supplier.objects.get()
    value = SupplierInput("WOOD", "Wood Ltd", "CNY", "木业公司", skus=())
    save_supplier(value, actor=owner(), read_at=row.updated_at)
    with pytest.raises(ChangedMeanwhile):
        save_supplier(SupplierInput("WOOD", "Other", "CNY"), actor=owner(), read_at=row.updated_at)
    with pytest.raises(ChangedMeanwhile):
        save_supplier(SupplierInput("WOOD", "Other", "CNY"), actor=owner(), new=True)
    row.refresh_from_db()
    assert row.name == "Wood Ltd"
    save_supplier(SupplierInput("WOOD", "Other", "CNY"), actor=owner(), read_at=row.updated_at)


def test_a_bill_also_one_that_was_not_there(shop: None) -> None:
    made = BillInput("BOARD", (BillLineInput("LEG", D(1)),))
    row = save_bill(made, actor=owner(), new=True)
    with pytest.raises(ChangedMeanwhile):
        save_bill(made, actor=owner(), new=True)
    save_bill(made, actor=owner(), read_at=row.updated_at)
    with pytest.raises(ChangedMeanwhile):
        save_bill(BillInput("BOARD", (BillLineInput("LEG", D(9)),)), actor=owner(), read_at=row.updated_at)
    assert BillOfMaterials.objects.get(sku__code="BOARD").lines.get().quantity == 1


def test_a_draft_to_which_a_proposal_added_meanwhile(shop: None) -> None:
    order = purchase.draft_purchase(PurchaseInput("WOOD", (PurchaseLineInput("LEG", D(10)),)), actor=owner())
    lines = [PurchaseLineInput("LEG", D(7))]
    make_order(lines=[("BOARD", 4)])
    propose_supply(actor=owner())
    with pytest.raises(ChangedMeanwhile):
        purchase.change_purchase(order.pk, lines, actor=owner(), read_at=order.updated_at)
    now = PurchaseOrder.objects.get()
    assert now.lines.count() == 2
    purchase.change_purchase(order.pk, lines, actor=owner(), read_at=now.updated_at)
    assert now.lines.count() == 1


def test_the_pages_of_draft_supplier_and_bill_tell_and_keep_what_was_typed(
    shop: None, sign_in: SignIn
) -> None:
    browser = sign_in("purchasing", language="en")
    order = purchase.draft_purchase(PurchaseInput("WOOD", (PurchaseLineInput("LEG", D(10)),)), actor=owner())
    change = sent(browser, f"/purchases/{order.pk}/", f"/purchases/{order.pk}/change/")
    purchase.change_purchase(order.pk, [PurchaseLineInput("LEG", D(7))], actor=owner())
    told = change()
    assert (told.status_code, TOLD in told.content.decode()) == (409, True)
    assert change(read_at=again(told)).status_code == 302
    supplier = {"name": "Mine", "currency": "CNY", "lead_days": "7", "is_active": "on"}
    bill = {"component-row": ["c1"], "c1-sku": "LEG", "c1-quantity": "2", "is_active": "on"}
    for path, typed, other in (
        ("/suppliers/WOOD/", supplier, lambda: save_supplier(SupplierInput("WOOD", "New", "CNY"), actor=owner())),
        (
            "/bills/TOP/edit/", bill,
            lambda: save_bill(BillInput("TOP", (BillLineInput("LEG", D(1)),)), actor=owner()),
        ),
    ):  # fmt: skip
        read_at = again(browser.get(path))
        other()
        told = browser.post(path, {**typed, "read_at": read_at})
        assert (told.status_code, TOLD in told.content.decode()) == (409, True)
        assert browser.post(path, {**typed, "read_at": again(told)}).status_code == 302
    assert Supplier.objects.get().name == "Mine"
    assert BillOfMaterials.objects.get(sku__code="TOP").lines.get().quantity == 2


def test_over_rest_the_instant_read_is_sent_back(shop: None, client: Client) -> None:
    headers: Any = {"Authorization": f"Bearer {make_key('administrator')}"}
    bill = client.get("/api/v1/bills-of-materials/TOP", headers=headers).json()
    body = {"lines": [{"sku": "BOARD", "quantity": "3"}], "read_at": bill["updated_at"]}
    put: Any = {"content_type": "application/json", "headers": headers}
    assert client.put("/api/v1/bills-of-materials/TOP", body, **put).status_code == 200
    again = client.put("/api/v1/bills-of-materials/TOP", body, **put)
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")
