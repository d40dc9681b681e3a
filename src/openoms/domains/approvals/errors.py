"""Refusals of approvals."""

from openoms.core.errors import Conflict, Forbidden, NotFound

_WHY = {
    "self_approval": "nobody decides what they asked for themselves",
    "decided": "you have decided already",
    "handed_over": "you handed it over to somebody else",
    "not_asked": "you are not among those who are asked at this step",
    "authority:none": "you have no authority to approve orders",
    "authority:currency": "your authority is in other currencies",
    "authority:amount": "its amount lies outside of your authority",
    "authority:order_type": "your authority does not extend to its order type",
    "authority:category": "your authority does not extend to all of its goods",
}


class NoSuchApproval(NotFound):
    """There is none, or the actor may not see it."""

    code = "no_such_approval"

    def __init__(self) -> None:
        super().__init__("There is no such request for approval.")


class NoAuthority(Forbidden):
    """It is not the actor's to decide; `reason` is a code: self_approval, decided, handed_over, not_asked, authority:…"""

    code = "no_authority"

    def __init__(self, reason: str) -> None:
        super().__init__(f"You cannot decide this: {_WHY[reason]}.", reason=reason)


class ApprovalClosed(Conflict):
    """It was decided or withdrawn meanwhile; data says which."""

    code = "approval_closed"

    def __init__(self, state: str) -> None:
        super().__init__(f"This request for approval is {state} already.", state=state)


class QuestionAnswered(Conflict):
    """Somebody answered before."""

    code = "question_answered"

    def __init__(self) -> None:
        super().__init__("The question was answered already.")
