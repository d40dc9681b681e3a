"""Remarks on orders: left for a role at a stage, acknowledged, done, answered, withdrawn; and ready phrases."""

from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput, NotFound
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.models import Role
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import role_codes
from openoms.domains.identity.rules import require
from openoms.domains.orders import desk_services as desk
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.instructions import check_addressed
from openoms.domains.orders.models import Instruction, Order, Phrase
from openoms.domains.orders.states import InstructionState
from openoms.domains.orders.types import NewInstruction, PhraseInput
from openoms.flows.steps import holds, instructing


@flow
def add_instruction(
    number: str, new: NewInstruction, *, actor: Actor, once: Once | None = None
) -> Instruction:
    """Leave a remark on an order that is still under way. Raises NoSuchOrder, OrderClosed, InvalidInput."""
    require(actor, Perm.ORDER_VIEW, Perm.INSTRUCTION_ADD)
    idempotency.begin(once)
    if not new.text.strip():
        raise InvalidInput("A remark needs a text.", field="text")
    _demand_role(new.audience)
    order = orders.lock_open(number)
    remark = instructing.leave(order, new, actor, now())
    idempotency.finish(once, remark)
    return remark


@flow
def acknowledge_instruction(number: str, instruction_id: UUID, *, actor: Actor) -> Instruction:
    """Say that a remark was read; what it blocked goes on. Raises NotAddressed, InstructionClosed."""
    return _answer(number, instruction_id, InstructionState.ACKNOWLEDGED, actor)


@flow
def finish_instruction(number: str, instruction_id: UUID, *, actor: Actor) -> Instruction:
    """Say that what a remark asks is done. Raises NotAddressed, InstructionClosed."""
    return _answer(number, instruction_id, InstructionState.DONE, actor)


@flow
def refuse_instruction(number: str, instruction_id: UUID, answer: str, *, actor: Actor) -> Instruction:
    """Say that what a remark asks cannot be done, and why. Raises NotAddressed, InstructionClosed, InvalidInput."""
    if not answer.strip():
        raise InvalidInput("Say why it is not possible.", field="answer")
    return _answer(number, instruction_id, InstructionState.NOT_POSSIBLE, actor, answer.strip()[:1000])


@flow
def withdraw_instruction(number: str, instruction_id: UUID, *, actor: Actor) -> Instruction:
    """Take a remark back: its author, or who looks after all remarks. Raises MissingPermission, InstructionClosed."""
    require(actor, Perm.ORDER_VIEW, Perm.INSTRUCTION_ADD)
    order = orders.lock(number)
    remark = orders.get_instruction(order, instruction_id)
    if remark.created_by_id is None or remark.created_by_id != actor.user_id:
        require(actor, Perm.INSTRUCTION_MANAGE)
    return _move(order, remark, InstructionState.WITHDRAWN, actor)


_KINDS = {
    InstructionState.ACKNOWLEDGED: kinds.INSTRUCTION_ACKNOWLEDGED,
    InstructionState.DONE: kinds.INSTRUCTION_DONE,
    InstructionState.NOT_POSSIBLE: kinds.INSTRUCTION_NOT_POSSIBLE,
    InstructionState.WITHDRAWN: kinds.INSTRUCTION_WITHDRAWN,
}


def _answer(
    number: str, instruction_id: UUID, target: InstructionState, actor: Actor, answer: str = ""
) -> Instruction:
    """A step of those the remark is for."""
    require(actor, Perm.ORDER_VIEW)
    order = orders.lock(number)
    remark = orders.get_instruction(order, instruction_id)
    manages = actor.may(Perm.INSTRUCTION_MANAGE)
    roles = role_codes(actor.user_id) if actor.user_id and not manages else frozenset()
    check_addressed(remark.audience, roles, manages=manages)
    return _move(order, remark, target, actor, answer)


def _move(
    order: Order, remark: Instruction, target: InstructionState, actor: Actor, answer: str = ""
) -> Instruction:
    orders.move_instruction(remark, target, by=actor.user_id, at=now(), answer=answer)
    more = {"answer": answer} if target is InstructionState.NOT_POSSIBLE else {}
    instructing.tell(remark, _KINDS[target], actor, **more)
    holds.settle(order, instructing.cause_of(remark), actor)
    return remark


@flow
def save_phrase(value: PhraseInput, *, actor: Actor, phrase_id: UUID | None = None) -> Phrase:
    """Make a ready remark, or change one."""
    require(actor, Perm.INSTRUCTION_MANAGE)
    if not value.text.strip():
        raise InvalidInput("A remark needs a text.", field="text")
    _demand_role(value.audience)
    before = Phrase.objects.select_for_update().filter(pk=phrase_id).first() if phrase_id else None
    if phrase_id and before is None:
        raise NotFound("There is no such ready remark.")
    told = _document(before) if before else {}
    phrase = desk.save_phrase(before, value)
    if told != _document(phrase):
        record(actor, kinds.PHRASE_SAVED, phrase.pk, data={"before": told, "after": _document(phrase)})
    return phrase


@flow
def remove_phrase(phrase_id: UUID, *, actor: Actor) -> None:
    """Take a ready remark away; remarks made from it stay."""
    require(actor, Perm.INSTRUCTION_MANAGE)
    phrase = Phrase.objects.select_for_update().filter(pk=phrase_id).first()
    if phrase is None:
        raise NotFound("There is no such ready remark.")
    record(actor, kinds.PHRASE_SAVED, phrase.pk, data={"before": _document(phrase), "after": {}})
    desk.remove_phrase(phrase)


def _document(phrase: Phrase) -> dict[str, object]:
    names = ("text", "text_zh", "audience", "stage", "blocking")
    return {name: getattr(phrase, name) for name in names}


def _demand_role(code: str) -> None:
    if not Role.objects.filter(code=code).exists():
        raise InvalidInput(f"There is no role {code!r}.", field="audience")
