"""Values out of a column's statistics, in the form an operator wants them."""

import json
import re
from collections.abc import Sequence
from datetime import datetime

from pgadvisor.advisor.facts.columns import ColumnFacts
from pgadvisor.advisor.facts.selectivity import DEFAULT_CONTAINMENT
from pgadvisor.advisor.values.literals import stand_in

_WORD = re.compile(r"[^\W\d_]{4,}")
_RANGE = re.compile(r"[\[(]\"?([^\",]*)\"?,")
_KEYS = ("?",)
_KEY_LISTS = ("?|", "?&")
_MOST_MEMBERS = 8  # of a document
_MOST_PARTS = 40


def spread(bounds: Sequence[str]) -> tuple[str, ...]:
    """The bounds from the middle outwards, the two ends last: the ends are the least usual values.

    >>> spread("abcde")
    ('c', 'd', 'b', 'e', 'a')
    """
    middle = len(bounds) // 2
    order = sorted(range(len(bounds)), key=lambda place: (abs(place - middle), -place))
    return tuple(bounds[place] for place in order)


def sample_text(facts: ColumnFacts) -> str | None:
    """A usual value: from the middle of the histogram, else the most common one."""
    middle = spread(facts.bounds)
    return middle[0] if middle else facts.common[0][0] if facts.common else None


def word(facts: ColumnFacts) -> str | None:
    """A word of a usual value, in lower case."""
    found = _WORD.search(sample_text(facts) or "")
    return found[0].lower() if found else None


def containment_value(facts: ColumnFacts, operator: str, now: datetime) -> str | None:
    """The right side of `@>`, `?`, `&&`, `@@`, `%`, `<->`, `>>=` and their like over a column of `facts`."""
    kind = facts.type
    if operator == "@@":
        return word(facts) or "a"
    if operator in _KEYS or operator in _KEY_LISTS:
        key = _json_key(sample_text(facts))
        return key if operator in _KEYS else '{"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"}'
    if operator in ("@?",):
        return "$.a"
    text = sample_text(facts) or stand_in(kind, now)
    if kind.family == "json":
        return _json_part(text)
    if kind.family == "range" and operator == "@>":
        return _range_point(text)
    if kind.family in ("unknown",):
        return None
    return text


def _json_key(text: str | None) -> str:
    value = _json(text)
    return next(iter(value), "a") if isinstance(value, dict) else "a"


def document_parts(facts: ColumnFacts) -> list[tuple[str, float]]:
    """Parts of usual documents, and the fraction of rows whose document has such a part, as matchingsel() counts them."""
    share = facts.rest_fraction / max(1, len(facts.bounds))
    weighed = [*facts.common, *((bound, share) for bound in facts.bounds)]
    found: dict[str, float] = {}
    for text, fraction in weighed:
        for part in _json_parts(text)[:_MOST_MEMBERS]:
            found[part] = found.get(part, 0.0) + fraction
    most = sorted(found.items(), key=lambda each: (-each[1], each[0]))[:_MOST_PARTS]
    return most or [('{"a": 1}', DEFAULT_CONTAINMENT)]


def document_keys(facts: ColumnFacts) -> list[tuple[str, float]]:
    """Keys of usual documents, and the fraction of rows whose document has each."""
    share = facts.rest_fraction / max(1, len(facts.bounds))
    found: dict[str, float] = {}
    for text, fraction in (*facts.common, *((bound, share) for bound in facts.bounds)):
        value = _json(text)
        for key in value if isinstance(value, dict) else ():
            found[key] = found.get(key, 0.0) + fraction
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))[:_MOST_PARTS]


def _json_parts(text: str) -> list[str]:
    """The members of a document, each as a document of its own."""
    value = _json(text)
    if isinstance(value, dict):
        return [json.dumps({key: value[key]}) for key in value]
    return [json.dumps([each]) for each in value] if isinstance(value, list) else []


def _json_part(text: str) -> str:
    """One member of a document, as a document."""
    parts = _json_parts(text)
    return parts[0] if parts else '{"a": 1}'


def _json(text: str | None) -> object:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def _range_point(text: str) -> str:
    """The range of one value that a usual range holds: its lower bound."""
    found = _RANGE.match(text)
    return f'["{found[1]}","{found[1]}"]' if found and found[1] else text
