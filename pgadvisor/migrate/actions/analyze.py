"""ANALYZE of a table."""

from pgadvisor.migrate.actions.action import Action
from pgadvisor.migrate.step import Step


def _nothing(step: Step) -> None:
    """There is nothing to verify: the next ANALYZE replaces what this one found."""


ACTION = Action(
    title=lambda step: f"analyze {step.change.table}",
    up=lambda step: [f"ANALYZE {step.change.table};"],
    down=lambda step: ["-- Nothing to undo."],
    verify=_nothing,
    undo=lambda step: "none needed",
    guards=(),
)
