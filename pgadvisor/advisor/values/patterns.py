"""Patterns for LIKE, ILIKE and regular expressions, made of pieces of real values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pgadvisor.advisor.facts.columns import ColumnFacts
from pgadvisor.advisor.facts.selectivity import DEFAULT_MATCH
from pgadvisor.advisor.values.samples import ABSENT_WORD, sample_text, spread
from pgadvisor.model.workload import Operand
from pgadvisor.parse.patterns import beginning, pattern_parts

_PREFIX_LENGTHS = (3, 1, 2, *range(4, 13))
_FRAGMENT_LENGTH = 6
_WORD = re.compile(r"[^\W_]{4,}")
_SAMPLES, _WORDS_OF_A_VALUE, _MOST_FRAGMENTS = 12, 6, 30
_RAREST = 1e-4  # patternsel() believes in no less


def pattern_choices(facts: ColumnFacts, operator: str, inner: bool) -> Iterator[tuple[str, float, float]]:
    """Patterns with the rows they match and a weight. `inner`: the statement adds the wildcards around the parameter. One is of
    a piece that is in hardly any value, as the statistics know none of those."""
    if operator.endswith("similar to"):
        yield "%a%", DEFAULT_MATCH, 1.0
    elif "~" in operator or inner or operator.endswith("ilike"):
        wildcard = "" if inner or "~" in operator else "%"
        yield from _insides(facts, wildcard)
        yield f"{wildcard}{ABSENT_WORD}{wildcard}", _RAREST, 0.1
    else:
        yield from _prefixes(facts)


def _insides(facts: ColumnFacts, wildcard: str) -> Iterator[tuple[str, float, float]]:
    """Pieces of real values, each as likely as the other."""
    for piece, fraction in fragments(facts):
        yield f"{wildcard}{piece}{wildcard}", fraction, 1.0


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
    return max(_RAREST, common + facts.rest_fraction * matching / len(facts.bounds))


def fragments(facts: ColumnFacts) -> list[tuple[str, float]]:
    """Pieces of real values that somebody may look for, from rare to common, with the rows that hold them."""
    texts = [*spread(facts.bounds)[:_SAMPLES], *(text for text, _ in facts.common[:_SAMPLES])]
    words = [found for text in texts for found in _WORD.findall(text)[:_WORDS_OF_A_VALUE]]
    pieces = list(dict.fromkeys(word[:_FRAGMENT_LENGTH] for word in words))[:_MOST_FRAGMENTS] or [_inside(texts)]
    return sorted(((piece, inside_fraction(facts, piece)) for piece in pieces), key=lambda each: (each[1], each[0]))


def _inside(texts: list[str]) -> str:
    """Some characters from the inside of a value without words."""
    for text in texts:
        start = max(0, (len(text) - _FRAGMENT_LENGTH) // 2)
        piece = text[start : start + _FRAGMENT_LENGTH]
        if len(piece) >= 3 and piece.isalnum():
            return piece
    return "abcd"


@dataclass(frozen=True, slots=True)
class Pieces:
    """A pattern put together by the statement: the parameter with what is looked for, and those that hold wildcards.

    `inner`: the wildcards are there already.
    """

    number: int
    wildcards: tuple[tuple[int, str], ...] = ()
    inner: bool = False


def pieces_of(operand: Operand) -> Pieces:
    """`'%' || $1 || '%'`; as pg_stat_statements shows it, `$1 || $2 || $3`: the ends are taken for wildcards. The same with
    concat()."""
    numbers, sql = operand.parameters, operand.sql or ""
    parts = pattern_parts(sql) if operand.kind == "expression" else ()
    if len(parts) < 2:
        return Pieces(numbers[-1], inner=operand.kind == "expression")
    ends = [part for part in dict.fromkeys((parts[0], parts[-1])) if isinstance(part, int)]
    if len(parts) == 2 and len(ends) == 2:
        ends = ends[:1] if beginning(sql) == "assumed" else ends[1:]
    rest = [number for number in numbers if number not in ends]
    if not rest or len(numbers) == 1:
        return Pieces(numbers[-1], inner=True)
    return Pieces(rest[0], tuple((number, "'%'") for number in sorted(ends)), inner=True)


def escaped(text: str) -> str:
    """`text` with the characters that LIKE reads as wildcards taken literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
