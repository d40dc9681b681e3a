"""What holds of customers (pure): consent, tags, names that mean the same firm."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

MOST_TAGS = 30
LONGEST_TAG = 40
_CHINESE_KIND = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|集团公司|总公司|分公司|公司|集团|股份|工作室|经营部|商行|\(.{1,8}\)|（.{1,8}）)"
)
_LATIN_KIND = re.compile(
    r"\b(co|company|corp|corporation|inc|incorporated|ltd|limited|llc|llp|plc|pte|pty|gmbh|ag|kg|ug|sa|sarl|sas|srl|spa|bv|nv|ab|as|oy"
    r"|group|holdings?|the)\b"
)


@dataclass(frozen=True, slots=True)
class ConsentState:
    """A consent as it stands; `contact` None is the customer's as a whole."""

    channel: str
    state: str
    contact: UUID | None = None


def may_contact(consents: Iterable[ConsentState], channel: str, contact: UUID | None = None) -> bool:
    """Whether somebody may be written to over the channel: their own word counts, else the customer's; silence is no."""
    said = {consent.contact: consent.state for consent in consents if consent.channel == channel}
    return said.get(contact, said.get(None, "")) == "given"


def normal_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags in one spelling: NFKC, single spaces, lower case, each once, in order of their first mention."""
    plain = (" ".join(unicodedata.normalize("NFKC", tag).split()).lower() for tag in tags)
    return tuple(dict.fromkeys(tag[:LONGEST_TAG] for tag in plain if tag))


def name_key(name: str) -> str:
    """The name without what firms are called by law, case, signs and spaces: 示例科技有限公司 and 示例科技 are one."""
    plain = unicodedata.normalize("NFKC", name).lower()
    bare = _LATIN_KIND.sub(" ", re.sub(r"(?<=\w)\.(?=\w|\W|$)", "", _CHINESE_KIND.sub(" ", plain)))
    key = re.sub(r"[\W_]+", "", bare)
    return (key or re.sub(r"[\W_]+", "", plain))[:200]


def initials(name: str) -> str:
    """The first letters of the name's sounds, of each word where it is not Chinese: 杭州五金 → hzwj, Acme Ltd → al."""
    from pypinyin import Style, lazy_pinyin

    plain = unicodedata.normalize("NFKC", name)
    words = re.findall(r"[\u4e00-\u9fff]+|[^\W\d_\u4e00-\u9fff]+|\d+", plain)
    letters = (
        "".join(lazy_pinyin(w, style=Style.FIRST_LETTER, errors="ignore"))
        if "\u4e00" <= w[0] <= "\u9fff"
        else w[:1]
        for w in words
    )
    return "".join(letters).lower()[:60]


def joined_tags(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    """Both customers' tags, each once."""
    return normal_tags([*first, *second])[:MOST_TAGS]
