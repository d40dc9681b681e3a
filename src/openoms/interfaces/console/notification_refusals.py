"""What refusals of messages and chats say, in the person's language."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_CHAT_ADDRESS: Mapping[str, Promise] = {
    "kind": gettext_lazy(
        "This kind of address is not supported. It begins with its service, such as dingtalk://."
    ),
    "private": gettext_lazy("This address lies in a private network, which messages must not go to."),
    "form": gettext_lazy("This is no complete address of its kind. Copy all of it."),
}
BY_CODE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "unknown_name": lambda data: (
        _("This message does not know {%(name)s}. Take one of the names listed.") % data
    ),
    "bad_chat_address": lambda data: str(_CHAT_ADDRESS[str(data["why"])]),
    "no_such_notification": lambda data: _("There is no such notification."),
    "no_such_topic": lambda data: _("There is no such message."),
}
CONSTANT: dict[str, Promise] = {
    "Quiet hours have a beginning and an end.": gettext_lazy("Quiet hours have a beginning and an end."),
    "A chat needs a name.": gettext_lazy("A chat needs a name."),
    "Choose what the chat is told of.": gettext_lazy("Choose what the chat is told of."),
    "There is no such chat.": gettext_lazy("There is no such chat."),
    "Somebody has dealt with it already.": gettext_lazy("Somebody has dealt with it already."),
    "A text of 1 to 200 characters is needed.": gettext_lazy("A text of 1 to 200 characters is needed."),
    "A text of 1 to 5000 characters is needed.": gettext_lazy("A text of 1 to 5000 characters is needed."),
}
