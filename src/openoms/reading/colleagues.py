"""Reading who can be called in a comment."""

from collections.abc import Sequence
from dataclasses import dataclass

from openoms.domains.customers.rules import initials
from openoms.domains.identity import queries as identity
from openoms.domains.orders.mentions import handles_of, suggested

_MOST = 8


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to call: `handle` is what is written behind the @."""

    name: str
    email: str
    handle: str


def matching(text: str) -> Sequence[Colleague]:
    """The firm's people whose name, e-mail address or pinyin initials begin with the text, at most eight. One statement."""
    people = identity.colleagues()
    spoken = {key: initials(name) for key, name, _email in people}
    called = handles_of(people)
    found = suggested(text, people, spoken, _MOST)
    return [Colleague(name, email, called[key]) for key, name, email in found if called[key]]
