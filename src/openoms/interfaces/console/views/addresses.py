"""An address pasted as text: read into the fields of any form that has an address in it."""

import re

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from openoms.domains.customers.parsing import parse_address
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.address import AddressForm, paste_name, read_form

_PREFIX = re.compile(r"[a-z]{1,20}")


@require_POST
@page()
def address_parse(request: Request) -> HttpResponse:
    """The address's fields filled from the text; `prefix` is that of the form they stand in, as in its fields' names.

    Sent by POST, so that nobody's address gets into an address bar or a log.
    """
    prefix = request.POST.get("prefix", "")
    prefix = prefix if _PREFIX.fullmatch(prefix) else ""
    text = request.POST.get(paste_name(prefix), "")
    lenient = prefix == "ship"
    typed = AddressForm(request.POST, prefix=prefix or None, lenient=lenient)
    if not text.strip():
        return render(request, "parts/address.html", {"address": typed})
    country = typed.place().country or settings.OPENOMS.default_country
    parsed = parse_address(text, country)
    form = read_form(parsed, country, prefix=prefix, lenient=lenient)
    return render(request, "parts/address.html", {"address": form, "parsed": parsed})
