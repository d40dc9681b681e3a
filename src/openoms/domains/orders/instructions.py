"""What may become of a remark, and who may say so (pure)."""

from collections.abc import Collection, Mapping

from openoms.core.errors import Conflict, Forbidden
from openoms.domains.orders.states import InstructionState

NEXT: Mapping[InstructionState, frozenset[InstructionState]] = {
    InstructionState.OPEN: frozenset(
        {
            InstructionState.ACKNOWLEDGED,
            InstructionState.DONE,
            InstructionState.NOT_POSSIBLE,
            InstructionState.WITHDRAWN,
        }
    ),
    InstructionState.ACKNOWLEDGED: frozenset(
        {InstructionState.DONE, InstructionState.NOT_POSSIBLE, InstructionState.WITHDRAWN}
    ),
    InstructionState.DONE: frozenset(),
    InstructionState.NOT_POSSIBLE: frozenset(),
    InstructionState.WITHDRAWN: frozenset(),
}
WAITING = (InstructionState.OPEN, InstructionState.ACKNOWLEDGED)


class InstructionClosed(Conflict):
    """The remark's state does not allow that; data has the state."""

    code = "instruction_closed"

    def __init__(self, state: str, target: str) -> None:
        super().__init__(f"The remark is {state}; it cannot become {target}.", state=state, target=target)


class NotAddressed(Forbidden):
    """The remark is for another role; data names it."""

    code = "not_addressed"

    def __init__(self, audience: str) -> None:
        super().__init__(f"This remark is for the role {audience}.", audience=audience)


def check_step(state: str, target: InstructionState) -> None:
    """Raise InstructionClosed unless `target` may follow `state`."""
    if target not in NEXT[InstructionState(state)]:
        raise InstructionClosed(state, target)


def check_addressed(audience: str, roles: Collection[str], *, manages: bool) -> None:
    """Raise NotAddressed unless the person has the remark's role or looks after all remarks."""
    if not manages and audience not in roles:
        raise NotAddressed(audience)
