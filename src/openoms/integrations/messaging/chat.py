"""Chats by apprise: one address for each of dozens of services. It is imported when the first message goes out."""

import logging
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit

from openoms.domains.notifications.chats import scheme_of
from openoms.domains.notifications.sending import Outgoing, SendFailed, Undeliverable
from openoms.integrations.messaging import guard

TIMEOUT_SECONDS = 10


class ChatSender:
    """Sends to chats. Plain HTTP endpoints (json:, jsons:) get the message's id as `Idempotency-Key`; others have no key."""

    def __init__(self, *, private_allowed: bool = False) -> None:
        self._private_allowed = private_allowed

    def send(self, message: Outgoing) -> None:
        """Hand a message to the chat's server. Raises Undeliverable for an address that is none or is private."""
        import apprise
        from apprise.logger import logger

        chat = _instance(message.to)
        if chat is None:
            raise Undeliverable("the address cannot be read: type it again")
        if isinstance(getattr(chat, "headers", None), dict):
            chat.headers["Idempotency-Key"] = str(message.id)
        said = _Said()
        # Its complaints are for us, whatever the program's own level is; in the log they would be told twice.
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        logger.addHandler(said)
        try:
            with nullcontext() if self._private_allowed else guard.public_only():
                taken = chat.notify(
                    body=message.body, title=message.subject, body_format=apprise.NotifyFormat.TEXT
                )
        except (OSError, TypeError, ValueError) as error:
            raise SendFailed(f"{type(error).__name__}: {error}") from error
        finally:
            logger.removeHandler(said)
        if taken:
            return
        if not self._private_allowed and guard.was_refused():
            raise Undeliverable("the address lies in a private network")
        raise SendFailed(said.last or "the chat's server did not take the message")

    def close(self) -> None:
        """Nothing is kept open."""


def is_complete(url: str) -> bool:
    """Whether an address has everything its kind needs."""
    return _instance(url) is not None


def _instance(url: str) -> Any:
    """apprise's own object for an address, None for what is none or of a kind that is not offered."""
    import apprise

    if not scheme_of(url):
        return None
    try:
        urlsplit(url)
    except ValueError:
        return None
    # Redirects are not followed: a server that answers with one has not taken the message.
    asset = apprise.AppriseAsset(http_redirects=False, async_mode=False, storage_mode=_memory())
    chat: Any = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    # An address may name several targets or a proxy's way; one that turned into a list of them is not what was asked for.
    if not chat or not hasattr(chat, "notify"):
        return None
    chat.socket_connect_timeout = chat.socket_read_timeout = TIMEOUT_SECONDS
    return chat


def _memory() -> Any:
    from apprise.common import PersistentStoreMode

    return PersistentStoreMode.MEMORY


class _Said(logging.Handler):
    """The last thing apprise complained of in this thread's call: it says why, and returns only that it failed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the complaint."""
        self.last = record.getMessage()[:500]
