"""CREATE EXTENSION; it stays when the migration is undone, because others may have come to use it."""

from pgadvisor.migrate.actions.action import Action, Lines, conditional
from pgadvisor.migrate.quoting import literal
from pgadvisor.migrate.step import Step
from pgadvisor.model.names import quote_identifier


def _up(step: Step) -> Lines:
    condition = f"pg_temp.pgadvisor_extension_wanted({literal(step.name)})"
    return conditional(condition, [f"{step.change.sql};"])


def _verify(step: Step) -> tuple[str, str]:
    there = f"SELECT FROM pg_catalog.pg_extension AS e WHERE e.extname = {literal(step.name)}"
    return ("state = 'ok'", f"CASE WHEN EXISTS ({there}) THEN 'ok' ELSE 'missing' END")


ACTION = Action(
    title=lambda step: f"create extension {quote_identifier(step.name)}",
    up=_up,
    down=lambda step: ["-- The extension stays: other objects may use it by now."],
    verify=_verify,
    undo=lambda step: "none; the extension stays",
    guards=("extension",),
)
