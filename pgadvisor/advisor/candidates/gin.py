"""GIN: what is inside a value: jsonb documents, arrays, text search vectors, trigrams of strings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pgadvisor.advisor.candidates.access import Access
from pgadvisor.advisor.candidates.contrib import PATTERNS, trigram_class, trigrams, with_scalar
from pgadvisor.advisor.facts.types import TypeFacts, type_facts
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.workload import Key, Predicate
from pgadvisor.parse.immutable import type_name_of

TRIGRAM_OPERATORS = (*PATTERNS, "%", "<%", "%>")
_KEY_TESTS = ("?", "?|", "?&")
_PATH_TESTS = ("@?", "@@")
_ARRAY_TESTS = ("&&", "@>", "<@")
_LISTED = (" all", " any")  # x LIKE ANY (array)


def gin(access: Access, bases: Sequence[Index]) -> Iterator[Index]:
    """One index per column or expression and operator class; with btree_gin also one with an equality column in front."""
    for predicate in access.predicates:
        for key in _keys(access, predicate):
            pieces = key.opclass is not None and key.opclass == trigram_class(access)
            index = trigrams(access, key) if pieces else Index(access.table.name, (key,), method="gin")
            yield index
            if predicate.branch is None:
                yield from with_scalar(access, index)


def _keys(access: Access, predicate: Predicate) -> Iterator[IndexKey]:
    operator = predicate.operator.removesuffix(" any").removesuffix(" all")
    plain = _plain_key(access, predicate.key)
    if plain is None:
        return
    kind = _type(access, predicate)
    if kind is not None and kind.name == "jsonb":
        yield from _document_keys(plain, operator)
    elif kind is not None and (kind.family == "array" or kind.name in ("hstore", "intarray")):
        if operator in _ARRAY_TESTS or (kind.name == "hstore" and operator in _KEY_TESTS):
            yield plain
    elif operator == "@@" and (kind is None or kind.name == "tsvector"):
        yield plain
    elif operator in TRIGRAM_OPERATORS and access.keys.is_text(predicate.key):
        opclass = trigram_class(access)
        if opclass is not None and _has_trigrams(predicate):
            yield replace(plain, opclass=opclass)
    elif kind is None and operator in _ARRAY_TESTS:
        yield plain


def _document_keys(plain: IndexKey, operator: str) -> Iterator[IndexKey]:
    if operator == "@>" or operator in _PATH_TESTS:
        yield replace(plain, opclass="jsonb_path_ops")
    if operator in _KEY_TESTS:
        yield plain


def _plain_key(access: Access, key: Key) -> IndexKey | None:
    if key.column is not None:
        return IndexKey(column=key.column) if access.keys.usable(key.column) else None
    return access.keys.expression(key)


def _type(access: Access, predicate: Predicate) -> TypeFacts | None:
    """The key's type; that of an expression over jsonb is told by the operator alone."""
    key = predicate.key
    if key.column is not None:
        facts = access.keys.facts(key.column)
        return facts.type if facts is not None else None
    expression = key.expression or ""
    arrow = "->" in expression and "->>" not in expression
    if arrow or predicate.operator in _KEY_TESTS:
        return TypeFacts("jsonb", "json")
    made = type_name_of(expression)
    return type_facts(made, access.lookup) if made is not None else None


def _has_trigrams(predicate: Predicate) -> bool:
    """Whether the pattern holds three letters in a row, as far as it is known: without them all of the index is read."""
    values = predicate.operand.values
    return all(any(len(piece) >= 3 for piece in _pieces(value)) for value in values)


def _pieces(pattern: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in pattern).split()
