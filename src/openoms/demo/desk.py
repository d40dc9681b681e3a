"""The desk of the demonstration company these days: what customers chose, drafts, quotations, services, goods abroad."""

from decimal import Decimal

from openoms.demo.baskets import line
from openoms.demo.deeds import (
    change,
    done,
    finish,
    follow,
    give_to,
    pay,
    quote,
    remark,
    say,
    schedule,
    signed,
    submit,
    tag,
    withdraw,
)
from openoms.demo.told import story
from openoms.domains.orders.states import Stage, Terms
from openoms.domains.payments.states import Method
from openoms.domains.pricing.book import Discount
from openoms.flows.steps.placing import LineRequest

_DESK = line("TB-MTM-OAK", edge="round", frame="lift", cutouts=("cable", "socket"))

CHOSEN = (
    story(
        "3d 10:12", "sales", "D002",
        (line("PH-X1-BK-256", case="leather", engraving="latin", accessories=("glass", "cable")), line("AU-BUDS-BK")),
        ("3d 10:20", "sales", remark("刻字样稿先发客户确认。 Send the customer a proof first.", "production", Stage.PRODUCTION)),
        ("3d 11:00", "finance", pay(Method.CARD, "POS-8815")),
        ("2d 09:05", "production", finish()),
        ("2d 09:06", "production", say("样稿已确认，@孙晓 可以通知客户。 Proof confirmed, please tell the customer.")),
        days=4,
    ),
    story(
        "2d 15:40", "customer_service", "D007",
        (line("PH-X1-WH-512", engraving="chinese", case="clear"), line("SV-CARE")),
        ("2d 15:52", "customer_service", tag("礼品 gift")),
        days=6, channel="phone",
    ),
    story(
        "5d 11:30", "sales", "D026", (_DESK, line("TB-MTM-WAL", 2, edge="straight", frame="fixed"), line("SV-MEAS")),
        ("5d 11:34", "sales", tag("大客户 key account")),
        ("5d 14:00", "sales_manager", follow()),
        ("4d 10:10", "sales_manager", say("胡桃木库存有限，@蔡芸 请确认到料时间。 Walnut is short, please confirm when it arrives.")),
        ("4d 16:45", "purchasing", say("@苏敏 下周三到料。 It arrives next Wednesday.")),
        days=15, order_type="custom", terms=Terms.CREDIT,
    ),
    story(
        "1d 14:25", "sales", "D031", (line("SET-DESK", 6), line("ST-ERGO-BK", 6)),
        ("1d 14:40", "sales", tag("大客户 key account", "开票 invoice")),
        days=9, order_type="wholesale", terms=Terms.CREDIT,
    ),
    story(
        "1d 16:05", "sales", "D012",
        (line("SET-TWO", parts=("PH-CASE-BK", "AU-BUDS-WH")), line("PH-LITE-BL")), days=5,
    ),
    story("110 min", "sales", "D018", (line("TB-TOP-OAK", "2.24"), line("TB-SHELF-WAL", "1.8"), line("SV-INST")),
          days=12, order_type="custom"),
    story("52 min", "customer_service", "D021", (line("PH-X1-BK-512", accessories=("no-charger",)),), days=3, channel="phone"),
)  # fmt: skip

DRAFTS = (
    story("6d 17:20", "sales", "D014", (line("ST-SOFA-GR"), line("TB-DINE-OAK"), line("ST-DINE-GR", 6)),
          ("6d 17:25", "sales", say("客户周末量好客厅再定。 The customer measures the living room first.")),
          draft=True, days=20),
    story("1d 09:48", "sales", "D005", (line("AU-SPK-OAK"), line("AU-BAR")), draft=True),
    story("3d 13:30", "sales", "D028", (line("ST-DINE-LE", 24), line("TB-DINE-WAL", 4)),
          ("2d 10:00", "sales", change((line("ST-DINE-LE", 30), line("TB-DINE-WAL", 5)))),
          ("1d 11:15", "sales", change((line("ST-DINE-LE", 30), line("TB-DINE-WAL", 5), line("ST-STOOL-WAL", 8)))),
          draft=True, days=25, order_type="wholesale", terms=Terms.CREDIT),
    story("4d 15:10", "sales", "D009", (line("PC-PRO-512"), line("PC-MON27-WH", 2), line("PC-DOCK")),
          ("4d 16:30", "sales", withdraw()),
          ("4d 16:31", "sales", say("客户想换成黑色显示器，先撤回。 The customer may want black monitors: withdrawn.")), days=8),
    story("25 min", "sales_manager", "D033", (line("PC-AIR-256", 12), line("PC-MOUSE-BK", 12), line("PC-KEY-BK", 12)),
          draft=True, discount=Discount("percent", Decimal(5), "老客户 Regular customer"), order_type="wholesale", days=14),
)  # fmt: skip

