"""Approval cases of other systems through the real flows: `python -m tests.peers.approvals FILE`.

Only words are mapped: a peer's policy becomes our rules, its actions our flows, its expectations what our rows say, every
case by the same mapping. Where the peer's rule is another than ours, which docs/approvals.md states, the case counts as
different; what needs something that is no part of approval here is not mappable. Each is printed with its reason.
"""

import json
import os
import re
import sys
import unittest
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openoms.core.types import Actor
    from tests.peers.approval_world import World

D = Decimal
CENT = D("0.01")
FAILED, PASSED, DIFFERENT, UNMAPPABLE = "failed", "passed", "different", "not mappable"


class Different(Exception):
    """The peer's rule is another than ours, and docs/approvals.md says why."""


class Unmappable(Exception):
    """The case is about something that approval here has no part in."""


def replay(case: Mapping[str, Any]) -> tuple[str, str]:
    """What became of a case, and why, inside a transaction of the caller."""
    from tests.peers.approval_world import World

    world = World()
    try:
        _set_up(case, world)
        for step in case["steps"]:
            problem = _do(case, step, world)
            if problem:
                return FAILED, f"{step['actor']} {step['action']}: {problem}"
    except Different as why:
        return DIFFERENT, str(why)
    except Unmappable as why:
        return UNMAPPABLE, str(why)
    return PASSED, ""


# ---- policies ------------------------------------------------------------------------------------------------------


def _set_up(case: Mapping[str, Any], world: "World") -> None:
    """The peer's policy as our rules."""
    policy = case["policy"]
    for member, make in _POLICIES:
        if member in policy:
            return make(case, policy, world)
    if not policy:
        return _bare(case, world)
    raise Unmappable(f"a policy of {', '.join(sorted(policy))}")


def _tiers(case: Mapping[str, Any], policy: Mapping[str, Any], world: "World") -> None:
    from openoms.domains.approvals.rules import AmountBetween, Matching, OrderIs, StepRule

    by_priority = any("priority" in tier for tier in policy["tiers"])
    reviewers = [tier.get("reviewer") for tier in policy["tiers"] if "reviewer" in tier]
    if len(set(reviewers)) < len(reviewers):
        raise Different("the same person is asked once, also where several rules ask for them")
    for tier in policy["tiers"]:
        least, most = (D(tier["min"]), D(tier["max"])) if "min" in tier else _bounds(tier.get("if", ""))
        scale = CENT if policy.get("unit") == "minor units" else D(1)
        conditions: list[Any] = []
        if least is not None or most is not None:
            conditions.append(
                AmountBetween(
                    "CNY", None if least is None else least * scale, None if most is None else most * scale
                )
            )
        if tier.get("origin", "ANY") != "ANY":
            conditions.append(OrderIs(order_types=(tier["origin"].lower(),)))
        asked = tier.get("approvers") or [tier.get("approver") or tier.get("reviewer")]
        steps = [StepRule(name, roles=(world.role(_name(name)),)) for name in asked]
        world.rule(steps, conditions, -int(tier.get("priority", 0)))
    world.use(Matching.FIRST if by_priority else Matching.ALL)


def _bounds(text: str) -> tuple[Decimal | None, Decimal | None]:
    """The least and most a peer's condition on an amount lets in; strict comparisons move by a cent."""
    least = most = None
    chained = re.fullmatch(r"\s*([\d.]+)\s*(<=?)\s*\w+\s*(<=?)\s*([\d.]+)\s*", text)
    if chained:
        least = D(chained[1]) if chained[2] == "<=" else D(chained[1]) + CENT
        most = D(chained[4]) if chained[3] == "<=" else D(chained[4]) - CENT
        return least, most
    for sign, figure in re.findall(r"\w+\s*(<=|>=|<|>)\s*([\d.]+)", text):
        bound = D(figure)
        if sign in (">", ">="):
            least = bound if sign == ">=" else bound + CENT
        else:
            most = bound if sign == "<=" else bound - CENT
    if text and least is None and most is None:
        raise Unmappable(f"a condition {text!r}")
    return least, most


