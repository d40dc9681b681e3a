"""The demonstration company: complete, valid, and the same however often it is loaded."""

import pytest
from django.db.models import Count

from openoms import demo
from openoms.domains.catalog.models import Bundle, Category, Option, OptionConflict, Product, Sku
from openoms.domains.customers.models import Address, Contact, Customer
from openoms.domains.events.models import Event
from openoms.domains.identity.models import Role, User
from openoms.domains.orders.models import Instruction, Line, Order
from openoms.domains.pricing.models import Coupon, PriceTier, Promotion

pytestmark = pytest.mark.django_db
MODELS = (
    Category,
    Product,
    Sku,
    PriceTier,
    Customer,
    Contact,
    Address,
    Order,
    Line,
    Instruction,
    User,
    Promotion,
    Coupon,
    Event,
)


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in MODELS}


def test_loading_twice_gives_the_same_company() -> None:
    said: list[str] = []
    first_sign_ins = demo.load(said.append)
    first = counts()
    assert demo.load(said.append) == first_sign_ins
    assert counts() == first
    assert said[1] == said[3]


def test_the_company_is_whole() -> None:
    sign_ins = demo.load(lambda _: None)
    roles = set(Role.objects.exclude(code="customer").values_list("code", flat=True))
    assert {one.role for one in sign_ins} == roles
    for one in sign_ins:
        user = User.objects.get(email=one.email)
        assert user.check_password(one.password)
        assert [role.code for role in user.roles.all()] == [one.role]
    assert 20 <= Product.objects.count() <= 30
    assert 50 <= Sku.objects.count() <= 80
    assert not Sku.objects.filter(product__name_zh="").exists()
    assert not Sku.objects.filter(costs=None, bundle=None).exists()
    assert set(Bundle.objects.values_list("policy", flat=True)) == {"discounted", "fixed"}
    assert Option.objects.filter(kind="variant").count() == 2
    assert OptionConflict.objects.exists()
    assert Sku.objects.filter(product__kind="service", duration_minutes__gt=0).count() == 2
    assert not Line.objects.filter(unit_cost=None).exists()
    assert Promotion.objects.filter(is_active=False).count() == 1
    assert Promotion.objects.exclude(name_zh="").count() >= 5
    assert Coupon.objects.filter(code="WELCOME20").exists()
    assert Customer.objects.count() == 42  # Two of them are doubles
    assert not Address.objects.exclude(problems=[]).exists()
    assert not Contact.objects.exclude(phone__startswith="+").exists()
    by_status = dict(Order.objects.values_list("status").annotate(Count("id")))
    assert sum(by_status.values()) == 150
    assert set(by_status) == {"draft", "submitted", "approved", "completed", "cancelled"}
    assert Order.objects.filter(historical=False, discount_total__gt=0).exists()
    assert Order.objects.filter(historical=False, tax_total__gt=0, created_by__isnull=False).exists()
    assert Instruction.objects.filter(blocking=True).exists()
