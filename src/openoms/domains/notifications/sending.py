"""What the domain asks of those who carry messages out into the world (integrations/messaging/)."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way: `id` is the same each time it is sent, so that the receiver can tell a repetition.

    `to` is an e-mail address, or the address of a chat.
    """

    id: UUID
    to: str
    subject: str
    body: str
    language: str


class SendFailed(Exception):
    """It could not be handed over this time; it may be another time."""


class Undeliverable(SendFailed):
    """It will never be handed over as it is: no such mailbox, no such chat."""


class Sender(Protocol):
    """Carries messages over one channel. Returns once the other side has taken the message; raises SendFailed."""

    def send(self, message: Outgoing) -> None:
        """Hand one message over."""

    def close(self) -> None:
        """Let go of what is kept open between messages."""
