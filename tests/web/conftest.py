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


# Everything one can open, on a firm with the order SO…, the customers C1 and C2, the product P1 and the sku BOLT.
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
    PageAddress("/customers/doubles/", (Perm.CUSTOMER_MERGE, Perm.CUSTOMER_VIEW)),
    PageAddress("/customers/C1/merge/", (Perm.CUSTOMER_MERGE, Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)),
    PageAddress(
        "/customers/C1/merge/?into=C2", (Perm.CUSTOMER_MERGE, Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)
    ),
    PageAddress("/customers/C1/credit/", (Perm.CREDIT_EDIT, Perm.CUSTOMER_VIEW)),
    PageAddress(
        "/customers/C1/contacts/FIRST/", (Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW, Perm.CONTACT_REVEAL)
    ),
    PageAddress(
        "/customers/C1/addresses/FIRST/", (Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW, Perm.CONTACT_REVEAL)
    ),
    PageAddress("/products/", (Perm.CATALOG_VIEW,)),
    PageAddress("/products/P1/", (Perm.CATALOG_VIEW,)),
    PageAddress("/products/new/", (Perm.CATALOG_EDIT,)),
    PageAddress("/products/categories/", (Perm.CATALOG_EDIT,)),
    PageAddress("/products/P1/edit/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/products/P1/skus/new/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/skus/BOLT/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/products/price-row/?n=1", (Perm.CATALOG_EDIT, Perm.PRICE_EDIT)),
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
    contact: str = ""
    place: str = ""

    def at(self, address: PageAddress) -> str:
        """The address on this firm."""
        path = address.path.replace("/orders/FIRST", f"/orders/{self.number}")
        path = path.replace("/contacts/FIRST", f"/contacts/{self.contact}")
        path = path.replace("/addresses/FIRST", f"/addresses/{self.place}")
        return path.replace("/people/FIRST", f"/people/{self.person.pk}")


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
    customer = make_customer(code="C1")
    make_customer(code="C2")
    placed = make_order(customer, [("BOLT", 3)])
    contact, place = customer.contacts.get().pk, customer.addresses.get().pk
    return Firm(placed.order.number, make_user("sales", name="Wang Fang"), str(contact), str(place))