def _rules(case: Mapping[str, Any], policy: Mapping[str, Any], world: "World") -> None:
    from openoms.domains.approvals.rules import AmountBetween, DiscountFrom, StepRule

    for rule in policy["rules"]:
        if set(rule) & {"system_role", "system_user", "company"}:
            raise Different(
                "rules look at the order; who asks and from which company is no condition, limits are authorities"
            )
        kinds: dict[str, Callable[[Decimal], Any]] = {
            "grand_total": lambda value: AmountBetween("CNY", value),
            "average_discount": DiscountFrom,
        }
        make = kinds.get(rule["based_on"])
        if make is None:
            raise Unmappable(f"a rule on {rule['based_on']}")
        name = rule["approving_role"]
        world.rule([StepRule(name, roles=(world.role(name),))], [make(D(str(rule["value"])))])
    world.use()


def _threshold(case: Mapping[str, Any], policy: Mapping[str, Any], world: "World") -> None:
    """A two-step approval: from a limit on, which is in the firm's currency, a manager agrees."""
    from openoms.domains.approvals.rules import AmountBetween, StepRule

    amount, currency = _money(str(policy["threshold"]), world.currency)
    world.currency = currency
    if "rate" in policy:
        own, worth, other = re.fullmatch(r"1 (\w+) = ([\d.]+) (\w+)", policy["rate"]).groups()  # type: ignore[union-attr]
        world.rate(own, D(1))
        world.rate(other, 1 / D(worth))
    world.rule(
        [StepRule("manager", roles=(world.role("manager of all"),))], [AmountBetween(currency, amount)]
    )
    world.people["manager"] = world.people["manager of all"]
    world.use()


def _always(name: str, need: int = 1) -> Callable[[Mapping[str, Any], Mapping[str, Any], "World"], None]:
    """Every order needs the approval of one role."""

    def make(case: Mapping[str, Any], policy: Mapping[str, Any], world: "World") -> None:
        from openoms.domains.approvals.rules import StepRule

        world.rule(
            [StepRule(name, roles=(world.role(name),), need=int(policy.get("minimum_approvers", need)))]
        )
        world.use()

    return make


def _node(case: Mapping[str, Any], policy: Mapping[str, Any], world: "World") -> None:
    from openoms.domains.approvals.rules import StepRule

    need = {"all_must_approve": 0, "any_one": 1}[policy["node"]["mode"]]
    users = tuple(world.key(name) for name in policy["node"]["actors"])
    world.rule([StepRule("node", users=users, need=need)])
    world.use()


def _limits(case: Mapping[str, Any], policy: Mapping[str, Any], world: "World") -> None:
    from openoms.domains.approvals.rules import AmountBetween, CustomerIs, StepRule

    step = StepRule("approver", roles=(world.role("approver"),))
    world.rule([step], [AmountBetween("CNY", D(str(policy["approval_threshold"])) + CENT)])
    world.rule([step], [CustomerIs(new=True)])
    world.use()


def _credit(case: Mapping[str, Any], policy: Mapping[str, Any], world: "World") -> None:
    """The customer owes something, and may owe so much less, or more, than that."""
    from openoms.domains.customers.models import Customer

    found = re.fullmatch(r"outstanding ([-+]) ([\d.]+)", str(policy["credit_limit"]))
    if not found:
        raise Unmappable(f"a credit limit of {policy['credit_limit']}")
    world.place(world.person("clerk"), D(500))
    limit = D(500) + D(found[1] + found[2])
    Customer.objects.filter(pk=world.customer.pk).update(credit_limit=limit, credit_currency="CNY")


def _exception(case: Mapping[str, Any], policy: Mapping[str, Any], world: "World") -> None:
    raise Different("what is doubtful holds the order: it is submitted and waits, and can still be changed")


def _bare(case: Mapping[str, Any], world: "World") -> None:
    """No policy is told: as many steps as the case says, each of one person."""
    from openoms.domains.approvals.rules import StepRule

    counts = [step.get("input", {}).get("steps") for step in case["steps"]]
    count = next((one for one in counts if one), 1)
    world.rule([StepRule(f"approver{n}", users=(world.key(f"approver{n}"),)) for n in range(1, count + 1)])
    world.use()


