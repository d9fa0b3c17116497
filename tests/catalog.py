"""A `Lookup` from DDL text, for tests without a server: `make_lookup("create table ...; create index ...")`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from pglast import ast, enums, parse_sql
from pglast.stream import RawStream

from pgadvisor.model.catalog import Column, ColumnStatistics, Constraint, ExistingIndex, Function, Table, TableUsage, Type, View
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.server import SearchPath, Server, Setting
from pgadvisor.model.snapshot import Lookup, Snapshot
from pgadvisor.model.statement import Counters, Statement
from pgadvisor.parse.types import type_sql


def make_lookup(
    ddl: str,
    *,
    rows: Mapping[str, float] | None = None,
    statistics: Iterable[ColumnStatistics] = (),
    statements: Iterable[Statement | str] = (),
    search_paths: Iterable[SearchPath] = (),
    settings: Mapping[str, str] | None = None,
    version_num: int = 180004,
) -> Lookup:
    """The catalog that `ddl` describes. It reads CREATE SCHEMA, TABLE (constraints, partitions, inheritance), INDEX, VIEW,
    MATERIALIZED VIEW, TYPE AS ENUM, DOMAIN, FUNCTION and ALTER TABLE ADD constraint. `rows` gives rows per table ("orders"
    or "app.orders"; pages follow from 100 bytes a row; 1000 rows otherwise). A statement given as text has 100 calls of 1 ms
    each, returning one row, by user 10 whose search_path is public."""
    builder = _Builder(rows or {})
    for statement in parse_sql(ddl):
        builder.read(statement.stmt)
    snapshot = Snapshot(
        collected_at=datetime(2026, 1, 1, tzinfo=timezone.utc),
        server=make_server(version_num),
        settings=tuple(Setting(name, value, None, "default") for name, value in (settings or {}).items()),
        schemas=tuple(builder.schemas),
        types=tuple(builder.types),
        functions=tuple(builder.functions),
        tables=tuple(builder.tables.values()),
        views=tuple(builder.views),
        indexes=tuple(builder.indexes.values()),
        constraints=tuple(builder.constraints),
        statistics=tuple(statistics),
        statements=tuple(
            make_statement(item, queryid=number) if isinstance(item, str) else item
            for number, item in enumerate(statements, start=1)
        ),
        search_paths=tuple(search_paths) or (SearchPath(10, "app", ("public",)),),
    )
    return Lookup(snapshot)


def make_server(version_num: int = 180004) -> Server:
    return Server(version_num, "shop", "app", False, False, "UTF8", "C.UTF-8", "C.UTF-8", "c", None, None)


def make_statement(
    text: str | None, *, queryid: int = 1, calls: int = 100, total_ms: float = 100.0, rows: int = 100, user_oid: int = 10,
    user: str = "app", toplevel: bool = True, label: str | None = None,
) -> Statement:  # fmt: skip
    counters = Counters(calls=calls, total_ms=total_ms, rows=rows)
    return Statement(queryid, user_oid, user, toplevel, text, counters, label=label)


def make_statistics(table: str, column: str, **facts: Any) -> ColumnStatistics:
    """pg_stats of a column; all distinct, no nulls, 8 bytes wide where `facts` say nothing else."""
    known: dict[str, Any] = {"inherited": False, "null_fraction": 0.0, "average_width_bytes": 8, "distinct": -1.0}
    return ColumnStatistics(table=split_name(table), column=column, **{**known, **facts})


def split_name(text: str) -> Name:
    schema, dot, name = text.rpartition(".")
    return Name(schema if dot else "public", name)


def _name(relation: Any) -> Name:
    return Name(relation.schemaname or "public", relation.relname)


def _strings(items: Any) -> tuple[str, ...]:
    return tuple(item.sval for item in items or ())


def _sql(node: Any) -> str:
    return str(RawStream()(node))


class _Builder:
    def __init__(self, rows: Mapping[str, float]) -> None:
        self.rows = {split_name(name): count for name, count in rows.items()}
        self.schemas: dict[str, None] = {"public": None}
        self.tables: dict[Name, Table] = {}
        self.indexes: dict[Name, ExistingIndex] = {}
        self.constraints: list[Constraint] = []
        self.views: list[View] = []
        self.types: list[Type] = []
        self.functions: list[Function] = []
        self.oid = 16384

    def read(self, node: Any) -> None:
        method = {
            ast.CreateSchemaStmt: self._schema,
            ast.CreateStmt: self._table,
            ast.IndexStmt: self._index,
            ast.ViewStmt: self._view,
            ast.CreateTableAsStmt: self._materialised_view,
            ast.CreateEnumStmt: self._enum,
            ast.CreateDomainStmt: self._domain,
            ast.CreateFunctionStmt: self._function,
            ast.AlterTableStmt: self._alter,
        }.get(type(node))
        if method is None:
            raise ValueError(f"make_lookup does not read {type(node).__name__}")
        method(node)

    def next_oid(self) -> int:
        self.oid += 1
        return self.oid

    def _schema(self, node: Any) -> None:
        self.schemas[node.schemaname] = None

    def _new_table(self, name: Name, kind: str, columns: tuple[Column, ...], **facts: Any) -> None:
        self.schemas[name.schema] = None
        rows = self.rows.get(name, 1000.0)
        pages = max(1, int(rows * 100 / 8192))
        usage = TableUsage(0, 0, 0, 0, 0, 0, 0, int(rows), 0, 0, None, None)
        self.tables[name] = Table(
            name, self.next_oid(), kind, "p", rows, pages, pages, pages * 8192, columns, usage=usage, **facts
        )

    def _table(self, node: Any) -> None:
        name = _name(node.relation)
        parents = tuple(_name(parent) for parent in node.inhRelations or ())
        columns: list[Column] = [column for parent in parents for column in self.tables[parent].columns]
        for element in node.tableElts or ():
            if isinstance(element, ast.ColumnDef):
                columns.append(_column(element, len(columns) + 1))
        key = None
        if node.partspec:
            strategy = {"l": "LIST", "r": "RANGE", "h": "HASH"}[node.partspec.strategy.value]
            key = f"{strategy} ({', '.join(_sql(p) if not p.name else p.name for p in node.partspec.partParams)})"
        bound = _sql(node.partbound) if node.partbound else None
        self._new_table(name, "p" if key else "r", tuple(columns), parents=parents, partition_key=key, partition_bound=bound)
        for element in node.tableElts or ():
            for constraint in (element.constraints or ()) if isinstance(element, ast.ColumnDef) else (element,):
                own = (element.colname,) if isinstance(element, ast.ColumnDef) else ()
                self._constraint(name, constraint, own)

    def _constraint(self, table: Name, node: Any, own: tuple[str, ...]) -> None:
        if not isinstance(node, ast.Constraint):
            return
        if node.contype in (enums.ConstrType.CONSTR_PRIMARY, enums.ConstrType.CONSTR_UNIQUE):
            self._unique(table, node, _strings(node.keys) or own)
        elif node.contype == enums.ConstrType.CONSTR_FOREIGN:
            columns, parent = _strings(node.fk_attrs) or own, _name(node.pktable)
            referenced = _strings(node.pk_attrs) or self._primary_key(parent)
            name = node.conname or f"{table.name}_{'_'.join(columns)}_fkey"
            action, update = node.fk_del_action or "a", node.fk_upd_action or "a"
            index = next((i.name for i in self.indexes.values() if i.table == parent and i.primary), None)
            self.constraints.append(
                Constraint(name, table, "f", columns, True, parent, referenced, index, None, str(action), str(update))
            )
        elif node.contype == enums.ConstrType.CONSTR_CHECK:
            definition = f"CHECK ({_sql(node.raw_expr)})"
            self.constraints.append(
                Constraint(node.conname or f"{table.name}_check", table, "c", own, True, definition=definition)
            )

    def _primary_key(self, table: Name) -> tuple[str, ...]:
        return next((c.columns for c in self.constraints if c.table == table and c.kind == "p"), ())

    def _unique(self, table: Name, node: Any, columns: tuple[str, ...]) -> None:
        primary = node.contype == enums.ConstrType.CONSTR_PRIMARY
        name = node.conname or (f"{table.name}_pkey" if primary else f"{table.name}_{'_'.join(columns)}_key")
        definition = Index(table, tuple(IndexKey(column) for column in columns), unique=True, include=_strings(node.including))
        self._new_index(Name(table.schema, name), definition, primary, name)
        self.constraints.append(Constraint(name, table, "p" if primary else "u", columns, True, index=Name(table.schema, name)))
        if primary:
            changed = tuple(replace(c, not_null=True) if c.name in columns else c for c in self.tables[table].columns)
            self.tables[table] = replace(self.tables[table], columns=changed)

    def _new_index(self, name: Name, definition: Index, primary: bool = False, constraint: str | None = None) -> None:
        table = self.tables[definition.table]
        pages = max(1, table.pages // 4)
        self.indexes[name] = ExistingIndex(
            name=name, oid=self.next_oid(), table=definition.table, kind="I" if table.kind == "p" else "i",
            definition=definition, valid=True, ready=True, primary=primary, unique=definition.unique, exclusion=False,
            replica_identity=False, clustered=False, nulls_not_distinct=False, immediate=True, constraint=constraint,
            pages=pages, rows=table.rows, size_bytes=pages * 8192, scans=1,
        )  # fmt: skip

    def _index(self, node: Any) -> None:
        table = _name(node.relation)
        keys = tuple(_index_key(element) for element in node.indexParams)
        include = tuple(element.name for element in node.indexIncludingParams or ())
        where = _sql(node.whereClause) if node.whereClause else None
        definition = Index(table, keys, node.accessMethod or "btree", include, where, bool(node.unique))
        parts = "_".join(key.column or "expr" for key in keys)
        self._new_index(Name(table.schema, node.idxname or f"{table.name}_{parts}_idx"), definition)

    def _view(self, node: Any) -> None:
        self.views.append(View(_name(node.view), "v", _sql(node.query)))

    def _materialised_view(self, node: Any) -> None:
        name = _name(node.into.rel)
        self.views.append(View(name, "m", _sql(node.query)))
        columns = tuple(Column(str(column), n, "text", False) for n, column in enumerate(_strings(node.into.colNames), start=1))
        self._new_table(name, "m", columns)

    def _enum(self, node: Any) -> None:
        names = _strings(node.typeName)
        name = Name(names[0] if len(names) > 1 else "public", names[-1])
        self.types.append(Type(name, "e", labels=_strings(node.vals)))

    def _domain(self, node: Any) -> None:
        names = _strings(node.domainname)
        name = Name(names[0] if len(names) > 1 else "public", names[-1])
        self.types.append(Type(name, "d", base_type=type_sql(node.typeName)))

    def _function(self, node: Any) -> None:
        names = _strings(node.funcname)
        options = {option.defname: option.arg for option in node.options or ()}
        volatility = options["volatility"].sval[0] if "volatility" in options else "v"
        arguments = ", ".join(type_sql(parameter.argType) for parameter in node.parameters or ())
        returns = type_sql(node.returnType) if node.returnType else ""
        self.functions.append(
            Function(
                Name(names[0] if len(names) > 1 else "public", names[-1]), "f", arguments, returns,
                bool(node.returnType and node.returnType.setof), volatility, False, "u", False, 100.0, 0.0,
                options["language"].sval if "language" in options else "sql",
            )
        )  # fmt: skip

    def _alter(self, node: Any) -> None:
        for command in node.cmds:
            if isinstance(command.def_, ast.Constraint):
                self._constraint(_name(node.relation), command.def_, ())


def _column(node: Any, number: int) -> Column:
    kinds = [constraint.contype for constraint in node.constraints or ()]
    type_name = type_sql(node.typeName)
    serial = node.typeName.names[-1].sval.endswith("serial") or node.typeName.names[-1].sval in ("serial4", "serial8")
    not_null = serial or any(kind in (enums.ConstrType.CONSTR_NOTNULL, enums.ConstrType.CONSTR_PRIMARY) for kind in kinds)
    generated = "s" if enums.ConstrType.CONSTR_GENERATED in kinds else ""
    identity = "a" if enums.ConstrType.CONSTR_IDENTITY in kinds else ""
    return Column(node.colname, number, type_name, not_null, generated=generated, identity=identity)


def _index_key(node: Any) -> IndexKey:
    descending = node.ordering == enums.SortByDir.SORTBY_DESC
    nulls = node.nulls_ordering
    first = descending if nulls == enums.SortByNulls.SORTBY_NULLS_DEFAULT else nulls == enums.SortByNulls.SORTBY_NULLS_FIRST
    return IndexKey(
        column=node.name,
        expression=None if node.name else _sql(node.expr),
        descending=descending,
        nulls_first=first,
        opclass=".".join(_strings(node.opclass)) or None,
        collation=".".join(_strings(node.collation)) or None,
    )
