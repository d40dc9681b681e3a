"""Secrets kept in the database: encrypted under a key made from the program's own, which is not in it."""

import base64
import hashlib
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(Exception):
    """It was sealed under another key, or is not what was sealed."""


def seal(text: str) -> str:
    """The text encrypted and protected from change."""
    return _box(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; raises Unreadable."""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


@cache
def _box(secret: str) -> Fernet:
    # The program's key has enough randomness; a hash with a purpose in it keeps this use apart from others.
    digest = hashlib.sha256(b"openoms.vault\0" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
