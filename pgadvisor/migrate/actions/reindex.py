"""REINDEX INDEX CONCURRENTLY of a bloated or invalid index."""

from pgadvisor.migrate.actions.action import Action, Lines
from pgadvisor.migrate.quoting import literal
from pgadvisor.migrate.step import Step


def _arguments(step: Step) -> str:
    return f"{literal(str(step.change.table))}, {literal(step.name)}"


def _up(step: Step) -> Lines:
    return [
        f"SELECT pg_temp.pgadvisor_reindex_leftovers({_arguments(step)}) \\gexec",
        f"REINDEX INDEX CONCURRENTLY {step.qualified};",
        f"CALL pg_temp.pgadvisor_reindexed({_arguments(step)});",
    ]


def _verify(step: Step) -> tuple[str, str]:
    return ("state = 'ok'", f"pg_temp.pgadvisor_validity({_arguments(step)})")


ACTION = Action(
    title=lambda step: f"rebuild index {step.qualified}",
    up=_up,
    down=lambda step: ["-- Nothing to undo: the index is the same, only smaller."],
    verify=_verify,
    undo=lambda step: "none needed",
    guards=("definition", "around", "reindex"),
)
