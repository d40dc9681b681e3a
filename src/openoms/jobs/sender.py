"""The senders: carry due messages out, one thread for each channel, so that a slow mail server holds up no chat.

Claiming is a transaction (a lease, not a lock), so is noting what became of a message; sending lies between them, in
none. A worker that dies in between leaves a message that looks unsent: after its lease it is sent again, under the same
id. Nothing is lost, and a receiver that knows the id shows it once.
"""

import threading
import time
from collections.abc import Mapping, Sequence

import structlog
from django.conf import settings
from django.db import close_old_connections

from openoms.core import vault
from openoms.domains.notifications.models import Notification
from openoms.domains.notifications.sending import Outgoing, Sender, SendFailed, Undeliverable
from openoms.domains.notifications.services import LEASE
from openoms.domains.notifications.states import Channel
from openoms.flows import send_notifications as flows

log = structlog.get_logger(__name__)
BATCH = 50
IDLE_SECONDS = 0.25
# A batch that has taken this long lets the rest go, so that no lease ends while its message is being sent.
LONGEST_BATCH_SECONDS = LEASE.total_seconds() / 2


class _Gone(Exception):
    """There is nobody to send it to."""


def senders() -> Mapping[Channel, Sender]:
    """A carrier for each channel that leads out of the program."""
    from openoms.integrations.messaging.chat import ChatSender
    from openoms.integrations.messaging.email import EmailSender

    return {
        Channel.EMAIL: EmailSender(settings.DEFAULT_FROM_EMAIL),
        Channel.CHAT: ChatSender(private_allowed=settings.OPENOMS.chat_private),
    }


def send_once(channel: Channel, sender: Sender) -> int:
    """One round: claim what is due and send it. Returns how many were claimed; 0 means there was nothing."""
    rows = flows.claim(channel, BATCH)
    begun = time.monotonic()
    try:
        for position, row in enumerate(rows):
            if time.monotonic() - begun > LONGEST_BATCH_SECONDS:
                flows.give_back(rows[position:])
                break
            _send(row, sender)
    finally:
        sender.close()
    return len(rows)


def _send(row: Notification, sender: Sender) -> None:
    try:
        message = Outgoing(row.id, _address(row), row.subject, row.body, row.language)
        sender.send(message)
    except _Gone as gone:
        flows.note_dropped(row, str(gone))
    except SendFailed as error:
        final = isinstance(error, Undeliverable)
        log.warning("message not sent", message=str(row.id), channel=row.channel, error=str(error)[:300])
        flows.note_failed(row, str(error), for_good=final)
    except Exception as error:  # The worker loop: a bug with one message must leave the others going.
        log.error("message could not be sent", message=str(row.id), error=repr(error)[:500])
        flows.note_failed(row, repr(error), for_good=False)
    else:
        flows.note_sent(row)


def _address(row: Notification) -> str:
    """Where the message goes, as it is now. Raises _Gone for a recipient who left, Undeliverable for one without address."""
    if row.user is not None and not row.user.is_active:
        raise _Gone("the person may not sign in any longer")
    if row.channel == Channel.CHAT:
        chat = row.endpoint or getattr(row.user, "own_chat", None)
        if chat is None or not chat.is_active:
            raise _Gone("the chat is gone or switched off")
        try:
            return vault.unseal(chat.sealed)
        except vault.Unreadable as error:
            raise Undeliverable("the address cannot be read under the present key: type it again") from error
    if row.user is not None:
        return row.user.email
    if row.contact is None or not row.contact.email:
        raise _Gone("the contact has no e-mail address any longer")
    return row.contact.email


def run(channel: Channel, stop: threading.Event) -> None:
    """Send a channel's messages until `stop` is set; an unreachable database is waited for."""
    sender = senders()[channel]
    while not stop.is_set():
        try:
            # Digests are made by the thread of e-mail, for every channel.
            done = flows.make_digests() if channel is Channel.EMAIL else 0
            done += send_once(channel, sender)
        except Exception as error:  # The worker loop must outlive whatever the database does.
            log.error("sender could not work", channel=channel.value, error=repr(error)[:500])
            close_old_connections()
            done = 0
        if not done:
            stop.wait(IDLE_SECONDS)


def drain(sender_of: Mapping[Channel, Sender] | None = None, limit: int = 1000) -> int:
    """Make digests and send until nothing is due; returns the rounds that did something (for tests)."""
    carriers = sender_of or senders()
    rounds = 0
    while rounds < limit and (
        flows.make_digests() + sum([send_once(channel, carrier) for channel, carrier in carriers.items()])
    ):
        rounds += 1
    return rounds


def threads(stop: threading.Event) -> Sequence[threading.Thread]:
    """The senders' threads, not begun yet."""
    return [
        threading.Thread(target=run, args=(channel, stop), name=f"sender-{channel}")
        for channel in (Channel.EMAIL, Channel.CHAT)
    ]
