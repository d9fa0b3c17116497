"""`Snapshot`: everything known of a database at one moment, and `Lookup`: the same, found by name."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from pgadvisor.model.catalog import (
    ColumnStatistics,
    Constraint,
    ExistingIndex,
    ExtendedStatistics,
    Extension,
    Function,
    Table,
    TableUsage,
    Type,
    View,
)
from pgadvisor.model.names import Name
from pgadvisor.model.server import Activity, Footprint, Replication, SearchPath, Server, Setting
from pgadvisor.model.statement import Statement, StatementsInfo

FEWEST_ROWS = 1_000  # of a table whose statistics matter


@dataclass(frozen=True, slots=True)
class Skipped:
    """A thing that could not be read, parsed or planned: counted and listed, never fatal, never silent."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that any analysis needs; nothing else is ever asked of the server."""

    collected_at: datetime
    server: Server
    settings: tuple[Setting, ...] = ()
    schemas: tuple[str, ...] = ()
    types: tuple[Type, ...] = ()
    functions: tuple[Function, ...] = ()
    extensions: tuple[Extension, ...] = ()
    tables: tuple[Table, ...] = ()
    views: tuple[View, ...] = ()
    indexes: tuple[ExistingIndex, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    statistics: tuple[ColumnStatistics, ...] = ()
    extended_statistics: tuple[ExtendedStatistics, ...] = ()
    statements: tuple[Statement, ...] = ()
    statements_info: StatementsInfo | None = None
    search_paths: tuple[SearchPath, ...] = ()
    activity: Activity | None = None
    replication: Replication | None = None
    skipped: tuple[Skipped, ...] = ()
    footprint: Footprint | None = None
    redacted: bool = False
    available_extensions: tuple[str, ...] | None = None  # that could be created; None where it was not read


def _never_counted(usage: TableUsage) -> bool:
    """Whether the counters, which ANALYZE sets back, go back to the table's load. Without statistics to be seen that tells a
    table that never had any from one whose statistics the role may not read."""
    return usage.last_analyze is None and usage.rows_modified_since_analyze >= usage.rows_live / 2


class Lookup:
    """A snapshot's objects by name. Built once for a run; holds no facts of its own."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.tables: dict[Name, Table] = {table.name: table for table in snapshot.tables}
        self.views: dict[Name, View] = {view.name: view for view in snapshot.views}
        self.index_by_name: dict[Name, ExistingIndex] = {index.name: index for index in snapshot.indexes}
        self.settings: dict[str, Setting] = {setting.name: setting for setting in snapshot.settings}
        self.indexes: dict[Name, list[ExistingIndex]] = defaultdict(list)
        self.constraints: dict[Name, list[Constraint]] = defaultdict(list)
        self.statistics: dict[tuple[Name, str], ColumnStatistics] = {}
        self.inherited_statistics: dict[tuple[Name, str], ColumnStatistics] = {}
        self.partitions: dict[Name, list[Name]] = defaultdict(list)  # children by parent, inheritance included
        for index in snapshot.indexes:
            self.indexes[index.table].append(index)
        for constraint in snapshot.constraints:
            self.constraints[constraint.table].append(constraint)
        for row in snapshot.statistics:
            (self.inherited_statistics if row.inherited else self.statistics)[row.table, row.column] = row
        for table in snapshot.tables:
            for parent in table.parents:
                self.partitions[parent].append(table.name)
        self._described = {row.table for row in snapshot.statistics}
        self._search_paths = {path.user_oid: path.schemas for path in snapshot.search_paths}

    def extension_schema(self, name: str) -> str | None:
        """The schema of an extension's objects: where they are, or where they would be once it is created; None for one that the
        server does not have."""
        for extension in self.snapshot.extensions:
            if extension.name == name:
                return extension.schema
        schemas = self.snapshot.schemas
        if name not in (self.snapshot.available_extensions or ()) or not schemas:
            return None
        return "public" if "public" in schemas else schemas[0]

    def setting_number(self, name: str, default: float) -> float:
        """The value of a setting in its unit of pg_settings; `default` where it is not known or no number."""
        setting = self.settings.get(name)
        try:
            return float(setting.value) if setting is not None else default
        except ValueError:
            return default

    def is_installed(self, extension: str) -> bool:
        return any(one.name == extension for one in self.snapshot.extensions)

    def search_path(self, user_oid: int) -> tuple[str, ...]:
        """The schemas of a role's unqualified names; ('public',) for a role that is not known."""
        return self._search_paths.get(user_oid, ("public",))

    def never_analysed(self, name: Name) -> bool:
        """Whether no ANALYZE ever saw the rows of a table, or of any of its partitions: the planner guesses. A table that is
        all but empty, or of which nothing was counted, is not called so."""
        table = self.tables.get(name)
        if table is None or table.persistence == "t":
            return False
        if table.kind == "p":
            filled = [one for one in self.partitions.get(name, ()) if one in self.tables and self.tables[one].kind != "f"]
            return bool(filled) and all(self.never_analysed(one) for one in filled)
        usage = table.usage
        if table.kind not in ("r", "m") or usage is None or usage.rows_live < FEWEST_ROWS:
            return False
        never = -1 if self.snapshot.server.major >= 14 else 0  # reltuples before the first VACUUM, ANALYZE or CREATE INDEX
        return table.rows <= never or (name not in self._described and _never_counted(usage))

    def column_statistics(self, table: Name, column: str) -> ColumnStatistics | None:
        """Statistics that describe all rows of `table`: those with its children where it has any."""
        if table in self.partitions:
            return self.inherited_statistics.get((table, column)) or self.statistics.get((table, column))
        return self.statistics.get((table, column))
