"""Which tables are in question: those that statements touch, and those that planning them needs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pgadvisor.model.names import Name
from pgadvisor.parse.names import relations_in

SMALL_DATABASE = 500
"""Up to this many tables all are in question: nothing is gained by choosing."""


@dataclass(frozen=True, slots=True)
class Relations:
    """How the relations of a database hang together, by oid."""

    tables: Mapping[int, Name]
    views: Mapping[int, Name]
    view_sources: Mapping[int, Collection[int]]
    parents: Mapping[int, Sequence[int]]
    references: Collection[tuple[int, int]]  # foreign keys: referencing, referenced


def mentioned(texts: Iterable[str], relations: Relations) -> list[frozenset[int]]:
    """The relations of each text. A name without a schema stands for every relation of that name: which one is meant
    depends on the search path, and reading one too many costs little."""
    by_name: dict[str, list[int]] = defaultdict(list)
    by_full_name: dict[Name, int] = {}
    for oid, name in (*relations.tables.items(), *relations.views.items()):
        by_name[name.name].append(oid)
        by_full_name[name] = oid
    found = []
    for text in texts:
        oids: set[int] = set()
        for schema, relation in relations_in(text):
            if schema is None:
                oids.update(by_name.get(relation, ()))
            elif (name := Name(schema, relation)) in by_full_name:
                oids.add(by_full_name[name])
        found.append(frozenset(oids))
    return found


def in_question(mentions: Iterable[frozenset[int]], relations: Relations) -> frozenset[int]:
    """The oids of tables and views in question: those mentioned, or all of a small database.

    Views stand for what they read; a table brings its whole family of partitions or inheritance, and the tables that
    foreign keys tie it to.
    """
    known = relations.tables.keys() | relations.views.keys()
    small = len(relations.tables) <= SMALL_DATABASE
    roots = _with_view_sources(known if small else {oid for group in mentions for oid in group}, relations.view_sources)
    near = _families(roots, relations.parents)
    near |= {b for a, b in relations.references if a in near} | {a for a, b in relations.references if b in near}
    return frozenset(_families(near, relations.parents)) & known


def _with_view_sources(oids: Iterable[int], sources: Mapping[int, Collection[int]]) -> set[int]:
    """`oids` and all that the views among them read, to any depth."""
    found: set[int] = set()
    waiting = list(oids)
    while waiting:
        oid = waiting.pop()
        if oid not in found:
            found.add(oid)
            waiting += sources.get(oid, ())
    return found


def _families(oids: Iterable[int], parents: Mapping[int, Sequence[int]]) -> set[int]:
    """`oids` with all their ancestors and the ancestors' descendants."""
    links: dict[int, list[int]] = defaultdict(list)
    for child, above in parents.items():
        for parent in above:
            links[child].append(parent)
            links[parent].append(child)
    return _with_view_sources(oids, links)
