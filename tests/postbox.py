"""A mail server that really listens, for tests."""

import email
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Server(Controller):
    """A mail server on a port that the system chooses."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class Postbox:
    """A mail server's other end: what it took, and what it answers instead of taking something."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.to: list[str] = []
        self.refuse_address = ""
        self.refuse_message = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse_address:
            return self.refuse_address
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse_message:
            return self.refuse_message
        self.got.append(email.message_from_bytes(envelope.content or b""))  # type: ignore[arg-type]
        self.to += envelope.rcpt_tos
        return "250 Taken"
