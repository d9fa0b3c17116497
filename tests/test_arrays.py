"""Array literals are read as PostgreSQL writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgadvisor.model.arrays import read_array, write_array

_ITEMS = st.one_of(st.none(), st.text('ab,"\\{} \nNULl', max_size=5))


def _quoted(item: str | None) -> str:
    return "NULL" if item is None else '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.lists(_ITEMS, max_size=6))
def test_what_is_written_is_read(items: list[str | None]) -> None:
    assert read_array(write_array(items)) == tuple(items)


@given(st.lists(_ITEMS, max_size=6))
def test_quotes_that_are_not_needed_change_nothing(items: list[str | None]) -> None:
    assert read_array("{" + ",".join(map(_quoted, items)) + "}") == tuple(items)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("{}", ()),
        ("{a,b,NULL,null}", ("a", "b", None, None)),
        ('{"NULL"}', ("NULL",)),
        ('{"a,b","c"}', ("a,b", "c")),
        ('{"",""}', ("", "")),
        (' { a , "b" } ', ("a", "b")),
        ('{a,"b c"}', ("a", "b c")),
    ],
)
def test_each_form_of_element(text: str, items: tuple[str | None, ...]) -> None:
    assert read_array(text) == items


@pytest.mark.parametrize("text", ["", "a", "{", "{,}", "{a,}", "{,a}", "{{a}}", '{"a}', '{"a"b"}', "{a}b", '{"a""b"}'])
def test_what_is_no_array_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_array(text)
