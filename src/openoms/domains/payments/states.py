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
