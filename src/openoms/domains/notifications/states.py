"""Where a message goes, when, and what became of it."""

from enum import StrEnum


class Channel(StrEnum):
    """A way to reach somebody: the inbox of the console, e-mail, a chat."""

    INBOX = "inbox"
    EMAIL = "email"
    CHAT = "chat"


class Way(StrEnum):
    """When a person wants to hear of a topic on a channel: at once, once a day with the others, never."""

    NOW = "now"
    DIGEST = "digest"
    OFF = "off"


class Audience(StrEnum):
    """Whom a topic is for."""

    STAFF = "staff"
    CUSTOMER = "customer"


class State(StrEnum):
    """What became of a message: it waits, waits for its digest, went out, went out within a digest, nobody wants it
    any longer, or it failed for good and waits for a person.
    """

    WAITING = "waiting"
    COLLECTED = "collected"
    SENT = "sent"
    DIGESTED = "digested"
    DROPPED = "dropped"
    DEAD = "dead"
