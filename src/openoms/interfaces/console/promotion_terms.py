"""The terms of a promotion in the page's language: conditions, when it runs, how often, beside which others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from openoms.domains.orders.labels import TERMS
from openoms.domains.pricing.goods import ALL_GOODS
from openoms.domains.pricing.promotions import (
    AmountIs,
    Condition,
    CustomerIs,
    Hours,
    OrderCountIs,
    OrderIs,
    Promotion,
    QuantityIs,
    Window,
)
from openoms.interfaces.console.amounts import locale_of, quantity_text
from openoms.interfaces.console.promotion_words import Said, gives, goods_words, listed
from openoms.interfaces.console.templatetags.oms import in_chinese


@dataclass(frozen=True, slots=True)
class Told:
    """A promotion in words, part by part; empty parts say nothing."""

    gives: Sequence[str]
    when: Sequence[str]
    runs: str
    limits: Sequence[str]
    beside: str

    @property
    def short(self) -> str:
        """What it gives and to whom: for a list."""
        return joined([_and(self.gives), *self.when])

    @property
    def sentence(self) -> str:
        """All of it."""
        return joined([_and(self.gives), *self.when, self.runs, *self.limits, self.beside])


def tell(promotion: Promotion, said: Said) -> Told:
    """The promotion in words; amounts are in its own currency."""
    said = Said(said.names, promotion.currency, said.zone)
    return Told(
        gives(promotion, said),
        [condition_words(condition, said) for condition in promotion.conditions],
        window_words(promotion.window, said.zone),
        _limits(promotion, said),
        _beside(promotion),
    )


def joined(parts: Iterable[str]) -> str:
    """Parts of a sentence with a dot between them."""
    return " · ".join(filter(None, parts))


def _and(parts: Sequence[str]) -> str:
    return ("；" if in_chinese() else "; ").join(parts)


def condition_words(condition: Condition, said: Said) -> str:
    """One condition."""
    match condition:
        case AmountIs():
            return _amount(condition, said)
        case QuantityIs():
            return _quantity(condition, said)
        case CustomerIs():
            return _customer(condition, said)
        case OrderIs():
            return _order(condition, said)
        case OrderCountIs():
            return _order_count(condition)


def _amount(condition: AmountIs, said: Said) -> str:
    goods = goods_words(condition.goods, said, _("goods"))
    text = _("%(goods)s worth %(bounds)s") % {
        "goods": goods,
        "bounds": _bounds(condition.least, condition.most, said.money),
    }
    how = []
    if condition.stage == "before":
        how.append(_("before promotions"))
    if condition.tax != "listed":
        how.append(_("without tax") if condition.tax == "net" else _("with tax"))
    return _("%(text)s (%(extras)s)") % {"text": text, "extras": listed(how)} if how else text


def _quantity(condition: QuantityIs, said: Said) -> str:
    bounds = _bounds(condition.least, condition.most, quantity_text)
    if condition.goods == ALL_GOODS:
        text = _("%(bounds)s pieces") % {"bounds": bounds}
    else:
        text = _("%(bounds)s pieces of %(goods)s") % {
            "bounds": bounds,
            "goods": goods_words(condition.goods, said),
        }
    return _("%(text)s on one line") % {"text": text} if condition.per == "line" else text


def _bounds(least: Decimal | None, most: Decimal | None, say: object) -> str:
    assert callable(say)
    if least is not None and most is not None:
        return _("%(least)s to %(most)s") % {"least": say(least), "most": say(most)}
    if least is not None:
        return _("from %(least)s") % {"least": say(least)}
    return _("up to %(most)s") % {"most": say(most)} if most is not None else "…"


def _customer(condition: CustomerIs, said: Said) -> str:
    found = []
    if condition.tiers:
        tiers = listed([said.name("tier", code) for code in condition.tiers])
        found.append(_("of the tier %(tiers)s") % {"tiers": tiers})
    if condition.segments:
        found.append(_("tagged %(tags)s") % {"tags": listed(condition.segments)})
    if condition.customers:
        found.append(listed([said.name("customer", code) for code in condition.customers]))
    return _("for customers %(which)s") % {"which": _(" or ").join(found) or "…"}


def _order(condition: OrderIs, said: Said) -> str:
    found = []
    if condition.channels:
        channels = listed([said.name("channel", code) for code in condition.channels])
        found.append(_("ordered by %(channels)s") % {"channels": channels})
    if condition.order_types:
        types = listed([said.name("order_type", code) for code in condition.order_types])
        found.append(_("orders of the type %(types)s") % {"types": types})
    if condition.terms:
        named = {str(term): str(label) for term, label in TERMS.items()}
        terms = listed([named.get(code, code) for code in condition.terms])
        found.append(_("paid %(terms)s") % {"terms": terms})
    if condition.regions:
        places = listed([region_words(code) for code in condition.regions])
        found.append(_("sent to %(places)s") % {"places": places})
    return joined(found) or "…"


def region_words(code: str) -> str:
    """A country by its name, a region of one by its own."""
    country, _sep, region = code.partition("/")
    territories = locale_of("zh-hans" if in_chinese() else "en").territories
    name = str(territories.get(country, country))
    if not region:
        return name
    return f"{name}{region}" if in_chinese() else f"{region}, {name}"


def _order_count(condition: OrderCountIs) -> str:
    found = []
    if condition.nth == 1:
        found.append(_("the customer's first order"))
    elif condition.nth is not None:
        found.append(_("the customer's order number %(number)s") % {"number": condition.nth})
    if condition.every:
        found.append(_("every customer's order in %(number)s") % {"number": condition.every})
    least, most = condition.least, condition.most
    if least is not None and most is not None:
        found.append(_("the customer's orders %(least)s to %(most)s") % {"least": least, "most": most})
    elif least is not None:
        found.append(_("the customer's orders from number %(least)s on") % {"least": least})
    elif most is not None:
        found.append(_("the customer's first %(most)s orders") % {"most": most})
    return joined(found) or "…"


def window_words(window: Window, zone: str) -> str:
    """When it runs, in its own zone, which is named where it is not the reader's; nothing for always."""
    begins, ends = instant_words(window, window.starts_at), instant_words(window, window.ends_at)
    if begins and ends:
        text = _("from %(begins)s until %(ends)s") % {"begins": begins, "ends": ends}
    elif begins:
        text = _("from %(begins)s on") % {"begins": begins}
    else:
        text = _("until %(ends)s") % {"ends": ends} if ends else ""
    hours = hours_words(window.hours)
    text = joined([text, hours])
    return f"{text} ({window.timezone})" if text and window.timezone != zone else text


