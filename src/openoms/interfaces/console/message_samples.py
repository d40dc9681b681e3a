"""What a message's preview fills its names with: an order nobody placed."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language

from openoms.domains.notifications.topics import Topic
from openoms.domains.notifications.wording import Text, compose

_EN: Mapping[str, str] = {
    "actor": "Wang Fang", "person": "Li Lei", "number": "SO000123", "customer": "West Lake Furniture", "total": "¥12,800.00",
    "link": "https://oms.example.com/orders/SO000123/", "items": "2 × Oak table\n8 × Chair, walnut",
    "requested_date": "2026-03-20", "carrier": "SF Express", "waybill": "SF1234567890", "text": "Please call before delivery.", "stage": "Packing",
    "audience": "Warehouse", "answer": "No foam left until Friday.", "kind": "Held by hand", "reason": "The price is too low.",
    "name": "Finance", "due": "2026-03-02 18:00", "verdict": "Approved", "comment": "Fine for this customer.",
    "amount": "¥5,000.00", "method": "Bank transfer", "remarks": "Warehouse · Packing: Mind the glass",
    "fulfilment": "F0000123", "warehouse": "HZ", "quantity": "2", "note": "The box is broken",
    "expected": "2026-03-26", "before": "2026-03-18", "requested": "2026-03-20", "sku": "TABLE-OAK", "cause": "purchase order",
    "document": "PO000007", "into": "SO000100",
}  # fmt: skip
_ZH: Mapping[str, str] = {
    **_EN, "actor": "王芳", "person": "李雷", "customer": "西湖家具有限公司", "items": "2 × 橡木餐桌\n8 × 胡桃木餐椅",
    "carrier": "顺丰速运", "waybill": "SF1234567890", "text": "送货前请电话联系。", "stage": "打包", "audience": "仓库", "answer": "缓冲材料周五到货。",
    "kind": "人工挂起", "reason": "价格过低", "name": "财务审批", "verdict": "通过", "comment": "老客户，可以。",
    "method": "银行转账", "remarks": "仓库 · 打包: 注意易碎", "cause": "采购单",
    "note": "外箱破损",
}  # fmt: skip


def previewed(topic: Topic, text: Text, language: str) -> Text:
    """The text as it would be sent."""
    return compose(text, _values(topic, language))


def samples_of(topic: Topic) -> list[tuple[str, str]]:
    """The names a text of the topic may use, each with what it may become, in the page's language."""
    return sorted(_values(topic, get_language() or "en").items())


def _values(topic: Topic, language: str) -> dict[str, str]:
    values = {**(_ZH if language.startswith("zh") else _EN), "firm": settings.OPENOMS.firm_name}
    return {name: values[name] for name in topic.known_names}
