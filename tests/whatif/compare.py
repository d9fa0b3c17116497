"""The plan of a real server and that of the shadow, side by side."""

import json

from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.plan import PlanNode, ValuedStatement
from pgadvisor.whatif.planner import ShadowPlanner
from pgadvisor.whatif.plans import plan_node
from tests.conftest import Connection

PUBLIC = ("public",)


def valued(sql: str) -> ValuedStatement:
    return ValuedStatement(sql, PUBLIC)


def real_plan(database: Connection, sql: str) -> PlanNode:
    row = database.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {sql}").fetchone()
    assert row is not None
    return plan_node((row[0] if isinstance(row[0], list) else json.loads(row[0]))[0]["Plan"])


def kinds(node: PlanNode) -> list[str]:
    return [one.kind for one in node.walk()]


def assert_same(database: Connection, planner: ShadowPlanner, sql: str, within: float = 0.02) -> None:
    """Same nodes, and costs that differ by less than `within`."""
    real, shadow = real_plan(database, sql), planner.plan(valued(sql)).root
    assert kinds(shadow) == kinds(real)
    assert abs(shadow.total_cost / real.total_cost - 1) < within, (sql, real.total_cost, shadow.total_cost)


def assert_same_with(
    database: Connection, planner: ShadowPlanner, sql: str, index: Index, within: float = 0.1
) -> tuple[PlanNode, PlanNode]:
    """The same with an index, hypothetical in the shadow and then built on the server; both use it."""
    plan = planner.plan(valued(sql), (index,))
    database.execute(index.sql("built_now"))
    if any(key.expression for key in index.keys):
        database.execute(f"analyze {index.table}")
    real = real_plan(database, sql)
    assert kinds(plan.root) == kinds(real)
    assert plan.used == {index}
    assert "built_now" in {node.index for node in real.walk()}
    assert abs(plan.total_cost / real.total_cost - 1) < within, (sql, real.total_cost, plan.total_cost)
    return real, plan.root


def on(table: str, *keys: str | IndexKey, **more: str | bool | tuple[str, ...] | None) -> Index:
    """An index on a table in schema public."""
    made = tuple(IndexKey(key) if isinstance(key, str) else key for key in keys)
    return Index(Name("public", table), made, **more)  # type: ignore[arg-type]


def build(database: Connection, script: str) -> None:
    """Run statements that each end in a semicolon and a new line."""
    for statement in script.split(";\n"):
        if statement.strip():
            database.execute(statement)
