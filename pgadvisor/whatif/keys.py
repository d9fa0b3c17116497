"""Production's indexes and constraints, under their own names."""

from collections.abc import Iterator
from dataclasses import replace

from pgadvisor.model.catalog import Constraint, ExistingIndex
from pgadvisor.model.names import Name, quote_identifier
from pgadvisor.whatif.site import Site


def _option(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{quote_identifier(name)} = '" + value.replace("'", "''") + "'"


def create_index_sql(index: ExistingIndex) -> str:
    """CREATE INDEX as production has it. Raises ValueError where its definition was not read."""
    if index.definition is None:
        raise ValueError("definition was not read")
    definition = replace(index.definition, unique=index.unique and not index.exclusion)
    text = replace(definition, where=None).sql(index.name.name)
    if index.nulls_not_distinct:
        text += " NULLS NOT DISTINCT"
    if index.options and index.kind == "i":
        text += " WITH (" + ", ".join(_option(option) for option in index.options) + ")"
    return text + (f" WHERE {definition.where}" if definition.where else "")


def _keyed(site: Site, index: ExistingIndex) -> Iterator[tuple[str, str]]:
    """The statements that make one index and the constraint it implements. On a partitioned table they are one."""
    what = f"index {index.name}"
    kind = "PRIMARY KEY" if index.primary else "UNIQUE"
    constraint = index.constraint if not index.exclusion else None
    head = f"ALTER TABLE {index.table} ADD CONSTRAINT {quote_identifier(constraint)} {kind}" if constraint else ""
    deferrable = "" if index.immediate else " DEFERRABLE"
    if constraint and index.kind == "I" and index.definition is not None:
        columns = ", ".join(quote_identifier(column) for column in index.definition.columns)
        yield what, f"{head} ({columns}){deferrable}"
        return
    yield what, create_index_sql(index)
    if constraint:
        yield f"constraint {constraint} of {index.table}", f"{head} USING INDEX {quote_identifier(index.name.name)}{deferrable}"


def create_indexes(site: Site) -> None:
    """Create the valid indexes: those of the deepest partitions first, so that their parents' attach to them."""
    for table in reversed(site.tables):
        for index in site.lookup.indexes.get(table, ()):
            if not index.valid:
                continue
            if index.definition is None:
                site.skip(f"index {index.name}", "its definition was not read")
                continue
            for what, sql in _keyed(site, index):
                if not site.make(what, sql):
                    break


def _ancestors(site: Site, name: Name) -> Iterator[Name]:
    for parent in site.lookup.tables[name].parents if name in site.lookup.tables else ():
        yield parent
        yield from _ancestors(site, parent)


def _comes_with_parent(site: Site, constraint: Constraint) -> bool:
    """Whether a partitioned parent has the same foreign key, or references the parent of the same table."""
    targets = {constraint.references}
    if constraint.references is not None:
        targets |= set(_ancestors(site, constraint.references))
    sources = [constraint.table, *_ancestors(site, constraint.table)]
    return any(
        other is not constraint and other.kind == "f" and other.columns == constraint.columns and other.references in targets
        for source in sources
        for other in site.lookup.constraints.get(source, ())
        if source != constraint.table or other.references != constraint.references
    )


def _foreign_key(constraint: Constraint) -> str:
    columns = ", ".join(quote_identifier(column) for column in constraint.columns)
    there = ", ".join(quote_identifier(column) for column in constraint.referenced_columns)
    name = quote_identifier(constraint.name)
    head = f"ALTER TABLE {constraint.table} ADD CONSTRAINT {name} FOREIGN KEY ({columns})"
    return f"{head} REFERENCES {constraint.references} ({there}) NOT VALID"


def _constraints(site: Site) -> Iterator[tuple[str, str]]:
    here = set(site.tables)
    for table in site.tables:
        for constraint in site.lookup.constraints.get(table, ()):
            what = f"constraint {constraint.name} of {table}"
            if constraint.kind == "f" and constraint.references in here and not _comes_with_parent(site, constraint):
                yield what, _foreign_key(constraint)
            elif constraint.kind == "c" and constraint.definition and not _inherited_check(site, constraint):
                yield what, f"ALTER TABLE {table} ADD CONSTRAINT {quote_identifier(constraint.name)} {constraint.definition}"


def _inherited_check(site: Site, constraint: Constraint) -> bool:
    return any(
        other.kind == "c" and other.name == constraint.name
        for parent in _ancestors(site, constraint.table)
        for other in site.lookup.constraints.get(parent, ())
    )


_VALIDATED = """
UPDATE pg_constraint SET convalidated = true FROM unnest(%s::text[], %s::text[], %s::text[]) AS v(schema, relation, name)
WHERE contype = 'f' AND conname = v.name AND conrelid = to_regclass(quote_ident(v.schema) || '.' || quote_ident(v.relation))
"""


def create_constraints(site: Site) -> None:
    """Foreign keys, which change join estimates, and checks, which exclude tables.

    A foreign key is declared valid afterwards: checking it would plan a query, and with it leave the meta pages of indexes
    that are not yet given their height in the shared buffers.
    """
    for what, sql in _constraints(site):
        site.make(what, sql)
    valid = [one for table in site.tables for one in site.lookup.constraints.get(table, ()) if one.kind == "f" and one.validated]
    names = ([one.table.schema for one in valid], [one.table.name for one in valid], [one.name for one in valid])
    site.root.execute(_VALIDATED, names)
