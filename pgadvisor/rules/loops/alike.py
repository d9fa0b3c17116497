"""Whether two columns look like the two ends of a reference that nobody declared. Values are compared, never shown."""

import re
from collections import Counter

from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.model.names import Name
from pgadvisor.rules.rule import Facts

_FAMILIES = {
    "smallint": "integer", "integer": "integer", "bigint": "integer",
    "text": "text", "character varying": "text", "character": "text", "citext": "text",
}  # fmt: skip
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)')
FEWEST_VALUES = 10  # fewer are no sample
SAME_SHAPE = 0.9  # of the sampled values


def same_type(facts: Facts, table: Name, column: str, other_table: Name, other_column: str) -> bool:
    """Both columns are known and hold the same kind of value: integers of any width, texts of any length, else equal types."""
    first, second = _type(facts, table, column), _type(facts, other_table, other_column)
    return first is not None and first == second


def named_after(column: str, table: Name, key: str) -> bool:
    """`column` is named as a reference to `key` of `table`: order_id, orderId, orders_id, blog_post_id, post_id.

    >>> named_after("customer_id", Name("shop", "customers"), "id"), named_after("parent_id", Name("shop", "customers"), "id")
    (True, False)
    """
    words = {table.name, table.name.rsplit("_", 1)[-1]}
    stems = {_plain(stem) for word in words for stem in (word, *_singulars(word))}
    return _plain(column) in {stem + _plain(key) for stem in stems}


def same_values(facts: Facts, reference: tuple[Name, str], key: tuple[Name, str]) -> bool:
    """The texts of `reference` are spelled like those of `key` and lie among them; only texts can tell anything.

    Spelled alike: nine in ten sampled values have the shape most of the key's values have (runs of letters and of
    digits). Lie among them: between the least and the greatest value of the key's histogram.
    """
    if _type(facts, *key) != "text":
        return False
    ours, theirs = (_sample(facts.lookup.column_statistics(*column)) for column in (reference, key))
    if len(ours) < FEWEST_VALUES or len(theirs) < FEWEST_VALUES:
        return False
    shapes = Counter(_shape(value) for value in theirs)
    shape, times = shapes.most_common(1)[0]
    alike = sum(_shape(value) == shape for value in ours) / len(ours)
    among = sum(min(theirs) <= value <= max(theirs) for value in ours) / len(ours)
    return times / len(theirs) >= SAME_SHAPE and min(alike, among) >= SAME_SHAPE


def _type(facts: Facts, table: Name, column: str) -> str | None:
    known = facts.column_types.get((table, column))
    return None if known is None else _FAMILIES.get(known, known)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _singulars(word: str) -> tuple[str, ...]:
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    if word.endswith("es"):
        return (word[:-2], word[:-1])
    return (word[:-1],) if word.endswith("s") else ()


def _sample(statistics: ColumnStatistics | None) -> list[str]:
    if statistics is None:
        return []
    texts = [text for text in (statistics.most_common_values, statistics.histogram_bounds) if text]
    return [quoted or plain for text in texts for quoted, plain in _ELEMENT.findall(text)]


def _shape(value: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", value))