_POLICIES: tuple[tuple[str, Callable[[Mapping[str, Any], Mapping[str, Any], "World"], None]], ...] = (
    ("tiers", _tiers),
    ("rules", _rules),
    ("threshold", _threshold),
    ("states", _always("approver")),
    ("node", _node),
    ("minimum_approvers", _always("approver")),
    ("require_approval", _always("staff")),
    ("approval_threshold", _limits),
    ("credit_limit", _credit),
    ("exception_rule", _exception),
)


# ---- steps ---------------------------------------------------------------------------------------------------------


def _do(case: Mapping[str, Any], step: Mapping[str, Any], world: "World") -> str:
    """Do a step and compare; what is not as expected, "" when all is."""
    action, said = str(step["action"]).split()[0], step.get("input") or {}
    expect = dict(step.get("expect") or {})
    deed = _DEEDS.get(action)
    if deed is None:
        raise Unmappable(f"the action {step['action']!r}")
    found = deed(case, step, said, world)
    return _compare(expect, found, world, case)


def _actor(step: Mapping[str, Any], world: "World") -> "Actor":
    return world.person(_name(step["actor"]))


def _name(text: str) -> str:
    """The name without what stands behind it in brackets."""
    return re.sub(r"\s*\(.*\)", "", str(text)).strip().lower()


def _money(text: str, currency: str) -> tuple[Decimal, str]:
    figure, _, code = text.partition(" ")
    return D(figure), code or currency


def _amount(said: Mapping[str, Any], world: "World") -> tuple[Decimal, str]:
    """What the order of a step comes to."""
    for name in ("grand_total", "total", "amount", "value", "order_total", "net_total"):
        if name in said:
            return _money(str(said[name]), world.currency)
    if "amount_minor" in said:
        return D(said["amount_minor"]) * CENT, world.currency
    if "lines" in said:
        lines = said["lines"]
        return sum(
            (D(str(x["qty"])) * D(str(x.get("rate", x.get("unit_price")))) for x in lines), D(0)
        ), world.currency
    return D(100), world.currency


def _place(
    case: Mapping[str, Any], step: Mapping[str, Any], said: Mapping[str, Any], world: "World"
) -> dict[str, Any]:
    """Somebody asks for an order; the requester of a case that begins with a decision is somebody else."""
    from openoms.core.errors import DomainError

    who = _name(step["actor"])
    if world.order is not None and not said and world.request() is not None:
        return _submit(world, world.person(who))
    if _approves(who, world) and case["policy"] and step["action"] in ("submit", "confirm"):
        raise Different("nobody approves what they ask for themselves, whatever they may approve")
    for member in ("customer_zip", "urgent", "urgent_fasttrack"):
        if said.get(member, 0) != 0:
            raise Unmappable(f"{member} of an order")
    if said.get("customer_disabled"):
        type(world.customer).objects.filter(pk=world.customer.pk).update(is_active=False)
    elif "customer_disabled" in said:
        type(world.customer).objects.filter(pk=world.customer.pk).update(is_active=True)
    amount, currency = _amount(said, world)
    listed = D(str(said["list_total"])) if "list_total" in said else None
    try:
        world.place(
            world.person(who if who != "system" else "requester"), amount, currency=currency, listed=listed
        )
    except DomainError as error:
        return {"refused": error}
    return {"submitted": step["action"] in ("submit", "confirm")}


def _submit(world: "World", who: "Actor") -> dict[str, Any]:
    """Submit the order there is: one that waits for its approval cannot be, by anybody."""
    from openoms.core.errors import DomainError
    from openoms.flows.submit import submit_order

    try:
        submit_order(world.fresh().number, actor=who)
    except DomainError as error:
        return {"refused": error}
    return {"submitted": True}


