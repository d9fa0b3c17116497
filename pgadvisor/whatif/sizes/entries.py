"""What a GIN index would have as entries: how many, how wide, and in how many rows each is, from the statistics."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pgadvisor.model.arrays import read_array
from pgadvisor.whatif.sizes.keys import KeyFacts, fixed_width
from pgadvisor.whatif.sizes.sampling import sampled_distinct, steps

_HASH_BYTES = 4  # an entry of jsonb_path_ops
_TRIGRAM_BYTES = 4  # int4
_DEFAULT_ELEMENTS = 8.0
_ENOUGH = 50  # values of a sample to conclude from
_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Entries:
    """`count` entries of `width` bytes that are in `rows` rows each."""

    count: float
    width: float
    rows: float


def trigrams(text: str) -> set[str]:
    """The trigrams of pg_trgm: of each word, folded, after two blanks and before one."""
    found: set[str] = set()
    for word in _WORD.findall(text.lower()):
        padded = f"  {word} "
        found.update(padded[place : place + 3] for place in range(len(padded) - 2))
    return found


def _json_items(value: object, path: str, paths: bool) -> Iterator[tuple[str, str]]:
    """(path, entry) of jsonb_ops (keys and values apart) or of jsonb_path_ops (each value with its path)."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not paths:
                yield "", f"k{key}"
            yield from _json_items(inner, f"{path}.{key}", paths)
    elif isinstance(value, list):
        for inner in value:
            yield from _json_items(inner, path, paths)
    else:
        yield path, f"{path}={value}" if paths else f"v{value}"


def _of_sample(key: KeyFacts, opclass: str, text: str) -> set[tuple[str, str]]:
    """The entries of one value, each with the group it belongs to: the path in a document."""
    if key.type_name == "jsonb":
        return set(_json_items(json.loads(text), "", "path" in opclass))
    if "trgm" in opclass:
        return {("", entry) for entry in trigrams(text)}
    if key.type_name.rpartition(".")[2] == "hstore":
        return {entry for name, value in _HSTORE.findall(text) for entry in (("", f"k{name}"), ("value", f"v{value}"))}
    return {("", element) for element in read_array(text) if element is not None}


def _sample(key: KeyFacts) -> list[str]:
    """Values of the column: the bounds of its histogram, else its most common values."""
    statistics = key.statistics
    if statistics is None:
        return []
    for values in (statistics.histogram_bounds, statistics.most_common_values):
        try:
            found = [value for value in read_array(values or "{}") if value is not None]
        except ValueError:
            continue
        if len(found) >= 10:
            return found
    return []


def _width_of(key: KeyFacts, opclass: str, texts: Iterable[str]) -> float:
    if "trgm" in opclass:
        return _TRIGRAM_BYTES
    if "path" in opclass:
        return _HASH_BYTES
    element = fixed_width(key.type_name.removesuffix("[]"))
    if element:
        return element
    widths = [len(text.encode()) + 1 for text in texts]
    return sum(widths) / len(widths) if widths else 8.0


def _from_sample(key: KeyFacts, opclass: str, rows: float) -> list[Entries]:
    """Each frequent entry of the sample by itself, the rare ones together."""
    try:
        sample = [_of_sample(key, opclass, text) for text in _sample(key)]
    except (ValueError, RecursionError):
        return []
    seen = Counter(entry for entries in sample for entry in entries)
    scale = rows / len(sample) if sample else 0.0
    width = _width_of(key, opclass, (text for _, text in seen))
    found: list[Entries] = []
    for group in {group for group, _ in seen}:
        members = {text: count for (path, text), count in seen.items() if path == group}
        found += _group(list(members.values()), width, scale, steps([text.rpartition("=")[2] for text in members], "text"))
    return found


def _group(counts: list[int], width: float, scale: float, possible: float) -> list[Entries]:
    """Entries of one group of a sample, of which there can be `possible`: each frequent one by itself, the rest together."""
    frequent = [Entries(1, width, count * scale) for count in counts if count > 3]
    rare = [count for count in counts if count <= 3]
    total, once = sum(rare), sum(1 for count in rare if count == 1)
    if not total:
        return frequent
    count = max(1.0, min(possible - len(frequent), sampled_distinct(total, len(rare), once, total * scale)))
    return [*frequent, Entries(count, width, total * scale / count)]


