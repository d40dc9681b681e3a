"""Refusals of the catalogue."""

from openoms.core.errors import Conflict, NotFound


class CodeTaken(Conflict):
    """Another thing of the kind has that code."""

    code = "code_taken"

    def __init__(self, what: str, code: str) -> None:
        super().__init__(
            f"There is a {what} with the code {code!r} already. Choose another code.", value=code
        )


class NoSuch(NotFound):
    """Nothing of the kind has that code."""

    code = "not_found"

    def __init__(self, what: str, code: str) -> None:
        super().__init__(f"There is no {what} {code!r}.", value=code)


class InUse(Conflict):
    """Something else refers to it still."""

    code = "in_use"

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} is in use and cannot be taken away or changed in kind.", what=what)


class StaleRow(Conflict):
    """Somebody changed the sku since the sheet was taken away."""

    code = "stale_row"

    def __init__(self, sku: str) -> None:
        super().__init__(
            f"{sku} was changed by somebody else since this sheet was exported. Export it again.", value=sku
        )
