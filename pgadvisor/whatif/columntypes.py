"""What pg_statistic needs to know of each column's type: the operators ANALYZE would have recorded."""

from dataclasses import dataclass

from pgadvisor.model.names import Name
from pgadvisor.whatif.wire import Connection

_COLUMNS = """
SELECT n.nspname, c.relname, a.attname, c.oid::int8, a.attnum::int, a.atttypid::int8, a.attcollation::int8
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'i', 'I', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND a.attnum > 0 AND NOT a.attisdropped
"""
# An array, an enum, a range and so on use the operator class of their pseudo-type (typcache.c, lookup_type_cache).
_OPERATORS = """
WITH RECURSIVE wanted AS (
  SELECT DISTINCT unnest(%s::int8[])::oid AS oid
), base AS (
  SELECT oid AS wanted, oid AS base FROM wanted
  UNION
  SELECT b.wanted, t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
), plain AS (
  SELECT b.wanted, t.oid AS base, t.typtype, t.typelem, t.typlen, t.typname
  FROM base b JOIN pg_type t ON t.oid = b.base WHERE t.typtype <> 'd'
), input AS (
  SELECT p.*, choice.type, choice.rank FROM plain p CROSS JOIN LATERAL (
    SELECT p.base AS type, 0 AS rank
    UNION ALL SELECT 3500::oid, 1 WHERE p.typtype = 'e'
    UNION ALL SELECT 3831::oid, 1 WHERE p.typtype = 'r'
    UNION ALL SELECT 4537::oid, 1 WHERE p.typtype = 'm'
    UNION ALL SELECT 2249::oid, 1 WHERE p.typtype = 'c'
    UNION ALL SELECT 2277::oid, 1 WHERE p.typelem <> 0 AND p.typlen = -1
    UNION ALL SELECT k.casttarget, 2 FROM pg_cast k
      WHERE k.castsource = p.base AND k.castmethod = 'b' AND k.castcontext = 'i'
  ) AS choice(type, rank)
)
SELECT DISTINCT ON (i.wanted, m.amname) i.wanted::int8, i.base::int8, i.typelem::int8, i.typname, m.amname,
  (SELECT o.amopopr::int8 FROM pg_amop o WHERE o.amopfamily = k.opcfamily AND o.amoplefttype = k.opcintype
     AND o.amoprighttype = k.opcintype AND o.amopstrategy = CASE m.amname WHEN 'btree' THEN 3 ELSE 1 END),
  (SELECT o.amopopr::int8 FROM pg_amop o WHERE m.amname = 'btree' AND o.amopfamily = k.opcfamily
     AND o.amoplefttype = k.opcintype AND o.amoprighttype = k.opcintype AND o.amopstrategy = 1)
FROM input i JOIN pg_opclass k ON k.opcintype = i.type AND k.opcdefault JOIN pg_am m ON m.oid = k.opcmethod
WHERE m.amname IN ('btree', 'hash')
ORDER BY i.wanted, m.amname, i.rank
"""


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """oids; 0 where there is none. `base` is the type under a domain, `element` that of an array."""

    base: int
    element: int
    name: str
    equal: int
    less: int


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column of the shadow: where pg_statistic keeps it and the type its values have."""

    relation: int
    number: int
    type: int
    collation: int


def read_columns(root: Connection) -> dict[tuple[Name, str], ColumnFacts]:
    """Every column of the shadow's tables and indexes."""
    rows = root.execute(_COLUMNS).fetchall()
    return {(Name(schema, relation), column): ColumnFacts(*facts) for schema, relation, column, *facts in rows}


def read_columns_of(root: Connection, relation: int) -> list[ColumnFacts]:
    """The columns of one table or index, by number."""
    rows = root.execute(f"{_COLUMNS} AND c.oid = %s::int8 ORDER BY a.attnum", (relation,)).fetchall()
    return [ColumnFacts(*facts) for _, _, _, *facts in rows]


def read_types(root: Connection, oids: set[int]) -> dict[int, TypeFacts]:
    """The facts of those types that can be compared."""
    found: dict[int, TypeFacts] = {}
    for wanted, base, element, name, method, equal, less in root.execute(_OPERATORS, (sorted(oids),)).fetchall():
        if method == "btree" or wanted not in found:
            found[wanted] = TypeFacts(base, element, name, equal or 0, less or 0)
    return found
