"""What tests of pages share: clients signed in with a role, and every page's address."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.test import Client

from openoms.core.clock import now
from openoms.domains.approvals.models import ApprovalRequest
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, StepRule
from openoms.domains.customers.types import CreditInput
from openoms.domains.fulfilment.models import Fulfilment
from openoms.domains.identity.models import User
from openoms.domains.identity.permissions import Perm
from openoms.domains.notifications.wording import Text
from openoms.domains.orders.models import Phrase
from openoms.domains.orders.states import Stage
from openoms.domains.orders.types import NewInstruction, PhraseInput
from openoms.domains.payments.states import Method
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.promotions import Benefit, Percent, Promotion
from openoms.flows.delegate_absence import set_delegation
from openoms.flows.edit_approvals import save_rule
from openoms.flows.edit_authorities import AuthorityInput, save_authority
from openoms.flows.edit_customer import change_credit
from openoms.flows.edit_messages import ChatInput, save_chat, try_chat
from openoms.flows.edit_price_list import ContractInput, save_contract
from openoms.flows.edit_promotions import CouponInput, create_coupons, save_promotion
from openoms.flows.instruct import save_phrase
from openoms.flows.open_fulfilments import open_for
from openoms.flows.pay import record_payment
from openoms.flows.waves import plan_wave, start_wave
from tests.factories import make_customer, make_order, make_rules, make_sku, make_user, owner, stock_up
from tests.shop import busy_shop

BACKEND = "django.contrib.auth.backends.ModelBackend"
SignIn = Callable[..., Client]


@dataclass(frozen=True)
class PageAddress:
    """A page that can be opened and the permissions it asks for."""

    path: str
    needs: tuple[Perm, ...] = ()


# Everything one can open, on a firm with the order SO…, the customers C1 and C2, the product P1, the sku BOLT and the
# promotion tenth.
PAGES = [
    PageAddress("/me/"),
    PageAddress("/me/notifications/"),
    PageAddress("/notifications/"),
    PageAddress("/notifications/?unread=1"),
    PageAddress("/notifications/bell/"),
    PageAddress("/messages/", (Perm.NOTIFICATION_MANAGE,)),
    PageAddress("/messages/customer.received/", (Perm.NOTIFICATION_MANAGE,)),
    PageAddress("/messages/order.released/", (Perm.NOTIFICATION_MANAGE,)),
    PageAddress("/messages/chats/", (Perm.NOTIFICATION_MANAGE,)),
    PageAddress("/messages/chats/new/", (Perm.NOTIFICATION_MANAGE,)),
    PageAddress("/messages/chats/FIRST/", (Perm.NOTIFICATION_MANAGE,)),
    PageAddress("/messages/trials/FIRST/", (Perm.NOTIFICATION_MANAGE,)),
    PageAddress("/messages/failed/", (Perm.NOTIFICATION_MANAGE,)),
    PageAddress("/accounts/password/change/"),
    PageAddress("/orders/", (Perm.ORDER_VIEW,)),
    PageAddress("/orders/FIRST/", (Perm.ORDER_VIEW,)),
    PageAddress("/orders/FIRST/hold/", (Perm.HOLD_PLACE, Perm.ORDER_VIEW)),
    PageAddress("/orders/FIRST/cancel/", (Perm.ORDER_CANCEL, Perm.ORDER_VIEW)),
    PageAddress("/orders/FIRST/split/?way=hand&line-1=1", (Perm.ORDER_SPLIT, Perm.ORDER_VIEW)),
    PageAddress("/orders/merge/", (Perm.ORDER_SPLIT, Perm.ORDER_VIEW)),
    PageAddress("/orders/merge/?number=FIRSTNUMBER", (Perm.ORDER_SPLIT, Perm.ORDER_VIEW)),
    PageAddress("/orders/FIRST/remark/", (Perm.INSTRUCTION_ADD, Perm.ORDER_VIEW)),
    PageAddress("/orders/FIRST/payments/new/", (Perm.ORDER_VIEW, Perm.PAYMENT_VIEW, Perm.PAYMENT_RECORD)),
    PageAddress("/orders/FIRST/people/", (Perm.ORDER_ASSIGN, Perm.ORDER_VIEW)),
    PageAddress("/orders/FIRST/address/", (Perm.ORDER_CORRECT, Perm.ORDER_VIEW, Perm.CONTACT_REVEAL)),
    PageAddress("/orders/FIRST/timeline/", (Perm.ORDER_VIEW,)),
    PageAddress("/orders/FIRST/pulse/?after=00000000-0000-7000-8000-000000000000", (Perm.ORDER_VIEW,)),
    PageAddress("/orders/FIRST/lines/1/schedule/", (Perm.SERVICE_PERFORM, Perm.ORDER_VIEW)),
    PageAddress("/orders/export/csv/", (Perm.ORDER_EXPORT, Perm.ORDER_VIEW)),
    PageAddress("/exceptions/", (Perm.ORDER_VIEW,)),
    PageAddress("/inbox/", (Perm.ORDER_VIEW,)),
    PageAddress("/phrases/", (Perm.INSTRUCTION_MANAGE,)),
    PageAddress("/phrases/FIRST/", (Perm.INSTRUCTION_MANAGE,)),
    PageAddress("/orders/mention/?q=wang", (Perm.ORDER_COMMENT, Perm.ORDER_VIEW)),
    PageAddress("/orders/new/", (Perm.ORDER_CREATE,)),
    PageAddress("/orders/new/?customer=C1", (Perm.ORDER_CREATE,)),
    PageAddress("/orders/new/?copy=FIRST", (Perm.ORDER_CREATE, Perm.ORDER_VIEW)),
    PageAddress("/orders/DRAFT/quotation/", (Perm.ORDER_CREATE, Perm.ORDER_VIEW)),
    PageAddress("/orders/DRAFT/edit/", (Perm.ORDER_CREATE, Perm.ORDER_VIEW)),
    PageAddress("/orders/new/skus/?q=bolt", (Perm.ORDER_CREATE, Perm.CATALOG_VIEW)),
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
    PageAddress("/products/P1/price/?sku=BOLT&quantity=10", (Perm.ORDER_CREATE, Perm.CATALOG_VIEW)),
    PageAddress("/products/sheet/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/products/P1/history/", (Perm.CATALOG_VIEW,)),
    PageAddress("/products/P1/options/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/products/P1/options/pair/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/products/rows/option/", (Perm.CATALOG_EDIT,)),
    PageAddress("/products/rows/part/?in=g1", (Perm.CATALOG_EDIT,)),
    PageAddress("/skus/BOLT/bundle/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/skus/BOLT/history/", (Perm.CATALOG_VIEW,)),
    PageAddress("/skus/BOLT/formula/", (Perm.CATALOG_EDIT, Perm.CATALOG_VIEW, Perm.PRICE_EDIT)),
    PageAddress("/skus/formula/row/input/", (Perm.CATALOG_EDIT, Perm.PRICE_EDIT)),
    PageAddress("/skus/formula/row/expression/", (Perm.CATALOG_EDIT, Perm.PRICE_EDIT)),
    PageAddress("/pricing/", (Perm.PRICE_EDIT,)),
    PageAddress("/promotions/", (Perm.CATALOG_VIEW,)),
    PageAddress("/promotions/calendar/", (Perm.CATALOG_VIEW,)),
    PageAddress("/promotions/calendar/?span=quarter", (Perm.CATALOG_VIEW,)),
    PageAddress("/promotions/tenth/", (Perm.CATALOG_VIEW,)),
    PageAddress("/promotions/new/?start=ladder", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/promotions/tenth/edit/", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/promotions/new/row/benefit/", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/promotions/new/row/condition/", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/promotions/new/row/hours/", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/promotions/new/row/rung/?in=b0", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/promotions/new/find/goods/?at=x&find=bolt", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/promotions/new/line/?sku=BOLT", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress(
        "/promotions/tenth/rehearsal/?since=2026-01-01&until=2026-12-31",
        (Perm.PRICE_EDIT, Perm.CATALOG_VIEW, Perm.ORDER_VIEW),
    ),
    PageAddress("/promotions/tenth/coupons.csv?batch=fair", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/coupons/", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/coupons/FIRST/", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/pricing/contracts/", (Perm.PRICE_EDIT, Perm.CUSTOMER_VIEW)),
    PageAddress("/pricing/contracts/K1/", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/pricing/contracts/K1/skus/BOLT/?edit=1", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/pricing/contracts/tier-row/", (Perm.PRICE_EDIT,)),
    PageAddress("/pricing/lists/standard/", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/pricing/lists/standard/skus/BOLT/", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/pricing/lists/standard/skus/BOLT/?edit=1", (Perm.PRICE_EDIT, Perm.CATALOG_VIEW)),
    PageAddress("/pricing/lists/standard/history/", (Perm.PRICE_EDIT,)),
    PageAddress("/pricing/lists/tier-row/", (Perm.PRICE_EDIT,)),
    PageAddress("/stock/", (Perm.STOCK_VIEW,)),
    PageAddress("/stock/BOLT/", (Perm.STOCK_VIEW,)),
    PageAddress("/stock/ageing/", (Perm.STOCK_VIEW,)),
    PageAddress("/stock/warehouses/", (Perm.STOCK_MANAGE,)),
    PageAddress("/stock/warehouses/new/", (Perm.STOCK_MANAGE,)),
    PageAddress("/stock/warehouses/HZ/", (Perm.STOCK_MANAGE,)),
    PageAddress("/warehouse/", (Perm.STOCK_VIEW, Perm.ORDER_VIEW)),
    PageAddress("/waves/", (Perm.STOCK_VIEW, Perm.ORDER_VIEW)),
    PageAddress("/waves/FIRST/", (Perm.STOCK_VIEW, Perm.ORDER_VIEW)),
    PageAddress("/waves/FIRST/pick/", (Perm.FULFILMENT_WORK, Perm.STOCK_VIEW, Perm.ORDER_VIEW)),
    PageAddress("/pack/", (Perm.FULFILMENT_WORK, Perm.STOCK_VIEW, Perm.ORDER_VIEW)),
    PageAddress("/fulfilments/", (Perm.STOCK_VIEW, Perm.ORDER_VIEW)),
    PageAddress("/fulfilments/FIRST/", (Perm.STOCK_VIEW, Perm.ORDER_VIEW)),
    PageAddress("/fulfilments/FIRST/pack/", (Perm.FULFILMENT_WORK, Perm.STOCK_VIEW, Perm.ORDER_VIEW)),
    PageAddress("/orders/FIRST/sources/", (Perm.STOCK_ADJUST, Perm.STOCK_VIEW, Perm.ORDER_VIEW)),
    PageAddress("/orders/FIRST/ship/", (Perm.FULFILMENT_WORK, Perm.STOCK_VIEW, Perm.ORDER_VIEW)),
    PageAddress("/approvals/", (Perm.ORDER_VIEW,)),
    PageAddress("/approvals/?tab=all", (Perm.ORDER_VIEW,)),
    PageAddress("/approvals/FIRST/", (Perm.ORDER_VIEW, Perm.APPROVAL_VIEW)),
    PageAddress("/approval-rules/", (Perm.APPROVAL_VIEW,)),
    PageAddress("/approval-rules/big/", (Perm.APPROVAL_VIEW,)),
    PageAddress("/approval-rules/new/", (Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)),
    PageAddress("/approval-rules/new/?copy=big", (Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)),
    PageAddress("/approval-rules/big/edit/", (Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)),
    PageAddress("/approval-rules/new/row/condition/", (Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)),
    PageAddress("/approval-rules/new/row/step/", (Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)),
    PageAddress("/approval-rules/new/find/approver/?at=x", (Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)),
    PageAddress(
        "/approval-rules/big/rehearsal/?since=2026-01-01&until=2026-12-31",
        (Perm.APPROVAL_VIEW, Perm.ORDER_VIEW),
    ),
    PageAddress("/authorities/", (Perm.APPROVAL_VIEW,)),
    PageAddress(
        "/authorities/new/?holder=role:finance&currency=CNY", (Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)
    ),
    PageAddress("/authorities/FIRST/", (Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)),
    PageAddress("/absence/", (Perm.ORDER_VIEW,)),
    PageAddress("/supply/", (Perm.SUPPLY_VIEW,)),
    PageAddress("/supply/?only=uncovered", (Perm.SUPPLY_VIEW,)),
    PageAddress("/supply/rows/component/", (Perm.SUPPLY_MANAGE,)),
    PageAddress("/supply/rows/operation/", (Perm.SUPPLY_MANAGE,)),
    PageAddress("/supply/rows/sold/", (Perm.SUPPLY_MANAGE,)),
    PageAddress("/supply/rows/line/", (Perm.SUPPLY_MANAGE,)),
    PageAddress("/stop-work/", (Perm.SUPPLY_VIEW,)),
    PageAddress("/suppliers/", (Perm.SUPPLY_VIEW,)),
    PageAddress("/suppliers/new/", (Perm.SUPPLY_MANAGE, Perm.SUPPLY_VIEW)),
    PageAddress("/suppliers/WOOD/", (Perm.SUPPLY_MANAGE, Perm.SUPPLY_VIEW)),
    PageAddress("/work-centres/", (Perm.SUPPLY_VIEW,)),
    PageAddress("/work-centres/new/", (Perm.SUPPLY_MANAGE, Perm.SUPPLY_VIEW)),
    PageAddress("/work-centres/saw/", (Perm.SUPPLY_MANAGE, Perm.SUPPLY_VIEW)),
    PageAddress("/bills/", (Perm.SUPPLY_VIEW,)),
    PageAddress("/bills/DESK/edit/", (Perm.SUPPLY_MANAGE, Perm.SUPPLY_VIEW)),
    PageAddress("/purchases/", (Perm.SUPPLY_VIEW,)),
    PageAddress("/purchases/new/", (Perm.SUPPLY_MANAGE, Perm.SUPPLY_VIEW)),
    PageAddress("/purchases/DRAFT/", (Perm.SUPPLY_VIEW,)),
    PageAddress("/purchases/SENT/", (Perm.SUPPLY_VIEW,)),
    PageAddress("/production/", (Perm.SUPPLY_VIEW,)),
    PageAddress("/production/orders/", (Perm.SUPPLY_VIEW,)),
    PageAddress("/production/new/", (Perm.SUPPLY_MANAGE, Perm.SUPPLY_VIEW)),
    PageAddress("/production/FIRST/", (Perm.SUPPLY_VIEW,)),
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
    draft: str
    person: User
    phrase: Phrase
    contact: str = ""
    place: str = ""
    coupon: str = ""
    authority: str = ""
    chat: str = ""
    trial: str = ""
    approval: str = ""
    draft_purchase: str = ""
    sent_purchase: str = ""
    production: str = ""
    wave: str = ""
    fulfilment: str = ""

    def at(self, address: PageAddress) -> str:
        """The address on this firm."""
        names = {
            "/orders/FIRST": f"/orders/{self.number}",
            "copy=FIRST": f"copy={self.number}",
            "FIRSTNUMBER": self.number,
            "/orders/DRAFT": f"/orders/{self.draft}",
            "/people/FIRST": f"/people/{self.person.pk}",
            "/phrases/FIRST": f"/phrases/{self.phrase.pk}",
            "/contacts/FIRST": f"/contacts/{self.contact}",
            "/addresses/FIRST": f"/addresses/{self.place}",
            "/chats/FIRST": f"/chats/{self.chat}",
            "/trials/FIRST": f"/trials/{self.trial}",
            "/coupons/FIRST": f"/coupons/{self.coupon}",
            "/authorities/FIRST": f"/authorities/{self.authority}",
            "/approvals/FIRST": f"/approvals/{self.approval}",
            "/purchases/DRAFT": f"/purchases/{self.draft_purchase}",
            "/purchases/SENT": f"/purchases/{self.sent_purchase}",
            "/production/FIRST": f"/production/{self.production}",
            "/waves/FIRST": f"/waves/{self.wave}",
            "/fulfilments/FIRST": f"/fulfilments/{self.fulfilment}",
        }
        path = address.path
        for name, value in names.items():
            path = path.replace(name, value)
        return path


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
    remark = NewInstruction("Mind the glass", blocking=True)
    customer = make_customer(code="C1")
    other = make_customer(code="C2")
    placed = make_order(customer, [("BOLT", 3)], instructions=(remark,))
    draft = make_order(customer, [("BOLT", 2)], submit=False)
    stock_up("BOLT", 2)
    sent = make_order(other, [("BOLT", 2)]).order
    supplied = busy_shop()
    big = ApprovalRule(
        "big",
        (AmountBetween("CNY", Decimal(20_000)),),
        (StepRule("Finance", roles=("finance",)),),
        5,
        "Big",
        "大额",
    )
    save_rule(big, actor=owner(), new=True)
    large = make_order(customer, [("BOLT", 4000)]).order
    approval = ApprovalRequest.objects.get(order=large.id).pk
    record_payment(placed.order.number, Decimal(5), Method.CASH, "R-1", now(), actor=owner())
    change_credit("C1", CreditInput("credit", Decimal(1000), "CNY"), actor=owner())
    phrase = save_phrase(PhraseInput("Gift wrap", "礼品包装", "warehouse", Stage.PACKING), actor=owner())
    contact, place = customer.contacts.get().pk, customer.addresses.get().pk
    person = make_user("sales", name="Wang Fang")
    tenth = Promotion("tenth", (Benefit(Percent(Decimal(10)), goods=Goods(("BOLT",))),), "A tenth", "九折")
    save_promotion(tenth, actor=owner(), is_active=True)
    coupon = create_coupons(CouponInput("tenth", "FAIR-", 2, "fair"), actor=owner())[0].pk
    save_contract(ContractInput("K1", customer="C1", currency="CNY"), actor=owner())
    chat = save_chat(ChatInput("Desk", "dingtalk://4f0a1b2c3d", ["order.released"]), actor=owner()).pk
    trial = try_chat(chat, Text("Trial", "Text"), actor=owner()).pk
    limit = AuthorityInput(user=person.pk, currency="CNY", most=Decimal(500), order_types=("standard",))
    authority = save_authority(limit, actor=owner()).pk
    set_delegation(make_user("finance").pk, now(), None, "fair", actor=owner(), whose=person.pk)
    stock_up("BOLT", 10)
    open_for(sent.number)
    work = Fulfilment.objects.get(order=sent.id).number
    wave = start_wave(plan_wave([work], actor=owner()).number, actor=owner()).wave
    assert wave is not None
    return Firm(
        placed.order.number, draft.order.number, person, phrase, str(contact), str(place), str(coupon),
        str(authority), str(chat), str(trial), str(approval),
        draft_purchase=supplied[0], sent_purchase=supplied[1], production=supplied[2], wave=wave.number, fulfilment=work,
    )  # fmt: skip
