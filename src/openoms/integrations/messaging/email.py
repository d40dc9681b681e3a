"""E-mail by the mail server of the settings, one connection for as many messages as are at hand."""

import smtplib
from email.utils import parseaddr
from functools import partial

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe

from openoms.domains.notifications.sending import Outgoing, SendFailed, Undeliverable

TIMEOUT_SECONDS = 15
_PERMANENT = range(500, 600)


class EmailSender:
    """Sends e-mail. A message's id is its Message-ID, the same each time: a receiver recognises a repetition by it."""

    def __init__(self, sender: str) -> None:
        self._from = sender
        self._domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
        self._connection: BaseEmailBackend | None = None

    def send(self, message: Outgoing) -> None:
        """Hand a message to the mail server. Raises Undeliverable where it refuses the address or the message for good."""
        mail = self._composed(message)
        try:
            self._open().send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            self._forget()
            code, answer = next(iter(error.recipients.values()))
            raise _refusal(code)(f"{code} {_text(answer)}") from error
        except smtplib.SMTPResponseException as error:
            self._forget()
            # A wrong password or a busy server is mended at our side; a refused message stays refused.
            final = isinstance(error, smtplib.SMTPDataError) and error.smtp_code in _PERMANENT
            raise (Undeliverable if final else SendFailed)(
                f"{error.smtp_code} {_text(error.smtp_error)}"
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            self._forget()
            raise SendFailed(f"{type(error).__name__}: {error}") from error
        except ValueError as error:  # An address or a subject that no header can hold.
            raise Undeliverable(str(error)) from error

    def close(self) -> None:
        """End the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def message_id(self, message: Outgoing) -> str:
        """What the message is known by among e-mails."""
        return f"<{message.id}@{self._domain}>"

    def _composed(self, message: Outgoing) -> EmailMultiAlternatives:
        mail = EmailMultiAlternatives(
            subject=message.subject,
            body=message.body + "\n",
            from_email=self._from,
            to=[message.to],
            headers={"Message-ID": self.message_id(message), "Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(html_of(message), "text/html")
        return mail

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            connection: BaseEmailBackend = get_connection(fail_silently=False)
            connection.open()
            self._connection = connection
        return self._connection

    def _forget(self) -> None:
        """After a failure the session may be in any state: the next message gets a fresh one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            _quietly(partial(connection.close))


_FONT = "font-family:system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',sans-serif"
_PAGE = (
    '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>'
    '<body style="margin:0;padding:24px 12px;background:#f6f6f8">'
    '<div style="max-width:560px;margin:0 auto;padding:24px 28px;background:#fff;border:1px solid #e4e4ea;'
    'border-radius:12px;color:#23242f;font-size:15px;line-height:1.6;{}">'
    '<h1 style="margin:0 0 12px;font-size:18px;line-height:1.35">{}</h1>{}</div></body></html>'
)


def html_of(message: Outgoing) -> str:
    """The message as a page of its own: the same words, links to be clicked."""
    paragraphs = [block for block in message.body.split("\n\n") if block.strip()]
    shown = mark_safe("".join(_paragraph(block) for block in paragraphs))  # noqa: S308 # nosec B308 B703 - each is escaped
    language = "zh-Hans" if message.language.startswith("zh") else message.language
    return format_html(_PAGE, language, message.subject, _FONT, message.subject, shown)


def _paragraph(block: str) -> SafeString:
    lines = urlize(block, autoescape=True).replace("\n", "<br>")
    return format_html('<p style="margin:0 0 12px">{}</p>', mark_safe(lines))  # noqa: S308 # nosec B308 B703 - urlize escapes


def _refusal(code: int) -> type[SendFailed]:
    return Undeliverable if code in _PERMANENT else SendFailed


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)


def _quietly(deed: partial[None]) -> None:
    try:
        deed()
    except (OSError, smtplib.SMTPException):
        return
