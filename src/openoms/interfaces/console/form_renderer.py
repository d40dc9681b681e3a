"""Form widgets written in Python where Django has a template for each option: a list's filters took as long as its rows."""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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
    value = SafeString("") if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
    return format_html(
        '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attributes(widget["attrs"])
    )


def _select(widget: Mapping[str, Any]) -> SafeString:
    groups = [_group(name, options) for name, options, _index in widget["optgroups"]]
    return format_html(
        '<select name="{}"{}>{}</select>',
        widget["name"],
        _attributes(widget["attrs"]),
        format_html_join("", "{}", ((group,) for group in groups)),
    )


def _group(name: str | None, options: list[Mapping[str, Any]]) -> SafeString:
    rows = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((str(option["value"]), _attributes(option["attrs"]), option["label"]) for option in options),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, rows) if name else rows


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    parts = []
    for name, value in attrs.items():
        if value is True:
            parts.append(format_html(" {}", name))
        elif value is not False:
            parts.append(format_html(' {}="{}"', name, str(value)))
    # Each part was escaped when it was made.
    return SafeString("".join(parts))  # nosec B703
