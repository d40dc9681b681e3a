"""One benefit of a promotion as one types it, and back."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from openoms.domains.pricing.percents import HUNDRED
from openoms.domains.pricing.promotions import (
    AmountOff,
    Benefit,
    Bought,
    Gift,
    Ladder,
    Percent,
    Rung,
    SetPrice,
    Units,
    Worth,
)
from openoms.interfaces.console.forms import promotion_labels as labels
from openoms.interfaces.console.forms.base import NumberField
from openoms.interfaces.console.forms.promotion_fields import (
    GoodsForm,
    PartForm,
    TokensField,
    Typed,
    coded,
    numbers,
    ticked,
)
from openoms.interfaces.console.templatetags.oms import in_chinese

_TEN = Decimal(10)
_OFF = "what=percent,tenths,amount,price,ladder"
_GOODS = f"{_OFF};target=unit,line,items,order"
_MOST = 10**9


def whole(label: Any) -> forms.IntegerField:
    """A whole number of pieces or orders."""
    return forms.IntegerField(
        label=label, min_value=0, max_value=_MOST, widget=forms.TextInput({"inputmode": "numeric"})
    )


class RungForm(PartForm):
    """A step of a ladder: from where on, how much."""

    PATTERNS = {"rung": labels.BENEFIT_PATTERNS["rung"]}

    least = NumberField(label=gettext_lazy("From"))
    value = NumberField(label=gettext_lazy("How much"))

    def rung(self) -> Rung | None:
        """The step as typed, None while something is missing."""
        least, value = self.need("least"), self.need("value")
        return None if least is None or value is None else Rung(least, value)


class BenefitForm(PartForm):
    """What is given, of what, to which units, within which caps."""

    WHEN = {
        "value": "what=percent,tenths,amount,price", "target": _OFF, "goods": f"what=gift | {_GOODS}",
        "which": _GOODS, "size": f"{_GOODS};which=set", "rewarded": f"{_GOODS};which=set",
        "mode": f"{_GOODS};which=set", "by": f"{_GOODS};which=set;mode=same,distinct",
        "pick": f"{_GOODS};which=set,bought", "bought": f"{_GOODS};which=bought",
        "bought_quantity": f"{_GOODS};which=bought", "bought_get": f"{_GOODS};which=bought",
        "worth": f"{_GOODS};which=set", "most": _GOODS, "most_per_line": _GOODS, "most_sets": f"{_GOODS};which=set,bought",
        "may_raise": "what=price;target=unit", "of_list": _GOODS, "cap_unit": f"{_OFF};target=unit",
        "cap_line": f"{_OFF};target=unit,line,items,order,delivery", "cap": _OFF,
        "methods": f"{_OFF};target=shipping,delivery", "ladder_unit": "what=ladder", "ladder_by": "what=ladder",
        "rungs": "what=ladder", "over": "what=ladder;ladder_by=amount,quantity", "gift_sku": "what=gift",
        "gift_quantity": "what=gift", "gift_per": "what=gift", "gift_least": "what=gift", "gift_most": "what=gift",
    }  # fmt: skip
    PATTERNS = labels.BENEFIT_PATTERNS
    MORE = (
        "may_raise", "of_list", "worth", "most", "most_per_line", "most_sets", "cap_unit", "cap_line", "cap", "gift_least",
        "gift_most",
    )  # fmt: skip

    what = forms.ChoiceField(label=gettext_lazy("What it gives"))
    value = NumberField(label=gettext_lazy("How much"))
    target = forms.ChoiceField(label=gettext_lazy("Off what"), choices=labels.TARGET)
    which = forms.ChoiceField(label=gettext_lazy("Which pieces"), choices=labels.WHICH)
    size = whole(gettext_lazy("Pieces of a set"))
    mode = forms.ChoiceField(label=gettext_lazy("Which make a set"), choices=labels.MODE)
    by = forms.ChoiceField(label=gettext_lazy("The same or different by"), choices=labels.BY)
    rewarded = whole(gettext_lazy("How many of a set"))
    pick = forms.ChoiceField(label=gettext_lazy("Which of them"), choices=labels.PICK)
    bought_quantity = whole(gettext_lazy("Pieces to buy"))
    bought_get = whole(gettext_lazy("Pieces earned"))
    ladder_unit = forms.ChoiceField(label=gettext_lazy("Steps are"), choices=labels.LADDER_UNIT)
    ladder_by = forms.ChoiceField(label=gettext_lazy("Steps go by"), choices=labels.LADDER_BY)
    gift_sku = TokensField("sku", label=gettext_lazy("Gift"), single=True)
    gift_quantity = NumberField(label=gettext_lazy("How many as a gift"))
    gift_per = whole(gettext_lazy("For every"))
    gift_least = whole(gettext_lazy("From how many pieces on"))
    gift_most = NumberField(label=gettext_lazy("At most as a gift"))
    methods = TokensField("method", label=gettext_lazy("Delivery methods"))
    may_raise = forms.BooleanField(label=gettext_lazy("Also where the new price is more"))
    of_list = forms.BooleanField(
        label=gettext_lazy("Reckoned from the list price, not from what is left of it")
    )
    worth = NumberField(label=gettext_lazy("The pieces cost together at least"))
    most = whole(gettext_lazy("At most pieces in all"))
    most_per_line = whole(gettext_lazy("At most pieces a line"))
    most_sets = whole(gettext_lazy("At most times an order"))
    cap_unit = NumberField(label=gettext_lazy("At most off a piece"))
    cap_line = NumberField(label=gettext_lazy("At most off a line or delivery"))
    cap = NumberField(label=gettext_lazy("At most off in all"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*labels.WHAT]
        if in_chinese():
            choices.insert(0, labels.TENTHS)
        elif self.is_bound and self.data.get(f"{self.prefix}-what") == labels.TENTHS[0]:
            # Begun in Chinese and gone on with in English.
            choices.append(labels.TENTHS)
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        data = self.data if self.is_bound else None
        self.goods = GoodsForm(data, prefix=f"{self.prefix}-goods")
        self.bought = GoodsForm(data, prefix=f"{self.prefix}-bought")
        self.over = GoodsForm(data, prefix=f"{self.prefix}-over")
        keys = data.getlist(f"{self.prefix}-rung") if isinstance(data, QueryDict) else []
        self.rungs = [RungForm(data, prefix=key) for key in keys]

    @property
    def parts(self) -> list[PartForm]:
        """The forms within this one that the choices ask for."""
        found: list[PartForm] = [
            getattr(self, name) for name in ("goods", "bought", "over") if self.applies(name)
        ]
        return found + (list(self.rungs) if self.applies("rungs") else [])

    def benefit(self) -> Benefit | Gift | None:
        """The benefit as typed, None while something is missing or wrong."""
        sound = all([self.is_valid(), *(part.is_valid() for part in self.parts)])
        value = self._gift() if self.given("what") == "gift" else self._discount()
        return value if sound and not self.errors and not any(part.errors for part in self.parts) else None

    def _gift(self) -> Gift | None:
        sku = coded(self.need("gift_sku") or (), "sku")
        quantity = self.given("gift_quantity")
        if not sku or not self.goods.is_valid():
            return None
        return Gift(
            sku[0],
            Decimal(1) if quantity is None else quantity,
            self.given("gift_per") or 0,
            self.goods.value(),
            self.given("gift_least") or 0,
            self.given("gift_most"),
        )

    def _discount(self) -> Benefit | None:
        worth = self._worth()
        units = self._units()
        if worth is None or units is None or (self.applies("goods") and not self.goods.is_valid()):
            return None
        names = ("of_list", "cap_unit", "cap_line", "cap")
        more: dict[str, Any] = {name: self.given(name) for name in names}
        more["of_list"] = bool(more["of_list"])
        if self.applies("goods"):
            more["goods"] = self.goods.value()
        return Benefit(
            worth,
            self.given("target") or "unit",
            units=units,
            methods=coded(self.given("methods") or (), "method"),
            **more,
        )

    def _worth(self) -> Worth | None:
        what = self.given("what")
        if what == "ladder":
            return self._ladder()
        value = self.need("value")
        if value is None:
            return None
        if what == "tenths":
            # 88 tenths are never meant: people also say 88 for 8.8.
            percent = HUNDRED - (value * _TEN if value <= _TEN else value)
            # As one would have typed it: 12.5, not 12.50.
            return Percent(Decimal(f"{percent.normalize():f}"))
        if what == "percent":
            return Percent(value)
        return AmountOff(value) if what == "amount" else SetPrice(value, bool(self.given("may_raise")))

    def _ladder(self) -> Ladder | None:
        rungs = [rung.rung() for rung in self.rungs if rung.is_valid()]
        over = self.applies("over")
        if len(rungs) < len(self.rungs) or not all(rungs) or (over and not self.over.is_valid()):
            return None
        more: dict[str, Any] = {
            "unit": self.given("ladder_unit") or "percent",
            "by": self.given("ladder_by") or "amount",
        }
        if over:
            more["over"] = self.over.value()
        return Ladder(tuple(rung for rung in rungs if rung), **more)

    def _units(self) -> Units | None:
        names = ("size", "rewarded", "most", "most_per_line", "most_sets")
        chosen: dict[str, Any] = {name: self.given(name) or 0 for name in names}
        bought = None
        if self.applies("bought"):
            quantity, get = self.need("bought_quantity"), self.need("bought_get")
            if quantity is None or get is None or not self.bought.is_valid():
                return None
            bought = Bought(self.bought.value(), quantity, get)
        words = {name: self.given(name) for name in ("mode", "by", "pick")}
        chosen |= {name: word for name, word in words.items() if word}
        return Units(**chosen, worth=self.given("worth"), bought=bought)

    def refuse_at(self, loc: Sequence[str | int], text: str) -> None:
        """Also within the goods, the ladder and its steps."""
        path = [str(part) for part in loc]
        part, cut = _within(path)
        if part == "rungs":
            rung = next((at for at in loc if isinstance(at, int)), None)
            if rung is not None and rung < len(self.rungs):
                self.rungs[rung].refuse_at(loc[-1:], text)
            else:
                super().refuse_at((), text)
        elif part:
            getattr(self, part).refuse_at(loc[cut:], text)
        else:
            super().refuse_at(loc, text)

    def field_of(self, loc: Sequence[str | int]) -> str | None:
        """The field that a path of the benefit's value means."""
        path = ".".join(str(part) for part in loc)
        if path in _FIELDS:
            return _FIELDS[path]
        if self.given("what") == "gift" and f"gift_{path}" in self.fields:
            return f"gift_{path}"
        last = path.rpartition(".")[2]
        return last if last in self.fields else None

    @staticmethod
    def typed(prefix: str, value: Benefit | Gift) -> Typed:
        """The benefit as the form sends it."""
        return _typed_gift(prefix, value) if isinstance(value, Gift) else _typed_discount(prefix, value)


