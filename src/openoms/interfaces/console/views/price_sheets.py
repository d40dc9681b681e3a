"""Many prices at once: pasted or brought back as a sheet, the difference seen before it is applied; and taken away."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openoms.core.errors import DomainError, InvalidInput
from openoms.domains.identity.permissions import Perm
from openoms.flows.apply_prices import MOST_ROWS, PriceResult, apply_prices
from openoms.flows.steps.rehearsal import Outcome
from openoms.flows.tell_export import tell_catalogue_export
from openoms.integrations import sheets
from openoms.integrations.imports.errors import BadFile
from openoms.integrations.imports.mapping import FileFormat
from openoms.integrations.imports.rows import Row
from openoms.integrations.imports.tables import open_table
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.price_lists import PasteForm
from openoms.interfaces.console.pasted_prices import COLUMNS, ReadRow, read_cells, read_prices
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.views.price_lists import owner_of
from openoms.reading import price_shelves as reading

_MOST_BYTES = 5 * 1024 * 1024
_FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def export(request: Request, kind: str, code: str, form: str) -> HttpResponse:
    """The prices of a list or a contract as a sheet that can be edited and brought back."""
    _kind, owner = owner_of(kind, code)
    if form not in _FORMS:
        raise Http404
    text = request.GET.get("q", "").strip()
    cells = list(reading.sheet(request.actor, owner, text))
    tell_catalogue_export(form, len(cells), [f"{kind}:{code}", *(["q"] if text else [])], actor=request.actor)
    columns = reading.COLUMNS
    content = (
        sheets.to_csv(columns, cells) if form == "csv" else sheets.to_xlsx(columns, cells, name="prices")
    )
    response = HttpResponse(content, content_type=_FORMS[form])
    stamp = f"{timezone.localdate():%Y%m%d}"
    response["Content-Disposition"] = f'attachment; filename="{code}-{stamp}.{form}"'
    return response


@require_POST
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def preview(request: Request, kind: str, code: str) -> HttpResponse:
    """What each pasted row would change, or why it would be refused; nothing is written."""
    name, owner = owner_of(kind, code)
    form = PasteForm(request.POST, request.FILES, auto_id="paste_%s")
    context: dict[str, Any] = {"kind": kind, "owner": owner, "form": form}
    if form.is_valid():
        try:
            sent = form.cleaned_data["sheet"]
            found = _read(sent) if sent else read_prices(form.cleaned_data["text"])
            tried = _tried(name, code, found, request, dry_run=True)
            context |= _shown(found, tried)
        except DomainError as error:
            form.refuse(error)
    return render(request, "pricing/price_sheet.html", context, status=form.status)


@require_POST
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def apply(request: Request, kind: str, code: str) -> HttpResponse:
    """Apply the rows seen before; one whose price somebody changed meanwhile is refused."""
    name, owner = owner_of(kind, code)
    try:
        sent = json.loads(request.POST.get("rows", ""))
        found = [read_cells({str(key): str(cell) for key, cell in row.items()}) for row in sent]
    except (ValueError, AttributeError, TypeError):
        raise Http404 from None
    results = _tried(name, code, found[:MOST_ROWS], request, dry_run=False)
    done = sum(result.outcome in {Outcome.NEW, Outcome.CHANGED} for result in results)
    messages.success(request, _("%(count)s prices were changed.") % {"count": done})
    if not any(result.problem for result in results):
        return redirect("price-shelf", kind, code)
    shown = _shown(found, results)
    refused = [row for row in shown["shown"] if row["refusal"]]
    context = {"kind": kind, "owner": owner, "form": PasteForm(), "shown": refused, "is_applied": True}
    return render(request, "pricing/price_sheet.html", context, status=409)


def _tried(
    kind: Any, code: str, found: Sequence[ReadRow], request: Request, *, dry_run: bool
) -> list[PriceResult]:
    """What became of each row, in order; one that could not be read is its own problem."""
    rows = [read.row for read in found if read.row is not None]
    results = iter(apply_prices(kind, code, rows, actor=request.actor, dry_run=dry_run))
    return [PriceResult(problem=read.problem) if read.row is None else next(results) for read in found]


def _shown(found: Sequence[ReadRow], results: Sequence[PriceResult]) -> dict[str, Any]:
    """What the preview shows; rows that change something are kept on it, with the price that was seen."""
    pairs = list(zip(found, results, strict=True))
    shown = [
        {
            "cells": read.cells,
            "text": read.text,
            "before": result.before,
            "refusal": sentence(result.problem) if result.problem else "",
        }
        for read, result in pairs
        if result.outcome is not Outcome.SAME
    ]
    kept = [
        {**read.cells, "seen": result.before}
        for read, result in pairs
        if result.outcome in {Outcome.NEW, Outcome.CHANGED}
    ]
    return {
        "shown": shown,
        "same": len(pairs) - len(shown),
        "ready": len(kept),
        "rows": json.dumps(kept, ensure_ascii=False),
        "is_preview": True,
    }


def _read(sent: Any) -> list[ReadRow]:
    """The rows of an uploaded sheet. Raises InvalidInput."""
    suffix = ".xlsx" if str(sent.name).lower().endswith(".xlsx") else ".csv"
    content = sent.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise InvalidInput("A sheet has at most 5 MB.", field="sheet")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{suffix}"
        path.write_bytes(content)
        try:
            with open_table(path, FileFormat(), ["sku", "unit_price"]) as table:
                header, rows = list(table.header), [row for row in table.rows if isinstance(row, Row)]
        except BadFile as error:
            raise InvalidInput("This file cannot be read as a sheet.", field="sheet") from error
    if "sku" not in header or "unit_price" not in header:
        raise InvalidInput("The sheet needs the columns sku and unit_price.", field="sheet")
    cells = (dict(zip(header, map(sheets.as_typed, row.cells), strict=True)) for row in rows)
    return [read_cells({name: row.get(name, "") for name in COLUMNS}) for row in cells]
