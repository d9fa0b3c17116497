"""CREATE STATISTICS; the ANALYZE that fills it is a step of its own."""

import re

from pgadvisor.migrate.actions.action import Action, Lines, short_wait
from pgadvisor.migrate.quoting import literal
from pgadvisor.migrate.step import Step


def _up(step: Step) -> Lines:
    sql = re.sub(
        r"\ACREATE STATISTICS (?!IF NOT EXISTS )", "CREATE STATISTICS IF NOT EXISTS ", step.change.sql, flags=re.IGNORECASE
    )
    return short_wait([f"{sql};"])


def _down(step: Step) -> Lines:
    return short_wait([f"DROP STATISTICS IF EXISTS {step.qualified};"])


def _verify(step: Step) -> tuple[str, str]:
    there = (
        f"SELECT FROM pg_catalog.pg_statistic_ext AS s WHERE s.stxname = {literal(step.name)}"
        f" AND s.stxrelid = pg_catalog.to_regclass({literal(str(step.change.table))})"
    )
    return ("state = 'ok'", f"CASE WHEN EXISTS ({there}) THEN 'ok' ELSE 'missing' END")


ACTION = Action(
    title=lambda step: f"create statistics {step.qualified}",
    up=_up,
    down=_down,
    verify=_verify,
    undo=lambda step: f"DROP STATISTICS {step.qualified}",
    guards=(),
)
