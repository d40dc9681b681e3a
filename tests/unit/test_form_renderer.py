"""Widgets written in Python say what Django's templates say."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from openoms.interfaces.console.form_renderer import QuickRenderer
from openoms.interfaces.console.widgets import DayInput, NumberText, ShortSelect

CHOICES = [("", "–"), ("a<b", 'say "x" & y'), (3, "three"), ("group", [("g1", "one"), ("g2", "two")])]


def plain(html: str) -> str:
    """Without the line breaks between elements, which say nothing."""
    return re.sub(r">\s+<", "><", html.strip()).replace("&#x27;", "&#39;")


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.Select({"class": "form-select", "required": True, "disabled": False}, CHOICES), "a<b"),
        (forms.Select({}, CHOICES), None),
        (forms.Select({}, CHOICES), "g2"),
        (forms.SelectMultiple({}, CHOICES), ["3", "g1"]),
        (forms.TextInput({"placeholder": "\"quoted\" <b> & 'single'"}), 'x"><script>'),
        (forms.TextInput(), None),
        (forms.HiddenInput(), 0),
        (NumberText(), "1,5"),
        (DayInput(), "2026-01-31"),
        (forms.Textarea(), "a\nb"),
        (forms.CheckboxInput(), True),
    ],
)
def test_says_the_same_as_djangos_templates(widget: forms.Widget, value: Any) -> None:
    attrs = {"id": "id_x"}
    quick = widget.render("x", value, attrs, QuickRenderer())
    assert plain(quick) == plain(widget.render("x", value, attrs, DjangoTemplates()))


@pytest.mark.parametrize("value", [None, "", "a<b", 3, "3", "unknown"])
def test_a_short_select_says_the_same(value: Any) -> None:
    attrs, choices = {"id": "id_x", "aria-label": '"<'}, [("", "–"), ("a<b", 'say "x" & y'), (3, "three")]
    short = ShortSelect({"class": "form-select", "disabled": False}, choices).render("x", value, attrs)
    django = forms.Select({"class": "form-select", "disabled": False}, choices)
    assert plain(short) == plain(django.render("x", value, attrs, DjangoTemplates()))
