"""A snapshot of any size made of nothing: N tables tied by foreign keys and M distinct statements of everyday shapes."""

import random
from collections.abc import Callable
from datetime import datetime, timezone

from pgadvisor.model.catalog import Column, ColumnStatistics, Constraint, ExistingIndex, Table, TableUsage
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.server import SearchPath, Server
from pgadvisor.model.snapshot import Snapshot
from pgadvisor.model.statement import Counters, Statement

_NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
_COLUMNS = (
    ("id", "bigint", True), ("parent_id", "bigint", True), ("owner_id", "bigint", False), ("status", "text", True),
    ("kind", "integer", True), ("email", "text", False), ("amount", "numeric(12,2)", True), ("note", "text", False),
    ("created_at", "timestamp with time zone", True), ("deleted_at", "timestamp with time zone", False),
)  # fmt: skip
_STATUSES = ("done", "failed", "open", "pending")


def _table(number: int, rows: int) -> Table:
    columns = tuple(Column(name, place + 1, type_, not_null) for place, (name, type_, not_null) in enumerate(_COLUMNS))
    pages = max(1, rows * 110 // 8192)
    usage = TableUsage(0, 0, 0, rows // 50, rows // 100, rows // 1000, rows // 200, rows, 0, 0, None, None)
    name = Name("public", f"t{number:04d}")
    return Table(name, 20000 + number, "r", "p", float(rows), pages, pages, pages * 8192, columns, usage=usage)


def _statistics(table: Table, parent_rows: float) -> tuple[ColumnStatistics, ...]:
    rows = table.rows

    def bounds(high: float) -> str:
        return "{" + ",".join(str(int(high * part / 100)) for part in range(101)) + "}"

    days = ",".join(f'"2025-{1 + day // 31 % 12:02d}-{1 + day % 28:02d} 00:00:00+00"' for day in range(0, 372, 4))
    texts = ",".join(f"u{part:05d}@example.com" for part in range(0, 100000, 1000))

    def column(name: str, width: int, distinct: float, nulls: float = 0.0, **more: object) -> ColumnStatistics:
        return ColumnStatistics(table.name, name, False, nulls, width, distinct, **more)  # type: ignore[arg-type]

    return (
        column("id", 8, -1.0, histogram_bounds=bounds(rows), correlation=1.0),
        column("parent_id", 8, min(parent_rows, rows / 3), histogram_bounds=bounds(parent_rows), correlation=0.1),
        column("owner_id", 8, min(5000.0, rows / 5), 0.1, histogram_bounds=bounds(5000), correlation=0.0),
        column("status", 6, 4.0, most_common_values="{done,failed,open,pending}",
               most_common_frequencies=(0.95, 0.03, 0.015, 0.005), correlation=0.9),
        column("kind", 4, 50.0, histogram_bounds=bounds(50), correlation=0.02),
        column("email", 20, -0.9, 0.2, histogram_bounds="{" + texts + "}", correlation=0.0),
        column("amount", 6, -0.3, histogram_bounds=bounds(10000), correlation=0.0),
        column("note", 40, -0.8, 0.5, correlation=0.0),
        column("created_at", 8, -1.0, histogram_bounds="{" + days + "}", correlation=0.99),
        column("deleted_at", 8, -0.01, 0.99, correlation=0.5),
    )  # fmt: skip


Shape = Callable[[str, str, random.Random], str]


def _pick(chance: random.Random, *names: str) -> str:
    return chance.choice(names)


_SHAPES: tuple[Shape, ...] = (
    lambda t, p, c: f"SELECT * FROM {t} WHERE {_pick(c, 'parent_id', 'owner_id', 'email')} = $1",
    lambda t, p, c: f"SELECT id, amount FROM {t} WHERE owner_id = $1 AND status = $2",
    lambda t, p, c: f"SELECT * FROM {t} WHERE {_pick(c, 'parent_id', 'owner_id')} = $1 ORDER BY created_at DESC LIMIT $2",
    lambda t, p, c: f"SELECT * FROM {t} WHERE status = $1 ORDER BY {_pick(c, 'created_at', 'id')} LIMIT $2",
    lambda t, p, c: f"SELECT count(*) FROM {t} WHERE created_at > $1 AND kind = $2",
    lambda t, p, c: f"SELECT a.id, b.amount FROM {p} a JOIN {t} b ON b.parent_id = a.id WHERE a.owner_id = $1",
    lambda t, p, c: f"SELECT a.id, sum(b.amount) FROM {p} a JOIN {t} b ON b.parent_id = a.id WHERE a.email = $1 GROUP BY a.id",
    lambda t, p, c: f"UPDATE {t} SET status = $1 WHERE {_pick(c, 'id', 'parent_id')} = $2",
    lambda t, p, c: f"DELETE FROM {t} WHERE {_pick(c, 'parent_id', 'email', 'id')} = $1",
    lambda t, p, c: f"SELECT kind, count(*) FROM {t} GROUP BY kind",
    lambda t, p, c: f"SELECT * FROM {t} WHERE id = $1",
    lambda t, p, c: f"SELECT * FROM {t} WHERE lower(email) = $1",
    lambda t, p, c: f"SELECT id FROM {t} WHERE deleted_at IS NULL AND owner_id IN ($1, $2, $3) ORDER BY id DESC",
)


def make_snapshot(tables: int, statements: int, seed: int = 1) -> Snapshot:
    """`tables` tables in a tree of foreign keys and `statements` distinct statements on them, the same for the same seed."""
    chance = random.Random(seed)
    made = [_table(number, int(10 ** chance.uniform(2.5, 6.5))) for number in range(tables)]
    parents = [made[max(0, (number - 1) // 3)] for number in range(tables)]
    keys = tuple(
        ExistingIndex(Name("public", f"{t.name.name}_pkey"), 90000 + t.oid, t.name, "i",
                      Index(t.name, (IndexKey("id"),), unique=True),
                      True, True, True, True, False, False, False, False, True, f"{t.name.name}_pkey",
                      max(2, int(t.rows * 20 / 8192)), t.rows, max(2, int(t.rows * 20 / 8192)) * 8192, scans=1000)
        for t in made
    )  # fmt: skip
    constraints = [
        Constraint(f"{t.name.name}_pkey", t.name, "p", ("id",), True, index=k.name) for t, k in zip(made, keys, strict=True)
    ]
    constraints += [
        Constraint(f"{t.name.name}_parent_fkey", t.name, "f", ("parent_id",), True, p.name, ("id",))
        for t, p in zip(made, parents, strict=True)
    ]
    return Snapshot(
        collected_at=_NOW,
        server=Server(180000, "synthetic", "postgres", False, False, "UTF8", "C", "C", "c", _NOW, _NOW),
        schemas=("public",),
        tables=tuple(made),
        indexes=keys,
        constraints=tuple(constraints),
        statistics=tuple(row for t, p in zip(made, parents, strict=True) for row in _statistics(t, p.rows)),
        statements=tuple(_statements(made, parents, statements, chance)),
        search_paths=(SearchPath(10, "app", ("public",)),),
    )


def _statements(tables: list[Table], parents: list[Table], count: int, chance: random.Random) -> list[Statement]:
    texts: dict[str, Statement] = {}
    while len(texts) < count:
        place = chance.randrange(len(tables))
        text = chance.choice(_SHAPES)(str(tables[place].name), str(parents[place].name), chance)
        if text in texts:
            extra = chance.choice(("amount > $9", "note IS NOT NULL", "kind = $9", "created_at < $9", "owner_id = $9"))
            if " WHERE " not in text or " JOIN " in text:
                continue
            text = text.replace(" WHERE ", f" WHERE {extra} AND ", 1)
            if text in texts:
                continue
        calls = int(10 ** chance.uniform(1, 5))
        mean_ms = 0.02 + tables[place].rows / 20000 * chance.uniform(0.2, 2)
        rows = calls * (1 if text.startswith(("UPDATE", "DELETE")) else chance.choice((1, 1, 3, 10, 20)))
        texts[text] = Statement(len(texts) + 1, 10, "app", True, text, Counters(calls, calls * mean_ms, rows))
    return list(texts.values())
