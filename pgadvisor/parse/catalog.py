"""The relations of a snapshot as a statement's names find them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pglast import parser
from pglast.error import Error

from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup
from pgadvisor.parse.immutable import BUILT_IN
from pgadvisor.parse.refusal import Refused

SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema", "pg_toast"})
_SYSTEM_EXTENSIONS = frozenset({"pg_stat_statements", "pg_stat_statements_info", "pg_buffercache", "pg_stat_kcache"})


@dataclass(frozen=True, slots=True)
class Found:
    """What a name stands for. `kind`: table, view, system (its columns are not known)."""

    name: Name
    kind: str
    outside: bool = False  # its schema is not in the search_path, but no other has the name


class Catalog:
    """Finds relations, columns and view bodies; keeps what was parsed."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._by_name: dict[str, list[Name]] = defaultdict(list)
        for name in dict.fromkeys([*lookup.tables, *lookup.views]):
            self._by_name[name.name].append(name)
        self._columns: dict[Name, tuple[str, ...]] = {}
        self._types: dict[Name, dict[str, str]] = {}
        self._views: dict[Name, Any] = {}
        functions = lookup.snapshot.functions
        self.aggregates = frozenset(f.name.name for f in functions if f.kind == "a")
        self.changing = frozenset(f.name.name for f in functions if f.volatility == "v" or f.returns_set)
        self._homes: dict[str, dict[str, None]] = defaultdict(dict)
        for function in functions:
            if function.extension is not None or function.name.name not in BUILT_IN:
                self._homes[function.name.name][function.name.schema] = None

    def find(self, schema: str | None, name: str, path: Sequence[str]) -> Found:
        """The relation that a name means under `path`; raises Refused for one that is unknown or not sure."""
        if schema is not None:
            return self._known(Name(schema, name)) or _system(schema, name) or _unknown(f"{schema}.{name}")
        for candidate in path:
            found = self._known(Name(candidate, name))
            if found is not None:
                return found
        homes = self._by_name.get(name, [])
        if name.startswith("pg_") and not homes:
            return Found(Name("pg_catalog", name), "system")
        if len(homes) == 1:
            known = self._known(homes[0])
            assert known is not None
            return Found(known.name, known.kind, outside=True)
        if homes:
            schemas = ", ".join(sorted(home.schema for home in homes))
            raise Refused(f"ambiguous name: {name} is in the schemas {schemas}, none of them in the role's search_path")
        return _unknown(name)

    def function_schema(self, name: str, path: Sequence[str]) -> str | None:
        """The schema of the function of an application or extension that `name` calls under `path`; None for another function,
        and where it is not sure."""
        homes = self._homes.get(name, {})
        for schema in path:
            if schema in homes:
                return schema
        return next(iter(homes)) if len(homes) == 1 else None

    def _known(self, name: Name) -> Found | None:
        if name in self.lookup.tables:
            return Found(name, "table")
        if name in self.lookup.views:
            system = name.name in _SYSTEM_EXTENSIONS
            return Found(name, "system" if system else "view")
        return None

    def columns(self, table: Name) -> tuple[str, ...]:
        """Names of the live columns in order; () where they are not known."""
        known = self._columns.get(table)
        if known is None:
            known = self._columns[table] = tuple(column.name for column in self.lookup.tables[table].columns)
        return known

    def types(self, table: Name) -> dict[str, str]:
        """Type of each column."""
        known = self._types.get(table)
        if known is None:
            known = self._types[table] = {column.name: column.type_sql for column in self.lookup.tables[table].columns}
        return known

    def view_tree(self, name: Name) -> Any:
        """The parsed SELECT of a view; raises Refused where its definition is not known or not readable."""
        if name not in self._views:
            definition = self.lookup.views[name].definition
            if definition is None:
                raise Refused(f"the definition of the view {name} is not known")
            try:
                self._views[name] = parser.parse_sql(definition)[0].stmt
            except (Error, IndexError, RecursionError):
                raise Refused(f"the definition of the view {name} was not understood") from None
        return self._views[name]


@lru_cache(maxsize=2)
def catalog_of(lookup: Lookup) -> Catalog:
    """The catalog of a snapshot, made once for those who read texts one by one."""
    return Catalog(lookup)


def _system(schema: str, name: str) -> Found | None:
    return Found(Name(schema, name), "system") if schema in SYSTEM_SCHEMAS or schema.startswith("pg_toast") else None


def _unknown(name: str) -> Found:
    raise Refused(f"unknown relation {name}: dropped, temporary, or out of reach of this role")
