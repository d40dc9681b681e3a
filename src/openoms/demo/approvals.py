"""How the demonstration company approves: its rules, who may approve what, who reports to whom, an absence to come."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.demo.catalogue import CURRENCY
from openoms.demo.people import FIRST_COMPANY, PASSWORD, email_of
from openoms.domains.approvals.models import ApprovalRule, Authority, Delegation
from openoms.domains.approvals.rules import (
    AmountBetween,
    CreditOver,
    CustomerIs,
    DiscountFrom,
    OrderIs,
    PriceIs,
    StepRule,
)
from openoms.domains.approvals.rules import ApprovalRule as Rule
from openoms.domains.customers.models import Customer
from openoms.domains.customers.types import CustomerInput
from openoms.domains.identity.models import User
from openoms.domains.orders.models import OrderType
from openoms.flows.delegate_absence import set_delegation
from openoms.flows.edit_approvals import save_rule
from openoms.flows.edit_authorities import AuthorityInput, save_authority
from openoms.flows.edit_customer import change_customer
from openoms.flows.manage_people import change_user, create_user

SUPERVISOR = email_of("sales_supervisor")
_SUPERVISOR_NAME = "夏主管 Xia Zhuguan"
_ZONE = ZoneInfo("Asia/Shanghai")
D = Decimal
# Who is above whom, by role; the supervisor is between sales and their manager.
_ABOVE = {
    "sales_supervisor": "sales_manager", "sales": "sales_supervisor", "customer_service": "sales_manager",
    "sales_manager": "manager", "finance": "manager", "production": "manager", "purchasing": "manager",
    "warehouse": "manager", "logistics": "manager",
}  # fmt: skip

_SALES = StepRule("销售经理 Sales manager", 10, roles=("sales_manager",), hours=8)
_FINANCE = StepRule("财务 Finance", 20, roles=("finance",), hours=16)
_PRODUCTION = StepRule("生产 Production", 15, roles=("production",), hours=16)
_MANAGER = StepRule("管理层 Manager", 30, roles=("manager",), hours=24)
_OWN_MANAGER = StepRule("申请人上级 The requester's manager", 5, manager=True, hours=8)

RULES: Sequence[Rule] = (
    Rule(
        "vip-small", (AmountBetween(CURRENCY, most=D(2000)), CustomerIs(tiers=("vip",))), (), 100,
        "Small orders of regular customers go through", "老客户小额订单自动通过",
    ),
    Rule("large", (AmountBetween(CURRENCY, D(20_000)),), (_SALES,), 50, "Large orders", "大额订单"),
    Rule("very-large", (AmountBetween(CURRENCY, D(100_000)),), (_SALES, _FINANCE), 60, "Very large orders", "超大额订单"),
    Rule("deep-discount", (DiscountFrom(D(20)),), (_SALES,), 40, "Deep discounts", "折扣过深"),
    Rule("typed-price", (PriceIs("hand"),), (_OWN_MANAGER,), 30, "Prices typed by hand", "手工改价"),
    Rule("strategic", (OrderIs(("strategic",)),), (_MANAGER,), 20, "Strategic orders", "战略订单"),
    Rule("to-measure", (PriceIs("formula"),), (_PRODUCTION,), 20, "Furniture to measure", "定制家具"),
    Rule("over-credit", (CreditOver(overdue=True),), (_FINANCE,), 45, "Beyond the credit limit", "超出信用额度"),
)  # fmt: skip


def load(actor: Actor) -> int:
    """Make what is missing. Comes last: orders of the past were placed when everything went through; how many rules."""
    if not User.objects.filter(email=SUPERVISOR).exists():
        _take_on(actor)
    there = set(ApprovalRule.objects.values_list("code", flat=True))
    for rule in RULES:
        if rule.code not in there:
            save_rule(rule, actor=actor, new=True)
    return ApprovalRule.objects.count()


def _take_on(actor: Actor) -> None:
    """Add a supervisor whose say is narrower than the role's, arrange who is above whom, and an absence."""
    supervisor = create_user(SUPERVISOR, _SUPERVISOR_NAME, None, ["sales_manager"], actor=actor)
    User.objects.filter(pk=supervisor.pk).update(password=make_password(PASSWORD))
    people = {user.email: user for user in User.objects.prefetch_related("roles")}
    for role, above in _ABOVE.items():
        user, manager = people.get(email_of(role)), people.get(email_of(above))
        if user is not None and manager is not None:
            roles = [one.code for one in user.roles.all()]
            change_user(
                user.pk,
                actor=actor,
                name=user.name,
                roles=roles,
                is_active=user.is_active,
                manager=manager.pk,
            )
    if not Authority.objects.filter(user=supervisor).exists():
        types = OrderType.objects.exclude(code="strategic").order_by("code").values_list("code", flat=True)
        value = AuthorityInput(
            user=supervisor.pk, currency=CURRENCY, most=D(50_000), order_types=tuple(types)
        )
        save_authority(value, actor=actor)
    for code in Customer.objects.filter(
        code__gte=FIRST_COMPANY, code__startswith="D0", owner=None
    ).values_list("code", flat=True):
        change_customer(CustomerInput(code, owner=email_of("sales")), actor=actor)
    if not Delegation.objects.exists():
        today = now().astimezone(_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        away, meanwhile = people[email_of("finance")], people[email_of("manager")]
        since, until = today + timedelta(days=5), today + timedelta(days=12)
        set_delegation(meanwhile.pk, since, until, "年假 Annual leave", actor=actor, whose=away.pk)
