"""The application's types: enums, domains without their checks, composites and ranges."""

from collections.abc import Iterator

from pgadvisor.model.catalog import Type
from pgadvisor.model.names import quote_identifier
from pgadvisor.whatif.site import Site

_PLANTED = """
SELECT c.contypid::regtype::text FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE c.contypid <> 0 AND c.contype = 'c' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = c.contypid AND d.deptype = 'e')
"""


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"


def _definition(type_: Type) -> str | None:
    if type_.kind == "e":
        return f"CREATE TYPE {type_.name} AS ENUM ({', '.join(_literal(label) for label in type_.labels)})"
    if type_.kind == "d":
        return f"CREATE DOMAIN {type_.name} AS {type_.base_type}" + (" NOT NULL" if type_.not_null else "")
    if type_.kind == "c":
        attributes = ", ".join(f"{quote_identifier(name)} {sql}" for name, sql in type_.attributes)
        return f"CREATE TYPE {type_.name} AS ({attributes})"
    if type_.kind == "r":
        return f"CREATE TYPE {type_.name} AS RANGE (SUBTYPE = {type_.base_type})"
    return None


def _statements(site: Site) -> Iterator[tuple[str, str]]:
    for type_ in site.lookup.snapshot.types:
        if (
            type_.extension is not None
            or type_.kind == "m"
            or type_.name in site.lookup.tables
            or type_.name in site.lookup.views
        ):
            continue
        sql = _definition(type_)
        if sql is None:
            site.skip(f"type {type_.name}", "a base type needs its extension's code")
        else:
            yield f"type {type_.name}", sql


def create_types(site: Site) -> None:
    """Create the types. A domain's checks are never evaluated while planning, so none is made."""
    site.make_all(_statements(site))
    for (name,) in site.root.execute(_PLANTED, ()).fetchall():
        site.make(f"type {name}", f"DROP DOMAIN {name} CASCADE")
        site.skip(f"type {name}", "its base type's text is not a type")
