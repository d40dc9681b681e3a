"""Keeps outgoing calls from machines of private networks: by the address a connection really has, not by its name.

A name may resolve to something else a moment later, and a server may redirect to anywhere; so each connection is judged
where it is made. urllib3 makes them all (under requests, under apprise) by one function, which is wrapped once; it
judges only within `public_only`, in the thread that asked for it.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from openoms.domains.notifications.chats import is_private


class PrivateAddress(OSError):
    """The connection would have gone to a machine of a private network."""


_asked = threading.local()
_lock = threading.Lock()


@contextmanager
def public_only() -> Iterator[None]:
    """Within it, connections of this thread to private addresses are refused before anything is sent over them."""
    _install()
    before = getattr(_asked, "on", False)
    _asked.on, _asked.refused = True, False
    try:
        yield
    finally:
        _asked.on = before


def was_refused() -> bool:
    """Whether a connection was refused within the last `public_only` of this thread."""
    return bool(getattr(_asked, "refused", False))


def _install() -> None:
    from urllib3.util import connection

    with _lock:
        made = connection.create_connection
        if getattr(made, "guarded", False):
            return

        def guarded(*args: Any, **kwargs: Any) -> socket.socket:
            found: socket.socket = made(*args, **kwargs)
            if getattr(_asked, "on", False) and is_private(str(found.getpeername()[0])):
                found.close()
                _asked.refused = True
                raise PrivateAddress("this address lies in a private network")
            return found

        guarded.guarded = True  # type: ignore[attr-defined]
        connection.create_connection = guarded
