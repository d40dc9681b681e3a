"""What tests of pages share: clients signed in with a role, and every page's address."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from openoms.domains.identity.models import User
from openoms.domains.identity.permissions import Perm
from tests.factories import make_customer, make_order, make_rules, make_sku, make_user

BACKEND = "django.contrib.auth.backends.ModelBackend"
SignIn = Callable[..., Client]


@dataclass(frozen=True)
class PageAddress:
    """A page that can be opened and the permissions it asks for."""

    path: str
    needs: tuple[Perm, ...] = ()


# Everything one can open, on a firm with the order SO…, the customer C1, the product P1 and the sku BOLT.
PAGES = [
    PageAddress("/me/"),
    PageAddress("/accounts/password/change/"),
    PageAddress("/orders/", (Perm.ORDER_VIEW,)),
    PageAddress("/orders/FIRST/", (Perm.ORDER_VIEW,)),
    PageAddress("/orders/new/", (Perm.ORDER_CREATE,)),
    PageAddress("/orders/new/?customer=C1", (Perm.ORDER_CREATE,)),
    PageAddress("/orders/new/skus/?q=bolt", (Perm.ORDER_CREATE, Perm.CATALOG_VIEW)),
    PageAddress("/orders/new/customers/?customer_q=acme", (Perm.ORDER_CREATE, Perm.CUSTOMER_VIEW)),
    PageAddress("/orders/new/customer/?code=C1", (Perm.ORDER_CREATE, Perm.CUSTOMER_VIEW)),
    PageAddress("/orders/new/line/?sku=BOLT", (Perm.ORDER_CREATE, Perm.CATALOG_VIEW)),
    PageAddress("/orders/new/remark/", (Perm.ORDER_CREATE,)),
    PageAddress("/address-fields/?country=DE"),
    PageAddress("/customers/", (Perm.CUSTOMER_VIEW,)),
    PageAddress("/customers/C1/", (Perm.CUSTOMER_VIEW,)),
    PageAddress("/customers/new/", (Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)),
    PageAddress("/customers/C1/edit/", (Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)),
    PageAddress("/customers/C1/contacts/new/", (Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)),
    PageAddress("/customers/C1/addresses/new/", (Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)),
    PageAddress("/products/", (Perm.CATALOG_VIEW,)),
    PageAddress("/products/P1/", (Perm.CATALOG_VIEW,)),
    PageAddress("/products/new/", (Perm.CATALOG_EDIT,)),
    PageAddress("/products/categories/", (Perm.CATALOG_EDIT,)),
    PageAddress("/products/P1/edit/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/products/P1/skus/new/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/skus/BOLT/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/products/price-row/?n=1", (Perm.CATALOG_EDIT, Perm.PRICE_EDIT)),
    PageAddress("/products/P1/price/?sku=BOLT&quantity=10", (Perm.ORDER_CREATE, Perm.CATALOG_VIEW)),
    PageAddress("/products/sheet/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/products/P1/history/", (Perm.CATALOG_VIEW,)),
    PageAddress("/products/P1/options/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/products/P1/options/pair/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/products/rows/option/", (Perm.CATALOG_EDIT,)),
    PageAddress("/products/rows/part/?in=g1", (Perm.CATALOG_EDIT,)),
    PageAddress("/skus/BOLT/bundle/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/skus/BOLT/history/", (Perm.CATALOG_VIEW,)),
    PageAddress("/pricing/", (Perm.PRICE_EDIT,)),
    PageAddress("/people/", (Perm.USER_MANAGE,)),
    PageAddress("/people/new/", (Perm.USER_MANAGE,)),
    PageAddress("/people/FIRST/", (Perm.USER_MANAGE,)),
    PageAddress("/roles/", (Perm.ROLE_MANAGE,)),
    PageAddress("/api-keys/", (Perm.APIKEY_MANAGE,)),
    PageAddress("/api-keys/new/", (Perm.APIKEY_MANAGE,)),
]


@dataclass(frozen=True)
class Firm:
    """A firm with one of each: what the addresses of PAGES speak of."""

    number: str
    person: User

    def at(self, address: PageAddress) -> str:
        """The address on this firm."""
        return address.path.replace("/orders/FIRST", f"/orders/{self.number}").replace(
            "/people/FIRST", f"/people/{self.person.pk}"
        )


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """A browser in which somebody with these roles (or the person given) has signed in."""

    def made(*roles: str, person: User | None = None, language: str = "en") -> Client:
        client = Client()
        client.force_login(person or make_user(*roles, language=language), backend=BACKEND)
        return client

    return made


@pytest.fixture
def firm(db: None) -> Firm:
    """One customer, one sku with tax and shipping, one order, one colleague."""
    make_rules()
    make_sku("BOLT", tiers={"10": "11"})
    placed = make_order(make_customer(code="C1"), [("BOLT", 3)])
    return Firm(placed.order.number, make_user("sales", name="Wang Fang"))
