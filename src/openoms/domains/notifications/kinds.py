"""What happens to messages themselves: their texts, their switches, the chats, those that failed."""

from openoms.domains.events.kinds import declare

TEMPLATE_SAVED = declare(
    "message.template_saved",
    subject="message",
    data={"topic": str, "language": str, "before": dict, "after": dict},
    en="{actor} changed the text of the message {topic} ({language}): {before} → {after}",
    zh="{actor} 修改了消息 {topic}（{language}）的模板：{before} → {after}",
)
MESSAGE_SWITCHED = declare(
    "message.switched",
    subject="message",
    data={"topic": str, "on": bool},
    en="{actor} switched the customers' message {topic}: on is {on}",
    zh="{actor} 切换了客户消息 {topic} 的开关：开启 {on}",
)
ROLES_SUBSCRIBED = declare(
    "message.roles_changed",
    subject="message",
    data={"topic": str, "before": list, "after": list},
    en="{actor} changed which roles are told as well of {topic}: {before} → {after}",
    zh="{actor} 修改了同时接收消息 {topic} 的角色：{before} → {after}",
)
CHAT_SAVED = declare(
    "chat.saved",
    subject="chat",
    data={"name": str, "before": dict, "after": dict},
    en="{actor} saved the chat {name}: {before} → {after}",
    zh="{actor} 保存了群聊 {name}：{before} → {after}",
)
CHAT_REMOVED = declare(
    "chat.removed",
    subject="chat",
    data={"name": str},
    en="{actor} removed the chat {name}",
    zh="{actor} 移除了群聊 {name}",
)
FAILED_RETRIED = declare(
    "failed.retried",
    subject="failed",
    data={"what": str, "count": int},
    en="{actor} had what failed for good tried again: {count} × {what}",
    zh="{actor} 重新发送了失败的推送：{what} × {count}",
)
FAILED_DISCARDED = declare(
    "failed.discarded",
    subject="failed",
    data={"what": str, "topic": str, "event": str, "error": str},
    en="{actor} discarded what failed for good: {what} {topic}, {error}",
    zh="{actor} 丢弃了失败的推送：{what} {topic}，{error}",
)
