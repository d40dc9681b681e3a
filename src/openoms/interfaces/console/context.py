"""What every page's template knows."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from openoms.core.types import Actor
from openoms.interfaces.console.menu import Department, current, menu_for
from openoms.interfaces.console.preferences import theme_of


def console(request: HttpRequest) -> dict[str, Any]:
    """The actor, what they may open, and how they want pages to look."""
    actor: Actor | None = getattr(request, "actor", None)
    departments = menu_for(actor) if actor else []
    return {
        "actor": actor,
        "menu": departments,
        "menu_badges": _badges(request, departments),
        "menu_current": current(departments, request.path),
        "theme": theme_of(request),
        "languages": settings.LANGUAGES,
    }


def _badges(request: HttpRequest, departments: Sequence[Department]) -> dict[str, str]:
    """What stands beside menu items, by their names."""
    roles: frozenset[str] = getattr(request, "roles", frozenset())
    actor: Actor = getattr(request, "actor", Actor(kind="user", name=""))
    items = [item for department in departments for item in department.items]
    return {item.name: item.badge(actor, roles) for item in items if item.badge}
