"""What the searches of an approval rule's form find: who can be asked, categories, customers, tags, places."""

from collections.abc import Callable, Mapping

from django.db.models import Q
from django.utils.translation import gettext as _

from openoms.core.types import Actor
from openoms.domains.identity.models import Role, User
from openoms.domains.identity.queries import OUTSIDE
from openoms.interfaces.console import promotion_finds
from openoms.interfaces.console.promotion_finds import Found
from openoms.interfaces.console.promotion_terms import region_words
from openoms.interfaces.console.templatetags.oms import named

_MOST = 8
# Known only once there is an order.
MANAGER, OWNER = "order:manager", "order:owner"


def find(kind: str, text: str, actor: Actor) -> list[Found]:
    """What fits the text, the best first; raises KeyError for a kind nobody looks for."""
    return _FINDERS[kind](text.replace("\0", "").strip()[:100], actor)


def kinds() -> frozenset[str]:
    """What can be looked for."""
    return frozenset(_FINDERS)


def token_name(token: str, names: Mapping[tuple[str, str], str]) -> str:
    """What a token is called."""
    kind, _sep, code = token.partition(":")
    if token in (MANAGER, OWNER):
        return _by_order()[token]
    return region_words(code) if kind == "region" else names.get((kind, code), code)


def _by_order() -> dict[str, str]:
    return {MANAGER: _("the requester's manager"), OWNER: _("the customer's owner")}


def _approvers(text: str, actor: Actor) -> list[Found]:
    """Roles, who is known by the order, and the firm's people."""
    wanted = text.lower()
    roles = [
        row
        for row in Role.objects.exclude(code__in=OUTSIDE)
        if wanted in f"{row.name} {row.name_zh} {row.code}".lower()
    ]
    found = [Found(f"role:{row.code}", named(row), _("Role")) for row in roles]
    found += [
        Found(token, name, _("By the order")) for token, name in _by_order().items() if wanted in name.lower()
    ]
    people = User.objects.filter(is_active=True, roles__isnull=False).exclude(roles__code__in=OUTSIDE)
    fits = people.filter(Q(name__icontains=text) | Q(email__icontains=text)) if text else people
    rows = fits.order_by("name", "pk").distinct()[:_MOST]
    return found + [Found(f"user:{row.pk}", row.name, row.email) for row in rows]


_FINDERS: Mapping[str, Callable[[str, Actor], list[Found]]] = {
    "approver": _approvers,
    **{
        kind: lambda text, actor, kind=kind: promotion_finds.find(kind, text, actor)  # type: ignore[misc]
        for kind in ("category", "customer", "tag", "region")
    },
}
