"""Form widgets written in Python where Django has a template for each option: a list's filters took as long as its rows."""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString

from openoms.interfaces.console.markup import attributes, escaped, fill, joined

_INPUTS = frozenset(
    f"django/forms/widgets/{name}.html"
    for name in ("input", "text", "hidden", "number", "date", "email", "password")
)
_SELECT = "django/forms/widgets/select.html"


class QuickRenderer(DjangoTemplates):
    """Selects and plain inputs as Django's own templates say them; all else by those templates."""

    def render(self, template_name: str, context: Any, request: Any = None) -> str:
        """The widget's HTML."""
        if template_name == _SELECT:
            return _select(context["widget"])
        if template_name in _INPUTS:
            return _input(context["widget"])
        return super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = SafeString("") if widget["value"] is None else fill(' value="{}"', str(widget["value"]))
    return fill(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attributes(widget["attrs"])
    )


def _select(widget: Mapping[str, Any]) -> SafeString:
    groups = [_group(name, options) for name, options, _index in widget["optgroups"]]
    return fill(
        '<select name="{}"{}>{}</select>',
        widget["name"],
        attributes(widget["attrs"]),
        joined(groups),
    )


def _group(name: str | None, options: list[Mapping[str, Any]]) -> SafeString:
    rows = joined(
        f'<option value="{escaped(option["value"])}"{attributes(option["attrs"])}>{escaped(option["label"])}</option>'
        for option in options
    )
    return fill('<optgroup label="{}">{}</optgroup>', name, rows) if name else rows
