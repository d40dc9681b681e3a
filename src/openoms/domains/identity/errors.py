"""Refusals of identity."""

from openoms.core.errors import Forbidden, Unauthenticated


class BadKey(Unauthenticated):
    """The key is missing, wrong, expired or revoked: the answer does not say which."""

    code = "unauthenticated"

    def __init__(self) -> None:
        super().__init__("Send a valid API key as 'Authorization: Bearer <key>'.")


class MissingPermission(Forbidden):
    """The actor may not do that."""

    code = "forbidden"

    def __init__(self, permission: str) -> None:
        super().__init__(
            f"This needs the permission {permission}. Ask an administrator for it.", permission=permission
        )
