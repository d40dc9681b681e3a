"""One message out of many (pure)."""

from collections.abc import Sequence

from openoms.domains.notifications.wording import Text

# So many are told in full; of the rest, how many there are.
MOST_TOLD = 100


def digest_text(parts: Sequence[tuple[str, str]], language: str) -> Text:
    """The digest of messages by (subject, body), oldest first, in the language."""
    told, rest = parts[:MOST_TOLD], len(parts) - MOST_TOLD
    chinese = language.startswith("zh")
    subject = f"{len(parts)} 条消息汇总" if chinese else _counted(len(parts))
    blocks = [f"■ {title}\n{body}".strip() for title, body in told]
    if rest > 0:
        blocks.append(f"…… 另有 {rest} 条" if chinese else f"… and {rest} more")
    return Text(subject, "\n\n".join(blocks))


def _counted(count: int) -> str:
    return "Your digest: 1 message" if count == 1 else f"Your digest: {count} messages"
