"""A promotion as a sentence in the page's language: what it gives, when, how long, how often, beside which others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openoms.domains.pricing.goods import ALL_GOODS, Goods
from openoms.domains.pricing.percents import HUNDRED
from openoms.domains.pricing.promotions import (
    AmountOff,
    Benefit,
    Gift,
    Ladder,
    Percent,
    Promotion,
    Rung,
    SetPrice,
    Units,
    Worth,
)
from openoms.interfaces.console.amounts import price_text, quantity_text
from openoms.interfaces.console.templatetags.oms import in_chinese

# What things are called: ("category", code), ("product", …), ("sku", …), ("tier", …) and so on to a name.
Names = Mapping[tuple[str, str], str]
_MOST_NAMED = 3
_TEN = Decimal(10)


@dataclass(frozen=True, slots=True)
class Said:
    """How to say things: the names, the currency of amounts, and the zone in which the reader's days begin."""

    names: Names = field(default_factory=dict)
    currency: str = ""
    zone: str = "UTC"

    def name(self, kind: str, code: str) -> str:
        """What the thing is called; one without a name by its code."""
        return self.names.get((kind, code)) or code

    def money(self, amount: Decimal) -> str:
        """An amount; a bare number while the promotion has no currency."""
        language = "zh-hans" if in_chinese() else "en"
        return price_text(amount, self.currency, language) if self.currency else quantity_text(amount)


def listed(parts: Sequence[str]) -> str:
    """Names one after the other; of many the first few and how many more."""
    if len(parts) > _MOST_NAMED + 1:
        rest = _("%(count)s more") % {"count": len(parts) - _MOST_NAMED}
        parts = [*parts[:_MOST_NAMED], rest]
    return ("、" if in_chinese() else ", ").join(parts)


def gives(promotion: Promotion, said: Said) -> list[str]:
    """What each benefit gives."""
    return [benefit_words(benefit, said) for benefit in promotion.benefits]


def benefit_words(benefit: Benefit | Gift, said: Said) -> str:
    """What one benefit gives, with its caps."""
    if isinstance(benefit, Gift):
        return _gift(benefit, said)
    text = _what(benefit, said)
    extras = _extras(benefit, said)
    if not extras:
        return text
    return _("%(text)s (%(extras)s)") % {
        "text": text,
        "extras": ("，" if in_chinese() else ", ").join(extras),
    }


def goods_words(goods: Goods, said: Said, whole: str = "") -> str:
    """Which goods; `whole` names all of them."""
    named = [
        *(said.name("category", code) for code in goods.categories),
        *(said.name("product", code) for code in goods.products),
        *(said.name("sku", code) for code in goods.skus),
    ]
    text = listed(named) if named else whole or _("all goods")
    for say in (_except, _priced, _reduced):
        text = say(goods, said, text)
    return text


def worth_words(worth: Worth, said: Said) -> str:
    """How much: "12% off", "¥5.00 off", "free", "at ¥99.00", or a ladder's steps."""
    match worth:
        case Percent():
            return _percent(worth.percent)
        case AmountOff():
            return _("%(amount)s off") % {"amount": said.money(worth.amount)}
        case SetPrice():
            return _("at %(price)s") % {"price": said.money(worth.price)}
        case Ladder():
            return _ladder(worth, said)


def _percent(percent: Decimal) -> str:
    """In Chinese by what is still paid: 12 % off is 8.8 tenths."""
    if percent == HUNDRED:
        return _("free")
    if in_chinese():
        return f"{quantity_text((HUNDRED - percent) / _TEN)} 折"
    return _("%(percent)s%% off") % {"percent": quantity_text(percent)}


def _ladder(ladder: Ladder, said: Said) -> str:
    steps = [_rung(rung, ladder, said) for rung in sorted(ladder.rungs, key=lambda rung: rung.least)]
    text = ("，" if in_chinese() else ", ").join(steps)
    if ladder.over == ALL_GOODS:
        return text
    return _("%(steps)s, counting %(goods)s") % {"steps": text, "goods": goods_words(ladder.over, said)}


