"""What approvers and requesters hear of approvals, in the words told where the firm has none of its own."""

from django.utils.translation import gettext_lazy as _

from openoms.domains.notifications.topics import declare

declare(
    "approval.step_opened",
    "approval.step_opened",
    group="approvals",
    to_approval=True,
    label=_("An order waits for your decision"),
    told=["people"],
    names="name due",
    mail=True,
    tells_actor=True,
    en=(
        "Approval needed: order {number}",
        "Step: {name}\n{customer}, {total}\nDue by {due}\n\n{link}",
    ),
    zh=("请审批：订单 {number}", "审批节点：{name}\n{customer}，{total}\n请在 {due} 前处理\n\n{link}"),
)
declare(
    "approval.reminded",
    "approval.reminded",
    group="approvals",
    to_approval=True,
    label=_("Reminder of a decision that waits for you"),
    told=["people"],
    names="name due",
    mail=True,
    tells_actor=True,
    en=(
        "Reminder: order {number} is still waiting for your approval",
        "Step: {name}\n{customer}, {total}\nDue by {due}\n\n{link}",
    ),
    zh=(
        "催办：订单 {number} 仍在等待您审批",
        "审批节点：{name}\n{customer}，{total}\n请在 {due} 前处理\n\n{link}",
    ),
)
declare(
    "approval.escalated",
    "approval.escalated",
    group="approvals",
    to_approval=True,
    label=_("A late approval comes to you"),
    told=["people"],
    names="name due",
    mail=True,
    tells_actor=True,
    en=(
        "Escalated to you: the approval of order {number} is overdue",
        "Step: {name}\n{customer}, {total}\nIt was due by {due}\n\n{link}",
    ),
    zh=(
        "审批升级：订单 {number} 已超时，请您处理",
        "审批节点：{name}\n{customer}，{total}\n原定时限：{due}\n\n{link}",
    ),
)
declare(
    "approval.rejected",
    "approval.rejected",
    group="approvals",
    label=_("Your order is rejected"),
    told=["requester", "owner"],
    names="name reason",
    mail=True,
    en=(
        "Order {number} was rejected",
        "{actor} rejected it at the step {name}. It is a draft again.\nReason: {reason}\n\n{customer}, {total}\n{link}",
    ),
    zh=(
        "订单 {number} 被驳回",
        "{actor} 在审批节点“{name}”驳回了该订单，订单已退回草稿。\n原因：{reason}\n\n{customer}，{total}\n{link}",
    ),
)
declare(
    "approval.granted",
    "approval.granted",
    group="approvals",
    label=_("Your order passes its approval"),
    told=["requester", "owner"],
    mail=True,
    en=("Order {number} has been approved", "{customer}, {total}\n{link}"),
    zh=("订单 {number} 审批通过", "{customer}，{total}\n{link}"),
)
declare(
    "approval.decided",
    "approval.decided",
    group="approvals",
    label=_("Somebody decides on your order"),
    told=["requester"],
    names="name verdict comment",
    # A rejection is told by approval.rejected.
    unless={"verdict": ("rejected",)},
    en=(
        "Order {number}: {verdict} ({name})",
        "Decided by {actor}\nComment: {comment}\n\n{customer}, {total}\n{link}",
    ),
    zh=(
        "订单 {number}：{verdict}（{name}）",
        "审批人：{actor}\n意见：{comment}\n\n{customer}，{total}\n{link}",
    ),
)
declare(
    "approval.withdrawn",
    "approval.withdrawn",
    group="approvals",
    label=_("A request for your decision is taken back"),
    told=["people"],
    en=("Order {number} no longer needs your approval", "{actor} withdrew the request.\n{customer}\n{link}"),
    zh=("订单 {number} 无需再审批", "{actor} 撤回了审批申请。\n{customer}\n{link}"),
)
declare(
    "approval.delegated",
    "approval.delegated",
    group="approvals",
    to_approval=True,
    label=_("A decision is handed to you"),
    told=["people"],
    names="name comment",
    mail=True,
    en=(
        "{actor} handed the approval of order {number} to you",
        "Step: {name}\n“{comment}”\n{customer}, {total}\n\n{link}",
    ),
    zh=(
        "{actor} 将订单 {number} 的审批转交给您",
        "审批节点：{name}\n“{comment}”\n{customer}，{total}\n\n{link}",
    ),
)
declare(
    "approval.taken_over",
    "approval.taken_over",
    group="approvals",
    label=_("A decision is taken in your place"),
    told=["people", "requester"],
    names="name verdict reason",
    mail=True,
    en=(
        "{actor} decided on order {number} in place of those asked",
        "{name}: {verdict}\nReason: {reason}\n\n{customer}, {total}\n{link}",
    ),
    zh=(
        "{actor} 接管了订单 {number} 的审批",
        "{name}：{verdict}\n原因：{reason}\n\n{customer}，{total}\n{link}",
    ),
)
declare(
    "approval.question_asked",
    "approval.question_asked",
    group="approvals",
    to_approval=True,
    label=_("A question about an order before it is decided"),
    told=["people"],
    names="text",
    mail=True,
    en=("{actor} has a question about order {number}", "“{text}”\n\n{customer}, {total}\n{link}"),
    zh=("{actor} 就订单 {number} 的审批提问", "“{text}”\n\n{customer}，{total}\n{link}"),
)
declare(
    "approval.question_answered",
    "approval.question_answered",
    group="approvals",
    to_approval=True,
    label=_("Your question about an order is answered"),
    told=["people"],
    names="text answer",
    mail=True,
    en=(
        "{actor} answered your question about order {number}",
        "Question: {text}\nAnswer: {answer}\n\n{customer}, {total}\n{link}",
    ),
    zh=(
        "{actor} 答复了您对订单 {number} 的疑问",
        "问题：{text}\n答复：{answer}\n\n{customer}，{total}\n{link}",
    ),
)
