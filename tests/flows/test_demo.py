"""The demonstration company: complete, valid, and the same however often it is loaded."""

from datetime import timedelta

import pytest
from django.db.models import Count, F
from django.utils import timezone

from openoms import demo
from openoms.core.ids import instant_of
from openoms.demo import catalogue
from openoms.demo.catalogue import ARTICLES
from openoms.demo.pictures import drawn
from openoms.domains.catalog import images
from openoms.domains.catalog.models import Bundle, Category, Option, OptionConflict, Picture, Product, Sku
from openoms.domains.customers.models import Address, Contact, Customer
from openoms.domains.events.models import Event
from openoms.domains.identity.models import Role, User
from openoms.domains.identity.rules import system
from openoms.domains.orders.holds import BY_HAND
from openoms.domains.orders.instructions import WAITING
from openoms.domains.orders.models import (
    Comment,
    Hold,
    Instruction,
    Line,
    Order,
    Performance,
    Phrase,
    SavedView,
    Tagging,
)
from openoms.domains.orders.states import FulfilmentState, InstructionState, PaymentState
from openoms.domains.payments.models import Payment
from openoms.domains.payments.queries import wrong_totals
from openoms.domains.payments.rules import PROBLEMS
from openoms.domains.pricing.models import Coupon, PriceTier, Promotion
from openoms.domains.supply.models import Demand, ProductionOrder, PurchaseOrder

pytestmark = pytest.mark.django_db
MODELS = (
    Category,
    Product,
    Sku,
    Picture,
    PriceTier,
    Customer,
    Contact,
    Address,
    Order,
    Line,
    Instruction,
    Hold,
    Comment,
    Performance,
    Phrase,
    SavedView,
    Tagging,
    User,
    Promotion,
    Coupon,
    Payment,
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
    assert 300 <= sum(by_status.values()) <= 400
    assert set(by_status) >= {"draft", "approved", "completed", "cancelled"}
    assert Order.objects.filter(historical=False, discount_total__gt=0).exists()
    assert Order.objects.filter(historical=False, tax_total__gt=0, created_by__isnull=False).exists()


def test_demand_became_production_and_purchase_orders() -> None:
    demo.load(lambda _: None)
    assert set(ProductionOrder.objects.values_list("state", flat=True)) >= {"planned", "released"}
    assert set(PurchaseOrder.objects.values_list("state", flat=True)) >= {"draft", "sent"}
    assert Demand.objects.filter(line__isnull=False).exists()
    assert not ProductionOrder.objects.filter(finishes_on=None).exists()


def test_articles_of_an_earlier_release_are_put_on_the_lists_that_came_since() -> None:
    catalogue.load(system("demo"))
    abroad = PriceTier.objects.filter(price_list__code__startswith="export-")
    count = abroad.count()
    abroad.delete()
    catalogue.load(system("demo"))
    assert PriceTier.objects.filter(price_list__code__startswith="export-").count() == count > 100


def test_every_product_has_a_picture_of_its_own() -> None:
    demo.load(lambda _: None)
    assert not Product.objects.filter(pictures=None).exclude(code="MT").exists()  # Materials are not sold.
    pictures = Picture.objects.defer("small", "large")
    assert not pictures.filter(alt="").exists()
    assert not pictures.filter(alt_zh="").exists()
    digests = list(pictures.values_list("digest", flat=True))
    assert len(set(digests)) == len(digests)
    # Drawn again, the same: what a browser has kept stays good.
    again = [images.prepared(one.png).digest for one in drawn(ARTICLES[0])]
    assert again == list(pictures.filter(product__code=ARTICLES[0].code).values_list("digest", flat=True))


def test_every_state_and_thing_of_the_desk_is_there_to_be_seen() -> None:
    demo.load(lambda _: None)
    orders = Order.objects
    assert set(orders.values_list("payment_state", flat=True)) == set(PaymentState)
    assert set(orders.values_list("fulfilment_state", flat=True)) == set(FulfilmentState)
    assert set(Hold.objects.filter(released_at=None).values_list("kind", flat=True)) >= {
        *BY_HAND,
        "instruction",
        "payment",
        "credit",
    }
    assert set(Hold.objects.filter(kind="credit").values_list("reason", flat=True)) >= set(PROBLEMS) - {
        "other_currency"
    }
    assert set(Instruction.objects.values_list("state", flat=True)) == set(InstructionState)
    today = timezone.localdate()
    waiting = Instruction.objects.filter(state__in=WAITING)
    assert waiting.filter(due__lt=today).exists()
    assert waiting.filter(due__gt=today, blocking=True).exists()
    payments = Payment.objects
    assert payments.exclude(void_reason="").exists()
    assert len(set(payments.values_list("method", flat=True))) >= 4
    lived = orders.filter(historical=False)
    assert set(lived.values_list("payment_state", flat=True)) >= {"unpaid", "partially_paid", "paid"}
    assert lived.filter(paid_total__gt=F("total")).exists()
    assert wrong_totals() == []
    quoted = orders.filter(status="draft", quote_valid_until__isnull=False)
    assert quoted.filter(quote_valid_until__lt=today).exists()
    assert quoted.filter(quote_valid_until__gt=today).exists()
    assert orders.filter(status="draft", revision__gt=2).exists()
    assert set(orders.values_list("currency", flat=True)) == {"CNY", "USD", "EUR"}
    assert orders.filter(owner=None, status__in=("submitted", "approved"), historical=False).exists()
    assert Line.objects.filter(order__historical=False).exclude(options=[]).exists()
    assert Line.objects.filter(order__historical=False, components__isnull=False).exists()
    performed = Performance.objects
    assert performed.filter(performed_at=None).exists()
    assert performed.filter(signed_at=None, performed_at__isnull=False).exists()
    assert performed.filter(signed_at__isnull=False).exists()
    assert Comment.objects.exclude(mentions=[]).exists()
    assert SavedView.objects.exclude(shared_with=[]).exists()
    assert Phrase.objects.exclude(text_zh="").exists()


def test_the_year_lies_in_the_past_and_in_its_order() -> None:
    demo.load(lambda _: None)
    now = timezone.now()
    rows = list(Order.objects.order_by("number").values_list("pk", "placed_at"))
    assert [at for _, at in rows] == sorted(at for _, at in rows)
    assert rows[0][1] < now - timedelta(days=330)
    assert rows[-1][1] <= now
    # Keys tell of the same instant, so that lists and boards sort by it.
    assert all(abs(instant_of(key) - at) < timedelta(seconds=1) for key, at in rows)
    placed = dict(rows)
    for event in Event.objects.filter(subject_type="order"):
        assert placed[event.subject_id] <= event.at <= now, event
        assert abs(instant_of(event.id) - event.at) < timedelta(seconds=1)
    oldest = min(Hold.objects.filter(released_at=None).values_list("placed_at", flat=True))
    assert oldest < now - timedelta(days=7)
