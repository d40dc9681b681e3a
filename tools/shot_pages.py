"""Which pages `make shots` takes: their addresses, found by what the demonstration company shows there, and what is done first."""

from collections.abc import Callable, Mapping
from typing import Any

# Name → address.
FIXED = {
    "orders": "/orders/",
    "orders-views": "/orders/",
    "orders-chosen": "/orders/",
    "orders-merge": "/orders/merge/",
    "orders-none": "/orders/?q=nothing-like-this",
    "order-new": "/orders/new/",
    "order-entry": "/orders/new/?customer=D002",
    "inbox": "/inbox/",
    "exceptions": "/exceptions/",
    "phrases": "/phrases/",
    "products": "/products/",
    "product": "/products/PH-X1/",
    "product-desk": "/products/TB-MTM/",
    "product-edit": "/products/PH-X1/edit/",
    "product-options": "/products/PH-X1/options/",
    "sku": "/skus/PH-X1-BK-128/",
    "bundle": "/skus/SET-TWO/bundle/",
    "categories": "/products/categories/",
    "sheet": "/products/sheet/",
    "sheet-preview": "/products/sheet/",
    "customers": "/customers/",
    "customer": "/customers/D026/",
    "customer-edit": "/customers/D026/edit/",
    "customer-new": "/customers/new/",
    "customer-credit": "/customers/D026/credit/",
    "doubles": "/customers/doubles/",
    "merge": "/customers/D901/merge/?into=D001",
    "order-needs": "/orders/new/?customer=D002",
    "approvals": "/approvals/",
    "approvals-all": "/approvals/?tab=all",
    "approval-rules": "/approval-rules/",
    "approval-rule": "/approval-rules/large/",
    "approval-rule-edit": "/approval-rules/very-large/edit/",
    "approval-rule-new": "/approval-rules/new/",
    "authorities": "/authorities/",
    "authorities-rate": "/authorities/",
    "authority-new": "/authorities/new/",
    "absences": "/absence/",
    "stock": "/stock/",
    "stock-sku": "/stock/MT-BOARD-OAK/",
    "stock-lots": "/stock/MT-GLUE/",
    "stock-ageing": "/stock/ageing/",
    "supply": "/supply/",
    "production": "/production/",
    "production-orders": "/production/orders/",
    "purchases": "/purchases/",
    "stop-work": "/stop-work/",
    "bills": "/bills/",
    "bill": "/bills/TB-MTM-OAK/edit/",
    "suppliers": "/suppliers/",
    "supplier": "/suppliers/YONGKANG/",
    "work-centres": "/work-centres/",
    "warehouse": "/warehouse/",
    "waves": "/waves/",
    "wave": "/waves/W000001/",
    "wave-pick": "/waves/W000001/pick/",
    "bench": "/pack/",
    "fulfilments": "/fulfilments/",
    "warehouse-edit": "/stock/warehouses/HZ/",
    "notifications": "/notifications/",
    "my-notifications": "/me/notifications/",
    "messages": "/messages/",
    "message": "/messages/customer.received/",
    "chats": "/messages/chats/",
    "chat-new": "/messages/chats/new/",
    "failed": "/messages/failed/",
    "pricing": "/pricing/",
    "people": "/people/",
    "roles": "/roles/",
    "api-keys": "/api-keys/",
    "customer-owing": "/customers/D032/",
    "missing": "/orders/SO000000/",
}


def addresses() -> dict[str, str]:
    """Every page's address; asks the database, so call it before a browser runs."""
    from django.utils import timezone

    from openoms.domains.approvals.models import ApprovalRequest
    from openoms.domains.fulfilment.models import Fulfilment
    from openoms.domains.orders.models import Order, Performance
    from openoms.domains.supply.models import ProductionOrder, PurchaseOrder

    rows = Order.objects.order_by("-id")
    quoted = rows.filter(status="draft", quote_valid_until__gte=timezone.localdate())
    shown = {
        "order": rows.filter(order_type="custom", comments__isnull=False, historical=False),
        "order-chosen": rows.filter(lines__components__isnull=False, historical=False),
        "order-held": rows.filter(holds__kind="risk", comments__isnull=False),
        "order-doubtful": rows.filter(holds__kind="address", channel="web", currency="CNY"),
        "order-remarks": rows.filter(instructions__state="not_possible"),
        "order-services": rows.filter(performances__signed_at__isnull=False),
        "order-quoted": quoted,
        "order-expired": rows.filter(status="draft", quote_valid_until__lt=timezone.localdate()),
        "order-paid": rows.filter(payments__voided_at__isnull=False),
        "order-cancelled": rows.filter(status="cancelled", historical=False),
        "order-credit": rows.filter(holds__kind="credit", status="approved", holds__reason="over_limit"),
        "order-asked": rows.filter(approvals__state="pending"),
        "order-past": rows.filter(channel="marketplace", fulfilment_state="partially_shipped"),
    }
    found = {name: f"/orders/{number}/" for name, query in shown.items() if (number := _number(query))}
    draft = _number(rows.filter(status="draft", revision__gt=2))
    held = _number(rows.filter(holds__kind="address", channel="web", currency="CNY"))
    scheduled = Performance.objects.filter(performed_at=None).select_related("line__order").first()
    found |= {
        "order-edit": f"/orders/{draft}/edit/",
        "quotation": f"/orders/{_number(quoted)}/quotation/",
        "order-hold": f"/orders/{held}/hold/",
        "order-cancel": f"/orders/{held}/cancel/",
        "order-split": f"/orders/{_number(rows.filter(fulfilment_state='backordered', status='approved'))}/split/",
        "order-payment": f"/orders/{held}/payments/new/",
        "order-remark": f"/orders/{held}/remark/",
        "order-address": f"/orders/{held}/address/",
    }
    pending = ApprovalRequest.objects.filter(state="pending").order_by("-id")
    found |= {
        f"approval-{name}": f"/approvals/{key}/"
        for name, query in {
            "late": pending.filter(steps__escalated_at__isnull=False),
            "asked": pending.filter(questions__isnull=False),
            "first": pending,
            "done": ApprovalRequest.objects.filter(state="approved").order_by("-id"),
        }.items()
        if (key := query.values_list("pk", flat=True).first())
    }
    made = ProductionOrder.objects.filter(state="released").order_by("id")
    found |= {
        name: f"/{path}/{key}/"
        for name, path, query in (
            ("production-order", "production", made),
            ("purchase-sent", "purchases", PurchaseOrder.objects.filter(state="sent")),
            ("purchase-draft", "purchases", PurchaseOrder.objects.filter(state="draft")),
        )
        if (key := query.values_list("pk", flat=True).first())
    }
    work = Fulfilment.objects.order_by("id")
    found |= {
        f"fulfilment-{state}": f"/fulfilments/{number}/{part}"
        for state, part in (("packed", ""), ("picked", "pack/"), ("shipped", ""), ("open", ""))
        if (number := _number(work.filter(state=state)))
    }
    if scheduled is not None:
        line = scheduled.line
        found["order-schedule"] = f"/orders/{line.order.number}/lines/{line.position}/schedule/"
    return FIXED | found


