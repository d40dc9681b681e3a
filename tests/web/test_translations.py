"""Every message of code and templates has its translation; none is a guess, and their parts fit."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tools import messages

PARTS = re.compile(r"%\([a-z_]+\)s")


@pytest.mark.parametrize("source", messages.sources(), ids=lambda path: path.parent.parent.name)
def test_is_complete(source: Path) -> None:
    assert messages.untranslated(source) == []


@pytest.mark.parametrize("source", messages.sources(), ids=lambda path: path.parent.parent.name)
def test_names_the_same_parts_as_the_original(source: Path) -> None:
    with source.open("rb") as lines:
        catalogue = read_po(lines)
    for message in catalogue:
        assert not message.fuzzy or not message.id
        if isinstance(message.id, str) and message.id:
            assert sorted(PARTS.findall(message.id)) == sorted(PARTS.findall(str(message.string))), message.id
