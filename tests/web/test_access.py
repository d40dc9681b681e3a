"""Who may open what: every page asks for its permissions, and says so in words when they are missing."""

import pytest
from django.test import Client
from django.urls import get_resolver

from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.interfaces.console import urls
from tests.factories import make_user
from tests.web.conftest import PAGES, Firm, PageAddress, SignIn

DEEDS = {  # Addresses that only take POST.
    "price-apply", "price-preview", "formula-check", "tax-rounding", "tax-rate-remove", "shipping-rate-remove",
    "set_language", "set-theme", "order-quote", "order-keep", "order-drop", "order-paste", "order-buyer", "order-doubles", "order-take",
    "order-version", "order-customers", "address-parse", "contact-remove", "customer-consent", "customer-reveal", "customers-similar", "order-editors", "order-submit", "order-withdraw", "address-remove",
    "price-list-add", "tax-rate-set", "shipping-rate-set", "key-revoke", "picture-add", "picture-change", "sku-apply", "category-remove",
    "hold-release", "remark-answer", "order-comment", "order-follow", "order-tag", "order-assign", "phrase-remove",
    "orders-bulk", "view-save", "view-columns", "view-remove", "service-perform", "promotions-bulk", "promotion-live",
    "promotion-switch", "coupon-add", "my-chat", "notifications-read", "notification-read", "chat-remove", "chat-try",
    "failed-retry-all", "failed-mend", "message-preview", "message-switch", "approval-rule-switch", "approval-matching",
    "absence-end", "approval-act", "approval-answer", "approval-rehearse-typed", "approval-rule-live", "approvals-bulk", "authority-remove", "bill-new",
    "exchange-rate-remove", "exchange-rate-set", "payment-void", "production-change", "production-report", "production-step", "purchase-change", "purchase-receive",
    "purchase-step", "stock-move", "stock-safety", "stop-work-acknowledge", "supply-propose", "supply-schedule",
    "fulfilment-pick", "fulfilment-picked", "fulfilment-pack-step", "fulfilment-ship", "fulfilments-bulk", "shipment-cancel", "stock-bin",
    "warehouse-dispatch", "warehouse-remark", "wave-plan", "wave-start", "wave-dissolve", "wave-short",
}  # fmt: skip
FILES = {
    "customer-owes",  # A part of the customer's page: tests/web/test_payments.py.
    "order-needs",  # As the next one: tests/web/test_approval_needs.py.
    "order-goods",  # A part of the order's page: tests/web/test_fulfilment.py, as the papers.
    "fulfilment-paper",
    "production-move",  # Asks for a day: tests/web/test_supply.py.
    "wave-pdf",
    "order-approval",  # A part of the order's page: tests/web/test_approvals.py.
    "notification",  # Leads on: tests/web/test_notifications.py.
    "purchase-pdf",
    "production-pdf",
    "price-export",
    "order-quotation-pdf",
    "picture",
    "sku-export",
}  # No pages: tests/web/test_pictures.py, tests/web/test_sheets.py.


def with_only(sign_in: SignIn, *permissions: Perm) -> Client:
    role = Role.objects.create(code="narrow", name="Narrow", grants=sorted(permissions))
    person = make_user()
    person.roles.set([role])
    return sign_in(person=person)


def test_the_list_of_pages_is_complete(firm: Firm) -> None:
    resolver = get_resolver()
    listed = {resolver.resolve(firm.at(page).split("?")[0]).url_name for page in PAGES}
    assert {str(pattern.name) for pattern in urls.urlpatterns} - DEEDS - FILES - {"home"} <= listed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_opens_with_its_permissions_and_with_no_others(
    firm: Firm, sign_in: SignIn, page: PageAddress
) -> None:
    assert with_only(sign_in, *page.needs).get(firm.at(page)).status_code == 200
    if page.needs:
        Role.objects.get(code="narrow").delete()
        refused = with_only(sign_in, *(set(Perm) - {page.needs[0]})).get(firm.at(page))
        assert refused.status_code == 403
        assert "Ask an administrator" in refused.content.decode()


def test_every_page_leads_strangers_to_sign_in(firm: Firm, client: Client) -> None:
    for page in PAGES:
        answer = client.get(firm.at(page))
        assert answer.status_code == 302, page.path
        assert answer["Location"].startswith("/accounts/login/?next="), page.path


def test_a_part_asked_for_without_a_session_moves_the_whole_browser_to_sign_in(
    firm: Firm, client: Client
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/orders/new/"}
    answer = client.get("/orders/new/remark/", headers=headers)
    assert answer["HX-Redirect"] == "/accounts/login/?next=/orders/new/"


def test_a_refused_part_carries_its_message_to_the_toasts(firm: Firm, sign_in: SignIn) -> None:
    answer = sign_in("warehouse").get("/orders/new/remark/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer["HX-Retarget"] == "#toasts"
    assert "<html" not in answer.content.decode()
    assert "Enter orders" in answer.content.decode()


def test_the_menu_shows_what_one_may_use_and_nothing_else(firm: Firm, sign_in: SignIn) -> None:
    page = sign_in("warehouse").get("/orders/").content.decode()
    assert 'href="/products/"' in page
    for hidden in ("/orders/new/", "/customers/", "/pricing/", "/people/", "/roles/", "/api-keys/"):
        assert f'href="{hidden}"' not in page


@pytest.mark.parametrize(("role", "start"), [("warehouse", "/orders/"), ("administrator", "/orders/")])
def test_the_start_leads_to_the_first_page_of_the_menu(sign_in: SignIn, role: str, start: str) -> None:
    assert sign_in(role).get("/")["Location"] == start


def test_somebody_without_a_role_is_told_what_to_do(sign_in: SignIn) -> None:
    page = sign_in().get("/")
    assert page.status_code == 200
    assert "You have no role yet" in page.content.decode()


def test_an_unknown_address_has_a_page_of_its_own(sign_in: SignIn) -> None:
    page = sign_in("sales").get("/nowhere/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()


def test_an_order_out_of_scope_looks_like_one_that_is_not_there(firm: Firm, sign_in: SignIn) -> None:
    page = sign_in("sales").get("/orders/SO999999/")
    assert page.status_code == 404
    assert "There is no order SO999999." in page.content.decode()