_FIELDS = {
    "worth.percent": "value", "worth.amount": "value", "worth.price": "value", "worth.by": "ladder_by",
    "worth.unit": "ladder_unit", "units.bought": "which", "units.bought.quantity": "bought_quantity",
    "units.bought.get": "bought_get", "sku": "gift_sku",
}  # fmt: skip


def _within(path: Sequence[str]) -> tuple[str, int]:
    """The form within a benefit's that a path leads into, and how much of the path that is."""
    for name, way in (
        ("goods", ["goods"]),
        ("bought", ["units", "bought", "goods"]),
        ("over", ["worth", "over"]),
    ):
        if list(path[: len(way)]) == way:
            return name, len(way)
    return ("rungs", 2) if list(path[:2]) == ["worth", "rungs"] else ("", 0)


def _typed_gift(prefix: str, gift: Gift) -> Typed:
    yield f"{prefix}-what", "gift"
    yield f"{prefix}-target", "unit"
    if gift.sku:
        yield f"{prefix}-gift_sku", f"sku:{gift.sku}"
    yield from numbers(
        prefix, gift_quantity=gift.quantity, gift_per=gift.per or None, gift_least=gift.least or None,
        gift_most=gift.most,
    )  # fmt: skip
    yield from GoodsForm.typed(f"{prefix}-goods", gift.goods)
    yield from _blank_goods(prefix, "bought", "over")