def instant_words(window: Window, instant: datetime | None) -> str:
    """An instant in the window's zone; midnight is a day alone."""
    if instant is None:
        return ""
    there = instant.astimezone(ZoneInfo(window.timezone))
    return f"{there:%Y-%m-%d}" if there.time() == time() else f"{there:%Y-%m-%d %H:%M}"


def hours_words(hours: Sequence[Hours]) -> str:
    """Hours of the week, days that have the same together: `Mon–Fri 09:00–18:00`."""
    days: dict[tuple[time, time], list[int]] = {}
    for one in hours:
        days.setdefault((one.since, one.until), []).append(one.weekday)
    return listed([_days(sorted(set(weekdays))) + _span(*span) for span, weekdays in days.items()])


def weekday_name(day: int) -> str:
    """A day of the week in short; Monday is 0."""
    return str(locale_of("zh-hans" if in_chinese() else "en").days["format"]["abbreviated"][day])


def _days(weekdays: Sequence[int]) -> str:
    """Runs of days: `Mon–Fri, Sun`."""
    if list(weekdays) == list(range(7)):
        return pgettext("weekdays", "every day")
    runs = []
    for _key, group in groupby(enumerate(weekdays), lambda pair: pair[1] - pair[0]):
        days = [day for _at, day in group]
        names = [weekday_name(days[0]), weekday_name(days[-1])]
        runs.append("–".join(names) if len(days) > 2 else listed([weekday_name(day) for day in days]))
    return ("、" if in_chinese() else ", ").join(runs)


def _span(since: time, until: time) -> str:
    if since == until == time():
        return ""
    return f" {since:%H:%M}–{'24:00' if until == time() else f'{until:%H:%M}'}"


def _limits(promotion: Promotion, said: Said) -> list[str]:
    found = []
    if promotion.needs_coupon:
        found.append(_("with a coupon"))
    if promotion.most_uses is not None:
        found.append(_("at most %(count)s orders") % {"count": f"{promotion.most_uses:,}"})
    if promotion.most_uses_each == 1:
        found.append(_("once a customer"))
    elif promotion.most_uses_each is not None:
        found.append(_("at most %(count)s orders a customer") % {"count": promotion.most_uses_each})
    if promotion.budget is not None:
        found.append(_("until %(amount)s are given") % {"amount": said.money(promotion.budget)})
    if promotion.is_sale:
        found.append(_("a sale price, before all other offers"))
    if promotion.uses_up:
        found.append(_("units it takes count for no other such offer"))
    return found


def _beside(promotion: Promotion) -> str:
    """Beside which others it is given."""
    values = {"group": promotion.group}
    if promotion.stacking == "exclusive":
        return _("alone, no other offer beside it")
    if promotion.stacking == "first":
        return _("the first of the group %(group)s") % values
    if promotion.stacking == "best":
        return _("the best of the group %(group)s") % values
    return _("beside others")
