"""The order in which a database is read.

Who we talk to comes first, then whether the statements can be read at all: a run that cannot succeed ends there, after
a handful of reads. Then what counts, close together and close to `collected_at`: statements, indexes and tables with
their usage. Then the rest of the catalog in bulk, which neither moves nor locks, and the sessions. Then the statements'
texts: the server may take a minute over its file of texts, and no counter waits for that. Only with the texts is it
known which tables are in question, so what costs the server something per table (deparsing, file sizes, statistics)
comes last and is asked of those alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone

from pgadvisor.collect.activity import read_activity, read_replication
from pgadvisor.collect.catalog import read_catalog, read_details
from pgadvisor.collect.extensions import read_available, read_extensions
from pgadvisor.collect.question import in_question, mentioned
from pgadvisor.collect.reading import Reading
from pgadvisor.collect.search_paths import read_search_paths
from pgadvisor.collect.server import read_server
from pgadvisor.collect.settings import read_settings
from pgadvisor.collect.statements import Counted, View, find_view, judge_hidden, read_counters, read_info, read_texts
from pgadvisor.connect import Session
from pgadvisor.errors import PrerequisiteError
from pgadvisor.model.catalog import Extension
from pgadvisor.model.server import Server, Setting
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Statement, StatementsInfo

_NOBODY = 0  # the role of a workload file's statements: the database's own path holds for them


def collect(
    session: Session,
    *,
    texts: Iterable[str] = (),
    statements_needed: bool = True,
) -> Snapshot:
    """Everything that the analysis needs to know of a database.

    `texts` are further statements (a workload file, a log) whose tables are in question. Without `statements_needed` a
    server that has no pg_stat_statements is read all the same.

    Raises PrerequisiteError with the SQL that adds what is missing, ConnectError, ReadError for a bulk read that the
    server refused. What else could not be read is in `skipped`.
    """
    reading = Reading(session)
    collected_at = datetime.now(timezone.utc)
    server = read_server(reading)
    settings = read_settings(reading)
    extensions = read_extensions(reading)
    view, counted = _counted(reading, extensions, settings, statements_needed)
    catalog = read_catalog(reading)
    activity = reading.optional("sessions", read_activity)
    replication = reading.optional("replication", read_replication)
    info, statements = _statements(reading, view, counted, server, settings)
    known = [*(statement.text for statement in statements if statement.text), *texts]
    wanted = in_question(mentioned(known, catalog.relations), catalog.relations)
    details = read_details(reading, catalog, wanted, server.user)
    users = {_NOBODY: "", **{statement.user_oid: statement.user for statement in statements}}
    paths = read_search_paths(reading, users, settings, server.user, catalog.schemas)
    return Snapshot(
        collected_at=collected_at,
        server=server,
        settings=settings,
        schemas=catalog.schemas,
        types=catalog.types,
        functions=catalog.functions,
        extensions=extensions,
        available_extensions=reading.optional("extensions that could be created", read_available),
        tables=details.tables,
        views=details.views,
        indexes=details.indexes,
        constraints=details.constraints,
        statistics=details.statistics,
        extended_statistics=details.extended_statistics,
        statements=statements,
        statements_info=info,
        search_paths=paths,
        activity=activity,
        replication=replication,
        skipped=tuple(reading.skipped),
        footprint=session.footprint,
    )


def _counted(
    reading: Reading, extensions: Sequence[Extension], settings: Sequence[Setting], needed: bool
) -> tuple[View | None, Counted]:
    try:
        view = find_view(reading, extensions, settings)
        return view, read_counters(reading, view)
    except PrerequisiteError as error:
        if needed:
            raise
        reading.skip("pg_stat_statements", error.message)
        return None, Counted((), 0)


def _statements(
    reading: Reading, view: View | None, counted: Counted, server: Server, settings: Sequence[Setting]
) -> tuple[StatementsInfo | None, tuple[Statement, ...]]:
    if view is None:
        return None, ()
    info = read_info(reading, view)
    statements = read_texts(reading, view, counted.statements)
    judge_hidden(reading, statements, counted.hidden, server.user)
    values: Mapping[str, str] = {setting.name: setting.value for setting in settings}
    if info.track == "none":
        reading.skip("new statements", "pg_stat_statements.track is none: nothing is counted")
    if values.get("compute_query_id") == "off":
        reading.skip("new statements", "compute_query_id is off: pg_stat_statements counts nothing")
    return info, statements
