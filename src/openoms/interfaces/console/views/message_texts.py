"""The firm's messages: which there are, whom they tell, their words in both languages, which go to customers."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openoms.core.errors import InvalidInput
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.notifications import queries
from openoms.domains.notifications.labels import GROUP
from openoms.domains.notifications.states import Audience
from openoms.domains.notifications.topics import LANGUAGES, Topic, all_topics, by_group
from openoms.domains.notifications.wording import Text
from openoms.flows.edit_messages import check_text, save_texts, switch_message, tell_roles, topic_of
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.notifications import LANGUAGES as SUFFIXES
from openoms.interfaces.console.forms.notifications import TextsForm
from openoms.interfaces.console.message_samples import previewed, samples_of
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import in_chinese, named

TOLD: Mapping[str, Promise] = {
    "owner": gettext_lazy("the order's owner"),
    "followers": gettext_lazy("its followers"),
    "author": gettext_lazy("who left the remark"),
    "people": gettext_lazy("those who are asked"),
    "requester": gettext_lazy("who asked for approval"),
    "mentions": gettext_lazy("those called by name"),
    "audience": gettext_lazy("the role of the remark"),
    "remarks": gettext_lazy("the roles of its remarks"),
    "customer": gettext_lazy("the customer's contact"),
}


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message of the list: whom it tells, whether its words are the firm's own, whether it is switched on."""

    topic: Topic
    told: str
    is_own: bool
    is_on: bool


@require_safe
@page(Perm.NOTIFICATION_MANAGE)
def message_list(request: Request) -> HttpResponse:
    """Every message, by what it is about; those to customers with a switch."""
    own = {topic for topic, _language in queries.texts()}
    silent, roles = queries.silent_topics(), Role.objects.in_bulk()
    topics = all_topics()
    subscribed = queries.subscribers([topic.code for topic in topics])

    def row(topic: Topic) -> MessageRow:
        code = topic.code
        return MessageRow(topic, told(topic, roles, subscribed[code][1]), code in own, code not in silent)

    groups = [(GROUP[code], [row(topic) for topic in members]) for code, members in by_group(topics)]
    return render(request, "messages/list.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.NOTIFICATION_MANAGE)
def message(request: Request, code: str) -> HttpResponse:
    """A message's words in both languages, with what they become."""
    topic = topic_of(code)
    own = queries.texts()
    texts = {language: queries.text_of(topic, language, own) for language in LANGUAGES}
    roles = sorted(queries.subscribers([code])[code][1])
    form = TextsForm(request.POST or None, topic=topic, texts=texts, roles=roles)
    if form.is_valid():
        with shown_on(form):
            reset = "reset" in request.POST
            save_texts(code, dict.fromkeys(LANGUAGES) if reset else form.texts(), actor=request.actor)
            if "roles" in form.fields and not reset:
                tell_roles(code, form.cleaned_data["roles"], actor=request.actor)
            messages.success(request, _("The message was saved."))
            return redirect("message", code) if reset else redirect("messages")
    context = {
        "form": form, "topic": topic, "told": told(topic, Role.objects.in_bulk(), ()), "previews": _previews(topic, form),
        "is_own": any((code, language) in own for language in LANGUAGES), "names": samples_of(topic),
    }  # fmt: skip
    return render(request, "messages/message.html", context, status=form.status)


@require_POST
@page(Perm.NOTIFICATION_MANAGE)
def preview(request: Request, code: str) -> HttpResponse:
    """What the words being typed become."""
    topic = topic_of(code)
    texts = {language: queries.text_of(topic, language, {}) for language in LANGUAGES}
    form = TextsForm(request.POST, topic=topic, texts=texts)
    return render(request, "messages/_preview.html", {"previews": _previews(topic, form)})


@require_POST
@page(Perm.NOTIFICATION_MANAGE)
def switch(request: Request, code: str) -> HttpResponse:
    """Switch a message to customers on or off."""
    on = request.POST.get("on") == "1"
    switch_message(code, on, actor=request.actor)
    said = _("“%(name)s” is sent to customers.") if on else _("“%(name)s” is sent to customers no longer.")
    messages.success(request, said % {"name": topic_of(code).label})
    return redirect("messages")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a text becomes in a language, or why it cannot be kept."""

    language: str
    text: Text | None
    problem: str = ""


def _previews(topic: Topic, form: TextsForm) -> list[Preview]:
    found = []
    for language, suffix in SUFFIXES.items():
        said = [str(form[f"{part}_{suffix}"].value() or "").replace("\0", "") for part in ("subject", "body")]
        text = Text(said[0].strip(), said[1].replace("\r\n", "\n").strip())
        try:
            check_text(topic, text, language)
            found.append(Preview(language, previewed(topic, text, language)))
        except InvalidInput as error:
            found.append(Preview(language, None, sentence(error)))
    return found


def told(topic: Topic, roles: Mapping[str, Role], more: object) -> str:
    """Whom a message tells, in words."""
    codes = [source.removeprefix("role:") for source in topic.told if source.startswith("role:")]
    codes += sorted(more) if isinstance(more, set) else []
    names = [str(TOLD[source]) for source in topic.told if source in TOLD]
    names += [named(roles[code]) for code in dict.fromkeys(codes) if code in roles]
    if topic.audience is Audience.STAFF and not names:
        return _("those who ask for it")
    return ("、" if in_chinese() else ", ").join(names)
