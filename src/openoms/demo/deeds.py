"""What colleagues do about an order after it was placed: each a flow they would call from its page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from openoms.core import clock
from openoms.core.money import round_money
from openoms.core.types import Actor
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.orders.models import Hold, Instruction, Order
from openoms.domains.orders.states import HoldKind, Stage
from openoms.domains.orders.types import NewInstruction
from openoms.domains.payments.models import Payment
from openoms.domains.payments.states import Method
from openoms.flows import hold as holding
from openoms.flows import instruct, perform, watch
from openoms.flows.correct_address import correct_address
from openoms.flows.pay import record_payment, void_payment
from openoms.flows.revise import give_quotation, revise_draft
from openoms.flows.steps.placing import LineRequest, OrderRequest
from openoms.flows.submit import submit_order, withdraw_order

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a deed is done: on which order, by whom, on which day of the firm's; `people` are user ids by role."""

    number: str
    request: OrderRequest
    actor: Actor
    today: date
    people: Mapping[str, UUID]


Deed: TypeAlias = Callable[[Scene], object]


@dataclass(frozen=True, slots=True)
class Step:
    """A deed, when it was done (`instant`'s writing) and the role of who did it."""

    when: str
    role: str
    deed: Deed


def instant(when: str, now: datetime) -> datetime:
    """`"3d 10:20"` is that time three days ago at the firm, `"45 min"` so long ago; never later than now."""
    if when.endswith(" min"):
        return now - timedelta(minutes=int(when.removesuffix(" min")))
    days, _, clock = when.partition("d ")
    day = now.astimezone(ZONE).date() - timedelta(days=int(days))
    return min(datetime.combine(day, time.fromisoformat(clock), ZONE), now)


def say(text: str) -> Deed:
    """Comment on it."""
    return lambda scene: watch.comment_on(scene.number, text, actor=scene.actor)


def give_to(role: str) -> Deed:
    """Make somebody its owner."""
    return lambda scene: watch.assign_order(scene.number, scene.people[role], actor=scene.actor)


def follow() -> Deed:
    """Follow it."""
    return lambda scene: watch.follow_order(scene.number, actor=scene.actor)


def tag(*names: str) -> Deed:
    """Mark it with words."""
    return lambda scene: watch.tag_order(scene.number, names, actor=scene.actor)


def hold(reason: str, kind: HoldKind = HoldKind.MANUAL, stage: Stage | None = None) -> Deed:
    """Keep it from a stage."""
    return lambda scene: holding.place_hold(scene.number, reason, actor=scene.actor, kind=kind, stage=stage)


def release(reason: str) -> Deed:
    """Let it go of its latest open hold."""

    def do(scene: Scene) -> None:
        held = Hold.objects.filter(order__number=scene.number, released_at=None).latest("id")
        holding.release_hold(scene.number, held.id, reason, actor=scene.actor)

    return do


def remark(text: str, audience: str, stage: Stage, *, blocking: bool = False, due: int | None = None) -> Deed:
    """Leave a remark for a role; `due` in days from today, negative for one that is overdue."""

    def do(scene: Scene) -> None:
        day = None if due is None else scene.today + timedelta(days=due)
        new = NewInstruction(text, audience, stage, blocking, day)
        instruct.add_instruction(scene.number, new, actor=scene.actor)

    return do


def acknowledge() -> Deed:
    """Say that its latest remark was read."""
    return lambda scene: instruct.acknowledge_instruction(scene.number, _remark(scene), actor=scene.actor)


def finish() -> Deed:
    """Say that what its latest remark asks is done."""
    return lambda scene: instruct.finish_instruction(scene.number, _remark(scene), actor=scene.actor)


def refuse(answer: str) -> Deed:
    """Say that what its latest remark asks cannot be done."""
    return lambda scene: instruct.refuse_instruction(scene.number, _remark(scene), answer, actor=scene.actor)


def take_back() -> Deed:
    """Withdraw its latest remark."""
    return lambda scene: instruct.withdraw_instruction(scene.number, _remark(scene), actor=scene.actor)


def _remark(scene: Scene) -> UUID:
    return Instruction.objects.filter(order__number=scene.number).latest("id").id


def quote(due: int) -> Deed:
    """Promise its price up to a day, in days from today."""
    return lambda scene: give_quotation(scene.number, scene.today + timedelta(days=due), actor=scene.actor)


def change(lines: Sequence[LineRequest]) -> Deed:
    """Give the draft other lines."""

    def do(scene: Scene) -> None:
        request = replace(scene.request, lines=tuple(lines), submit=False)
        revise_draft(scene.number, request, actor=scene.actor)

    return do


def submit() -> Deed:
    """Submit the draft."""
    return lambda scene: submit_order(scene.number, actor=scene.actor)


def withdraw() -> Deed:
    """Take it back to draft."""
    return lambda scene: withdraw_order(scene.number, actor=scene.actor)


def correct(parts: AddressParts) -> Deed:
    """Send it elsewhere."""
    return lambda scene: correct_address(scene.number, parts, actor=scene.actor)


def schedule(position: int, days: int, clock: str, role: str) -> Deed:
    """Say when, in days from today, and by whom a service is performed."""

    def do(scene: Scene) -> None:
        day = scene.today + timedelta(days=days)
        at = datetime.combine(day, time.fromisoformat(clock), ZONE)
        perform.schedule_service(scene.number, position, at, actor=scene.actor, assignee=scene.people[role])

    return do


def done(position: int) -> Deed:
    """Say that a service was performed."""
    return lambda scene: perform.perform_service(scene.number, position, actor=scene.actor)


def signed(position: int, by: str) -> Deed:
    """Note who signed for it."""
    return lambda scene: perform.sign_off_service(scene.number, position, by, actor=scene.actor)


def pay(method: Method, reference: str = "", *, share: str = "1") -> Deed:
    """Record that a share of what is still owed for it arrived."""

    def do(scene: Scene) -> None:
        order = Order.objects.get(number=scene.number)
        amount = round_money((order.total - order.paid_total) * Decimal(share), order.currency)
        record_payment(scene.number, amount, method, reference, clock.now(), actor=scene.actor)

    return do


def void(reason: str) -> Deed:
    """Take the record of its latest payment back."""

    def do(scene: Scene) -> None:
        payment = Payment.objects.filter(order__number=scene.number, voided_at=None).latest("id")
        void_payment(payment.pk, reason, actor=scene.actor)

    return do
