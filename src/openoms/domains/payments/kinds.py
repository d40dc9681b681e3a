"""What happens to the money of orders."""

from openoms.domains.events.kinds import declare

PAYMENT_RECORDED = declare(
    "payment.recorded",
    subject="order",
    data={
        "number": str, "payment": str, "customer": str, "amount": str, "currency": str, "method": str,
        "payment_state": str,
    },
    en="{actor} recorded a payment of {amount} {currency} ({method}) for order {number}",
    zh="{actor} 为订单 {number} 登记了收款 {amount} {currency}（{method}）",
)  # fmt: skip
PAYMENT_VOIDED = declare(
    "payment.voided",
    subject="order",
    data={
        "number": str, "payment": str, "customer": str, "amount": str, "currency": str, "reason": str,
        "payment_state": str,
    },
    en="{actor} took back the record of a payment of {amount} {currency} for order {number}: {reason}",
    zh="{actor} 撤销了订单 {number} 的收款登记 {amount} {currency}：{reason}",
)  # fmt: skip
