"""Whom a comment calls (pure)."""

from collections.abc import Iterable
from uuid import UUID


def mentioned(text: str, people: Iterable[tuple[UUID, str, str]]) -> list[UUID]:
    """Keys of those called by `@` and their name, its first word or their e-mail address's first part, in either case.

    `people` are (key, name, e-mail address). A first word that several have calls none of them; the longest name wins,
    so "@An Ning" does not call "An".
    """
    found = list(people)
    called = _by_handle(text.casefold(), found)
    return sorted(called)


def _by_handle(text: str, people: list[tuple[UUID, str, str]]) -> set[UUID]:
    handles: dict[str, set[UUID]] = {}
    for key, name, email in people:
        for handle in {name, name.split(" ")[0], email.partition("@")[0]} - {""}:
            handles.setdefault(handle.casefold(), set()).add(key)
    called: set[UUID] = set()
    start = text.find("@")
    while start >= 0:
        rest = text[start + 1 :]
        # An address such as li@example.com calls nobody.
        if start == 0 or not (text[start - 1].isascii() and text[start - 1].isalnum()):
            fitting = [handle for handle in handles if _begins(rest, handle)]
            longest = max(fitting, key=len, default="")
            if longest and len(handles[longest]) == 1:
                called |= handles[longest]
        start = text.find("@", start + 1)
    return called


def _begins(text: str, handle: str) -> bool:
    """Whether the text begins with the handle as a word; Chinese is written on without a gap."""
    after = text[len(handle) : len(handle) + 1]
    return text.startswith(handle) and not (after.isascii() and after.isalnum())
