"""What can be wrong with a mapping, a file, or one row of it."""

from openoms.core.errors import InvalidInput


class BadMapping(InvalidInput):
    """The mapping cannot be used; the sentence names the field and what would be right."""

    code = "bad_mapping"


class BadFile(InvalidInput):
    """The file cannot be read at all."""

    code = "bad_file"


class BadRow(Exception):
    """One row cannot be taken; its message is the reason, for the person who will mend the row."""