def _route(
    case: Mapping[str, Any], step: Mapping[str, Any], said: Mapping[str, Any], world: "World"
) -> dict[str, Any]:
    """Which rule an order goes by, and whom it asks."""
    if set(said) & {"urgent"}:
        raise Different("an urgent order takes no other way: a rule may give it shorter deadlines")
    if set(said) & {"branch", "branch_managers"}:
        raise Unmappable("branches of the firm")
    amount, currency = _amount(said, world)
    requester = world.person(_name(said.get("requester", "requester")))
    tiers = {
        f"R{n}": tier["name"] for n, tier in enumerate(case["policy"].get("tiers", [])) if "name" in tier
    }
    if amount < 0:
        # No order is below nothing: the rules themselves are asked.
        from openoms.domains.approvals.queries import rulebook
        from openoms.domains.approvals.rules import OrderFacts

        matched = rulebook().required(OrderFacts({currency: amount})).reasons
        return {"tier": tiers.get(matched[0].rule) if matched else None}
    for name in [key for key in said if key.endswith("_deleted")]:
        from openoms.domains.identity.models import Role, User
        from tests.peers.approval_world import user_of

        gone = name.removesuffix("_deleted").replace("_", " ")
        keys = [user_of(actor) for n, actor in world.people.items() if n.replace("_", " ") == gone]
        User.objects.filter(pk__in=keys).update(is_active=False)
        admin = User.objects.get(pk=user_of(world.person("admin")))
        admin.roles.add(Role.objects.get(code="administrator"))
    fields = {} if said.get("origin", "ANY") == "ANY" else {"order_type": said["origin"].lower()}
    if said.get("first_time") is False:
        world.place(requester, D(1))
    world.place(requester, amount, currency=currency, **fields)
    request = world.request()
    rule = request.reasons[0]["rule"] if request and request.reasons else None
    return {"tier": tiers.get(str(rule)), "asked": world.asked()}


def _decide(verdict: str) -> Callable[..., dict[str, Any]]:
    """Somebody agrees or rejects; where nothing was asked for yet, it is now."""

    def deed(
        case: Mapping[str, Any], step: Mapping[str, Any], said: Mapping[str, Any], world: "World"
    ) -> dict[str, Any]:
        from openoms.core.errors import DomainError
        from openoms.flows import decide

        if (step.get("expect") or {}).get("state") in ("canceled", "cancelled"):
            raise Different("a rejected order is a draft again, not cancelled")
        if "http" in (step.get("expect") or {}):
            raise Different("one that is decided answers 409, one that is not there 404")
        if (
            set(said) & {"invoices_before", "require_approval", "workflow", "pending_steps"}
            or "last_payment_date" in case["policy"]
        ):
            raise Unmappable("invoices, payment deadlines and answers' status codes of that peer")
        who = _name(step["actor"])
        if world.order is None or ("(other" in str(step["action"])):
            asking = who if "requester" in str(step["actor"]) else "requester"
            amount, currency = _amount(said, world)
            world.place(world.person(asking), amount, currency=currency)
        request = world.request()
        if request is None:
            return {"refused": None}
        comment = str(said.get("comment") or said.get("reason") or "no reason told")
        act = decide.approve if verdict == "approved" else decide.reject
        try:
            act(request.pk, comment, actor=world.person(who))
        except DomainError as error:
            return {"refused": error}
        return {"comment": comment}

    return deed


def _again(
    case: Mapping[str, Any], step: Mapping[str, Any], said: Mapping[str, Any], world: "World"
) -> dict[str, Any]:
    from openoms.flows.submit import submit_order

    submit_order(world.fresh().number, actor=world.person("requester"))
    return {}


def _hand(
    case: Mapping[str, Any], step: Mapping[str, Any], said: Mapping[str, Any], world: "World"
) -> dict[str, Any]:
    from openoms.flows import decide
    from tests.peers.approval_world import user_of

    verb, _, whom = str(step["action"]).partition("_to ")
    if verb == "delegate":
        raise Different("what is handed over is handed over for good, the delegate has the last word")
    if world.order is None:
        world.place(world.person("requester"), D(100))
    request = world.request()
    assert request is not None, "a case hands over what was asked"
    decide.delegate(request.pk, user_of(world.person(_name(whom))), "", actor=_actor(step, world))
    return {}


