"""The words in a promotion's form: what its choices are called, and the sentences its fields stand in.

In a sentence `{field}` is a field's place and `[…]` a part that is there only while its field applies.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Choices = list[tuple[str, Promise | str]]

GOODS_LABELS: Mapping[str, Any] = {
    "pick": _("Goods"),
    "without": _("Except"),
    "price_from": _("Priced from"),
    "price_to": _("Priced up to"),
    "reduced": _("Also goods that a sale price holds for already"),
    "agreed": _("Also goods at a typed or contract price"),
}

WHAT: Choices = [
    ("percent", pgettext_lazy("promotion form", "% off")),
    ("amount", pgettext_lazy("promotion form", "off, as an amount,")),
    ("price", pgettext_lazy("promotion form", "as the new price of")),
    ("ladder", pgettext_lazy("promotion form", "more off, the more is bought,")),
    ("gift", pgettext_lazy("promotion form", "a gift")),
]
# How discounts are said in Chinese: what is still paid, in tenths.
TENTHS = ("tenths", "打折")
TARGET: Choices = [
    ("unit", pgettext_lazy("promotion form", "each unit")),
    ("line", pgettext_lazy("promotion form", "each line")),
    ("items", pgettext_lazy("promotion form", "the goods together")),
    ("order", pgettext_lazy("promotion form", "the order")),
    ("shipping", pgettext_lazy("promotion form", "the shipping")),
    ("delivery", pgettext_lazy("promotion form", "each delivery's fee")),
]
WHICH: Choices = [
    ("all", pgettext_lazy("promotion form", "every piece takes part")),
    ("set", pgettext_lazy("promotion form", "some of each set bought take part")),
    ("bought", pgettext_lazy("promotion form", "pieces earned by buying others take part")),
]
MODE: Choices = [
    ("any", pgettext_lazy("promotion form", "of any of them")),
    ("same", pgettext_lazy("promotion form", "that are the same")),
    ("distinct", pgettext_lazy("promotion form", "that all differ")),
]
BY: Choices = [
    ("product", pgettext_lazy("promotion form", "by product")),
    ("sku", pgettext_lazy("promotion form", "by SKU")),
]
PICK: Choices = [
    ("cheapest", pgettext_lazy("promotion form", "cheapest")),
    ("dearest", pgettext_lazy("promotion form", "dearest")),
    ("first", pgettext_lazy("promotion form", "earliest in the basket")),
]
LADDER_UNIT: Choices = [
    ("percent", pgettext_lazy("promotion form", "per cent off")),
    ("amount", pgettext_lazy("promotion form", "amounts off")),
    ("price", pgettext_lazy("promotion form", "new prices")),
]
LADDER_BY: Choices = [
    ("amount", pgettext_lazy("promotion form", "what the goods cost")),
    ("quantity", pgettext_lazy("promotion form", "how many pieces there are")),
    ("line_quantity", pgettext_lazy("promotion form", "how many pieces a line has")),
]
BENEFIT_PATTERNS: Mapping[str, Promise] = {
    "what": _("Give [{value}] {what} [{target}]"),
    "goods": _("[of {goods}]"),
    "gift": _("[{gift_quantity} × {gift_sku}] [for every {gift_per} pieces; empty: once an order]"),
    "ladder": _("[in {ladder_unit}] [by {ladder_by}]"),
    "which": _("[{which}]"),
    "set": _("[buy {size} pieces {mode}] [{by}] [of which {rewarded} (empty: all)]"),
    "bought": _("[for every {bought_quantity} bought of {bought}] [so many more: {bought_get}]"),
    "pick": _("[get it, the {pick} first]"),
    "rung": _("from {least} on: {value}"),
    "methods": _("[only sent by {methods}]"),
}
CONDITION_KIND: Choices = [
    ("amount", pgettext_lazy("promotion form", "the goods cost")),
    ("quantity", pgettext_lazy("promotion form", "the number of pieces is")),
    ("customer", pgettext_lazy("promotion form", "the customer is")),
    ("order", pgettext_lazy("promotion form", "the order comes")),
    ("order_count", pgettext_lazy("promotion form", "it is the customer's")),
]
STAGE: Choices = [
    ("after", pgettext_lazy("promotion form", "after earlier promotions")),
    ("before", pgettext_lazy("promotion form", "before all promotions")),
]
TAX: Choices = [
    ("listed", pgettext_lazy("promotion form", "tax as the price list has it")),
    ("net", pgettext_lazy("promotion form", "without tax")),
    ("gross", pgettext_lazy("promotion form", "with tax")),
]
PER: Choices = [
    ("order", pgettext_lazy("promotion form", "in the whole order")),
    ("line", pgettext_lazy("promotion form", "on one line")),
]
CONDITION_PATTERNS: Mapping[str, Promise] = {
    "kind": _("{kind} [from {least}] [to {most}] [{per}] [order number {nth}] [or every {every} orders]"),
    "goods": _("[counting {goods}]"),
    "customer": _("[one of {customers}] [or tagged {segments}]"),
    "order": _("[sent to {regions}]"),
}
HOURS_PATTERN = _("{days} from {since} to {until}")
