"""ALTER COLUMN … SET (n_distinct = …); the ANALYZE that heeds it is a step of its own."""

from pgadvisor.migrate.actions.action import Action, Lines, short_wait
from pgadvisor.migrate.quoting import literal
from pgadvisor.migrate.step import Step
from pgadvisor.model.names import quote_identifier

_REPEATABLE = "-- squawk-ignore prefer-robust-stmts"  # to set the same once more does no harm


def _up(step: Step) -> Lines:
    return short_wait([_REPEATABLE, f"{step.change.sql};"])


def _down(step: Step) -> Lines:
    reset = f"ALTER TABLE {step.change.table} ALTER COLUMN {quote_identifier(step.name)} RESET (n_distinct);"
    return short_wait([_REPEATABLE, reset])


def _verify(step: Step) -> tuple[str, str]:
    there = (
        "SELECT FROM pg_catalog.pg_attribute AS a, pg_catalog.unnest(a.attoptions) AS o"
        f" WHERE a.attrelid = pg_catalog.to_regclass({literal(str(step.change.table))}) AND a.attname = {literal(step.name)}"
        " AND o LIKE 'n_distinct=%'"
    )
    return ("state = 'ok'", f"CASE WHEN EXISTS ({there}) THEN 'ok' ELSE 'not set' END")


ACTION = Action(
    title=lambda step: f"set n_distinct of {quote_identifier(step.name)} of {step.change.table}",
    up=_up,
    down=_down,
    verify=_verify,
    undo=lambda step: "the down file takes the setting back",
    guards=(),
)
