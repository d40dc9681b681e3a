"""How the demonstration company makes and buys: a joinery for its desks, suppliers of wood and wares, and what orders lack."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from openoms.core import firm
from openoms.core.types import Actor
from openoms.demo.catalogue import CURRENCY
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.types import CostInput, ProductInput, SkuInput
from openoms.domains.inventory.lots import LotName
from openoms.domains.supply.models import ProductionOrder, PurchaseOrder, Supplier
from openoms.domains.supply.states import ProductionState, PurchaseState
from openoms.domains.supply.types import (
    BillInput,
    BillLineInput,
    CentreInput,
    OperationInput,
    PurchaseInput,
    PurchaseLineInput,
    SupplierInput,
    SupplierSkuInput,
)
from openoms.flows import produce, purchase
from openoms.flows.edit_catalogue import save_product, save_sku
from openoms.flows.edit_supply import save_bill, save_supplier, save_work_centre
from openoms.flows.move_stock import receive_stock
from openoms.flows.plan_supply import propose_supply

D = Decimal
SINCE = date(2024, 1, 1)
_WOODS = (("OAK", "oak", "橡木"), ("WAL", "walnut", "胡桃木"), ("BAM", "bamboo", "竹"))
# code → (English, Chinese, price, opening stock)
MATERIALS = {
    **{f"MT-BOARD-{end}": (f"Board, {name}", f"{zh}板材", 210, 6) for end, name, zh in _WOODS},
    "MT-FRAME": ("Desk frame", "桌架", 320, 9),
    "MT-MOTOR": ("Lifting motor", "升降电机", 180, 4),
    "MT-SCREWS": ("Screws, hundred", "螺丝（百颗）", 6, 80),
    "MT-GLUE": ("Wood glue, bottle", "木工胶（瓶）", 24, 30),
}
# What spoils comes in lots: how many, of which, and for how many days it is good.
LOTS = {"MT-GLUE": ((6, "WG2409", 18), (14, "WG2502", 160), (10, "WG2505", 400))}
CENTRES = (
    CentreInput("cutting", "Cutting", "开料", 480, (0, 1, 2, 3, 4, 5)),
    CentreInput("surface", "Sanding and oiling", "打磨上油", 420),
    CentreInput("assembly", "Assembly", "组装", 480),
)
_STEPS = (
    OperationInput("cutting", "Cut to size", "开料裁切", D(20), D(35)),
    OperationInput("surface", "Sand and oil", "打磨上油", D(15), D(60)),
    OperationInput("assembly", "Assemble and check", "组装检验", D(10), D(45)),
)
_WOOD = SupplierInput(
    "ANJI", "Anji Bamboo and Wood", CURRENCY, "安吉竹木业有限公司", 6, "orders@anji.example", "+86 572 555 0118",
    "浙江省湖州市安吉县递铺街道竹海路8号", "月结30天",
)  # fmt: skip
_PARTS = SupplierInput(
    "YONGKANG", "Yongkang Hardware", CURRENCY, "永康五金制品厂", 9, "sales@yongkang.example", "+86 579 555 0166",
    "浙江省金华市永康市五金大道66号", "预付30%",
)  # fmt: skip
_WARES = SupplierInput(
    "HUAQIANG", "Huaqiang Trading", CURRENCY, "华强电子贸易有限公司", 4, "po@huaqiang.example", "+86 755 555 0190",
    "广东省深圳市福田区华强北路100号", "月结30天",
)  # fmt: skip


def load(actor: Actor) -> int:
    """Make what is missing; how many suppliers there are. Comes after stock: it is netted against that."""
    if Supplier.objects.exists():
        return Supplier.objects.count()
    save_product(ProductInput("MT", name="Materials", name_zh="原材料"), actor=actor)
    for code, (name, name_zh, price, there) in MATERIALS.items():
        costs = (CostInput(CURRENCY, D(price), SINCE),)
        value = SkuInput(
            code, product="MT", name=name, name_zh=name_zh, tracks_lots=code in LOTS, costs=costs
        )
        save_sku(value, actor=actor)
        _open(code, there, actor)
    for centre in CENTRES:
        save_work_centre(centre, actor=actor)
    made = _bills(actor)
    _suppliers(made, actor)
    _work(actor)
    return Supplier.objects.count()


def _open(code: str, there: int, actor: Actor) -> None:
    """The opening stock of a material, by lots where it has them."""
    today = firm.today()
    lots: list[tuple[int, LotName | None]] = [
        (many, LotName(lot, today + timedelta(days=good))) for many, lot, good in LOTS.get(code, ())
    ]
    for many, lot in lots or [(there, None)]:
        receive_stock("HZ", code, D(many), "期初 Opening stock", actor=actor, lot=lot)


def _bills(actor: Actor) -> list[str]:
    """What desks are made of; the codes of what is made here."""
    made = []
    for end, _name, _zh in _WOODS:
        for code, motors in ((f"TB-MTM-{end}", 0), (f"TB-DESK-{end}", 2)):
            lines = [
                BillLineInput(f"MT-BOARD-{end}", D(1), D(8)),
                BillLineInput("MT-FRAME", D(1)),
                BillLineInput("MT-SCREWS", D("0.4"), D(2)),
                BillLineInput("MT-GLUE", D("0.25"), D(5)),
            ]
            if motors:
                lines.append(BillLineInput("MT-MOTOR", D(motors)))
            save_bill(BillInput(code, tuple(lines), _STEPS), actor=actor)
            made.append(code)
    return made


def _suppliers(made: Sequence[str], actor: Actor) -> None:
    """Who sells materials, and everything the firm only trades in."""
    wood = [code for code in MATERIALS if code.startswith("MT-BOARD")]
    parts = [code for code in MATERIALS if code not in wood]
    goods = Sku.objects.filter(bundle=None, product__kind="goods").exclude(code__in=[*made, *MATERIALS])
    wares = [SupplierSkuInput(code, D(100), lot=D(5)) for code in goods.values_list("code", flat=True)]
    for value, sold in (
        (_WOOD, [SupplierSkuInput(code, D(MATERIALS[code][2]), minimum=D(4)) for code in wood]),
        (_PARTS, [SupplierSkuInput(code, D(MATERIALS[code][2]), lot=D(10)) for code in parts]),
        (_WARES, wares),
    ):
        fields = {name: getattr(value, name) for name in SupplierInput.__dataclass_fields__}
        save_supplier(SupplierInput(**{**fields, "skus": tuple(sold)}), actor=actor)


def _work(actor: Actor) -> None:
    """Let demand become orders, and some of them begin."""
    propose_supply(actor=actor)
    for order in ProductionOrder.objects.filter(state=ProductionState.PLANNED).order_by("id")[:2]:
        produce.release_production(order.pk, actor=actor)
    drafts = PurchaseOrder.objects.filter(state=PurchaseState.DRAFT).order_by("id")
    for draft in drafts[:1]:
        purchase.send_purchase(draft.pk, actor=actor)
    more = (PurchaseLineInput("MT-BOARD-OAK", D(8)), PurchaseLineInput("MT-BOARD-WAL", D(6)))
    purchase.draft_purchase(PurchaseInput("ANJI", more, note="备料 Wood for stock"), actor=actor)
