"""Patterns for LIKE, ILIKE and regular expressions, made of pieces of real values."""

from collections.abc import Iterator

from pgadvisor.advisor.columns import ColumnFacts
from pgadvisor.advisor.selectivity import DEFAULT_MATCH
from pgadvisor.advisor.values.samples import sample_text, spread, word

_PREFIX_LENGTHS = (3, 1, 2, 4, 5, 6, 8, 12)
_FRAGMENT_LENGTH = 5


def pattern_choices(facts: ColumnFacts, operator: str, inner: bool) -> Iterator[tuple[str, float, float]]:
    """Patterns with the rows they match and a weight. `inner`: the statement adds the wildcards around the parameter."""
    if operator.endswith("similar to"):
        yield "%a%", DEFAULT_MATCH, 1.0
    elif "~" in operator or inner or operator.endswith("ilike"):
        piece = fragment(facts)
        yield (piece if inner or "~" in operator else f"%{piece}%"), inside_fraction(facts, piece), 1.0
    else:
        yield from _prefixes(facts)


def _prefixes(facts: ColumnFacts) -> Iterator[tuple[str, float, float]]:
    text = sample_text(facts)
    if not text:
        yield "abc%", DEFAULT_MATCH, 1.0
        return
    for length in _PREFIX_LENGTHS:
        if length <= len(text):
            prefix = text[:length]
            yield escaped(prefix) + "%", prefix_fraction(facts, prefix), 1.0 if length == _PREFIX_LENGTHS[0] else 0.3


def prefix_fraction(facts: ColumnFacts, prefix: str) -> float:
    """Rows that begin with `prefix`: common values that do, and the histogram's bounds that do as a share of the rest."""
    common = sum(fraction for text, fraction in facts.common if text.startswith(prefix))
    if not facts.bounds:
        return common or DEFAULT_MATCH
    matching = sum(bound.startswith(prefix) for bound in facts.bounds)
    return common + facts.rest_fraction * max(matching, 0.1) / len(facts.bounds)


def inside_fraction(facts: ColumnFacts, piece: str) -> float:
    """Rows that hold `piece` somewhere, counted in the statistics as patternsel() counts them."""
    wanted = piece.lower()
    common = sum(fraction for text, fraction in facts.common if wanted in text.lower())
    if not facts.bounds:
        return common or DEFAULT_MATCH
    matching = sum(wanted in bound.lower() for bound in facts.bounds)
    return max(DEFAULT_MATCH / 10, common + facts.rest_fraction * matching / len(facts.bounds))


def fragment(facts: ColumnFacts) -> str:
    """Some letters from the inside of a real value."""
    for text in (sample_text(facts), *spread(facts.bounds)[:5]):
        if text and len(text) >= 3:
            start = max(0, (len(text) - _FRAGMENT_LENGTH) // 2)
            piece = text[start : start + _FRAGMENT_LENGTH]
            if piece.isalnum():
                return piece
    found = word(facts)
    return found[:_FRAGMENT_LENGTH] if found else "abcd"


def escaped(text: str) -> str:
    """`text` with the characters that LIKE reads as wildcards taken literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