def _tail(key: KeyFacts, named: set[str], frequencies: list[float], mass: float, rows: float) -> Entries | None:
    """The elements that statistics do not name, which make up `mass` of an average row.

    Were all of them as frequent as the last one named, there were mass / least; did they fall on as 1 / rank does (Zipf),
    there were named * (exp(mass / named / least) - 1): the truth is taken to lie between. Where a sample of values shows
    numbers that hardly ever come twice, there are as many as the numbers' range holds.
    """
    if mass * rows < 1:
        return None
    least, many = min(frequencies), len(frequencies)
    even = mass / least
    zipf = many * math.expm1(min(50.0, mass / many / least))
    count = math.sqrt(even * zipf)
    others = [element for text in _sample(key) for element in _elements(text) if element not in named]
    if len(others) > _ENOUGH and len(set(others)) > 0.97 * len(others):
        possible = steps(others, "text")
        count = max(count, possible if possible < math.inf else len(others) ** 2 / (2 * math.log(2)))
    count = max(1.0, min(count, mass * rows))
    return Entries(count, _width_of(key, "", named), mass * rows / count)


def _elements(text: str) -> tuple[str, ...]:
    try:
        return tuple(element for element in read_array(text) if element is not None)
    except ValueError:
        return ()


def _from_elements(key: KeyFacts, rows: float) -> list[Entries]:
    """From the most common elements and the average number of elements."""
    statistics = key.statistics
    if statistics is None or not statistics.most_common_element_frequencies:
        return []
    extra = 2 if key.type_name == "tsvector" else 3
    frequencies = [share for share in statistics.most_common_element_frequencies[:-extra] if share > 0]
    if not frequencies:
        return []
    texts = [text for text in read_array(statistics.most_common_elements or "{}") if text is not None]
    width = _width_of(key, "", texts)
    if key.type_name == "tsvector":  # lexeme, its WordEntry of 4 bytes, a position of 4 with its count, alignment
        average = max(sum(frequencies), (key.width - 4) / (width + 9))
    else:
        average = (statistics.element_count_histogram or (sum(frequencies),))[-1]
    tail = _tail(key, set(texts), frequencies, max(0.0, average - sum(frequencies)), rows)
    found = [Entries(1, width, share * rows) for share in frequencies]
    return [*found, tail] if tail is not None else found


def _is_scalar(type_name: str) -> bool:
    return not type_name.endswith("[]") and type_name not in ("jsonb", "tsvector") and type_name.rpartition(".")[2] != "hstore"


def _from_values(key: KeyFacts, rows: float) -> list[Entries]:
    """An entry for each value, those that statistics name as often as they say."""
    frequencies = (key.statistics.most_common_frequencies or ()) if key.statistics is not None else ()
    total = rows / max(1e-9, 1 - key.null_fraction)
    named = [Entries(1, key.width, frequency * total) for frequency in frequencies]
    left = rows - sum(frequencies) * total
    others = max(1.0, min(left, key.distinct - len(named)))
    return [*named, Entries(others, key.width, left / others)] if left >= 1 else named


def entries_of(key: KeyFacts, opclass: str, rows: float) -> list[Entries]:
    """The entries that `rows` rows that are not null give."""
    if _is_scalar(key.type_name) and "trgm" not in opclass:  # btree_gin: the value itself
        return _from_values(key, rows)
    found = [] if "trgm" in opclass or key.derived else _from_elements(key, rows)
    found = found or _from_sample(key, opclass, rows)
    if found:
        return found
    elements = max(1.0, key.width if "trgm" in opclass else min(_DEFAULT_ELEMENTS, key.width / 12))
    count = max(1.0, min(rows * elements / 10, 20000 if "trgm" in opclass else math.inf))
    return [Entries(count, 8.0, rows * elements / count)]
