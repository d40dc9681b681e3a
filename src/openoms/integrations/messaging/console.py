"""The mail server of a program that has none: each e-mail becomes a line of the log, as a person would read it."""

from collections.abc import Sequence

import structlog
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = structlog.get_logger(__name__)


class ConsoleBackend(BaseEmailBackend):
    """Logs e-mails instead of sending them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Log each; how many."""
        for mail in email_messages:
            log.info(
                "e-mail not sent: set OPENOMS_EMAIL_URL",
                to=", ".join(mail.to),
                subject=str(mail.subject),
                body=str(mail.body),
            )
        return len(email_messages)