def _typed_discount(prefix: str, benefit: Benefit) -> Typed:
    units = benefit.units
    bought = units.bought
    is_set = units.size or units.mode != "any" or units.worth is not None or units.pick != "cheapest"
    yield f"{prefix}-target", benefit.target
    yield f"{prefix}-which", "bought" if bought else "set" if is_set else "all"
    yield from ((f"{prefix}-{name}", getattr(units, name)) for name in ("mode", "by", "pick"))
    counts = ("size", "rewarded", "most", "most_per_line", "most_sets")
    yield from numbers(prefix, **{name: getattr(units, name) or None for name in counts})
    yield from numbers(
        prefix, worth=units.worth, cap_unit=benefit.cap_unit, cap_line=benefit.cap_line, cap=benefit.cap
    )
    yield from numbers(
        prefix, bought_quantity=bought.quantity if bought else 1, bought_get=bought.get if bought else 1
    )
    yield from ((f"{prefix}-methods", f"method:{code}") for code in benefit.methods)
    yield from ticked(prefix, of_list=benefit.of_list)
    yield from GoodsForm.typed(f"{prefix}-goods", benefit.goods)
    if bought:
        yield from GoodsForm.typed(f"{prefix}-bought", bought.goods)
    else:
        yield from _blank_goods(prefix, "bought")
    yield from _typed_worth(prefix, benefit.worth)


def _typed_worth(prefix: str, worth: Worth) -> Typed:
    rungs: tuple[Rung, ...] = (Rung(Decimal(0), Decimal(0)),)
    match worth:
        case Percent(percent=percent):
            tenths = in_chinese() and 0 < percent < HUNDRED
            yield f"{prefix}-what", "tenths" if tenths else "percent"
            yield from numbers(prefix, value=(HUNDRED - percent) / _TEN if tenths else percent)
        case AmountOff(amount=amount):
            yield f"{prefix}-what", "amount"
            yield from numbers(prefix, value=amount)
        case SetPrice(price=price):
            yield f"{prefix}-what", "price"
            yield from numbers(prefix, value=price)
            yield from ticked(prefix, may_raise=worth.may_raise)
        case Ladder():
            yield f"{prefix}-what", "ladder"
            yield f"{prefix}-ladder_unit", worth.unit
            yield f"{prefix}-ladder_by", worth.by
            yield from GoodsForm.typed(f"{prefix}-over", worth.over)
            rungs = worth.rungs
    if not isinstance(worth, Ladder):
        yield from _blank_goods(prefix, "over")
    for at, rung in enumerate(rungs):
        key = f"{prefix}r{at}"
        yield f"{prefix}-rung", key
        if isinstance(worth, Ladder):
            yield from numbers(key, least=rung.least, value=rung.value)


def _blank_goods(prefix: str, *parts: str) -> Typed:
    """Goods not asked for yet: all of them, reduced ones too."""
    for part in parts:
        yield from ticked(f"{prefix}-{part}", reduced=True)
