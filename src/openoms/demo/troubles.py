"""What is stuck or asked at the demonstration's desk: orders on hold, doubtful addresses, remarks in every state."""

from openoms.demo.baskets import line
from openoms.demo.deeds import (
    acknowledge,
    correct,
    finish,
    give_to,
    hold,
    refuse,
    release,
    remark,
    say,
    tag,
    take_back,
)
from openoms.demo.told import story
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.orders.states import HoldKind, Stage, Terms

_ADDRESS = HoldKind.ADDRESS
_RISK = HoldKind.RISK

HELD = (
    story("10d 10:15", "sales", "D036", (line("TB-DINE-WAL", 20), line("ST-DINE-LE", 80)),
          ("10d 11:00", "finance", hold("首单大额，等预付款到账。 First large order: wait for the deposit.", _RISK)),
          ("6d 09:30", "finance", say("已催款，@苏敏 客户说本周付。 Reminded, they pay this week.")),
          ("6d 09:31", "sales_manager", tag("大客户 key account")),
          days=16, order_type="wholesale"),
    story("8d 15:30", "sales", "D013", (line("ST-SOFA-LE"),),
          ("7d 10:00", "customer_service", hold("客户搬家，推迟到通知为止。 The customer is moving: wait for a call.")),
          ("7d 10:02", "customer_service", tag("待回访 call back")), days=14),
    story("5d 18:20", "customer_service", "D017", (line("PH-X1P-512", 5),),
          ("5d 18:40", "finance", hold("同一收件人多笔订单，核实身份。 Several orders for one receiver: check who it is.", _RISK)),
          days=4, channel="phone"),
    story("3d 16:00", "sales", "D030", (line("PC-AIR-512", 20), line("PC-DOCK", 20)),
          ("2d 09:00", "sales", hold("等客户确认收货时间。 Waiting for the customer's time slot.", stage=Stage.SHIPPING)),
          days=10, order_type="wholesale", terms=Terms.CREDIT),
    story("2d 14:10", "sales", "D008", (line("TB-DESK-BAM"), line("ST-ERGO-WH")),
          ("2d 15:00", "warehouse", hold("外包装受损，更换后发货。 The carton is damaged: replace it first.", stage=Stage.PACKING)),
          ("1d 09:10", "sales", release("已更换包装。 The carton was replaced.")),
          days=5),
    story("200 min", "sales", "D020", (line("AU-SPK-WAL"), line("AU-BAR")),
          ("150 min", "finance", hold("付款金额与订单不符。 The payment does not match the order.")), days=5),
    story("1d 10:30", "customer_service", "D023", (line("PH-X1P-256"),),
          ("1d 10:45", "logistics", hold("电话无法接通，地址待核实。 Nobody answers: is the address right?", _ADDRESS)),
          days=4, channel="phone"),
)  # fmt: skip

DOUBTFUL = (
    story("4d 19:35", "", "D015", (line("PH-LITE-WH"), line("PH-CASE-WH")), channel="web", days=3,
          ship_to=AddressParts("CN", "示例路 88 号 3 单元 1201", region="浙江省", city="杭州市", district="新区", name="尤里里", phone="13800000022")),
    story("1d 08:50", "", "D001", (line("AU-BUDS-BL"),), channel="web", days=3,
          ship_to=AddressParts("CN", "示例街 6 号", region="江苏", city="苏州市", district="园区", name="李雷", phone="13800000001")),
    story("6d 12:00", "sales", "D025", (line("PC-MON27-BK", 4), line("PC-DOCK", 4)),
          ("6d 15:20", "customer_service", correct(AddressParts(
              "CN", "示例大道 25 号 2 楼", region="上海市", city="浦东新区", postcode="200120", name="李雷", phone="13800000025"))),
          ("6d 15:21", "customer_service", say("已电话核实并更正地址。 Called them and corrected the address.")),
          days=3, terms=Terms.CREDIT,
          ship_to=AddressParts("CN", "示例大道 25 号", region="上海", city="张江", name="李雷", phone="13800000025")),
    story("95 min", "", "D037", (line("AU-OVER-BK", 2),), channel="web", currency="USD",
          ship_to=AddressParts("US", "1 Example Street", region="XX", city="San Francisco", postcode="94105", name="Pat Sample", phone="+14155550101")),
)  # fmt: skip

REMARKED = (
    story("7d 09:40", "sales", "D032", (line("TB-MTM-OAK", 3, edge="live", frame="fixed"), line("SV-MEAS")),
          ("7d 09:50", "sales", remark("裁切前先确认尺寸：1400 × 700。 Confirm the measures before cutting.", "production",
                                      Stage.PRODUCTION, blocking=True, due=-2)),
          ("5d 14:00", "sales_manager", say("@鲁工 尺寸确认了吗？ Are the measures confirmed?")),
          days=9, order_type="custom"),
    story("5d 10:25", "sales", "D012", (line("AU-SPK-OAK"), line("PH-CHG-WH", 2)),
          ("5d 10:30", "sales", remark("礼品包装，不放发票。 Gift wrap, no invoice inside.", "warehouse", Stage.PACKING, due=-1)),
          ("4d 09:15", "warehouse", acknowledge()), days=2),
    story("4d 13:20", "sales", "D027", (line("TB-DESK-OAK", 2), line("ST-ERGO-BK", 2)),
          ("4d 13:25", "sales", remark("周六上午送货。 Deliver on Saturday morning.", "logistics", Stage.SHIPPING, due=3)),
          ("3d 11:40", "logistics", refuse("周六不派送，改为周五下午。 No deliveries on Saturday; Friday afternoon instead.")),
          ("3d 11:41", "logistics", say("@孙晓 请告知客户。 Please tell the customer.")), days=4),
    story("3d 14:50", "sales", "D031", (line("PC-PRO-512", 3),),
          ("3d 15:00", "sales", remark("每台贴资产标签。 Put an asset label on each.", "warehouse", Stage.PACKING)),
          ("2d 10:30", "warehouse", finish()), days=3, order_type="wholesale", terms=Terms.CREDIT),
    story("2d 16:15", "customer_service", "D002", (line("ST-DINE-GR", 4),),
          ("2d 16:20", "customer_service", remark("送货前请电话联系。 Call before delivery.", "logistics", Stage.SHIPPING, due=2)),
          ("1d 09:30", "customer_service", take_back()),
          ("1d 09:31", "customer_service", say("客户改为自提。 The customer picks it up.")), days=4, channel="phone"),
    story("1d 15:20", "sales", "D026", (line("PC-AIR-256", 8), line("PC-KEY-BK", 8)),
          ("1d 15:25", "sales", remark("发票抬头按合同开具，先核对税号。 Invoice as in the contract: check the tax number first.",
                                      "finance", Stage.PAYMENT, blocking=True, due=1)),
          ("1d 15:26", "sales", give_to("sales_manager")), days=8, order_type="wholesale", terms=Terms.CREDIT),
    story("1d 17:40", "sales", "D010", (line("AU-OVER-BK"), line("PH-CASE-BK")),
          ("1d 17:42", "sales", remark("易碎，加气泡膜。 Fragile: use bubble wrap.", "warehouse", Stage.PACKING, blocking=True, due=0)), days=2),
    story("130 min", "sales", "D029", (line("ST-SOFA-GR", 2), line("SV-INST")),
          ("120 min", "sales", remark("电梯小，需两人搬运。 A small lift: two people to carry.", "logistics", Stage.DELIVERY, due=5)),
          ("115 min", "sales", remark("确认到货日期。 Confirm when it arrives.", "purchasing", Stage.ALLOCATION, due=1)), days=9),
)  # fmt: skip
