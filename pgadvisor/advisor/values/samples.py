"""Values out of a column's statistics, in the form an operator wants them."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from pgadvisor.advisor.facts.columns import ColumnFacts
from pgadvisor.advisor.facts.selectivity import DEFAULT_CONTAINMENT
from pgadvisor.advisor.values.literals import stand_in

_WORD = re.compile(r"[^\W\d_]{4,}")
_RANGE = re.compile(r"[\[(]\"?([^\",]*)\"?,")
_KEYS = ("?",)
_KEY_LISTS = ("?|", "?&")
_MOST_KEYS = 8  # of a document
_MOST_PARTS = 40
_RAREST = 1e-4  # matchingsel() believes in no less
ABSENT_WORD = "qxzjvwkq"


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
    """Parts of usual documents, one or two of their members, and the fraction of rows whose document has such a part, as
    matchingsel() counts them; the last one is of no document of the sample, for which it takes the least there is."""
    share = facts.rest_fraction / max(1, len(facts.bounds))
    weighed = [*facts.common, *((bound, share) for bound in facts.bounds)]
    found: dict[str, float] = {}
    for text, fraction in weighed:
        for part in _json_parts(text):
            found[part] = found.get(part, 0.0) + fraction
    most = _spaced(sorted(found.items(), key=lambda each: (-each[1], each[0])))
    return [*most, (_absent(most[0][0]), _RAREST)] if most else [('{"a": 1}', DEFAULT_CONTAINMENT)]


def _spaced(ordered: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The first half of those to be tried, and the others from all the rest."""
    half = _MOST_PARTS // 2
    rest = ordered[half:]
    return [*ordered[:half], *rest[:: max(1, -(-len(rest) // half))]]


def _absent(part: str) -> str:
    """The same part with a value that no document has."""
    value = _json(part)
    return json.dumps(dict.fromkeys(value, ABSENT_WORD) if isinstance(value, dict) else [ABSENT_WORD])


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
    """The members of a document, each as a document of its own; then two together."""
    value = _json(text)
    if isinstance(value, dict):
        keys = list(value)[:_MOST_KEYS]
        return [json.dumps({key: value[key] for key in some}) for count in (1, 2) for some in combinations(keys, count)]
    return [json.dumps([each]) for each in value[:_MOST_KEYS]] if isinstance(value, list) else []


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
