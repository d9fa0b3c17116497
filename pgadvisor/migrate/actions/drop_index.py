"""DROP INDEX CONCURRENTLY; its undo builds the same index again."""

from pgadvisor.migrate.actions.action import Action, Lines, conditional
from pgadvisor.migrate.actions.create_index import build
from pgadvisor.migrate.step import Step

_UNUSED = "unused-index"


def _scans(step: Step) -> str:
    """Scans at the time of the analysis, where the advice rests on there being none; a read since then refutes it."""
    known = step.existing.scans if step.existing is not None else None
    unused = any(finding.rule == _UNUSED for finding in step.findings)
    return str(known) if unused and known is not None else "NULL"


def _up(step: Step) -> Lines:
    condition = f"pg_temp.pgadvisor_droppable({step.arguments()}, {_scans(step)})"
    return conditional(condition, [f"DROP INDEX CONCURRENTLY IF EXISTS {step.qualified};"])


def _verify(step: Step) -> tuple[str, str]:
    gone = f"pg_temp.pgadvisor_there({step.arguments()})"
    return ("state = 'gone'", gone)


def _down(step: Step) -> Lines:
    """Built again, unless it was INVALID: nobody misses that."""
    return (
        build(step)
        if step.existing is None or step.existing.valid
        else [f"-- {step.kind}: it was INVALID and is not built again."]
    )


ACTION = Action(
    title=lambda step: f"drop index {step.qualified}",
    up=_up,
    down=_down,
    verify=_verify,
    undo=lambda step: "the down file builds it again" if step.existing is None or step.existing.valid else "none: it was INVALID",
    guards=("definition", "around", "create", "drop"),
)