QUOTATIONS = (
    story("2d 11:00", "sales", "D029", (line("TB-MTM-OAK", 10, edge="round", frame="lift", cutouts=("cable",)), line("ST-ERGO-BK", 10), line("SV-INST", 2)),
          ("2d 11:20", "sales", quote(12)),
          ("2d 11:21", "sales", tag("报价中 quoted")),
          draft=True, days=30, order_type="wholesale", terms=Terms.CREDIT),
    story("20d 10:30", "sales", "D034", (line("TB-MTM-BAM", 8, edge="straight", frame="lift"), line("SV-MEAS")),
          ("20d 10:45", "sales", quote(-6)),
          ("20d 10:46", "sales", tag("报价中 quoted")),
          ("7d 09:30", "sales", say("客户预算未批，@苏敏 是否延长报价？ Their budget is not approved yet, shall we prolong?")),
          draft=True, order_type="custom"),
    story("4d 09:20", "sales_manager", "D035", (line("AU-BAR", 5), line("PC-MON27-BK", 5), line("AU-SPK-WAL", 2)),
          ("4d 09:25", "sales_manager", quote(1)),
          draft=True, discount=Discount("amount", Decimal(800), "开业优惠 Opening offer"), days=10),
    story("9d 14:00", "sales", "D027", (line("TB-DESK-WAL", 4), line("ST-ERGO-WH", 4)),
          ("9d 14:10", "sales", quote(5)),
          ("3d 10:05", "sales", submit()),
          ("3d 10:06", "sales", say("客户已接受报价。 The customer accepted the quotation.")),
          draft=True, days=11, terms=Terms.CREDIT),
)  # fmt: skip

SERVICES = (
    story("6d 10:40", "customer_service", "D003", (line("SV-INST"), line("SV-MEAS")),
          ("6d 10:50", "customer_service", schedule(2, -3, "10:00", "production")),
          ("6d 10:51", "customer_service", schedule(1, -1, "14:00", "warehouse")),
          ("6d 11:30", "finance", pay(Method.WECHAT, "4200009120")),
          ("3d 11:05", "production", done(2)),
          ("3d 11:20", "production", signed(2, "王小明")),
          ("1d 16:10", "warehouse", done(1)),
          ("1d 16:20", "warehouse", signed(1, "王小明")), days=1),
    story("4d 11:45", "sales", "D011", (line("TB-DESK-OAK"), line("SV-INST")),
          ("4d 11:50", "sales", schedule(2, -1, "15:30", "warehouse")),
          ("4d 13:05", "finance", pay(Method.ALIPAY, "2026ALI0080122")),
          ("1d 17:15", "warehouse", done(2)), days=1),
    story("2d 09:30", "sales", "D016", (_DESK, line("SV-MEAS"), line("SV-INST")),
          ("2d 09:40", "sales", schedule(2, 2, "09:30", "production")),
          ("1d 10:00", "production", say("量尺后三天内出图。 Drawings three days after measuring.")),
          days=18, order_type="custom"),
    story("1d 11:10", "customer_service", "D022", (line("SV-MEAS"),), days=3, channel="phone"),
)  # fmt: skip

ABROAD = (
    story("3d 20:15", "sales_manager", "D037", (line("TB-DESK-WAL", 12), line("ST-ERGO-BK", 12)),
          ("2d 09:10", "logistics", remark("熏蒸木箱，唛头见附件。 Fumigated crates, marks as agreed.", "warehouse", Stage.PACKING)),
          currency="USD", order_type="wholesale", days=35),
    story("8d 17:00", "sales_manager", "D039", (line("ST-STOOL-OAK", 40), line("TB-DINE-OAK", 10)),
          ("8d 17:10", "sales_manager", quote(20)),
          currency="EUR", order_type="wholesale", draft=True),
    story("5d 16:20", "sales", "D038", (line("AU-OVER-BK", 30), line("AU-BUDS-WH", 60)), currency="USD",
          order_type="wholesale", days=28),
    story("2d 13:00", "sales", "D040", (line("PC-KEY-WH", 20), line("PC-MOUSE-WH", 20)), days=21),
)  # fmt: skip


def _web(when: str, customer: str, *lines: LineRequest) -> tuple[str, str, str, tuple[LineRequest, ...]]:
    return when, "", customer, lines


WEB = (
    story(*_web("2d 21:14", "D004", line("PH-CASE-BL", 2), line("PH-CHG-BK")),
          ("2d 21:15", "", pay(Method.ALIPAY, "2026ALI0081470")), channel="web", days=4),
    story(*_web("1d 22:40", "D010", line("AU-OVER-WH")), ("1d 23:00", "customer_service", give_to("customer_service")),
          channel="web", days=4),
    story(*_web("300 min", "D019", line("PC-KEY-BL"), line("PC-MOUSE-BL")),
          ("299 min", "", pay(Method.WECHAT, "4200010042")), channel="web", days=5),
    story(*_web("75 min", "D006", line("PH-X1-WH-256", case="rugged")), channel="web", days=4),
    story(*_web("18 min", "D024", line("ST-STOOL-WAL", 2)), channel="web", days=7),
)  # fmt: skip