def quotation_sheets(folder: Any) -> None:
    """The quotation's first page as it is printed, in both languages."""
    import json
    from dataclasses import asdict

    import typst
    from django.utils import timezone, translation

    from openoms.domains.identity.rules import system
    from openoms.domains.orders.models import Order
    from openoms.interfaces.console.quotation_sheet import sheet_of
    from openoms.outreach.documents import sheet
    from openoms.reading.order_page import order_page

    number = _number(
        Order.objects.filter(
            status="draft", quote_valid_until__gte=timezone.localdate(), lines__options__gt=[]
        )
    )
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said = asdict(sheet_of(order_page(system("shots"), number, ())))
        here = sheet.FONTS.parent
        pages: Any = typst.compile(
            str(here / "sheet.typ"), root=str(here), font_paths=[str(sheet.FONTS)], ignore_system_fonts=True,
            format="png", ppi=110.0, sys_inputs={"sheet": json.dumps(said, ensure_ascii=False), "code": ""},
        )  # fmt: skip
        first = pages[0] if isinstance(pages, list) else pages
        (folder / f"quotation-sheet-{language}.png").write_bytes(first)


def _number(rows: Any) -> str:
    return rows.values_list("number", flat=True).first() or ""


def _open_views(page: Any) -> None:
    page.click("details.menu-deed summary")


def _choose_rows(page: Any) -> None:
    for number in range(3):
        page.locator("tbody .cell-tick input").nth(number).check()


def _enter(page: Any) -> None:
    """A phone with its extras, a bundle with its parts and a remark, the total there."""
    for sku in ("PH-X1-BK", "SET-TWO"):
        lines = page.locator(".entry-line").count()
        page.fill("#sku-search", sku)
        page.keyboard.press("Enter")
        page.locator(".entry-line").nth(lines).wait_for()
    page.locator(".choosing select[data-priced]").first.select_option(index=1)
    for number in range(2):
        page.locator(".choosing").last.locator("input[type=checkbox]").nth(number).check()
    page.locator("[data-total]").wait_for()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def _enter_large(page: Any) -> None:
    """So many phones that somebody must agree."""
    page.fill("#sku-search", "PH-X1-BK")
    page.keyboard.press("Enter")
    page.locator(".entry-line").first.wait_for()
    page.locator("[data-quantity]").first.fill("60")
    page.locator("[data-needs-approval]").wait_for()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def _open_rate(page: Any) -> None:
    page.click("details.add summary")


def _preview(page: Any) -> None:
    """The sheet of skus, brought back with other names and a sku that is not there."""
    base = page.url.rstrip("/")
    lines = page.context.request.get(f"{base}/csv/").text().splitlines()
    changed = [line.replace("黑色", "曜石黑").replace("PC-DOCK,", "PC-DECK,") for line in lines]
    sheet = {"name": "skus.csv", "mimeType": "text/csv", "buffer": "\r\n".join(changed).encode()}
    page.set_input_files("input[type=file]", files=[sheet])
    page.click("main form button[type=submit]")
    page.wait_for_selector(".sheet-bar")


# What is done on a page before its picture is taken.
ACTS: Mapping[str, Callable[[Any], None]] = {
    "orders-views": _open_views,
    "orders-chosen": _choose_rows,
    "order-entry": _enter,
    "order-needs": _enter_large,
    "authorities-rate": _open_rate,
    "sheet-preview": _preview,
}
