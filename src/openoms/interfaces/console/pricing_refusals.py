"""How the console says the refusals of base prices: inputs, formulas, coupons, price lists, contracts."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openoms.domains.pricing.formulas import UNITS_ZH
from openoms.interfaces.console.amounts import quantity_text
from openoms.interfaces.console.coupon_reasons import coupon_reason


def _asked(data: Mapping[str, Any]) -> dict[str, str]:
    """The input's name, bounds and unit in the page's language."""
    chinese = (get_language() or "").startswith("zh")
    unit = str(data.get("unit", ""))
    numbers = {
        key: quantity_text(Decimal(str(data[key]))) for key in ("least", "most", "step") if key in data
    }
    return numbers | {
        "sku": str(data.get("sku", "")),
        "name": str((data.get("name_zh") if chinese else "") or data.get("name") or data.get("input")),
        "unit": UNITS_ZH.get(unit, unit) if chinese else unit,
    }


def _out_of_range(data: Mapping[str, Any]) -> str:
    asked = _asked(data)
    if not asked["unit"]:
        return _("%(name)s is made from %(least)s to %(most)s.") % asked
    return _("%(name)s is made from %(least)s to %(most)s %(unit)s.") % asked


BY_CODE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "input_missing": lambda data: _("“%(sku)s” is priced by its %(name)s: say it.") % _asked(data),
    "input_out_of_range": _out_of_range,
    "input_off_step": lambda data: _("%(name)s is made in steps of %(step)s from %(least)s.") % _asked(data),
    "unknown_input": lambda data: _("“%(sku)s” does not ask for “%(input)s”.") % data,
    "coupon_refused": lambda data: (
        _("The coupon %(coupon)s gives nothing: %(why)s")
        % {
            "coupon": data["coupon"],
            "why": coupon_reason(str(data["reason"]), str(data.get("condition", ""))),
        }
    ),
    "stale_price": lambda data: (
        _("Somebody changed the prices of %(sku)s meanwhile. Look at the difference again.") % data
    ),
}

CONSTANT: dict[str, Promise] = {
    "The formula has no result for these inputs. Check it in the catalogue.": gettext_lazy(
        "The formula has no result for some inputs, such as a division by zero."
    ),
    "The formula gives a price below nothing. Check it in the catalogue.": gettext_lazy(
        "The formula gives a price below nothing for some inputs."
    ),
    "Two inputs have one code.": gettext_lazy("Two inputs have the same code."),
    "Write a formula.": gettext_lazy("Write a formula."),
    "The formula cannot be read.": gettext_lazy("The formula cannot be read."),
    "The last day of a price comes before its first.": gettext_lazy(
        "The last day of a price comes before its first."
    ),
    "The last day comes before the first.": gettext_lazy("The last day comes before the first."),
    "Prices of a contract hold as long as it does: give the contract its dates.": gettext_lazy(
        "Prices of a contract hold as long as it does: give the contract its dates."
    ),
    "The sheet needs the columns sku and unit_price.": gettext_lazy(
        "The sheet needs the columns sku and unit_price."
    ),
    "There is no such tax rounding.": gettext_lazy("There is no such tax rounding."),
    "There is no such tax rate.": gettext_lazy("There is no such tax rate."),
}

PATTERNS: tuple[tuple[str, Promise], ...] = (
    (r"'(?P<code>.*)' is no name for an input", gettext_lazy("“%(code)s” is no code for an input: use letters, digits and _.")),
    (r"The range of (?P<code>.*) is empty\.$", gettext_lazy("The range of “%(code)s” is empty.")),
    (r"A formula has at most (?P<most>\d+) parts\.$", gettext_lazy("A formula has at most %(most)s parts.")),
    (r"A formula has at most (?P<most>\d+) characters\.$", gettext_lazy("A formula has at most %(most)s characters.")),
    (r"'(?P<name>.*)' is no input, at (?P<at>\d+)\. Inputs: none\.$", gettext_lazy("“%(name)s” at character %(at)s is no input, and there are none.")),
    (r"'(?P<name>.*)' is no input, at (?P<at>\d+)\. Inputs: (?P<known>.*)\.$", gettext_lazy("“%(name)s” at character %(at)s is no input. There are: %(known)s.")),
    (r"Only (?P<known>.*) can be called, at (?P<at>\d+)\.$", gettext_lazy("At character %(at)s: only %(known)s can be called.")),
    (r"Only arithmetic on numbers and inputs, at (?P<at>\d+)\.$", gettext_lazy("At character %(at)s: only arithmetic on numbers and inputs.")),
    (r"The formula cannot be read at (?P<at>\d+)\.$", gettext_lazy("The formula cannot be read at character %(at)s.")),
    (r"There is no price list '(?P<code>.*)'\.$", gettext_lazy("There is no price list “%(code)s”.")),
    (r"There is no contract '(?P<code>.*)'\.$", gettext_lazy("There is no contract “%(code)s”.")),
    (r"There is a contract '(?P<code>.*)' already\.$", gettext_lazy("There is a contract “%(code)s” already.")),
    (r"There is no delivery method '(?P<code>.*)'\.$", gettext_lazy("There is no delivery method “%(code)s”.")),
    (r"The delivery method '(?P<code>.*)' does not go there\.$", gettext_lazy("The delivery method “%(code)s” does not go to this address.")),
    (r"There is no customer tier '(?P<code>.*)'\.$", gettext_lazy("There is no customer tier “%(code)s”.")),
    (r"There is no shipping fee '(?P<code>.*)'\.$", gettext_lazy("There is no shipping fee “%(code)s”.")),
    (r"A list has at most (?P<count>.*) prices at once\.$", gettext_lazy("At most %(count)s prices at once.")),
    (r"'(?P<text>.*)' is not a price of 0 or more\.$", gettext_lazy("“%(text)s” is not a price of 0 or more.")),
    (r"'(?P<text>.*)' is not a quantity above 0\.$", gettext_lazy("“%(text)s” is not a quantity above 0.")),
)  # fmt: skip
