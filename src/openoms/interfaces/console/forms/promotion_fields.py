"""What the parts of a promotion's form share: fields that only some choices need, chosen things as tokens, sentences."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from openoms.domains.pricing.goods import Goods
from openoms.interfaces.console.forms.base import ConsoleForm, NumberField
from openoms.interfaces.console.forms.promotion_labels import GOODS_LABELS

Typed = Iterator[tuple[str, str]]
_MOST_TOKENS = 2000


class TokensWidget(forms.Widget):
    """All values sent under one name; drawn by templatetags/offers.py."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """The tokens as sent."""
        return list(data.getlist(name)) if hasattr(data, "getlist") else []


class TokensField(forms.Field):
    """Things chosen by typing, each a token such as `category:phones`; `finds` is what the search looks for."""

    widget = TokensWidget
    # The name of the address that searches.
    address = "promotion-find"

    def __init__(self, finds: str, *, label: Any, single: bool = False, free: bool = False) -> None:
        super().__init__(required=False, label=label)
        self.finds, self.single, self.free = finds, single, free

    def to_python(self, value: Any) -> tuple[str, ...]:
        """Each token once, in the order chosen."""
        texts = (str(text).replace("\0", "").strip() for text in value or ())
        return tuple(dict.fromkeys(text for text in texts if text))[: _MOST_TOKENS + 1]


def coded(tokens: Sequence[str], kind: str) -> tuple[str, ...]:
    """The codes of the tokens of one kind."""
    return tuple(token.partition(":")[2] for token in tokens if token.startswith(f"{kind}:"))


class PartForm(ConsoleForm):
    """A part of a promotion. `WHEN` says which choices a field belongs to: `what=percent;target=unit | what=gift`.

    A field whose choices are not made is hidden and ignored, but keeps what was typed for when one changes one's mind.
    `PATTERNS` are the sentences in which the fields stand, `MORE` those fields that are shown on demand.
    """

    WHEN: ClassVar[Mapping[str, str]] = {}
    PATTERNS: ClassVar[Mapping[str, Promise]] = {}
    MORE: ClassVar[Sequence[str]] = ()
    # Whether what is missing is said: not while one is still typing.
    asks = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        # In a sentence every field is there to be left alone or filled in: none says that it is optional.
        for field in self.fields.values():
            field.required = False
            setattr(field, "hide_optional", True)  # noqa: B010 - read by widgets.py

    def applies(self, name: str) -> bool:
        """Whether the choices made ask for the field."""
        rule = self.WHEN.get(name)
        return not rule or any(self._all(alternative) for alternative in rule.split("|"))

    def _all(self, alternative: str) -> bool:
        clauses = (clause.strip().split("=") for clause in alternative.split(";"))
        return all(str(self[name].value() or "") in values.split(",") for name, values in clauses)

    def full_clean(self) -> None:
        """As usual, but what does not apply has nothing wrong with it."""
        super().full_clean()
        for name in [name for name in self.errors if name in self.fields and not self.applies(name)]:
            del self.errors[name]

    def given(self, name: str) -> Any:
        """What was typed into a field, None where it does not apply or is wrong."""
        return self.cleaned_data.get(name) if self.applies(name) else None

    def need(self, name: str) -> Any:
        """What was typed; where nothing was, the field says so once the promotion is to be saved."""
        value = self.given(name)
        if self.asks and value in (None, "", ()) and name not in self.errors:
            self.add_error(name, _("Fill this in."))
        return value

    def is_set(self, name: str) -> bool:
        """Whether a field that applies has something in it, or something wrong with it."""
        return self.applies(name) and (self[name].value() not in (None, "", False, []) or name in self.errors)

    @property
    def is_more_open(self) -> bool:
        """Whether any of the fields shown on demand is set."""
        return any(self.is_set(name) for name in self.MORE)

    def refuse_at(self, loc: Sequence[str | int], text: str) -> None:
        """Put a problem where its path (within this part) leads, once."""
        name = self.field_of(loc)
        if text not in self.errors.get(name or NON_FIELD_ERRORS, ()):
            self.add_error(name, text)


class GoodsForm(PartForm):
    """Which goods: categories, products and skus, less exceptions."""

    MORE = ("without", "price_from", "price_to", "agreed")

    pick = TokensField("goods", label=GOODS_LABELS["pick"])
    without = TokensField("except", label=GOODS_LABELS["without"])
    price_from = NumberField(label=GOODS_LABELS["price_from"])
    price_to = NumberField(label=GOODS_LABELS["price_to"])
    reduced = forms.BooleanField(label=GOODS_LABELS["reduced"])
    agreed = forms.BooleanField(label=GOODS_LABELS["agreed"])

    @property
    def is_more_open(self) -> bool:
        """Whether anything narrows or widens them."""
        return super().is_more_open or not self["reduced"].value()

    @property
    def is_narrowed(self) -> bool:
        """Whether not all goods are meant."""
        return bool(self["pick"].value()) or self.is_more_open

    def value(self) -> Goods:
        """The goods as typed; asked of a form that is valid."""
        pick, without = self.cleaned_data["pick"], self.cleaned_data["without"]
        return Goods(
            skus=coded(pick, "sku"),
            products=coded(pick, "product"),
            categories=coded(pick, "category"),
            except_skus=coded(without, "sku"),
            except_categories=coded(without, "category"),
            price_from=self.cleaned_data["price_from"],
            price_to=self.cleaned_data["price_to"],
            reduced=self.cleaned_data["reduced"],
            agreed=self.cleaned_data["agreed"],
        )

    def field_of(self, loc: Sequence[str | int]) -> str | None:
        """Names stand at the search they were chosen by."""
        head = str(loc[0]) if loc else "pick"
        if head in ("skus", "products", "categories"):
            return "pick"
        return "without" if head.startswith("except_") else head if head in self.fields else None

    @staticmethod
    def typed(prefix: str, goods: Goods) -> Typed:
        """The goods as the form sends them."""
        for kind, codes in (
            ("category", goods.categories),
            ("product", goods.products),
            ("sku", goods.skus),
        ):
            yield from ((f"{prefix}-pick", f"{kind}:{code}") for code in codes)
        yield from ((f"{prefix}-without", f"category:{code}") for code in goods.except_categories)
        yield from ((f"{prefix}-without", f"sku:{code}") for code in goods.except_skus)
        yield from numbers(prefix, price_from=goods.price_from, price_to=goods.price_to)
        yield from ticked(prefix, reduced=goods.reduced, agreed=goods.agreed)


def numbers(prefix: str, **values: Decimal | int | None) -> Typed:
    """Numbers as one types them; none for None."""
    for name, value in values.items():
        if value is not None:
            yield f"{prefix}-{name}", f"{Decimal(value).normalize():f}"


def ticked(prefix: str, **values: bool) -> Typed:
    """Boxes that are ticked."""
    yield from ((f"{prefix}-{name}", "on") for name, value in values.items() if value)


def fresh_key() -> str:
    """A key for a row that is new, so that rows added in any order stay apart."""
    return f"n{secrets.token_hex(4)}"
