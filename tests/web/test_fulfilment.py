"""Warehouse work on screen: board, waves, picking and packing by scans, handing over, papers; who may, what is refused, at what cost."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from openoms.core import firm
from openoms.core.clock import now
from openoms.core.ids import uuid7
from openoms.domains.catalog.models import Sku
from openoms.domains.events.models import Event
from openoms.domains.fulfilment.models import DispatchPlan, Fulfilment, Parcel, Shipment, Wave
from openoms.domains.inventory.models import Lot, Reservation, Stock
from openoms.domains.orders.models import Instruction, Order
from openoms.domains.orders.states import Stage
from openoms.domains.orders.types import NewInstruction
from openoms.flows.instruct import add_instruction
from openoms.flows.pack import pack_fulfilment
from openoms.flows.pick import pick_fulfilment
from openoms.flows.waves import plan_wave, start_wave
from openoms.interfaces.console import fulfilment_sheets as sheets
from openoms.interfaces.console.scans import grams, read
from openoms.jobs import dispatcher
from openoms.outreach.documents.worksheet import WorkSheet
from openoms.reading import fulfilment as reading
from openoms.reading import warehouse
from tests.factories import make_configurable, make_order, make_sku, owner, stock_up
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
D = Decimal
PART = {"HX-Request": "true"}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def released(*lines: tuple[str, int], **more: Any) -> Fulfilment:
    """What a warehouse has to send for a new order of these lines."""
    order = make_order(lines=list(lines), **more).order
    dispatcher.drain()
    return Fulfilment.objects.select_related("order").get(order=order.id)


@pytest.fixture
def stocked() -> None:
    """BOLT and NUT in their bins, enough of them."""
    make_sku("BOLT")
    make_sku("NUT", "3")
    for sku, bin_ in (("BOLT", "B-02"), ("NUT", "A-01")):
        stock_up(sku, 100)
        Stock.objects.filter(sku__code=sku).update(bin=bin_)


@pytest.fixture
def worker(sign_in: SignIn) -> Client:
    """Somebody who works in the warehouse."""
    return sign_in("warehouse")


def in_wave(*rows: Fulfilment, start: bool = True) -> str:
    wave = plan_wave([row.number for row in rows], actor=owner()).number
    if start:
        start_wave(wave, actor=owner())
    return wave


def remark(row: Fulfilment, text: str, stage: Stage, *, blocking: bool = True) -> Instruction:
    new = NewInstruction(text, "warehouse", stage, blocking, None)
    return add_instruction(row.order.number, new, actor=owner())


# ---- the board


def test_the_board_says_what_presses_and_plans_and_starts_a_wave_by_one_button(
    stocked: None, worker: Client
) -> None:
    row, other = released(("BOLT", 2)), released(("BOLT", 1), ("NUT", 1))
    late = firm.today() - timedelta(days=1)
    Fulfilment.objects.filter(pk=row.pk).update(ship_by=late)
    shown = text_of(worker.get("/warehouse/"))
    assert "1 overdue" in shown
    assert row.order.number in shown
    assert other.order.number in shown
    assert "one item each" in shown
    sent = {"fulfilment": [row.number], "start": "1", "key": "k1"}
    answer = worker.post("/waves/plan/", sent)
    wave = Wave.objects.get()
    assert answer["Location"] == f"/waves/{wave.number}/pick/"
    assert wave.state == "picking"
    assert worker.post("/waves/plan/", sent)["Location"] == f"/waves/{wave.number}/"
    assert Wave.objects.count() == 1
    assert wave.number in text_of(worker.get("/warehouse/"))


def test_what_a_remark_blocks_is_left_out_said_and_acknowledged_on_the_board(
    stocked: None, worker: Client
) -> None:
    row = released(("BOLT", 2))
    held = remark(row, "Call first", Stage.PICKING)
    shown = text_of(worker.get("/warehouse/"))
    assert "Call first" in shown
    assert "Nothing waits to be picked." in shown
    answer = worker.post("/waves/plan/", {"fulfilment": [row.number], "start": "1"}, follow=True)
    assert "1 order was left out" in text_of(answer)
    assert not Wave.objects.exists()
    at = f"/warehouse/remarks/{row.order.number}/{held.pk}/acknowledge/"
    assert worker.post(at, {"next": "/warehouse/?warehouse=HZ"})["Location"] == "/warehouse/?warehouse=HZ"
    assert worker.post(at, {"next": "https://elsewhere.example/"})["Location"] == "/warehouse/"
    held.refresh_from_db()
    assert held.state == "acknowledged"
    assert "Plan and start" in text_of(worker.get("/warehouse/"))


def test_the_board_keeps_the_warehouse_one_works_at(stocked: None, worker: Client) -> None:
    stock_up("BOLT", 5, warehouse="SH")
    assert 'href="?warehouse=SH" aria-current="page"' in " ".join(
        text_of(worker.get("/warehouse/?warehouse=SH")).split()
    )
    assert worker.session["warehouse"] == "SH"
    assert 'href="?warehouse=SH" aria-current="page"' in " ".join(text_of(worker.get("/warehouse/")).split())


def test_who_only_looks_sees_no_buttons_and_can_do_nothing(stocked: None, sign_in: SignIn) -> None:
    row = released(("BOLT", 2))
    wave = in_wave(row, start=False)
    seller = sign_in("sales")
    for path in ("/warehouse/", "/fulfilments/", f"/fulfilments/{row.number}/", f"/waves/{wave}/", "/waves/"):
        shown = text_of(seller.get(path))
        assert "/start/" not in shown, path
        assert "/bulk/" not in shown, path
    for path in (f"/waves/{wave}/pick/", "/pack/", f"/fulfilments/{row.number}/packing-slip.pdf"):
        assert seller.get(path).status_code == 403, path
    for path in (
        f"/waves/{wave}/start/", f"/waves/{wave}/dissolve/", f"/waves/{wave}/pick/", f"/waves/{wave}/short/", "/waves/plan/",
        "/fulfilments/bulk/", f"/fulfilments/{row.number}/pick/", f"/fulfilments/{row.number}/picked/",
        f"/fulfilments/{row.number}/pack/", f"/fulfilments/{row.number}/pack/finish/", f"/fulfilments/{row.number}/ship/",
    ):  # fmt: skip
        assert seller.post(path).status_code == 403, path
    assert Wave.objects.get().state == "planned"


# ---- waves


def test_a_wave_is_listed_started_and_dissolved(stocked: None, worker: Client) -> None:
    row = released(("BOLT", 2))
    wave = in_wave(row, start=False)
    assert wave in text_of(worker.get("/waves/?state=planned"))
    assert wave not in text_of(worker.get("/waves/?state=picked"))
    assert row.order.number in text_of(worker.get(f"/waves/{wave}/"))
    assert worker.post(f"/waves/{wave}/dissolve/")["Location"] == "/warehouse/"
    wave = in_wave(row, start=False)
    assert worker.post(f"/waves/{wave}/start/")["Location"] == f"/waves/{wave}/pick/"
    answer = worker.post(f"/waves/{wave}/dissolve/", follow=True)
    assert "that does not work now" in text_of(answer)
    assert worker.get("/waves/W999999/").status_code == 404


# ---- picking


def test_a_scan_takes_one_a_quantity_takes_more_and_the_same_key_counts_once(
    stocked: None, worker: Client
) -> None:
    first, second = released(("BOLT", 3), ("NUT", 1)), released(("BOLT", 2))
    wave = in_wave(first, second)
    at = f"/waves/{wave}/pick/"
    shown = text_of(worker.get(at))
    assert shown.index("A-01") < shown.index("B-02")
    assert "take 1" in shown
    for _ in range(2):
        answer = worker.post(at, {"text": "BOLT", "key": "k1"}, headers=PART)
        assert "1 into tote 1" in text_of(answer)
        assert 'data-tone="good"' in text_of(answer)
    assert "<html" not in text_of(answer)
    assert picked(first) == {"BOLT": 1, "NUT": 0}
    assert "3 into tote" not in text_of(worker.post(at, {"text": "BOLT", "key": "k2"}, headers=PART))
    answer = worker.post(at, {"text": "2*BOLT", "key": "k3"}, headers=PART)
    assert "1 into tote 1, 1 into tote 2" in text_of(answer)
    waits = text_of(worker.post(at, {"text": "1", "key": "k4"}, headers=PART))
    assert 'name="times"' in waits
    assert 'value="1"' in waits
    worker.post(at, {"text": "BOLT", "times": "1", "key": "k5"}, headers=PART)
    done = text_of(worker.post(at, {"text": "nut".upper(), "key": "k6"}, headers=PART))
    assert "All picked" in done
    assert 'data-tone="done"' in done
    assert Wave.objects.get().state == "picked"
    assert picked(second) == {"BOLT": 2}


def picked(row: Fulfilment) -> dict[str, Decimal]:
    return {line.sku.code: line.picked for line in row.lines.select_related("sku")}


def test_a_wrong_code_is_refused_loudly_in_place_and_nothing_changes(stocked: None, worker: Client) -> None:
    row = released(("BOLT", 3))
    at = f"/waves/{in_wave(row)}/pick/"
    for text, status, said in (
        ("GHOST", 422, "No SKU has the code or barcode “GHOST”."),
        ("NUT", 422, "Stop: NUT does not belong here"),
        ("9*BOLT", 422, "Only 3 more of BOLT are needed."),
        ("", 422, "Scan something."),
        ("0*BOLT", 422, "A quantity lies above 0."),
    ):
        answer = worker.post(at, {"text": text, "key": "k"}, headers=PART)
        assert (answer.status_code, answer["HX-Retarget"]) == (status, "#floor"), text
        assert said in text_of(answer), text
        assert 'data-tone="bad"' in text_of(answer)
    whole = worker.post(at, {"text": "GHOST"})
    assert whole.status_code == 422
    assert "<html" in text_of(whole)
    assert picked(row) == {"BOLT": 0}


def test_another_bin_comes_first_where_somebody_says_so(stocked: None, worker: Client) -> None:
    at = f"/waves/{in_wave(released(('BOLT', 3), ('NUT', 2)))}/pick/"
    assert "take 2" in text_of(worker.get(at))
    assert "take 3" in text_of(worker.get(f"{at}?at=BOLT"))
    assert "take 2" in text_of(worker.post(at, {"text": "3*BOLT", "at": "BOLT"}, headers=PART))
    assert "take 1" in text_of(worker.post(at, {"text": "NUT", "at": "NUT"}, headers=PART))


def test_what_is_not_there_is_noted_by_order_with_a_reason(stocked: None, worker: Client) -> None:
    first, second = released(("BOLT", 3)), released(("BOLT", 2))
    wave = in_wave(first, second)
    at = f"/waves/{wave}/short/"
    for sent, said in (
        ({"code": "BOLT", "fulfilment": [second.number], "reason": "bored"}, "Say why."),
        ({"code": "BOLT", "reason": "missing"}, "Choose the orders"),
        (
            {"code": "NUT", "fulfilment": [second.number], "reason": "missing"},
            "Stop: NUT does not belong here",
        ),
    ):
        answer = worker.post(at, sent, headers=PART)
        assert answer.status_code == 422
        assert said in text_of(answer)
    sent = {"code": "BOLT", "fulfilment": [second.number], "reason": "damaged", "note": "wet"}
    assert "noted as short" in text_of(worker.post(at, sent, headers=PART))
    told = Event.objects.get(kind="fulfilment.short").data
    assert (told["quantity"], told["reason"], told["note"]) == ("2", "damaged", "wet")
    second.refresh_from_db()
    assert second.state == "cancelled"
    assert "BOLT at HZ was" not in text_of(worker.get(f"/waves/{wave}/pick/"))


def test_remarks_for_picking_stand_on_top_until_they_are_acknowledged(stocked: None, worker: Client) -> None:
    row = released(("BOLT", 3))
    wave = in_wave(row)
    told = remark(row, "Take the newest", Stage.PICKING, blocking=False)
    at = f"/waves/{wave}/pick/"
    assert "Take the newest" in text_of(worker.get(at))
    worker.post(f"/warehouse/remarks/{row.order.number}/{told.pk}/acknowledge/", {"next": at})
    assert "Take the newest" not in text_of(worker.get(at))


def test_of_goods_in_lots_the_one_that_expires_first_is_named(stocked: None, worker: Client) -> None:
    at = f"/waves/{in_wave(released(('BOLT', 3)))}/pick/"
    stock = Stock.objects.get(sku__code="BOLT")
    Sku.objects.filter(code="BOLT").update(tracks_lots=True)
    for code, day, is_blocked in (("L2", 20, False), ("L1", 10, False), ("L0", -1, True)):
        Lot.objects.create(
            id=uuid7(), stock=stock, code=code, expires_on=firm.today() + timedelta(days=day), received_at=now(),
            on_hand=D(5), is_blocked=is_blocked,
        )  # fmt: skip
    assert "Lot L1 first" in text_of(worker.get(at))


def test_a_single_one_is_picked_by_itself_or_noted_as_picked(stocked: None, worker: Client) -> None:
    row, other = released(("BOLT", 3)), released(("BOLT", 1))
    answer = worker.post(f"/fulfilments/{row.number}/pick/")
    assert answer["Location"] == f"/waves/{Wave.objects.get().number}/pick/"
    refused = worker.post(f"/fulfilments/{row.number}/pick/", follow=True)
    assert "is in a wave already" in text_of(refused)
    worker.post(f"/fulfilments/{other.number}/picked/")
    other.refresh_from_db()
    assert other.state == "picked"


# ---- packing


def test_a_scan_leads_the_bench_to_what_it_means(stocked: None, worker: Client) -> None:
    row, other = released(("BOLT", 3)), released(("BOLT", 1))
    wave = in_wave(row, other)
    for text in (
        row.number, row.number.lower(), f"{wave}/1", row.order.number, f"https://oms.example/fulfilments/{row.number}/",
    ):  # fmt: skip
        assert worker.get("/pack/", {"q": text})["Location"] == f"/fulfilments/{row.number}/pack/", text
    assert worker.get("/pack/", {"q": wave})["Location"] == f"/waves/{wave}/"
    refused = worker.get("/pack/", {"q": "nothing"})
    assert refused.status_code == 404
    assert "There is no fulfilment “NOTHING”." in text_of(refused)


def test_goods_are_checked_into_parcels_weighed_and_finished(stocked: None, worker: Client) -> None:
    row = released(("BOLT", 2), ("NUT", 3))
    pick_fulfilment(row.number, None, actor=owner())
    at = f"/fulfilments/{row.number}/pack/"
    assert row.number in text_of(worker.get("/pack/"))
    for _ in range(2):
        assert "lies in parcel 1" in text_of(worker.post(at, {"text": "2*BOLT", "key": "k1"}, headers=PART))
    wrong = worker.post(at, {"text": "BOLT", "key": "k2"}, headers=PART)
    assert wrong.status_code == 422
    assert "Stop: BOLT" in text_of(wrong)
    refused = worker.post(f"{at}finish/", {"weight_1": "850"}, headers=PART)
    assert refused.status_code == 409
    assert "3 × NUT missing" in text_of(refused)
    assert 'value="850"' in text_of(refused)
    assert "Parcel 2 is open" in text_of(worker.post(f"{at}parcel/", headers=PART))
    assert "Everything is in" in text_of(worker.post(f"{at}all/", {"parcel": "2"}, headers=PART))
    heavy = worker.post(f"{at}finish/", {"weight_1": "much", "weight_2": "1"}, headers=PART)
    assert "Write a weight as" in text_of(heavy)
    done = worker.post(f"{at}finish/", {"weight_1": "850 g", "weight_2": "1.2kg"}, headers=PART)
    assert done["HX-Redirect"] == f"/pack/?done={row.number}"
    assert list(Parcel.objects.values_list("position", "weight_g")) == [(1, 850), (2, 1200)]
    shown = text_of(worker.get(f"/pack/?done={row.number}"))
    assert f"{row.number} is packed" in shown
    assert f"/fulfilments/{row.number}/packing-slip.pdf" in shown
    assert "The parcels are empty" in text_of(worker.post(f"{at}unpack/", headers=PART))
    assert not Parcel.objects.exists()
    assert worker.post(f"{at}dance/").status_code == 404


def test_a_blocking_remark_stands_in_the_way_of_packing_until_it_is_answered(
    stocked: None, worker: Client
) -> None:
    row = released(("BOLT", 2))
    pick_fulfilment(row.number, None, actor=owner())
    told = remark(row, "No staples", Stage.PACKING)
    at = f"/fulfilments/{row.number}/pack/"
    shown = text_of(worker.get(at))
    assert "This stands in the way" in shown
    assert "No staples" in shown
    refused = worker.post(at, {"text": "BOLT"}, headers=PART)
    assert refused.status_code == 409
    assert not Parcel.objects.exists()
    answer = {"next": at, "answer": "We have only staples"}
    assert (
        worker.post(f"/warehouse/remarks/{row.order.number}/{told.pk}/not-possible/", answer)["Location"]
        == at
    )
    told.refresh_from_db()
    assert (told.state, told.answer) == ("not_possible", "We have only staples")
    assert worker.post(at, {"text": "BOLT"}, headers=PART).status_code == 200


def test_the_bench_says_what_state_something_is_in_that_cannot_be_packed(
    stocked: None, worker: Client
) -> None:
    row = released(("BOLT", 2))
    assert "has to be picked before" in text_of(worker.get(f"/fulfilments/{row.number}/pack/"))
    refused = worker.post(f"/fulfilments/{row.number}/pack/", {"text": "BOLT"}, headers=PART)
    assert (refused.status_code, Parcel.objects.count()) == (409, 0)


# ---- one, many, shipped


def test_one_is_handed_over_once_and_taken_back_with_a_reason(stocked: None, worker: Client) -> None:
    row = packed(released(("BOLT", 2)))
    at = f"/fulfilments/{row.number}/"
    sent = {
        "carrier": "SF Express",
        "service": "standard",
        "waybill": "SF1",
        "key": "01900000-0000-7000-8000-000000000001",
    }
    missing = worker.post(f"{at}ship/", {**sent, "carrier": " "})
    assert missing.status_code == 422
    for _ in range(2):
        assert worker.post(f"{at}ship/", sent)["Location"] == at
    shipment = Shipment.objects.get()
    shown = text_of(worker.get(at))
    assert "SF Express" in shown
    assert "SF1" in shown
    assert worker.get("/pack/", {"q": "SF1"})["Location"] == f"{at}pack/"
    cancel = f"/shipments/{shipment.number}/cancel/"
    assert "Say why." in text_of(worker.post(cancel, {"reason": " "}, follow=True))
    assert worker.post(cancel, {"reason": "wrong label"})["Location"] == at
    row.refresh_from_db()
    assert row.state == "packed"
    assert '<option value="SF Express">' in text_of(worker.get(at))


def packed(row: Fulfilment) -> Fulfilment:
    pick_fulfilment(row.number, None, actor=owner())
    return pack_fulfilment(row.number, None, actor=owner())


def test_the_list_is_narrowed_and_many_are_done_at_once_with_a_result_each(
    stocked: None, worker: Client
) -> None:
    rows = [released(("BOLT", 1)) for _ in range(3)]
    held = released(("BOLT", 1))
    remark(held, "Wait", Stage.PICKING)
    numbers = [row.number for row in (*rows, held)]
    shown = text_of(worker.get(f"/fulfilments/?q={rows[0].order.number.lower()}"))
    assert rows[0].number in shown
    assert rows[1].number not in shown
    assert rows[1].number in text_of(worker.get("/fulfilments/?state=open&warehouse=HZ&q=f"))
    assert rows[1].number not in text_of(worker.get("/fulfilments/?ship_by=2020-01-01"))
    first = text_of(worker.post("/fulfilments/bulk/", {"action": "pick", "number": numbers}))
    assert "3 of 4 fulfilments done" in first
    assert "The order is on hold" in first
    assert "3 of 4" in text_of(worker.post("/fulfilments/bulk/", {"action": "pack", "number": numbers}))
    sent = {"action": "ship", "number": numbers, "text": "SF Express"}
    assert "3 of 4" in text_of(worker.post("/fulfilments/bulk/", sent))
    assert Shipment.objects.count() == 3
    plan = text_of(worker.post("/fulfilments/bulk/", {"action": "plan", "number": [*numbers, "F9999999"]}))
    assert "1 of 5 fulfilments done" in plan
    assert f"in the wave {Wave.objects.get().number}" in plan
    assert worker.post("/fulfilments/bulk/", {"action": "burn", "number": numbers}).status_code == 404


def test_an_orders_page_shows_its_warehouses_and_what_was_shipped(stocked: None, worker: Client) -> None:
    order = released(("BOLT", 5)).order
    page = text_of(worker.get(f"/orders/{order.number}/"))
    assert f'hx-get="/orders/{order.number}/goods/"' in page
    sent = {
        "warehouse": "HZ", "line_1": "2", "carrier": "Own van", "key": "01900000-0000-7000-8000-000000000002",
    }  # fmt: skip
    at = f"/orders/{order.number}/ship/"
    assert 'name="line_1" value="5"' in text_of(worker.get(at))
    for wrong in ({"line_1": ""}, {"line_1": "-1"}, {"line_1": "6"}, {"carrier": ""}):
        assert worker.post(at, {**sent, **wrong}).status_code in {409, 422}, wrong
    for _ in range(2):
        assert worker.post(at, sent)["Location"] == f"/orders/{order.number}/"
    assert Shipment.objects.count() == 1
    part = text_of(worker.get(f"/orders/{order.number}/goods/"))
    assert "2 of 5 shipped" in part
    assert "Own van" in part
    Order.objects.filter(pk=order.pk).update(released_at=None)
    Shipment.objects.all().delete()
    Fulfilment.objects.all().delete()
    assert worker.get(f"/orders/{order.number}/goods/").status_code == 204


def test_a_bundle_leaves_the_shelf_as_far_as_all_its_parts_are_there(worker: Client) -> None:
    make_configurable()
    stock_up("BOLT", 9)
    stock_up("NUT", 9)
    order = released(("SET", 3)).order
    assert {
        code: [(one.line.position, one.quantity) for one in rows]
        for code, rows in warehouse.shippable(order).items()
    } == {"HZ": [(1, D(3))]}


def test_when_a_warehouse_sends_is_set_on_its_page(stocked: None, sign_in: SignIn) -> None:
    boss = sign_in("administrator")
    assert "When it sends" in text_of(boss.get("/stock/warehouses/HZ/"))
    sent = {
        "works_on": ["0", "5"],
        "closed_on": "2026-05-04，2026-05-05",
        "transit_days": "1",
        "early_days": "",
        "wave_size": "30",
    }
    assert boss.post("/stock/warehouses/HZ/dispatch/", sent)["Location"] == "/stock/warehouses/HZ/"
    plan = DispatchPlan.objects.get()
    assert (plan.works_on, plan.keeps_holidays, plan.wave_size, len(plan.closed_on)) == ([0, 5], False, 30, 2)
    shown = text_of(boss.get("/stock/warehouses/HZ/"))
    ticked = re.findall(r'type="checkbox" name="works_on" value="(\d)"[^>]* checked', shown)
    assert ticked == ["0", "5"]
    wrongs: list[dict[str, Any]] = [{"works_on": []}, {"closed_on": "May"}, {"wave_size": "0"}]
    for wrong in wrongs:
        assert boss.post("/stock/warehouses/HZ/dispatch/", {**sent, **wrong}).status_code == 422, wrong
    assert sign_in("warehouse").post("/stock/warehouses/HZ/dispatch/", sent).status_code == 403


def test_a_bin_is_set_where_the_stock_is_shown(stocked: None, worker: Client) -> None:
    worker.post("/stock/BOLT/bin/", {"warehouse": "HZ", "bin": " C-09 "})
    assert Stock.objects.get(sku__code="BOLT").bin == "C-09"
    assert Event.objects.get(kind="stock.bin_set").data["before"] == "B-02"
    answer = worker.post("/stock/BOLT/bin/", {"warehouse": "HZ", "bin": "x" * 31}, follow=True)
    assert "at most 30 characters" in text_of(answer)


# ---- papers


def words(sheet: WorkSheet) -> str:
    """All a paper says."""
    rows = [cell for group in sheet.groups for row in group.rows for cell in row]
    parts = [sheet.title, sheet.number, *(group.heading for group in sheet.groups)]
    parts += [text for cell in rows for text in (cell.text, *cell.details)]
    parts += [text for pair in (*sheet.facts, *sheet.remarks) for text in pair]
    return "\n".join([*parts, *(line for _label, lines in sheet.parties for line in lines)])


def test_a_pick_list_goes_by_bins_names_totes_and_shows_remarks(stocked: None) -> None:
    first, second = released(("BOLT", 3), ("NUT", 1)), released(("BOLT", 2))
    remark(second, "Newest only", Stage.PACKING, blocking=False)
    wave = reading.wave(owner(), in_wave(first, second))
    sheet = sheets.pick_list(wave, reading.papers_of({first.order_id, second.order_id}), "https://oms/")
    said = words(sheet)
    assert said.index("A-01") < said.index("B-02")
    assert "1 × 3  2 × 2" in said
    assert ("Newest only" in said, sheet.ticks, sheet.code) == (True, True, "https://oms/")


def test_a_packing_slip_names_the_recipient_in_full_each_parcel_and_what_is_to_be_heeded(
    stocked: None,
) -> None:
    row = released(("BOLT", 2), ("NUT", 3))
    remark(row, "Gift wrap", Stage.PACKING, blocking=False)
    pick_fulfilment(row.number, None, actor=owner())
    pack_fulfilment(row.number, None, actor=owner())
    found = reading.fulfilment(owner(), row.number)
    said = words(sheets.packing_slip(found, reading.remarks_for_papers(row.order_id), "https://oms/"))
    for part in ("李雷 +8613800000000", "文三路1号", "Parcel 1 of 1", "Gift wrap", "BOLT", "3 piece"):
        assert part in said, part
    note = sheets.delivery_note(found, [], "https://oms/")
    assert len(note.signatures) == 2
    assert "Gift wrap" not in words(note)


def test_papers_are_printed_in_the_customers_language_and_the_look_at_the_address_is_noted(
    stocked: None, worker: Client, sign_in: SignIn
) -> None:
    row = packed(released(("BOLT", 2)))
    customer = row.order.customer
    customer.language = "zh-hans"
    customer.save(update_fields=["language"])
    with sheets.spoken_to(customer):
        said = words(sheets.packing_slip(reading.fulfilment(owner(), row.number), [], ""))
    assert "装箱单" in said
    for kind in ("packing-slip", "delivery-note"):
        answer = worker.get(f"/fulfilments/{row.number}/{kind}.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
    assert worker.get(f"/fulfilments/{row.number}/poem.pdf").status_code == 404
    assert Event.objects.filter(kind="contact.revealed", subject_id=customer.pk).count() == 2
    sign_in("administrator").get(f"/fulfilments/{row.number}/packing-slip.pdf")
    assert Event.objects.filter(kind="contact.revealed").count() == 2
    wave = in_wave(released(("BOLT", 1)), start=False)
    assert worker.get(f"/waves/{wave}/pick-list.pdf").content.startswith(b"%PDF")


# ---- what was typed, what it costs


@pytest.mark.parametrize(
    ("text", "times", "code", "quantity"),
    [
        ("BOLT", "", "BOLT", "1"),
        (" 3*BOLT ", "", "BOLT", "3"),
        ("2.5 × BOLT", "", "BOLT", "2.5"),
        ("12", "", "", "12"),
        ("BOLT", "12", "BOLT", "12"),
        ("6901234567892", "", "6901234567892", "1"),
        ("A*B", "", "A*B", "1"),
    ],
)
def test_what_a_scanner_types_is_read(text: str, times: str, code: str, quantity: str) -> None:
    found = read(text, times)
    assert (found.code, found.quantity) == (code, D(quantity))


@pytest.mark.parametrize(
    ("text", "weight"), [("", None), ("850", 850), ("850 g", 850), ("1.2kg", 1200), ("0,5 公斤", 500)]
)
def test_a_weight_is_read_in_grams_or_kilograms(text: str, weight: int | None) -> None:
    assert grams(text) == weight


@pytest.mark.parametrize("count", [2, 8])
def test_no_page_asks_more_of_the_database_for_more_rows(
    stocked: None, worker: Client, django_assert_max_num_queries: Callable[[int], Any], count: int
) -> None:
    rows = [released(("BOLT", 1), ("NUT", 2)) for _ in range(count)]
    wave = in_wave(*rows[: count // 2])
    for row in rows[: count // 2]:
        remark(row, "Look", Stage.PICKING, blocking=False)
    for row in rows[count // 2 :]:
        remark(row, "Look", Stage.PICKING)
    for path, most in (
        ("/warehouse/", 20),
        ("/fulfilments/", 14),
        (f"/fulfilments/{rows[0].number}/", 22),
        ("/waves/", 12),
        (f"/waves/{wave}/", 22),
        (f"/waves/{wave}/pick/", 20),
        (f"/fulfilments/{rows[0].number}/pack/", 20),
        ("/pack/", 12),
    ):
        worker.get(path)
        with django_assert_max_num_queries(most):
            assert worker.get(path).status_code == 200, path


def test_goods_come_from_another_warehouse_by_hand(sign_in: SignIn) -> None:
    stock_up("BOLT", 9)
    stock_up("BOLT", 8, warehouse="SH")
    order = make_order(lines=[("BOLT", 5)]).order
    source = Reservation.objects.get().stock.warehouse.code
    target = "SH" if source == "HZ" else "HZ"
    keeper, at = sign_in("warehouse"), f"/orders/{order.number}/sources/"
    shown = keeper.get(at).content.decode()
    assert f'<option value="{target}">' in shown
    sent = {"line": "1", "sku": "BOLT", "source": source, "target": target, "quantity": "2"}
    assert keeper.post(at, sent)["Location"] == at
    rows = Reservation.objects.filter(state="open").values_list("stock__warehouse__code", "quantity")
    assert dict(rows) == {source: 3, target: 2}
    for wrong in ({"quantity": "x"}, {"quantity": "99"}, {"line": ""}, {"target": source}):
        refused = keeper.post(at, sent | wrong, follow=True).content.decode()
        assert "toast" in refused
    assert Reservation.objects.filter(state="open").count() == 2
    assert sign_in("sales").get(at).status_code == 403


def test_why_these_warehouses_is_said_where_there_was_something_to_choose(sign_in: SignIn) -> None:
    make_sku("NUT", "3")
    stock_up("BOLT", 9)
    stock_up("NUT", 2)
    stock_up("NUT", 9, warehouse="SH")
    order = make_order(lines=[("BOLT", 5), ("NUT", 5)]).order
    dispatcher.drain()
    [told] = Event.objects.filter(subject_id=order.pk, kind="order.allocated")
    assert {step["code"] for step in told.data["why"]} >= {"parcels", "lacks"}
    for language, words in (
        ("en", ("2 parcels, from HZ, SH", "from SH because HZ lacks 3 of NUT")),
        ("zh-hans", ("共 2 个包裹，由 HZ, SH 发出", "由 SH 发货，因为 HZ 缺 3 件 NUT")),
    ):
        shown = sign_in("warehouse", language=language).get(f"/orders/{order.number}/goods/").content.decode()
        for sentence in words:
            assert sentence in shown
    alone = make_order(lines=[("BOLT", 1)]).order
    assert Event.objects.get(subject_id=alone.pk, kind="order.allocated").data["why"] == []
