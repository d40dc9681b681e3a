"""What things are found by: their codes, names, and how Chinese names are spoken, as one text for a trigram index. Pure.

Words are kept apart by a space and each Chinese character is a word: then even one or two signs, looked for at the
beginning of a word (`% sj%`), are found through the index, which knows words by their first letters.
"""

import itertools
import re
from collections.abc import Iterable, Iterator

_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_SPACES = re.compile(r"\s+")
# A character read in several ways gives as many spellings; beyond these a name is found by the likeliest ones.
_MOST_READINGS = 6
_LONGEST = 2000


def searchable(*texts: str) -> str:
    """The text to be indexed for things of these codes and names; begins with a space, so that its first word counts."""
    plain = list(dict.fromkeys(filter(None, (text.strip().lower() for text in texts))))
    spoken = [word for text in plain for run in _CHINESE.findall(text) for word in _spoken(run)]
    words = [*(_apart(text) for text in plain), *dict.fromkeys(spoken)]
    return f" {' '.join(words)}"[:_LONGEST]


def needles(text: str) -> list[str]:
    """What must all be contained in an indexed text for `text` to find it; none when there is nothing to look for."""
    found = []
    for word in _SPACES.split(text.strip().lower()):
        apart = _apart(word)
        if apart:
            # Short ones only where a word begins: anything has two given letters somewhere.
            found.append(f" {apart}" if len(word) < 3 or apart != word else apart)
    return found


def _apart(text: str) -> str:
    """The text with each Chinese character as a word of its own."""
    return _SPACES.sub(" ", _CHINESE.sub(lambda run: f" {' '.join(run.group())} ", text)).strip()


def _spoken(run: str) -> Iterator[str]:
    """A run of Chinese as one types it: whole pinyin, and initials from each character on."""
    # Its dictionaries take 57 MB, and only those who save a name need them: not every web worker does.
    from pypinyin import Style, pinyin

    readings = pinyin(run, style=Style.NORMAL, heteronym=True)
    for syllables in itertools.islice(itertools.product(*_likely(readings)), _MOST_READINGS):
        yield "".join(syllables)
        initials = "".join(syllable[:1] for syllable in syllables)
        yield from (initials[start:] for start in range(max(len(initials) - 1, 1)))


def _likely(readings: Iterable[list[str]]) -> list[list[str]]:
    return [[one for one in dict.fromkeys(options) if one][:2] or [""] for options in readings]
