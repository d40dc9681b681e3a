"""What goods are found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoms.core.searching import needles, searchable

INDEXED = searchable("PH-X1-128", "6901234567892", "Phone X1", "X1 手机保护壳", "重庆 定制")


@pytest.mark.parametrize(
    "typed",
    [
        "ph-x1", "PH-X1-128", "6901234567892", "phone", "手机", "机", "保护壳", "x1 手机", "手机 128", "shouji", "sj",
        "sjbhk", "bhk", "hk", "SHOUJIBAO", "chongqing", "cq", "dingzhi", "1-128",
    ],
)  # fmt: skip
def test_it_is_found(typed: str) -> None:
    assert all(needle in INDEXED for needle in needles(typed)), (typed, INDEXED)


@pytest.mark.parametrize("typed", ["tablet", "sjx", "机手", "zq", "jd"])
def test_it_is_not_found(typed: str) -> None:
    assert not all(needle in INDEXED for needle in needles(typed))


def test_a_character_read_in_two_ways_is_found_by_both() -> None:
    indexed = searchable("长城")
    assert all(any(n in indexed for n in needles(typed)) for typed in ("changcheng", "cc"))
    assert needles("  ") == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_can_be_indexed_and_looked_for(name: str, typed: str) -> None:
    assert searchable(name).startswith(" ")
    assert all(needle == needle.lower() for needle in needles(typed) if needle.isascii())
