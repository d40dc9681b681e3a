"""What templates of promotions say: sentences with fields in them, searches with what was chosen, badges."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from openoms.interfaces.console.forms.promotion_fields import PartForm, TokensField
from openoms.interfaces.console.markup import fill, joined
from openoms.interfaces.console.promotion_said import COLOURS, STATES
from openoms.interfaces.console.widgets import dressed

register = template.Library()
_GROUP = re.compile(r"\[([^\]]*)\]|([^\[]+)")
_HIDDEN = {True: SafeString(" hidden"), False: SafeString("")}
_PLACE = re.compile(r"\{(\w+)\}")


@register.simple_tag
def promotion_badge(state: str) -> SafeString:
    """A promotion's state as a coloured badge."""
    return fill('<span class="state state-{}">{}</span>', COLOURS[state], STATES[state])


@register.simple_tag(takes_context=True)
def phrase(context: Mapping[str, Any], form: PartForm, name: str) -> SafeString:
    """One of the form's sentences, with the fields in their places; `[…]` is hidden while its fields do not apply."""
    names = context.get("token_names") or {}
    parts = []
    for match in _GROUP.finditer(str(form.PATTERNS[name])):
        group, plain = match.groups()
        if plain is not None:
            parts.append(joined(_said(form, plain, names)))
        else:
            parts.append(_conditional(form, group, names))
    return fill('<div class="phrase phrase-{}">{}</div>', name, joined(parts))


@register.simple_tag(takes_context=True)
def part(context: Mapping[str, Any], form: PartForm, name: str) -> SafeString:
    """One field with its label, hidden while it does not apply."""
    drawn = _field(form, name, context.get("token_names") or {}, bare=False)
    return _guarded(form, name, drawn, "div", "part-field")


@register.simple_tag(takes_context=True)
def picker(
    context: Mapping[str, Any],
    bound: forms.BoundField,
    names: Mapping[str, str] | None = None,
    bare: bool = False,
) -> SafeString:
    """A search that keeps what was chosen from it."""
    return _picker(bound, names if names is not None else context.get("token_names") or {}, bare=bare)


@register.filter
def rule(form: PartForm, name: str) -> str:
    """When a field applies, for the page's script."""
    return form.WHEN.get(name, "")


@register.filter
def applies(form: PartForm, name: str) -> bool:
    """Whether a field applies now."""
    return form.applies(name)


def _conditional(form: PartForm, group: str, names: Mapping[str, str]) -> SafeString:
    first = _PLACE.search(group)
    assert first is not None, "a part of a sentence in brackets has a field"
    return _guarded(form, first[1], joined(_said(form, group, names)), "span", "phrase-part")


def _guarded(form: PartForm, name: str, html: SafeString, element: str, css: str) -> SafeString:
    when = form.WHEN.get(name, "")
    if not when:
        return fill(f'<{element} class="{css}">{{}}</{element}>', html)
    hidden = _HIDDEN[not form.applies(name)]
    return fill(f'<{element} class="{css}" data-when="{{}}"{{}}>{{}}</{element}>', when, hidden, html)


def _said(form: PartForm, text: str, names: Mapping[str, str]) -> Iterator[SafeString]:
    """Words and fields in turn."""
    for at, piece in enumerate(_PLACE.split(text)):
        if at % 2:
            yield _field(form, piece, names, bare=True)
        elif piece.strip():
            yield fill('<span class="say">{}</span>', piece.strip())


def _field(form: PartForm, name: str, names: Mapping[str, str], *, bare: bool) -> SafeString:
    if name not in form.fields:
        # The goods of a benefit or condition are a form of their own.
        inner = getattr(form, name)
        return render_to_string("promotions/_goods.html", {"goods": inner, "token_names": names})
    bound = form[name]
    if isinstance(bound.field, TokensField):
        return _picker(bound, names, bare=bare)
    if isinstance(bound.field.widget, forms.CheckboxSelectMultiple | forms.CheckboxInput):
        return dressed(bound, css=f"in-{name}")
    return dressed(bound, bare=bare, css=f"in-{name}")


def _picker(bound: forms.BoundField, names: Mapping[str, str], *, bare: bool) -> SafeString:
    field = bound.field
    assert isinstance(field, TokensField), bound.name
    chosen = [(token, names.get(token) or token.partition(":")[2]) for token in bound.value() or ()]
    context = {"bound": bound, "chosen": chosen, "finds": field.finds, "single": field.single, "bare": bare}
    context["address"] = field.address
    return render_to_string("promotions/_picker.html", context)