def _rung(rung: Rung, ladder: Ladder, said: Said) -> str:
    reached = Ladder((rung,), ladder.unit).at(rung.least)
    assert reached is not None, "a rung is reached at its own measure"
    values = {"off": worth_words(reached, said), "least": quantity_text(rung.least)}
    if ladder.by == "amount":
        return _("%(off)s from %(least)s on") % (values | {"least": said.money(rung.least)})
    if ladder.by == "quantity":
        return _("%(off)s from %(least)s pieces on") % values
    return _("%(off)s from %(least)s pieces a line on") % values


def _what(benefit: Benefit, said: Said) -> str:
    if benefit.target in ("shipping", "delivery"):
        return _shipping(benefit, said)
    if benefit.units.bought:
        return _bought(benefit, said)
    if benefit.units.size:
        return _set(benefit, said)
    return _plain(benefit, said)


def _plain(benefit: Benefit, said: Said) -> str:
    """A benefit of every unit that matches."""
    goods = goods_words(benefit.goods, said)
    if benefit.units.mode != "any":
        goods = _("%(goods)s%(mode)s") % {"goods": goods, "mode": _mode(benefit.units)}
    values = {"goods": goods, "off": worth_words(benefit.worth, said)}
    if benefit.target == "order" and benefit.goods == ALL_GOODS and benefit.units.mode == "any":
        if isinstance(benefit.worth, Percent | AmountOff) and benefit.worth != Percent(HUNDRED):
            return _("%(off)s the order") % values
        return _("The order: %(off)s") % values
    return _TARGETS[benefit.target](benefit, values)


def _unit(benefit: Benefit, values: Mapping[str, str]) -> str:
    match benefit.worth:
        case Percent(percent=percent) if percent != HUNDRED:
            return _("%(off)s %(goods)s") % values
        case Percent():
            return _("%(goods)s free") % values
        case AmountOff():
            return _("%(off)s each of %(goods)s") % values
        case SetPrice():
            return _("%(goods)s %(off)s each") % values
    return _("%(goods)s, each: %(off)s") % values


_TARGETS: dict[str, Callable[[Benefit, Mapping[str, str]], str]] = {
    "unit": _unit,
    "line": lambda benefit, values: _("Each line of %(goods)s: %(off)s") % values,
    "items": lambda benefit, values: _("%(goods)s together: %(off)s") % values,
    "order": lambda benefit, values: _("%(goods)s of the order: %(off)s") % values,
}


def _set(benefit: Benefit, said: Said) -> str:
    """A benefit of some units of each set."""
    units, worth = benefit.units, benefit.worth
    values = {"size": units.size, "goods": goods_words(benefit.goods, said), "mode": _mode(units)}
    together = benefit.target in ("items", "order")
    if together and isinstance(worth, SetPrice) and units.rewarded == units.size:
        return _("Any %(size)s of %(goods)s%(mode)s for %(price)s") % (
            values | {"price": said.money(worth.price)}
        )
    values |= {"which": _which(units, together=together), "off": worth_words(worth, said)}
    return _("Buy %(size)s of %(goods)s%(mode)s: %(which)s %(off)s") % values


def _which(units: Units, *, together: bool) -> str:
    """The units of a set that benefit, as what comes before "free" or "10% off"."""
    count = units.rewarded
    if not count:
        text = _("from then on every one is")
    elif count == units.size:
        text = _("all of them are")
    elif units.pick == "cheapest":
        text = ngettext("the cheapest is", "the %(count)s cheapest are", count) % {"count": count}
    elif units.pick == "dearest":
        text = ngettext("the dearest is", "the %(count)s dearest are", count) % {"count": count}
    else:
        text = ngettext("the first is", "the first %(count)s are", count) % {"count": count}
    return _("%(units)s together") % {"units": text} if together else text


def _bought(benefit: Benefit, said: Said) -> str:
    """A benefit of units that buying others earns."""
    rule = benefit.units.bought
    assert rule is not None, "asked of what is earned by buying"
    values = {
        "quantity": rule.quantity,
        "bought": goods_words(rule.goods, said),
        "get": rule.get,
        "goods": goods_words(benefit.goods, said),
        "off": worth_words(benefit.worth, said),
    }
    if benefit.target in ("items", "order"):
        return _("For every %(quantity)s of %(bought)s, %(get)s of %(goods)s together: %(off)s") % values
    return _("For every %(quantity)s of %(bought)s, %(get)s of %(goods)s: %(off)s") % values