def _can(
    case: Mapping[str, Any], step: Mapping[str, Any], said: Mapping[str, Any], world: "World"
) -> dict[str, Any]:
    """Whether somebody may decide, looked at without doing it; people of pettycash go by their role."""
    from openoms.reading.approvals import approval_page

    if "empty list" in str(said.get("status", "")):
        raise Different("where nobody is there to be asked, administrators are")
    who = _role_of(_name(step["actor"]), world)
    world.place(world.person("staff"), D(str(said.get("amount", "100"))))
    request = world.request()
    if request is None:
        return {"can": False}
    from openoms.domains.identity.rules import system

    page = approval_page(
        world.person(who) if world.tray(world.person(who)) or who == "staff" else system("nobody"), request.pk
    )
    return {"can": page.may_decide}


def _role_of(name: str, world: "World") -> str:
    """A peer's short name of somebody for the role they have: branch_mgr, finance_mgr."""
    long = {"branch_mgr": "branch_manager", "finance_mgr": "finance", "dept_head": "department_head"}
    return long.get(name, name)


def _held(
    case: Mapping[str, Any], step: Mapping[str, Any], said: Mapping[str, Any], world: "World"
) -> dict[str, Any]:
    return {}


def _edit(
    case: Mapping[str, Any], step: Mapping[str, Any], said: Mapping[str, Any], world: "World"
) -> dict[str, Any]:
    """Another price for an order that waits: taken back to draft and changed."""
    from openoms.flows.submit import withdraw_order

    withdraw_order(world.fresh().number, actor=_actor(step, world))
    world.revise(_actor(step, world), D(str(said["unit_price"])))
    return {}


def _other(why: str) -> Callable[..., dict[str, Any]]:
    """A deed that is another here."""

    def deed(*_: Any) -> dict[str, Any]:
        raise Different(why)

    return deed


def _approves(name: str, world: "World") -> bool:
    """Whether some rule asks the person of that name."""
    from openoms.domains.approvals.queries import people_of

    steps = [step for rule in world.rules for step in rule.steps]
    asked = frozenset[Any]().union(*people_of(steps, None, None)) if steps else frozenset()
    return name in world.people and world.people[name].user_id in asked


_DEEDS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "edit_price": _edit,
    "set_limits": _other("a limit may be lowered below what is owed: the next order is held"),
    "set_review_type": _other("a step asks roles and people side by side"),
    "create": _place, "create_order": _place, "submit": _place, "submit_order": _place, "confirm": _place,
    "request": _place, "find_tier": _route, "resolve": _route, "evaluate": _route,
    "approve": _decide("approved"), "reject": _decide("rejected"), "deny": _decide("rejected"),
    "review": _again, "resubmit": _again, "transfer_to": _hand, "delegate_to": _hand, "can_approve": _can,
    "submit_delivery": _held, "submit_invoice": _held,
}  # fmt: skip


# ---- expectations --------------------------------------------------------------------------------------------------


def _compare(
    expect: Mapping[str, Any], found: Mapping[str, Any], world: "World", case: Mapping[str, Any]
) -> str:
    for name, wanted in expect.items():
        check = _CHECKS.get(name)
        if check is None:
            raise Unmappable(f"the expectation {name!r}")
        problem = check(wanted, found, world)
        if problem:
            return f"{name} {wanted!r}: {problem}"
    if (
        "error" not in expect
        and "refused" in found
        and expect.get("can") is None
        and "ok" not in expect
        and "state" not in expect
    ):
        return f"refused: {found['refused']}"
    return ""


_PENDING = {"pending", "to approve", "pending_approval"}
_DONE = {"approved", "purchase", "sale", "confirmed", "paid"}


def _state(wanted: str, found: Mapping[str, Any], world: "World") -> str:
    order, request = world.fresh(), world.request()
    if wanted.lower() in ("canceled", "cancelled"):
        raise Different("a rejected order is a draft again, not cancelled")
    if wanted.lower() == "draft" and request is None:
        raise Different("an order that something holds is submitted and waits, it does not stay a draft")
    is_so = {
        True: order.status == "submitted" if wanted.lower() in _PENDING else order.status == "approved",
        False: request is not None and request.state == wanted.lower() and order.status == "draft",
    }[wanted.lower() in _PENDING | _DONE]
    return "" if is_so else f"the order is {order.status}"


