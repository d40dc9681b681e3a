"""The exceptions board: what holds orders up, by kind and age."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from openoms.domains.identity.permissions import Perm
from openoms.interfaces.console.access import Request, page
from openoms.reading.exceptions import MOST_COUNTED, board


@require_GET
@page(Perm.ORDER_VIEW)
def exceptions(request: Request) -> HttpResponse:
    """Open holds in piles; each leads to its orders."""
    ages = (_("today"), _("up to 3 days"), _("up to a week"), _("older"))
    piles = [
        {
            "kind": pile.kind.value,
            "total": _capped(pile.total),
            "ages": [(name, _capped(count)) for name, count in zip(ages, pile.counts, strict=True) if count],
            "oldest": pile.oldest,
        }
        for pile in board(request.actor)
    ]
    return render(request, "exceptions/board.html", {"piles": piles})


def _capped(count: int) -> str:
    return str(count) if count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
