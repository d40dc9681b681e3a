"""In which encoding a text file is written."""

import codecs
from collections.abc import Collection
from pathlib import Path

from openoms.integrations.imports.errors import BadFile

_BLOCK = 1 << 20
_SAMPLE = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What spreadsheets and shops of our users write; a wider choice only makes short files ambiguous.
_LIKELY = ["gb18030", "big5", "cp1252", "cp1250", "cp1251", "shift_jis", "euc_kr"]


def detect(path: Path, wanted: Collection[str]) -> str:
    """Python's name of the file's encoding.

    A byte order mark decides, then whether everything is valid UTF-8, then under which encoding the header has the
    columns `wanted`, then the look of the text.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if b"\0" in sample:
        return _wide(sample, path)
    if _is_utf8(path):
        return "utf-8"
    whole_lines = sample[: sample.rfind(b"\n") + 1] or sample
    candidates = [name for name in _by_likelihood(whole_lines) if _decodes(whole_lines, name)]
    if not candidates:
        raise BadFile(f"The encoding of {path.name} was not recognised. Name it with --encoding.")
    # Mistaken encodings turn a header in Chinese or Cyrillic into other words; the mapping knows the right ones.
    return max(candidates, key=lambda name: _columns_found(whole_lines, name, wanted))


def _by_likelihood(sample: bytes) -> list[str]:
    """Candidate encodings, the likeliest first (`max` keeps the first among equals)."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_LIKELY).best()
    guess = [best.encoding] if best is not None else []
    chinese = ["gb18030"] if _looks_chinese(sample) else []
    return list(dict.fromkeys([*chinese, *guess, *_LIKELY]))


def _looks_chinese(sample: bytes) -> bool:
    """Whether nearly all of its characters beyond ASCII are everyday hanzi or punctuation of GB 2312.

    Short texts tell charset-normalizer too little; accented Latin read as GBK gives rare hanzi, not everyday ones.
    """
    try:
        beyond = [c for c in sample.decode("gb18030") if ord(c) > 127]
    except UnicodeDecodeError:
        return False
    everyday = 0
    for character in beyond:
        try:
            lead = character.encode("gb2312")[0]
        except UnicodeEncodeError:
            continue
        everyday += lead <= 0xA3 or 0xB0 <= lead <= 0xD7
    return bool(beyond) and everyday >= 0.85 * len(beyond)


def _columns_found(sample: bytes, encoding: str, wanted: Collection[str]) -> int:
    first = sample.decode(encoding).lstrip().partition("\n")[0]
    return sum(name in first for name in wanted if not name.isascii())


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _wide(sample: bytes, path: Path) -> str:
    """UTF-16 without a mark: ASCII letters have their zero byte behind (little-endian) or before them."""
    evens, odds = sample[0::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if odds > evens else "utf-16-be"
    if (
        len(sample) % 2 == 0
        and _decodes(sample[: len(sample) // 4 * 4 or 2], encoding)
        and "\n" in sample.decode(encoding, errors="ignore")
    ):
        return encoding
    raise BadFile(f"{path.name} is not a text file. Export it as CSV or XLSX.")


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
