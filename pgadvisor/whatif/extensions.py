"""Schemas and extensions of the shadow, made by the superuser before any text of the snapshot runs."""

from pgadvisor.model.catalog import Extension
from pgadvisor.model.names import quote_identifier
from pgadvisor.whatif.site import Site
from pgadvisor.whatif.wire import Refused, run

# Extensions that plan nothing: they reach out of the database, run code, or only look at the server.
_NAMES = """
adminpack amcheck auto_explain autoinc aws_s3 aws_lambda aws_commons azure_storage citus_columnar dblink file_fdw
google_columnar_engine google_ml_integration http hypopg insert_username lo moddatetime mysql_fdw ogr_fdw
old_snapshot oracle_fdw pageinspect pg_background pg_buffercache pg_cron pg_freespacemap pg_hint_plan pg_ivm
pg_logicalinspect pg_net pg_partman pg_prewarm pg_qualstats pg_repack pg_squeeze pg_stat_kcache pg_stat_monitor
pg_stat_statements pg_surgery pg_visibility pg_wait_sampling pg_walinspect pgagent pgaudit pgauditlogtofile
pglogical pgmq pgrowlocks pgsodium pgstattuple plpgsql plpgsql_check postgres_fdw powa rds_tools redis_fdw refint
set_user sqlite_fdw sslinfo supabase_vault tcn tds_fdw timescaledb wal2json wrappers xml2
"""
LEFT_OUT = frozenset(_NAMES.split())
_LANGUAGES = ("plperl", "plpython", "pltcl", "plv8", "plr", "pljava", "plsh", "pllua", "plrust")


def wanted(extension: Extension) -> bool:
    """Whether an extension can matter to a plan: it ships types, operators or functions, and no language."""
    name = extension.name
    language = name.startswith(_LANGUAGES) or name.endswith(("_plperl", "_plperlu")) or "_plpython" in name
    return name not in LEFT_OUT and not language


def create_schemas(site: Site, owner: str) -> None:
    """The snapshot's schemas, owned by the shadow's owner."""
    run(site.root, f"ALTER SCHEMA public OWNER TO {owner}")
    for schema in site.lookup.snapshot.schemas:
        if schema in ("public", "information_schema") or schema.startswith("pg_"):
            continue
        try:
            run(site.root, f"CREATE SCHEMA {quote_identifier(schema)} AUTHORIZATION {owner}")
        except Refused as error:
            site.skip(f"schema {schema}", error.reason)


def create_extensions(site: Site) -> None:
    """The extensions that plans need; one that this machine has not is listed, and so is what cannot be made for it."""
    waiting = [extension for extension in site.lookup.snapshot.extensions if wanted(extension)]
    while waiting:
        refused = [(extension, why) for extension in waiting if (why := _refusal(site, extension)) is not None]
        if len(refused) == len(waiting):
            for extension, why in refused:
                site.skip(f"extension {extension.name}", why)
            return
        waiting = [extension for extension, _ in refused]


def _refusal(site: Site, extension: Extension) -> str | None:
    """Create one extension; why it cannot be. Some extensions insist on a schema of their own."""
    create = f"CREATE EXTENSION {quote_identifier(extension.name)}"
    reason = None
    for sql in (f"{create} SCHEMA {quote_identifier(extension.schema)}", create):
        try:
            run(site.root, sql)
        except Refused as error:
            reason = reason or error.reason
            continue
        return None
    return reason


def add_extension(site: Site, name: str) -> None:
    """An extension that the snapshot's server could create. Raises Refused where this machine has not."""
    schema = site.lookup.extension_schema(name)
    if schema is None:
        raise Refused(f"extension {name} is not available on the server")
    run(site.root, f"CREATE EXTENSION IF NOT EXISTS {quote_identifier(name)} SCHEMA {quote_identifier(schema)}")
