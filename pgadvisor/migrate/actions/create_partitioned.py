"""An index on a partitioned table: on the parents alone, then on each partition concurrently, then attached bottom up.

CREATE INDEX CONCURRENTLY does not work on a partitioned table (manual, CREATE INDEX), and without it every partition is
locked against writes for the whole build.
"""

from pgadvisor.migrate.actions.action import Action, Lines, conditional, short_wait
from pgadvisor.migrate.actions.create_index import build, state
from pgadvisor.migrate.quoting import literal
from pgadvisor.migrate.step import Partition, Step
from pgadvisor.model.names import Name


def _known(step: Step) -> str:
    tables = (step.change.table, *(partition.table for partition in step.partitions))
    return "ARRAY[" + ", ".join(literal(str(table)) for table in tables) + "]"


def _parent(step: Step, table: Name, name: str) -> Lines:
    condition = f"pg_temp.pgadvisor_parent_wanted({step.arguments(table, name)}, {_known(step)})"
    create = ["-- squawk-ignore require-concurrent-index-creation", step.create(table, name, how="", only="ONLY ")]
    return conditional(condition, short_wait(create))


def _attach(step: Step, partition: Partition, names: dict[Name, str]) -> str:
    above = f"{literal(str(partition.parent))}, {literal(names[partition.parent])}"
    return f"SELECT pg_temp.pgadvisor_attach({above}, {step.arguments(partition.table, partition.index_name)}) \\gexec"


def _up(step: Step) -> Lines:
    names = {step.change.table: step.name, **{one.table: one.index_name for one in step.partitions}}
    lines = _parent(step, step.change.table, step.name)
    for partition in step.partitions:
        if not partition.leaf:
            lines += _parent(step, partition.table, partition.index_name)
    for partition in step.partitions:
        if partition.leaf:
            lines += build(step, partition.table, partition.index_name)
    lines += short_wait([_attach(step, partition, names) for partition in reversed(step.partitions)])
    return [*lines, f"CALL pg_temp.pgadvisor_created({step.arguments()});"]


def _down(step: Step) -> Lines:
    drop = ["-- squawk-ignore require-concurrent-index-deletion", f"DROP INDEX IF EXISTS {step.qualified};"]
    lines = conditional(f"pg_temp.pgadvisor_droppable({step.arguments()}, NULL)", short_wait(drop))
    for partition in step.partitions:
        leftover = f"SELECT pg_temp.pgadvisor_unattached({step.arguments(partition.table, partition.index_name)}) \\gexec"
        lines += [leftover] if partition.leaf else short_wait([leftover])
    return lines


ACTION = Action(
    title=lambda step: f"create index {step.qualified} on the partitioned table {step.change.table}",
    up=_up,
    down=_down,
    verify=state,
    undo=lambda step: f"DROP INDEX {step.qualified}, which drops those of the partitions; it locks all of them for an instant",
    guards=("definition", "around", "create", "drop", "partitions"),
)
