"""What promotions and coupons are refused for, as refusals.py looks it up: whole sentences, and those with something filled in."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

CONSTANT: Mapping[str, Promise] = {
    "Name the group that this is the first or best of.": gettext_lazy(
        "Name the group that this is the first or best of."
    ),
    "A condition on an amount needs the promotion's currency.": gettext_lazy(
        "A condition on an amount needs the promotion's currency."
    ),
    "A number lies between 0 and 1,000,000,000,000 with at most 6 decimals.": gettext_lazy(
        "A number lies between 0 and 1,000,000,000,000 with at most 6 decimals."
    ),
    "A number lies between 0 and 1,000,000,000.": gettext_lazy("A number lies between 0 and 1,000,000,000."),
    "It ends before it starts.": gettext_lazy("It ends before it starts."),
    "It has ended already.": gettext_lazy("It has ended already."),
    "A budget needs the promotion's currency.": gettext_lazy("A budget needs the promotion's currency."),
    "A limit of 0 never lets it apply. Leave it empty for none.": gettext_lazy(
        "A limit of 0 never lets it apply. Leave it empty for none."
    ),
    "A gift is of at least one.": gettext_lazy("A gift is of at least one."),
    "More units are rewarded than a set has.": gettext_lazy("More pieces get it than a set has."),
    "Say of how many units a set is.": gettext_lazy("Say of how many pieces a set is."),
    "Units are earned by sets or by other goods, not by both.": gettext_lazy(
        "Pieces are earned by sets or by other goods, not by both."
    ),
    "Buying at least one gives at least one.": gettext_lazy("Buying at least one gives at least one."),
    "There are no sets to limit.": gettext_lazy("There are no sets to limit."),
    "Shipping fees are no goods: narrow them by method or by a condition.": gettext_lazy(
        "Shipping fees are no goods: narrow them by method or by a condition."
    ),
    "Delivery methods belong to a benefit on shipping.": gettext_lazy(
        "Delivery methods belong to a benefit on shipping."
    ),
    "A percentage lies above 0 and up to 100.": gettext_lazy("A percentage lies above 0 and up to 100."),
    "An amount off is above 0.": gettext_lazy("An amount off is above 0."),
    "A line's own quantity counts for its units or the line.": gettext_lazy(
        "A line's own quantity counts for its units or the line."
    ),
    "Only a unit's price can be raised.": gettext_lazy("Only a unit's price can be raised."),
    "Amounts need the promotion's currency.": gettext_lazy("Amounts need the promotion's currency."),
    "Two rungs begin at one measure.": gettext_lazy("Two steps begin at the same place."),
    "Say from or up to what.": gettext_lazy("Say from or up to what."),
    "It ends below where it begins.": gettext_lazy("It ends below where it begins."),
    "Name customers, tiers or segments.": gettext_lazy("Name customers, tiers or tags."),
    "Name channels, order types, terms or regions.": gettext_lazy(
        "Name channels, order types, terms or regions."
    ),
    "A coupon's code has at most 40 characters, generated ones 24 of their own.": gettext_lazy(
        "A coupon's code has at most 40 characters, generated ones 24 of their own."
    ),
}
PATTERNS: tuple[tuple[str, Promise], ...] = (
    (r"A promotion gives 1 to (?P<most>\d+) benefits\.$", gettext_lazy("A promotion gives 1 to %(most)s things.")),
    (r"A promotion has at most (?P<most>\d+) conditions\.$", gettext_lazy("A promotion has at most %(most)s conditions.")),
    (r"At most (?P<most>\d+) of these\.$", gettext_lazy("At most %(most)s of these.")),
    (r"There is no time zone '(?P<name>.*)'\.$", gettext_lazy("There is no time zone “%(name)s”.")),
    (r"A ladder has 1 to (?P<most>\d+) rungs\.$", gettext_lazy("There are 1 to %(most)s steps.")),
    (r"There is a promotion '(?P<code>.*)' already\.$", gettext_lazy("There is a promotion “%(code)s” already.")),
    (r"There is no promotion '(?P<code>.*)'\.$", gettext_lazy("There is no promotion “%(code)s”.")),
    (r"There is a coupon (?P<code>.*) already\.$", gettext_lazy("There is a coupon %(code)s already.")),
    (r"There is no coupon '(?P<code>.*)'\.$", gettext_lazy("There is no coupon “%(code)s”.")),
    (r"Between 1 and (?P<most>[\d,]+) coupons at once\.$", gettext_lazy("Between 1 and %(most)s coupons at once.")),
    (r"There is no product '(?P<code>.*)'\.$", gettext_lazy("There is no product “%(code)s”.")),
    (r"There is no category '(?P<code>.*)'\.$", gettext_lazy("There is no category “%(code)s”.")),
    (r"There is no customer tier '(?P<code>.*)'\.$", gettext_lazy("There is no customer tier “%(code)s”.")),
    (r"There is no channel '(?P<code>.*)'\.$", gettext_lazy("There is no channel “%(code)s”.")),
    (r"There is no order type '(?P<code>.*)'\.$", gettext_lazy("There is no order type “%(code)s”.")),
)  # fmt: skip
