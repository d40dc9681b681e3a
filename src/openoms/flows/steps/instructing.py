"""Steps that leave remarks and answer them; a blocking one holds its stage until it is acknowledged."""

from collections.abc import Sequence
from datetime import datetime

from openoms.core.types import Actor
from openoms.domains.events.kinds import EventKind
from openoms.domains.events.services import record
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.instructions import WAITING
from openoms.domains.orders.models import Hold, Instruction, Order
from openoms.domains.orders.states import HoldKind, InstructionState, Stage
from openoms.domains.orders.types import NewHold, NewInstruction
from openoms.flows.steps import holds


def cause_of(remark: Instruction) -> str:
    """What a hold names as its cause that ends with the remark's acknowledgement."""
    return f"instruction:{remark.id}"


def leave_all(
    order: Order, remarks: Sequence[NewInstruction], actor: Actor, at: datetime
) -> tuple[list[Instruction], list[Hold]]:
    """Leave the remarks an order is placed with, without events of their own: order.placed tells of them all."""
    left, held = [], []
    for new in remarks:
        remark = orders.leave_instruction(order, new, by=actor.user_id, at=at)
        left.append(remark)
        if new.blocking and not order.historical:
            held.append(_hold(order, remark, actor, at, fresh=True))
    return left, held


def leave(order: Order, new: NewInstruction, actor: Actor, at: datetime) -> Instruction:
    """Leave a remark on a locked order and tell."""
    remark = orders.leave_instruction(order, new, by=actor.user_id, at=at)
    data = {
        "instruction": str(remark.id),
        "audience": new.audience,
        "stage": str(new.stage),
        "blocking": new.blocking,
    }
    record(actor, kinds.INSTRUCTION_ADDED, order.id, data=data)
    if new.blocking:
        _hold(order, remark, actor, at, fresh=False)
    return remark


def replace(order: Order, wanted: Sequence[NewInstruction], actor: Actor, at: datetime) -> bool:
    """Leave a locked draft with just these waiting remarks: those it has stay, others are withdrawn; whether any changed."""
    missing = list(wanted)
    gone = []
    for row in Instruction.objects.filter(order=order, state__in=WAITING):
        same = NewInstruction(row.text, row.audience, row.stage, row.blocking, row.due)
        if same in missing:
            missing.remove(same)
        else:
            gone.append(row)
    for row in gone:
        orders.move_instruction(row, InstructionState.WITHDRAWN, by=actor.user_id, at=at)
        tell(row, kinds.INSTRUCTION_WITHDRAWN, actor)
        holds.settle(order, cause_of(row), actor)
    for new in missing:
        leave(order, new, actor, at)
    return bool(gone or missing)


def tell(remark: Instruction, kind: EventKind, actor: Actor, **more: str) -> None:
    """Record what became of a remark; `author` is who is waiting to hear of it."""
    data = {
        "instruction": str(remark.id),
        "audience": remark.audience,
        "stage": str(remark.stage),
        "author": str(remark.created_by_id or ""),
    }
    record(actor, kind, remark.order_id, data=data | more)


def hold_for(order: Order, remark: Instruction, actor: Actor, at: datetime) -> None:
    """Hold a locked order until a remark it was given is acknowledged."""
    _hold(order, remark, actor, at, fresh=False)


def _hold(order: Order, remark: Instruction, actor: Actor, at: datetime, *, fresh: bool) -> Hold:
    new = NewHold(HoldKind.INSTRUCTION, Stage(remark.stage), cause_of(remark), remark.text[:500])
    return holds.raise_hold(order, new, actor, at, fresh=fresh)
