"""HTML written in Python escapes what Django escapes."""

from django.utils.functional import lazystr
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from hypothesis import given
from hypothesis import strategies as st

from openoms.interfaces.console.markup import escaped, fill, joined

SIGNS = st.text(alphabet="<>&\"'`={}%ab中 \n\0", max_size=30)
VALUES = st.one_of(
    SIGNS,
    SIGNS.map(mark_safe),
    SIGNS.map(lazystr),
    SIGNS.map(mark_safe).map(lazystr),
    st.integers(),
    st.none(),
)


@given(VALUES)
def test_escapes_as_django_does(value: object) -> None:
    assert escaped(value) == conditional_escape(value)  # type: ignore[arg-type]  # It takes anything.


@given(st.lists(VALUES, min_size=3, max_size=3))
def test_fills_as_django_does(values: list[object]) -> None:
    template = '<a title="{}">{}</a> {}'
    made = fill(template, *values)
    assert made == format_html(template, *values)
    assert isinstance(made, SafeString)
    assert escaped(made) is made


def test_what_is_joined_is_not_escaped_again() -> None:
    assert fill("<p>{}</p>", joined([escaped("<"), "<br>"])) == "<p>&lt;<br></p>"
