"""How a form field looks: label, input, help, errors; Tabler's classes, names tied by aria-describedby."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from openoms.interfaces.console.markup import attributes, escaped, fill, joined

_SELECTS = (forms.Select, forms.SelectMultiple)
_CHECKS = (forms.CheckboxInput,)
_TICKED = {True: SafeString(" checked"), False: SafeString("")}
_GROUPS = (forms.CheckboxSelectMultiple, forms.RadioSelect)


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class InstantInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class NumberText(forms.TextInput):
    """A decimal number as text with the number pad: browsers' number inputs change on scrolling and hide what is typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


class ShortSelect(forms.Select):
    """A select whose options are written at once: no groups, and no object for each option as Django's makes."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """As Django's own, in one line."""
        chosen = "" if value is None else str(value)
        options = [(str(code), label) for code, label in self.choices]
        return fill(
            '<select name="{}"{}>{}</select>',
            name,
            attributes(self.build_attrs(self.attrs, attrs)),
            joined(
                f'<option value="{escaped(code)}"{" selected" if code == chosen else ""}>{escaped(label)}</option>'
                for code, label in options
            ),
        )


def dressed(
    bound: forms.BoundField,
    *,
    label: str = "",
    css: str = "",
    bare: bool = False,
    attrs: Mapping[str, Any] | None = None,
) -> SafeString:
    """The field with everything that belongs to it; `css` goes on the box around it."""
    widget = bound.field.widget
    if isinstance(widget, _GROUPS):
        return _group(bound, label, css)
    if isinstance(widget, _CHECKS):
        return _check(bound, label, css, attrs or {})
    name = label or bound.label
    heading = fill(
        '<label class="form-label{}" for="{}">{}{}</label>',
        " visually-hidden" if bare else "",
        bound.id_for_label,
        name,
        _mark(bound),
    )
    return fill(
        '<div class="field {}">{}{}{}{}{}</div>',
        css,
        heading,
        _input(bound, attrs or {}),
        _doubt(bound),
        _help(bound),
        _errors(bound),
    )


def _input(bound: forms.BoundField, attrs: Mapping[str, Any]) -> SafeString:
    css = "form-select" if isinstance(bound.field.widget, _SELECTS) else "form-control"
    return bound.as_widget(attrs=_described(bound, css) | dict(attrs))


def _described(bound: forms.BoundField, css: str) -> dict[str, Any]:
    """Classes and ties; what a widget has of its own stays."""
    own = bound.field.widget.attrs.get("class", "")
    ids = [
        *([f"{bound.auto_id}_help"] if bound.help_text else []),
        *([f"{bound.auto_id}_errors"] if bound.errors else []),
        *([f"{bound.auto_id}_doubt"] if _is_doubtful(bound) else []),
    ]
    state = "is-invalid" if bound.errors else "is-doubtful" if _is_doubtful(bound) else ""
    attrs = {"class": " ".join(filter(None, [css, own, state]))}
    return attrs | ({"aria-describedby": " ".join(ids)} if ids else {})


def _mark(bound: forms.BoundField) -> SafeString:
    """Optional fields say so; most fields asked for are needed."""
    if bound.field.required or getattr(bound.field, "hide_optional", False):
        return SafeString("")
    return fill(' <span class="optional">{}</span>', _("optional"))


def _help(bound: forms.BoundField) -> SafeString:
    if not bound.help_text:
        return SafeString("")
    return fill('<div class="form-hint" id="{}_help">{}</div>', bound.auto_id, bound.help_text)


def _is_doubtful(bound: forms.BoundField) -> bool:
    """Whether the value was read from a text by a guess and asks to be looked at."""
    return bool(getattr(bound.field, "doubtful", False))


def _doubt(bound: forms.BoundField) -> SafeString:
    if not _is_doubtful(bound):
        return SafeString("")
    return fill('<div class="field-doubt" id="{}_doubt">{}</div>', bound.auto_id, _("Please check this"))


def _errors(bound: forms.BoundField) -> SafeString:
    if not bound.errors:
        return SafeString("")
    return fill(
        '<div class="field-error" id="{}_errors">{}</div>',
        bound.auto_id,
        format_html_join("", "<div>{}</div>", ((error,) for error in bound.errors)),
    )


def _check(bound: forms.BoundField, label: str, css: str, attrs: Mapping[str, Any]) -> SafeString:
    return fill(
        '<div class="field {}"><label class="form-check">{}<span class="form-check-label">{}</span></label>{}{}</div>',
        css,
        bound.as_widget(attrs=_described(bound, "form-check-input") | dict(attrs)),
        label or bound.label,
        _help(bound),
        _errors(bound),
    )


def _group(bound: forms.BoundField, label: str, css: str) -> SafeString:
    # Django's boxes are a kind of radio buttons.
    kind = "checkbox" if isinstance(bound.field.widget, forms.CheckboxSelectMultiple) else "radio"
    options = format_html_join(
        "",
        '<label class="form-check"><input class="form-check-input" type="{}" name="{}" value="{}" id="{}"{}>'
        '<span class="form-check-label">{}</span></label>',
        (
            (kind, bound.html_name, o.data["value"], o.id_for_label, _TICKED[bool(o.data["selected"])],
             o.choice_label)
            for o in bound.subwidgets
        ),
    )  # fmt: skip
    return fill(
        '<fieldset class="field {}"><legend class="form-label">{}{}</legend><div class="checks">{}</div>{}{}</fieldset>',
        css,
        label or bound.label,
        _mark(bound),
        options,
        _help(bound),
        _errors(bound),
    )
