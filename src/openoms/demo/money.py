"""Orders of the demonstration that tell of money: paid at once, in part or by mistake, on credit, overdue, beyond a limit."""

from openoms.demo.baskets import line
from openoms.demo.deeds import pay, say, void
from openoms.demo.told import story
from openoms.domains.orders.states import Terms
from openoms.domains.payments.states import Method

PAID = (
    story("12d 11:05", "sales", "D001", (line("ST-DINE-GR", 4), line("TB-DINE-OAK")),
          ("12d 15:20", "finance", pay(Method.BANK_TRANSFER, "ICBC-20931")), days=9),
    story("7d 20:48", "", "D015", (line("AU-BUDS-BK"), line("PH-CHG-WH")),
          ("7d 20:50", "", pay(Method.ALIPAY, "2026ALI0077315")), channel="web", days=4),
    story("6d 21:30", "", "D022", (line("PC-KEY-WH"), line("PC-MOUSE-WH")),
          ("6d 21:31", "", pay(Method.WECHAT, "4200007731")), channel="web", days=4),
    story("5d 10:15", "customer_service", "D011", (line("ST-SOFA-LE"),),
          ("5d 16:40", "finance", pay(Method.BANK_TRANSFER, "CCB-55120", share="0.3")),
          ("5d 16:41", "finance", say("已收三成定金，尾款发货前付清。 30 % deposit received, the rest before shipping.")),
          days=20, channel="phone"),
    story("4d 09:30", "sales", "D014", (line("PC-MON27-BK", 2),),
          ("4d 14:02", "finance", pay(Method.BANK_TRANSFER, "BOC-10077")),
          ("4d 14:20", "finance", void("记错订单。 Recorded for the wrong order.")),
          ("3d 10:00", "finance", pay(Method.CASH)), days=6),
    story("3d 11:11", "customer_service", "D003", (line("TB-DESK-BAM"),),
          ("3d 11:30", "finance", pay(Method.CARD, "POS-8812", share="1.1")),
          ("3d 11:31", "finance", say("客户多付了一成，退还或抵扣待定。 Paid a tenth too much: refund or keep for the next one?")),
          days=7),
)  # fmt: skip

CREDIT = (
    # Due soon, a part of it is there.
    story("22d 10:00", "sales", "D027", (line("TB-DESK-WAL", 3), line("ST-ERGO-BK", 3)),
          ("9d 15:00", "finance", pay(Method.BANK_TRANSFER, "ABC-70412", share="0.5")),
          order_type="wholesale", terms=Terms.CREDIT),
    # Overdue, so that the next one waits.
    story("48d 14:30", "sales", "D032", (line("ST-ERGO-WH", 6),), order_type="wholesale", terms=Terms.CREDIT),
    story("2d 16:20", "sales", "D032", (line("AU-SPK-WAL", 2),), order_type="wholesale", terms=Terms.CREDIT, days=9),
    # Within its limit with the first order, beyond it with the second.
    story("11d 09:40", "sales", "D035", (line("PC-AIR-512", 8),), order_type="wholesale", terms=Terms.CREDIT),
    story("1d 15:25", "sales", "D035", (line("TB-DINE-WAL", 6), line("ST-DINE-LE", 24)),
          ("1d 15:40", "sales", say("超出信用额度，已请财务评估。 Beyond the credit limit, finance is looking at it.")),
          order_type="wholesale", terms=Terms.CREDIT, days=14),
    # A private person with whom no credit was agreed.
    story("1d 10:20", "sales", "D020", (line("PH-LITE-BL"),), terms=Terms.CREDIT, days=5),
    # Paid on time.
    story("35d 11:00", "sales", "D031", (line("ST-ERGO-BK", 10),),
          ("8d 09:20", "finance", pay(Method.BANK_TRANSFER, "CMB-31882")),
          order_type="wholesale", terms=Terms.CREDIT),
)  # fmt: skip
