"""The one error of the embedded database."""


class PostgresError(Exception):
    """The embedded database cannot do what was asked; the message is one sentence: what is wrong, what to do."""