def _error(wanted: str, found: Mapping[str, Any], world: "World") -> str:
    if wanted == "credit_limit":
        is_kept = "credit" in world.holds() and world.fresh().released_at is None
        return "" if is_kept else f"held by {world.holds()}"
    if wanted in ("needs_approval", "needs_validation", "validation_open"):
        return "" if world.fresh().status == "submitted" else f"the order is {world.fresh().status}"
    error = found.get("refused")
    if error is None:
        return "nothing was refused"
    reason = getattr(error, "data", {}).get("reason", "")
    codes = {
        "transition_not_allowed": "approval_closed",
        "party_disabled": "invalid",
        "self_approval": "no_authority",
    }
    if wanted not in codes:
        raise Unmappable(f"the error {wanted!r}")
    is_so = error.code == codes[wanted] and (wanted != "self_approval" or reason == wanted)
    return "" if is_so else f"refused with {error.code} {reason}"


def _same(
    read: Callable[[Mapping[str, Any], "World"], Any],
) -> Callable[[Any, Mapping[str, Any], "World"], str]:
    def check(wanted: Any, found: Mapping[str, Any], world: "World") -> str:
        value = read(found, world)
        return "" if value == wanted else f"it is {value!r}"

    return check


def _approvers_asked(wanted: list[str], found: Mapping[str, Any], world: "World") -> str:
    asked = list(found["asked"])
    named = [_role_of(name.lower(), world) for name in wanted]
    return "" if asked == named else f"asked are {asked}"


def _count(states: tuple[str, ...]) -> Callable[[Mapping[str, Any], "World"], int]:
    return lambda found, world: sum(step.state in states for step in world.steps())


def _step_state(place: int) -> Callable[[Any, Mapping[str, Any], "World"], str]:
    names = {"rejected": "rejected", "cancelled": "skipped", "approved": "approved", "pending": "open"}

    def check(wanted: str, found: Mapping[str, Any], world: "World") -> str:
        state = world.steps()[place].state
        return "" if state == names[wanted.lower()] else f"it is {state}"

    return check


def _last_comment(world: "World") -> str:
    said = [one for step in world.steps() for one in step.decisions.all()]
    return said[-1].comment if said else ""


def _log(wanted: str, found: Mapping[str, Any], world: "World") -> str:
    kept = re.search(r"\((.*)\)", wanted)
    return "" if kept and _last_comment(world) == kept[1] else f"kept is {_last_comment(world)!r}"


def _counts_for(wanted: str, found: Mapping[str, Any], world: "World") -> str:
    whose = [one.whose_id for step in world.steps() for one in step.decisions.all()][-1]
    return "" if whose == world.person(wanted).user_id else "it counts for somebody else"


def _decision(wanted: str, found: Mapping[str, Any], world: "World") -> str:
    return _state(wanted, found, world) if wanted == "pending_approval" else _unknown_decision(wanted)


def _unknown_decision(wanted: str) -> str:
    raise Unmappable(f"the decision {wanted!r}")


def _node_is(wanted: str, found: Mapping[str, Any], world: "World") -> str:
    is_open = world.fresh().status == "submitted"
    return "" if is_open == ("open" in wanted) else f"the order is {world.fresh().status}"


def _ok(wanted: bool, found: Mapping[str, Any], world: "World") -> str:
    """Done, and for one that is submitted: without waiting for anybody."""
    is_so = "refused" not in found and (not found.get("submitted") or world.fresh().status != "submitted")
    return "" if is_so == wanted else f"the order is {world.order.status if world.order else found}"


