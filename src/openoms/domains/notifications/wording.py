"""Texts with `{names}` in them (pure): a formatter that knows names and nothing else.

Python's own `str.format` reads attributes and items of what it is given; whoever edits a text could read anything
through it. Here `{number}` is replaced where the name is known, and every other brace is a brace.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_ANY = re.compile(r"\{([^{}\n]*)\}")
LONGEST_SUBJECT, LONGEST_BODY = 200, 5000
# A subject as sent, its names filled in.
LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Text:
    """A subject and a body."""

    subject: str
    body: str


def unknown_names(text: str, known: Collection[str]) -> list[str]:
    """What stands in braces and is no known name, in the order of the text, each once."""
    return list(dict.fromkeys(name for name in _ANY.findall(text) if name not in known))


def names_in(text: str) -> list[str]:
    """The names a text uses, each once."""
    return list(dict.fromkeys(_NAME.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with values in place of names; a name without a value leaves nothing. Values are not read for names."""
    return _NAME.sub(lambda found: values.get(found[1], ""), text)


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """The same on one line, as a subject has to be, and no longer than one may be."""
    line = " ".join(fill(text, values).split())
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


def compose(text: Text, values: Mapping[str, str]) -> Text:
    """Subject and body with their values; lines that only held names without a value are left out of the body."""
    lines: Iterable[str] = (_line(line, values) for line in text.body.splitlines())
    body = "\n".join(line for line in lines if line != _GONE)
    return Text(fill_line(text.subject, values), re.sub(r"\n{3,}", "\n\n", body).strip())


_GONE = "\0"


def _line(line: str, values: Mapping[str, str]) -> str:
    """The line filled; _GONE where every name of it is without a value: "Reason: {reason}" of no reason."""
    names = _NAME.findall(line)
    if names and not any(values.get(name) for name in names):
        return _GONE
    return fill(line, values).rstrip()