def _mode(units: Units) -> str:
    by_sku = units.by == "sku"
    if units.mode == "same":
        return _(" of the same SKU") if by_sku else _(" of the same product")
    if units.mode == "distinct":
        return _(" of different SKUs") if by_sku else _(" of different products")
    return ""


def _shipping(benefit: Benefit, said: Said) -> str:
    fee = _("Each delivery's fee") if benefit.target == "delivery" else _("Shipping")
    if benefit.methods:
        fee = _("%(fee)s by %(methods)s") % {"fee": fee, "methods": listed(benefit.methods)}
    if benefit.worth == Percent(HUNDRED) and not benefit.methods and benefit.target == "shipping":
        return _("Free shipping")
    return _("%(fee)s: %(off)s") % {"fee": fee, "off": worth_words(benefit.worth, said)}


def _gift(gift: Gift, said: Said) -> str:
    what = {"quantity": quantity_text(gift.quantity), "sku": said.name("sku", gift.sku)}
    values = {
        "gift": _("%(quantity)s × %(sku)s") % what,
        "goods": goods_words(gift.goods, said),
        "count": gift.per or gift.least,
    }
    if gift.per == 1:
        text = _("A gift of %(gift)s with each of %(goods)s") % values
    elif gift.per:
        text = _("A gift of %(gift)s for every %(count)s of %(goods)s") % values
    elif gift.least > 1:
        text = _("A gift of %(gift)s with %(count)s of %(goods)s") % values
    elif gift.goods != ALL_GOODS:
        text = _("A gift of %(gift)s with %(goods)s") % values
    else:
        text = _("A gift of %(gift)s with every order") % values
    extras = []
    if gift.per and gift.least > gift.per:
        extras.append(_("from %(count)s pieces on") % {"count": gift.least})
    if gift.most is not None:
        extras.append(_("at most %(count)s pieces") % {"count": quantity_text(gift.most)})
    if not extras:
        return text
    return _("%(text)s (%(extras)s)") % {
        "text": text,
        "extras": ("，" if in_chinese() else ", ").join(extras),
    }


def _extras(benefit: Benefit, said: Said) -> list[str]:
    """Caps and what else narrows a benefit."""
    units, worth = benefit.units, benefit.worth
    found = []
    if benefit.of_list:
        found.append(_("reckoned from the list price"))
    if isinstance(worth, SetPrice) and worth.may_raise:
        found.append(_("also where that is more"))
    if units.worth is not None:
        found.append(_("once they cost %(amount)s together") % {"amount": said.money(units.worth)})
    counts = (
        (units.most, _("at most %(count)s pieces")),
        (units.most_per_line, _("at most %(count)s pieces a line")),
        (units.most_sets, _("at most %(count)s times an order")),
    )
    found += [text % {"count": count} for count, text in counts if count]
    caps = (
        (benefit.cap_unit, _("at most %(amount)s off a piece")),
        (benefit.cap_line, _("at most %(amount)s off a line")),
        (benefit.cap, _("at most %(amount)s off in all")),
    )
    return found + [text % {"amount": said.money(amount)} for amount, text in caps if amount is not None]


def _except(goods: Goods, said: Said, text: str) -> str:
    without = [
        *(said.name("category", code) for code in goods.except_categories),
        *(said.name("sku", code) for code in goods.except_skus),
    ]
    return (
        _("%(goods)s except %(without)s") % {"goods": text, "without": listed(without)} if without else text
    )


def _priced(goods: Goods, said: Said, text: str) -> str:
    values = {
        "goods": text,
        "least": said.money(goods.price_from) if goods.price_from is not None else "",
        "most": said.money(goods.price_to) if goods.price_to is not None else "",
    }
    if goods.price_from is not None and goods.price_to is not None:
        return _("%(goods)s priced %(least)s to %(most)s") % values
    if goods.price_from is not None:
        return _("%(goods)s priced from %(least)s") % values
    return _("%(goods)s priced up to %(most)s") % values if goods.price_to is not None else text


def _reduced(goods: Goods, said: Said, text: str) -> str:
    if not goods.reduced:
        text = _("%(goods)s not reduced already") % {"goods": text}
    return _("%(goods)s, agreed prices too") % {"goods": text} if goods.agreed else text
