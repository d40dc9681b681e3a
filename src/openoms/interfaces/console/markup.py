"""HTML put together in Python: what Django's format_html does, for the texts a page writes a thousand times.

Django's escaping asks of each argument whether it is lazy, through a wrapper that costs more than the escaping itself.
A test holds these against Django's own.
"""

from collections.abc import Iterable, Mapping
from html import escape

from django.utils.safestring import SafeString


def escaped(value: object) -> str:
    """The value as text for HTML, also within a quoted attribute; what is marked safe as it is."""
    if isinstance(value, SafeString):
        return value
    # A text that is still to be translated becomes one here; it may be marked safe then.
    text = str(value)
    return text if isinstance(text, SafeString) else escape(text)


def fill(template: str, *values: object) -> SafeString:
    """The template, which is a constant of the program, with the values in place of its `{}`, each escaped."""
    return SafeString(template.format(*map(escaped, values)))  # nosec B703


def joined(parts: Iterable[str]) -> SafeString:
    """Parts one after the other; each must have been escaped when it was made."""
    return SafeString("".join(parts))  # nosec B703


def attributes(attrs: Mapping[str, object]) -> SafeString:
    """An element's attributes, each with a space before it: True stands for its name alone, False for none."""
    return joined(
        f" {escaped(name)}" if value is True else f' {escaped(name)}="{escaped(value)}"'
        for name, value in attrs.items()
        if value is not False
    )
