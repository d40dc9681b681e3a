"""The demonstration company's warehouses at work: something in every state, a wave half picked, a short pick, remarks to heed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from openoms.core import clock
from openoms.core.types import Actor
from openoms.demo import people
from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine
from openoms.domains.fulfilment.states import FulfilmentState, ShortReason
from openoms.domains.fulfilment.types import Handover, ParcelInput
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.inventory.models import Stock
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Stage
from openoms.domains.orders.types import NewInstruction
from openoms.flows.instruct import add_instruction
from openoms.flows.open_fulfilments import open_for
from openoms.flows.pack import pack_fulfilment
from openoms.flows.pick import pick_fulfilment, pick_item, short_pick
from openoms.flows.set_bin import set_bin
from openoms.flows.ship import cancel_shipment, hand_over
from openoms.flows.waves import plan_wave, set_dispatch, start_wave

# Orders that should have left the day before yesterday.
_LATE = 2
_BY_CARRIER = (
    Handover("顺丰速运 SF Express", "标快 Standard", "SF1390028841"),
    Handover("德邦物流 Deppon", "大件 Large", "DPK6620174"),
    Handover("中通快递 ZTO", "标准 Standard", "7312099840012"),
)


def load(actor: Actor) -> int:
    """Make what is missing; how many fulfilments there are. Comes after stock: what is kept for orders is sent."""
    if Fulfilment.objects.exists():
        return Fulfilment.objects.count()
    for code, transit in (("HZ", 2), ("SZ", 3)):
        set_dispatch(
            code, works_on=range(6), keeps_holidays=True, transit_days=transit, early_days=3, wave_size=12, actor=actor
        )  # fmt: skip
    _bins(actor)
    released = Order.objects.filter(released_at__isnull=False, status="approved", historical=False)
    for n, number in enumerate(released.order_by("id").values_list("number", flat=True)):
        with clock.set_to(clock.now() - timedelta(days=2 if n < _LATE else 0)):
            open_for(number)
    worker = User.objects.filter(email=people.email_of("warehouse")).prefetch_related("roles").first()
    _work(actor_of(worker) if worker else actor, actor)
    return Fulfilment.objects.count()


def _bins(actor: Actor) -> None:
    """Every sku in a bin: aisle, rack, shelf."""
    rows = Stock.objects.order_by("warehouse__code", "sku__code").values_list("warehouse__code", "sku__code")
    for n, (warehouse, sku) in enumerate(rows):
        set_bin(warehouse, sku, f"{'ABCD'[n * 7 % 4]}-{n % 12 + 1:02}-{n % 4 + 1}", actor=actor)


def _work(worker: Actor, boss: Actor) -> None:
    """A day at the main warehouse, cut off in its middle: those that leave latest are furthest."""
    rows = iter(_waiting("HZ"))
    for handover in _BY_CARRIER:
        row = next(rows)
        _pick_and_pack(row, worker)
        hand_over(row.number, handover, actor=worker)
    packed = next(rows)
    _pick_and_pack(packed, worker)
    wrong = hand_over(packed.number, _BY_CARRIER[0], actor=worker)
    cancel_shipment(wrong.number, "面单贴错 The label was wrong", actor=worker)
    pick_fulfilment(next(rows).number, None, actor=worker)
    careful = next(rows)
    _remark(
        careful,
        "玻璃台面请用双层气泡膜，外箱贴易碎。 Wrap the glass twice, mark the box as fragile.",
        Stage.PACKING,
        boss,
    )
    pick_fulfilment(careful.number, None, actor=worker)
    _wave(rows, worker, boss)


def _waiting(warehouse: str) -> Sequence[Fulfilment]:
    """What the warehouse has to do, the latest to leave first: what presses stays for whoever tries the program."""
    rows = Fulfilment.objects.filter(warehouse__code=warehouse, state=FulfilmentState.OPEN)
    return list(rows.select_related("order").order_by("-ship_by", "id"))


def _remark(row: Fulfilment, text: str, stage: Stage, boss: Actor) -> None:
    new = NewInstruction(text, "warehouse", stage, True, None)
    add_instruction(row.order.number, new, actor=boss)


def _pick_and_pack(row: Fulfilment, worker: Actor) -> None:
    """All of it, each sku in a parcel of its own."""
    pick_fulfilment(row.number, None, actor=worker)
    goods: dict[str, Decimal] = {}
    for line in FulfilmentLine.objects.filter(fulfilment=row).select_related("sku").order_by("id"):
        goods[line.sku.code] = goods.get(line.sku.code, Decimal(0)) + line.quantity
    parcels = [
        ParcelInput({code: quantity}, 2400 + 18_600 * n) for n, (code, quantity) in enumerate(goods.items())
    ]
    pack_fulfilment(row.number, parcels, actor=worker)


def _wave(rows: Iterator[Fulfilment], worker: Actor, boss: Actor) -> None:
    """A wave of four being picked, its first sku there and one of its last not; another order waits for a remark to be read."""
    gathered = [row for row, _n in zip(rows, range(4), strict=False)]
    if not gathered:
        return
    wave = plan_wave([row.number for row in gathered], actor=worker)
    _remark(
        gathered[0],
        "与客户 7 号订单的货一起放。 Keep together with the customer's other order.",
        Stage.PICKING,
        boss,
    )
    start_wave(wave.number, actor=worker)
    lines = FulfilmentLine.objects.filter(fulfilment__wave=wave).select_related("sku", "fulfilment")
    in_order = list(lines.order_by("stock__bin", "id"))
    if len(in_order) > 2:
        pick_item(wave.number, in_order[0].sku.code, in_order[0].quantity, actor=worker)
        last = in_order[-1]
        short_pick(
            last.fulfilment.number,
            last.sku.code,
            ShortReason.DAMAGED,
            "外箱破损 The box is broken",
            actor=worker,
        )
    for row in rows:
        _remark(row, "先致电客户确认收货时间。 Call the customer about the hour first.", Stage.PICKING, boss)
        break
