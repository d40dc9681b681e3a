"""How money arrives."""

from enum import StrEnum


class Method(StrEnum):
    """By which way a payment came."""

    BANK_TRANSFER = "bank_transfer"
    CASH = "cash"
    CARD = "card"
    ALIPAY = "alipay"
    WECHAT = "wechat"
    CHEQUE = "cheque"
    OTHER = "other"


# The way of money that was passed on from one order to another: two entries, nobody records it by hand.
PASSED_ON = "passed_on"
