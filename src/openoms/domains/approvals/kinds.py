"""What happens to requests for approval. `people` are keys of users who are to be told; names are told by the reader."""

from openoms.domains.events.kinds import declare

APPROVAL_REQUESTED = declare(
    "approval.requested",
    subject="order",
    data={"number": str, "revision": int, "request": str, "rules": list, "steps": list},
    en="{actor} asked for approval of order {number}: {steps}",
    zh="{actor} 为订单 {number} 发起了审批：{steps}",
)
STEP_OPENED = declare(
    "approval.step_opened",
    subject="order",
    data={"number": str, "request": str, "step": str, "name": str, "people": list, "due": str},
    en="Order {number} waits for: {name}",
    zh="订单 {number} 等待审批：{name}",
)
APPROVAL_DECIDED = declare(
    "approval.decided",
    subject="order",
    data={
        "number": str, "request": str, "step": str, "name": str, "verdict": str, "whose": str, "comment": str,
        "requester": str,
    },
    en="{actor} decided on order {number} ({name}): {verdict}",
    zh="{actor} 对订单 {number} 给出审批意见（{name}）：{verdict}",
)  # fmt: skip
APPROVAL_GRANTED = declare(
    "approval.granted",
    subject="order",
    data={"number": str, "request": str, "requester": str},
    en="Order {number} passed its approval",
    zh="订单 {number} 审批通过",
)
APPROVAL_REJECTED = declare(
    "approval.rejected",
    subject="order",
    data={"number": str, "request": str, "requester": str, "name": str, "reason": str},
    en="{actor} rejected order {number} ({name}), which is a draft again: {reason}",
    zh="{actor} 驳回了订单 {number}（{name}），订单退回草稿：{reason}",
)
APPROVAL_WITHDRAWN = declare(
    "approval.withdrawn",
    subject="order",
    data={"number": str, "request": str, "people": list},
    en="{actor} took back the request for approval of order {number}",
    zh="{actor} 撤回了订单 {number} 的审批",
)
APPROVAL_DELEGATED = declare(
    "approval.delegated",
    subject="order",
    data={
        "number": str,
        "request": str,
        "step": str,
        "name": str,
        "whose": str,
        "people": list,
        "comment": str,
    },
    en="{actor} handed the decision on order {number} ({name}) to somebody else",
    zh="{actor} 将订单 {number} 的审批（{name}）转交他人",
)
APPROVAL_REMINDED = declare(
    "approval.reminded",
    subject="order",
    data={"number": str, "request": str, "step": str, "name": str, "people": list, "due": str},
    en="Order {number} still waits for: {name}",
    zh="订单 {number} 仍在等待审批：{name}",
)
APPROVAL_ESCALATED = declare(
    "approval.escalated",
    subject="order",
    data={"number": str, "request": str, "step": str, "name": str, "people": list, "due": str},
    en="The approval of order {number} ({name}) is late and went to the next authority",
    zh="订单 {number} 的审批（{name}）已超时，升级至上级",
)
APPROVAL_TAKEN_OVER = declare(
    "approval.taken_over",
    subject="order",
    data={
        "number": str, "request": str, "step": str, "name": str, "people": list, "requester": str, "reason": str,
        "verdict": str,
    },
    en="{actor} decided on order {number} ({name}) in place of those who were asked: {verdict}, {reason}",
    zh="{actor} 接管了订单 {number} 的审批（{name}）：{verdict}，{reason}",
)  # fmt: skip
QUESTION_ASKED = declare(
    "approval.question_asked",
    subject="order",
    data={"number": str, "request": str, "question": str, "people": list},
    en="{actor} has a question about order {number} before deciding",
    zh="{actor} 就订单 {number} 的审批提出了疑问",
)
QUESTION_ANSWERED = declare(
    "approval.question_answered",
    subject="order",
    data={"number": str, "request": str, "question": str, "people": list},
    en="{actor} answered the question about order {number}",
    zh="{actor} 答复了订单 {number} 的审批疑问",
)
RULE_SAVED = declare(
    "approval.rule_saved",
    subject="approval_rule",
    data={"code": str, "before": dict, "after": dict},
    en="{actor} saved the approval rule {code}",
    zh="{actor} 保存了审批规则 {code}",
)
POLICY_CHANGED = declare(
    "approval.policy_changed",
    subject="approval_rule",
    data={"before": dict, "after": dict},
    en="{actor} changed how approval rules work together: {before} → {after}",
    zh="{actor} 修改了审批规则的匹配方式：{before} → {after}",
)
AUTHORITY_SAVED = declare(
    "approval.authority_saved",
    subject="authority",
    data={"before": dict, "after": dict},
    en="{actor} changed who may approve what: {before} → {after}",
    zh="{actor} 修改了审批权限：{before} → {after}",
)
DELEGATION_SET = declare(
    "approval.delegation_set",
    subject="user",
    data={"whose": str, "to": str, "since": str, "until": str, "reason": str},
    en="{actor} arranged who decides in absence, from {since} to {until}",
    zh="{actor} 设置了 {since} 至 {until} 的审批委托",
)
DELEGATION_ENDED = declare(
    "approval.delegation_ended",
    subject="user",
    data={"whose": str, "to": str},
    en="{actor} ended an arrangement for absence",
    zh="{actor} 结束了审批委托",
)
RATE_SET = declare(
    "approval.rate_set",
    subject="approval_rule",
    data={"currency": str, "before": str, "after": str},
    en="{actor} set what {currency} is worth when amounts are compared: {before} → {after}",
    zh="{actor} 设置了比较金额用的 {currency} 汇率：{before} → {after}",
)
