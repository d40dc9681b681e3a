"""What the notifications domain refuses."""

from openoms.core.errors import InvalidInput, NotFound


class NoSuchNotification(NotFound):
    """Not there, or somebody else's."""

    code = "no_such_notification"

    def __init__(self) -> None:
        super().__init__("There is no such notification.")


class NoSuchTopic(NotFound):
    """Nothing of that code is ever told."""

    code = "no_such_topic"

    def __init__(self, topic: str) -> None:
        super().__init__(f"There is no message {topic!r}.", topic=topic)


class UnknownName(InvalidInput):
    """A text names what the message does not know."""

    code = "unknown_name"

    def __init__(self, name: str, field: str) -> None:
        super().__init__(
            f"The text names {{{name}}}, which this message does not know.", field=field, name=name
        )


class BadChatAddress(InvalidInput):
    """An address no message can be sent to, or must not be."""

    code = "bad_chat_address"

    def __init__(self, why: str) -> None:
        super().__init__(
            {
                "kind": "This kind of address is not supported.",
                "private": "This address lies in a private network.",
                "form": "This is no complete address of its kind.",
            }[why],
            field="url",
            why=why,
        )
