"""The shadow: a throw-away local server with production's schema, statistics and sizes, and not one of its rows."""

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from pgadvisor.codec import with_stand_ins
from pgadvisor.errors import PartialError, PrerequisiteError
from pgadvisor.model.catalog import ExistingIndex, Table
from pgadvisor.model.names import Name, quote_identifier
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.binaries import find_binaries
from pgadvisor.whatif.explain import Explainer
from pgadvisor.whatif.extended import create_extended_statistics
from pgadvisor.whatif.extensions import create_extensions, create_schemas
from pgadvisor.whatif.files import grow, pages_of
from pgadvisor.whatif.functions import create_functions
from pgadvisor.whatif.hypothetical import Heap
from pgadvisor.whatif.keys import create_constraints, create_indexes
from pgadvisor.whatif.locale import create_database
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.planner import ShadowPlanner
from pgadvisor.whatif.relations import Extent, IndexFiles, Relation, read_relations, update_class
from pgadvisor.whatif.settings import planner_settings
from pgadvisor.whatif.site import Site
from pgadvisor.whatif.sizes import index_shape
from pgadvisor.whatif.sizes.shape import Shape
from pgadvisor.whatif.statistics import write_statistics
from pgadvisor.whatif.tables import create_tables, create_views
from pgadvisor.whatif.usertypes import create_types
from pgadvisor.whatif.wire import Connection, Refused, run

_DATABASE, _OWNER, _READER = "shadow", "pgadvisor_owner", "pgadvisor_planner"
_SETTINGS = {
    "max_locks_per_transaction": "1024",
    "max_parallel_maintenance_workers": "0",
    "wal_skip_threshold": "0",  # else a commit reads the pages of new files into the shared buffers
    "checkpoint_timeout": "1d",
    "bgwriter_lru_maxpages": "0",
}
_STATEMENT_TIMEOUT = "5s"
_BY_INDEXES = """
SELECT set_config('plan_cache_mode', 'force_generic_plan', false), set_config(name, 'off', false)
FROM unnest(ARRAY['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) AS name
"""


@contextmanager
def open_shadow(lookup: Lookup, tables: Collection[Name], *, bindir: Path | None = None) -> Iterator[ShadowPlanner]:
    """A planner over a shadow of `tables` (their partitions and parents come along), gone at the end of the block.

    The programs are those of production's major where this machine has them, else of the next newer. What cannot be made
    is in the planner's `skipped`. Raises PrerequisiteError where there are no programs or no server starts.
    """
    binaries = find_binaries(lookup.snapshot.server.major, bindir)
    # From 18 on pages have checksums by default, and ours are written by hand.
    options = ("--locale=C", "--no-data-checksums") if binaries.major >= 18 else ("--locale=C",)
    known = Lookup(with_stand_ins(lookup.snapshot)) if lookup.snapshot.redacted else lookup
    with LocalServer(binaries, _SETTINGS, options) as server:
        try:
            planner = _build(server, known, tables)
        except Refused as error:
            raise PrerequisiteError(f"the shadow could not be built: {error.reason}", "see --shadow-bindir") from None
        try:
            yield planner
        except psycopg.OperationalError:
            raise PartialError("the local server stopped while it planned", "see how much memory and disk is free") from None


def _build(server: LocalServer, lookup: Lookup, tables: Collection[Name]) -> ShadowPlanner:
    site = _open_site(server, lookup)
    create_schemas(site, _OWNER)
    create_extensions(site)
    create_types(site)
    create_functions(site, _OWNER)
    create_tables(site, tables)
    create_indexes(site)
    create_constraints(site)
    create_views(site, tables)
    write_statistics(site, lookup.snapshot.statistics)
    create_extended_statistics(site)
    relations = read_relations(site.root)
    heaps = _furnish(site, relations)
    _search_by_indexes(site.root)
    return ShadowPlanner(site, relations, heaps, _open_explainer(site))


def _open_site(server: LocalServer, lookup: Lookup) -> Site:
    with server.connect() as root:
        run(root, f"CREATE ROLE {_OWNER} LOGIN PASSWORD '{(password := secrets.token_hex(16))}'")
        lacking = create_database(root, _DATABASE, _OWNER, lookup.snapshot.server, server.major)
        run(root, f"REVOKE ALL ON DATABASE {_DATABASE} FROM PUBLIC")
    quiet = "-c search_path=pg_catalog -c client_min_messages=error"
    site = Site(
        server,
        lookup,
        root=server.connect(dbname=_DATABASE, options=quiet),
        owner=server.connect(dbname=_DATABASE, options=quiet, user=_OWNER, password=password),
    )
    # Texts of a snapshot name their schemas; those typed by hand may not.
    schemas = dict.fromkeys(("pg_catalog", "public", *(extension.schema for extension in lookup.snapshot.extensions)))
    run(site.owner, "SELECT set_config('search_path', $1, false)", (", ".join(map(quote_identifier, schemas)),))
    if lacking is not None:
        site.skip("collation", lacking)
    return site


def _search_by_indexes(root: Connection) -> None:
    """From here on `root` finds single rows of the catalogs, with the same few statements thousands of times: by index, as
    nobody has analysed the catalogs, and planned once."""
    run(root, _BY_INDEXES)
    root.prepare_threshold = 1


def _extent(table: Table, relation: Relation) -> Extent:
    return Extent(relation.oid, table.pages, table.rows, table.all_visible_pages)


def _index_extent(site: Site, files: IndexFiles, index: ExistingIndex, relation: Relation) -> Extent:
    pages = pages_of(index.size_bytes, index.pages)
    estimated = index_shape(index.definition, site.lookup, max(0.0, index.rows)) if index.definition else Shape(pages, index.rows)
    extent = files.build(relation, estimated.stretched(pages))
    return Extent(extent.oid, index.pages, index.rows, file=extent.file)


def _furnish(site: Site, relations: dict[Name, Relation]) -> dict[Name, Heap]:
    """Give every table and index its size and rows; the tables."""
    files = IndexFiles(site.server.data)
    extents: list[Extent] = []
    heaps: dict[Name, Heap] = {}
    for name, relation in relations.items():
        table, index = site.lookup.tables.get(name), site.lookup.index_by_name.get(name)
        if table is not None and relation.table is None:
            extent = _extent(table, relation)
            file = relation.path(site.server.data) if relation.file is not None else None
            pages = pages_of(table.size_bytes, table.pages)
            if file is not None:
                grow(file, pages)
            heaps[name] = Heap(extent, file, pages)
            extents.append(extent)
        elif index is not None and relation.table is not None:
            extents.append(_index_extent(site, files, index, relation))
    update_class(site.root, extents)
    return heaps


def _open_explainer(site: Site) -> Explainer:
    password = secrets.token_hex(16)
    schemas = ", ".join(row[0] for row in site.root.execute(_SCHEMAS, ()).fetchall())
    for sql in (
        f"CREATE ROLE {_READER} LOGIN PASSWORD '{password}'",
        f"GRANT CONNECT ON DATABASE {_DATABASE} TO {_READER}",
        f"GRANT USAGE ON SCHEMA {schemas} TO {_READER}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schemas} TO {_READER}",
    ):
        run(site.root, sql)
    options = f"-c client_min_messages=error -c statement_timeout={_STATEMENT_TIMEOUT}"
    connection = site.server.connect(dbname=_DATABASE, user=_READER, password=password, options=options)
    explainer = Explainer(connection)
    for name, why in explainer.use(planner_settings(site.lookup)):
        site.skip(f"setting {name}", why)
    return explainer


_SCHEMAS = "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
