"""Tables, partitions and views of the shadow, without rows."""

import re
from collections.abc import Collection, Iterator

from pgadvisor.model.catalog import Column, Table
from pgadvisor.model.names import Name, quote_identifier
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.site import Site
from pgadvisor.whatif.wire import Refused, run

_WORD = re.compile(r"\w+")
_OPTIONS = ("parallel_workers", "fillfactor")  # the storage parameters that the planner reads


def in_question(lookup: Lookup, wanted: Collection[Name]) -> tuple[Name, ...]:
    """The wanted tables, their ancestors and descendants; parents come before their children."""
    found: dict[Name, None] = {}

    def add(name: Name) -> None:
        table = lookup.tables.get(name)
        if table is None or name in found:
            return
        for parent in table.parents:
            add(parent)
        found[name] = None

    waiting = [name for name in wanted if name in lookup.tables]
    seen: set[Name] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += lookup.partitions.get(name, ())
    for name in sorted(seen, key=lambda one: lookup.tables[one].oid):  # the planner takes children in the order of their oids
        add(name)
    return tuple(found)


def _column(column: Column, collated: bool) -> str:
    text = f"{quote_identifier(column.name)} {column.type_sql}"
    if collated and column.collation:
        text += f" COLLATE {column.collation}"
    return text + (" NOT NULL" if column.not_null else "")


def _create(table: Table, collated: bool) -> str:
    """CREATE TABLE; a partition is made alone and attached later, so that its columns keep their own order."""
    columns = ", ".join(_column(column, collated) for column in sorted(table.columns, key=lambda one: one.number))
    text = f"CREATE TABLE {table.name} ({columns})"
    if table.parents and table.partition_bound is None:
        text += f" INHERITS ({', '.join(str(parent) for parent in table.parents)})"
    if table.partition_key is not None:
        return f"{text} PARTITION BY {table.partition_key}"
    options = [option for option in table.options if option.split("=")[0] in _OPTIONS]
    return text + (f" WITH ({', '.join(options)})" if options else "")


def _create_table(site: Site, table: Table) -> bool:
    if not table.columns:
        site.skip(f"table {table.name}", "its columns were not read")
        return False
    try:
        run(site.owner, _create(table, collated=True))
        return True
    except Refused as error:
        if not any(column.collation for column in table.columns):
            site.skip(f"table {table.name}", error.reason)
            return False
    if not site.make(f"table {table.name}", _create(table, collated=False)):
        return False
    site.skip(f"collations of {table.name}", "not on this machine; its columns sort by the default collation")
    return True


def _attach(site: Site, table: Table) -> bool:
    if table.partition_bound is None:
        return True
    sql = f"ALTER TABLE {table.parents[0]} ATTACH PARTITION {table.name} {table.partition_bound}"
    return site.make(f"partition {table.name}", sql)


def create_tables(site: Site, wanted: Collection[Name]) -> None:
    """Create the tables in question; `site.tables` are those that were made."""
    made: list[Name] = []
    for name in in_question(site.lookup, wanted):
        table = site.lookup.tables[name]
        if not set(table.parents) <= set(made):
            site.skip(f"table {name}", "its parent could not be made")
        elif _create_table(site, table) and _attach(site, table):
            made.append(name)
            if table.kind == "f":
                site.skip(f"foreign table {name}", "planned as if it were a local table")
    site.tables = tuple(made)


def _mentioned(lookup: Lookup, wanted: Collection[Name]) -> set[str]:
    """Words of the statements and of the views they name: a view not among them is not needed."""
    words = {name.name for name in wanted}
    for statement in lookup.snapshot.statements:
        words.update(_WORD.findall(statement.text or ""))
    waiting = [view for view in lookup.snapshot.views if view.definition is not None]
    while needed := [view for view in waiting if view.name.name in words]:
        waiting = [view for view in waiting if view not in needed]
        for view in needed:
            words.update(_WORD.findall(view.definition or ""))
    return words


def _views(site: Site, wanted: Collection[Name]) -> Iterator[tuple[str, str]]:
    words = _mentioned(site.lookup, wanted) if site.lookup.snapshot.views else set()
    for view in site.lookup.snapshot.views:
        needed = not site.lookup.snapshot.statements or view.name.name in words
        if view.definition is not None and needed and view.name not in site.tables:
            yield f"view {view.name}", f"CREATE VIEW {view.name} AS {view.definition.strip().rstrip(';')}"


def create_views(site: Site, wanted: Collection[Name]) -> None:
    """Create the views that statements read; a view may stand before the one it reads."""
    site.make_all(_views(site, wanted))