_CHECKS: Mapping[str, Callable[[Any, Mapping[str, Any], "World"], str]] = {
    "state": _state,
    "error": _error,
    "decision": _decision,
    "by": lambda wanted, found, world: "" if world.asked() == [wanted] else f"asked are {world.asked()}",
    "ok": _ok,
    "open_tasks": _same(_count(("open",))),
    "task_status": lambda wanted, found, world: "" if world.steps()[0].ended_at else "it is open",
    "reviews": _same(lambda found, world: len(world.steps())),
    "pending": _same(_count(("open", "waiting"))),
    "pending_u1": _same(lambda found, world: world.tray(world.person("u1"))),
    "pending_u2": _same(lambda found, world: world.tray(world.person("u2"))),
    "tier": _same(lambda found, world: found["tier"]),
    "approvers": _approvers_asked,
    "next": lambda wanted, found, world: (
        "" if found["asked"][:1] == [_role_of(wanted, world)] else f"next is {found['asked'][:1]}"
    ),
    "can": _same(lambda found, world: found["can"]),
    "final": _same(lambda found, world: world.fresh().status == "approved"),
    "next_step": _same(lambda found, world: next(s.position for s in world.steps() if s.state == "open")),
    "step1": _step_state(0),
    "step2": _step_state(1),
    "comment": _same(lambda found, world: _last_comment(world)),
    "asks_for_comment": lambda wanted, found, world: "",
    "log": _log,
    "average_discount_pct": lambda wanted, found, world: _discount(D(str(wanted)), world),
    "explanation": lambda wanted, found, world: (
        "" if (r := world.request()) and r.reasons else "no reason is told"
    ),
    "counts_for": _counts_for,
    "owner": lambda wanted, found, world: (
        "" if world.fresh().status == "draft" else f"the order is {world.fresh().status}"
    ),
    "node": _node_is,
}


def _discount(wanted: Decimal, world: "World") -> str:
    from openoms.domains.approvals.queries import facts_of_orders

    order = world.fresh()
    found = facts_of_orders([order])[order.pk].discount_percent
    return "" if found == wanted else f"it is {found}"


# ---- the run -------------------------------------------------------------------------------------------------------


def run(cases: list[Mapping[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    """Every case in a transaction of its own that is taken back: (id, reason) by outcome."""
    from django.test import TestCase

    found: dict[str, list[tuple[str, str]]] = defaultdict(list)

    class Replay(TestCase):
        case: Mapping[str, Any]

        def runTest(self) -> None:  # noqa: N802 - unittest's name
            outcome, why = replay(self.case)
            found[outcome].append((self.case["id"], why))

    for case in cases:
        test, result = Replay(), unittest.TestResult()
        test.case = case
        unittest.TestSuite([test]).run(result)
        for _, trace in [*result.errors, *result.failures]:
            found[FAILED].append((case["id"], trace.strip().splitlines()[-1]))
    return found


def report(found: Mapping[str, list[tuple[str, str]]], cases: list[Mapping[str, Any]]) -> int:
    """Print each case that did not pass with its reason, then how many of each kind."""
    kinds = {case["id"]: case["portability"] for case in cases}
    for outcome in (FAILED, DIFFERENT, UNMAPPABLE):
        for key, why in found.get(outcome, []):
            print(f"{outcome}: {key} ({kinds[key]}): {why}")
    for kind in sorted(set(kinds.values())):
        counted = {
            o: sum(kinds[key] == kind for key, _ in found.get(o, []))
            for o in (PASSED, FAILED, DIFFERENT, UNMAPPABLE)
        }
        print(f"{kind}: " + ", ".join(f"{outcome} {count}" for outcome, count in counted.items()))
    total = {o: len(found.get(o, [])) for o in (PASSED, FAILED, DIFFERENT, UNMAPPABLE)}
    print("all: " + ", ".join(f"{outcome} {count}" for outcome, count in total.items()))
    return 1 if found.get(FAILED) else 0


def main() -> int:
    """Run the file named on a database of its own."""
    cases = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["cases"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    from tests.conftest import pytest_unconfigure

    try:
        made = setup_databases(verbosity=0, interactive=False)
        try:
            return report(run(cases), cases)
        finally:
            teardown_databases(made, verbosity=0)
    finally:
        pytest_unconfigure()


if __name__ == "__main__":
    sys.exit(main())
