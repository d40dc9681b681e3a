"""Whom a comment calls (pure)."""

from collections.abc import Iterable, Mapping
from uuid import UUID


def mentioned(text: str, people: Iterable[tuple[UUID, str, str]]) -> list[UUID]:
    """Keys of those called by `@` and their name, its first word or their e-mail address's first part, in either case.

    `people` are (key, name, e-mail address). A first word that several have calls none of them; the longest name wins,
    so "@An Ning" does not call "An".
    """
    found = list(people)
    called = _by_handle(text.casefold(), found)
    return sorted(called)


def handles_of(people: Iterable[tuple[UUID, str, str]]) -> dict[UUID, str]:
    """What calls each of them and nobody else: the name, else the e-mail address's first part, else ""; see `mentioned`."""
    found = list(people)
    called = _called_by(found)
    return {
        key: next((h for h in (name, email.partition("@")[0]) if h and called[h.casefold()] == {key}), "")
        for key, name, email in found
    }


def suggested(
    text: str, people: Iterable[tuple[UUID, str, str]], spoken: Mapping[UUID, str], most: int
) -> list[tuple[UUID, str, str]]:
    """Those whose name, a later word of it, e-mail address or `spoken` initials begin with `text`; names that do come first."""
    wanted = text.casefold()

    def rank(person: tuple[UUID, str, str]) -> int:
        key, name, email = person
        folded = name.casefold()
        if folded.startswith(wanted):
            return 0
        if any(word.startswith(wanted) for word in folded.split()[1:]):
            return 1
        return 2 if email.casefold().startswith(wanted) or spoken.get(key, "").startswith(wanted) else 3

    ranked = sorted(
        ((rank(person), place, person) for place, person in enumerate(people)), key=lambda r: r[:2]
    )
    return [person for place, _order, person in ranked if place < 3][:most]


def _called_by(people: list[tuple[UUID, str, str]]) -> dict[str, set[UUID]]:
    """Everything behind an @ that may mean somebody, folded, and whom."""
    handles: dict[str, set[UUID]] = {}
    for key, name, email in people:
        for handle in {name, name.split(" ")[0], email.partition("@")[0]} - {""}:
            handles.setdefault(handle.casefold(), set()).add(key)
    return handles


def _by_handle(text: str, people: list[tuple[UUID, str, str]]) -> set[UUID]:
    handles = _called_by(people)
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
