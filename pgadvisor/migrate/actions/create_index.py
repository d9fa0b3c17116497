"""CREATE INDEX CONCURRENTLY on a table or materialised view."""

from pgadvisor.migrate.actions.action import Action, Lines, conditional
from pgadvisor.migrate.step import Step
from pgadvisor.model.names import Name


def build(step: Step, table: Name | None = None, name: str | None = None) -> Lines:
    """Remove what a failed attempt left, build unless it is there, check what was built."""
    arguments = step.arguments(table, name)
    return [
        f"SELECT pg_temp.pgadvisor_leftover({arguments}) \\gexec",
        *conditional(
            f"pg_temp.pgadvisor_wanted({arguments})",
            [step.create(table, name), f"CALL pg_temp.pgadvisor_created({arguments});", *_statistics(step, table)],
        ),
    ]


def _statistics(step: Step, table: Name | None) -> Lines:
    """An expression has statistics only once the table is analysed with the index there."""
    has_expression = any(key.expression is not None for key in step.index.keys)
    return [f"ANALYZE {table or step.change.table};"] if has_expression else []


def _down(step: Step) -> Lines:
    condition = f"pg_temp.pgadvisor_droppable({step.arguments()}, NULL)"
    return conditional(condition, [f"DROP INDEX CONCURRENTLY IF EXISTS {step.qualified};"])


def state(step: Step) -> tuple[str, str]:
    """The row of the verify file for an index that is to be there."""
    call = f"pg_temp.pgadvisor_state({step.arguments()})"
    return ("state = 'ok' OR state LIKE 'same as %'", call)


ACTION = Action(
    title=lambda step: f"create index {step.qualified}",
    up=build,
    down=_down,
    verify=state,
    undo=lambda step: f"DROP INDEX CONCURRENTLY {step.qualified}",
    guards=("definition", "around", "create", "drop"),
)
