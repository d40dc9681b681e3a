"""What the API's own description is tried on of approvals: rules, requests that wait, and the people around them."""

from collections.abc import Mapping, Sequence
from typing import Any

from openoms.core.clock import now
from openoms.domains.approvals.models import ApprovalRequest, Authority, Delegation
from openoms.domains.approvals.rules import ApprovalRule, OrderIs, StepRule
from openoms.domains.customers.models import Customer
from openoms.domains.identity.models import ApiKey
from openoms.domains.identity.queries import actor_of
from openoms.flows import decide
from openoms.flows.delegate_absence import set_delegation
from openoms.flows.edit_approvals import save_rule
from tests.factories import make_order, make_user, owner

STEP = StepRule("Administrators", roles=("administrator",))


def approvals_of(customer: Customer) -> Mapping[str, Sequence[Any]]:
    """Twelve requests that wait for administrators, with a question each, and by a member's name what exists."""
    rule = ApprovalRule("SAMPLES", (OrderIs(order_types=("sample",)),), (STEP,), name="Samples")
    save_rule(rule, actor=owner(), is_active=True, new=True)
    boss = actor_of(ApiKey.objects.select_related("user").filter(user__roles="administrator")[0].user)
    people = [make_user("administrator") for _ in range(3)]
    for _ in range(12):
        make_order(customer, order_type="sample")
    requests = list(ApprovalRequest.objects.values_list("pk", flat=True))
    questions = [decide.ask(request, "Why?", actor=boss) for request in requests]
    stand_in = make_user("sales_manager")
    for person in people:
        set_delegation(stand_in.pk, now(), None, actor=actor_of(person))
    return {
        "approval_rule": ["SAMPLES"],
        "request_id": [str(key) for key in requests],
        "question_id": [str(question.pk) for question in questions],
        "authority": [str(key) for key in Authority.objects.values_list("pk", flat=True)],
        "delegation": [str(key) for key in Delegation.objects.values_list("pk", flat=True)],
        "stand_in": [stand_in.email],
        "whose": [None],
        "since": [None],
        "until": [None],
        "role": ["finance", "production"],
        "user": [None],
        "roles": [["administrator"]],
        "users": [[]],
        "least": [None, "1"],
        "most": [None, "1000000"],
        "rate": ["7.1", None],
    }
