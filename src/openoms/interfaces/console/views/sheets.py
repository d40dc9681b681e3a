"""The catalogue as a sheet: taken away as CSV or workbook, brought back, its differences seen before they are applied."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.clock import now
from openoms.core.errors import DomainError, InvalidInput
from openoms.domains.catalog.queries import complete_skus, matching_skus, skus_visible_to
from openoms.domains.identity.permissions import Perm
from openoms.flows.apply_sheet import SheetRow, apply_sheet
from openoms.flows.steps.rehearsal import Outcome
from openoms.flows.tell_export import tell_catalogue_export
from openoms.integrations import sheets
from openoms.integrations.imports.errors import BadFile
from openoms.integrations.imports.mapping import FileFormat
from openoms.integrations.imports.rows import Row
from openoms.integrations.imports.tables import open_table
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import ConsoleForm
from openoms.interfaces.console.refusals import sentence
from openoms.reading import catalogue_sheet as reading
from openoms.reading.catalogue_sheet import MOST_ROWS, RowDifference

_MOST_BYTES = 5 * 1024 * 1024
_FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class SheetForm(ConsoleForm):
    """The sheet brought back."""

    sheet = forms.FileField(label=gettext_lazy("The edited sheet (CSV or XLSX, at most 5 MB)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].widget.attrs["accept"] = ".csv,.xlsx"


@require_GET
@page(Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)
def export(request: Request, form: str) -> HttpResponse:
    """The skus that fit the search, up to MOST_ROWS, as a sheet to be edited."""
    if form not in _FORMS:
        raise Http404
    rows = skus_visible_to(request.actor)
    text = request.GET.get("q", "").strip()
    if text:
        rows = matching_skus(rows, text)
    if request.GET.get("category"):
        rows = rows.filter(product__category__code=request.GET["category"])
    columns = reading.header(request.actor)
    found = list(complete_skus(rows).order_by("code")[:MOST_ROWS])
    cells = reading.rows(columns, found, now().date())
    filters = [name for name in ("q", "category") if request.GET.get(name)]
    tell_catalogue_export(form, len(found), filters, actor=request.actor)
    content = sheets.to_csv(columns, cells) if form == "csv" else sheets.to_xlsx(columns, cells, name="skus")
    response = HttpResponse(content, content_type=_FORMS[form])
    stamp = f"{timezone.localdate():%Y%m%d}"
    response["Content-Disposition"] = f'attachment; filename="skus-{stamp}.{form}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)
def sheet(request: Request) -> HttpResponse:
    """Bring a sheet back: what each row would change, and what would be refused and why; nothing is written."""
    form = SheetForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "most": MOST_ROWS}
    if form.is_valid():
        try:
            context |= _previewed(request, _read(form.cleaned_data["sheet"]))
        except DomainError as error:
            form.refuse(error)
    return render(request, "products/sheet.html", context, status=form.status)


@require_POST
@page(Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)
def apply(request: Request) -> HttpResponse:
    """Apply the rows seen before; a row changed by somebody else meanwhile is refused."""
    try:
        sent = json.loads(request.POST.get("rows", ""))
        cells = [{str(name): str(cell) for name, cell in row.items()} for row in sent][:MOST_ROWS]
    except (ValueError, AttributeError, TypeError):
        raise Http404 from None
    found = [row for row in reading.differences(request.actor, cells, now().date()) if row.sku]
    results = apply_sheet(_rows(found), actor=request.actor)
    done = sum(result.outcome == Outcome.CHANGED for result in results)
    messages.success(request, _("%(count)s SKUs were changed.") % {"count": done})
    refused = [(row, result) for row, result in zip(found, results, strict=True) if result.problem]
    if not refused:
        return redirect("products")
    shown = [
        {"code": row.code, "changes": row.changes, "refusal": sentence(result.problem)}
        for row, result in refused
        if result.problem
    ]
    context = {"form": SheetForm(), "most": MOST_ROWS, "shown": shown, "is_applied": True}
    return render(request, "products/sheet.html", context, status=409)


def _previewed(request: Request, cells: list[dict[str, str]]) -> dict[str, Any]:
    """What the preview shows; the rows that change something are kept on it to be applied."""
    found = reading.differences(request.actor, cells, now().date())
    sound = [row for row in found if row.sku and row.changes]
    tried = apply_sheet(_rows(sound), actor=request.actor, dry_run=True)
    why = {row.code: sentence(r.problem) for row, r in zip(sound, tried, strict=True) if r.problem}
    why |= {row.code: sentence(row.problem) for row in found if row.problem}
    shown = [
        {"code": row.code, "changes": row.changes, "refusal": why.get(row.code, "")}
        for row in found
        if row.changes or row.problem
    ]
    good = {row.code for row in sound} - why.keys()
    kept = [row for row in cells if row.get("code") in good]
    return {
        "shown": shown,
        "same": len(found) - len(shown),
        "ready": len(kept),
        "rows": json.dumps(kept, ensure_ascii=False),
        "is_preview": True,
    }


def _rows(found: Sequence[RowDifference]) -> list[SheetRow]:
    return [SheetRow(row.sku, row.version, row.prices) for row in found if row.sku is not None]


def _read(sent: Any) -> list[dict[str, str]]:
    """The rows of an uploaded sheet by column. Raises InvalidInput."""
    name = str(sent.name).lower()
    suffix = ".xlsx" if name.endswith(".xlsx") else ".csv"
    content = sent.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise InvalidInput("A sheet has at most 5 MB.", field="sheet")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{suffix}"
        path.write_bytes(content)
        try:
            with open_table(path, FileFormat(), ["code", "version"]) as table:
                rows = [_cells(table.header, row) for row in table.rows if isinstance(row, Row)]
        except BadFile as error:
            raise InvalidInput("This file cannot be read as a sheet.", field="sheet") from error
    if not rows or "code" not in rows[0] or "version" not in rows[0]:
        raise InvalidInput("The sheet needs the columns code and version, as it was exported.", field="sheet")
    if len(rows) > MOST_ROWS:
        raise InvalidInput(f"A sheet has at most {MOST_ROWS} rows.", field="sheet")
    codes = [row["code"] for row in rows]
    if len(set(codes)) < len(codes):
        raise InvalidInput("A SKU is in the sheet twice.", field="sheet")
    return rows


def _cells(header: Sequence[str], row: Row) -> dict[str, str]:
    pairs: Mapping[str, str] = dict(zip(header, row.cells, strict=True))
    return {name: sheets.as_typed(cell) for name, cell in pairs.items() if name}
