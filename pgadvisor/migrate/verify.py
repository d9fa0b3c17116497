"""The verify file: is each change in place, is each index valid, what was planned, and is it read."""

from pgadvisor.migrate.actions import ACTIONS
from pgadvisor.migrate.head import SETTINGS, guard, head
from pgadvisor.migrate.quoting import literal
from pgadvisor.migrate.step import Step
from pgadvisor.model.report import Report
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.text import sql_comment

_NOTE = """\
--
-- Run it at any time:  psql -X -f {name}
-- It changes nothing; its functions are temporary. On a standby it shows that server's own counters, and leaves out the
-- comparison of definitions."""

_FACTS = """\
SELECT w.step, w.index_name AS index, i.indisvalid AS valid,
    pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size(c.oid)) AS size,
    pg_catalog.pg_stat_get_numscans(c.oid) AS scans, pg_catalog.pg_get_indexdef(c.oid) AS definition
FROM (VALUES
    {rows}
) AS w (step, table_name, index_name)
LEFT JOIN pg_catalog.pg_class AS t ON t.oid = pg_catalog.to_regclass(w.table_name)
LEFT JOIN pg_catalog.pg_class AS c ON c.relnamespace = t.relnamespace AND c.relname = w.index_name
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
ORDER BY w.step;"""

_STATE = (
    "SELECT {number} AS step, {title} AS change, pg_temp.pgadvisor_expect({test}, state) AS state"
    " FROM (SELECT {state} AS state) AS s"
)

_UNLESS_STANDBY = """\
SELECT pg_catalog.pg_is_in_recovery() AS standby \\gset
\\if :standby
\\else
SET pgadvisor.problems = '0';"""

_CONCLUSION = """\
DO $pgadvisor$ BEGIN
    IF pg_catalog.current_setting('pgadvisor.problems')::integer > 0 THEN
        RAISE EXCEPTION '% of the changes are not in place', pg_catalog.current_setting('pgadvisor.problems')
            USING HINT = 'The tables above say which.';
    END IF;
END $pgadvisor$;
\\endif"""


def _facts(steps: tuple[Step, ...]) -> list[str]:
    """What the catalog says of each index; works on a standby too, where the counters of scans are its own."""
    rows = [
        f"({number}, {literal(str(step.change.table))}, {literal(step.name)})"
        for number, step in enumerate(steps, 1)
        if "definition" in ACTIONS[step.kind].guards
    ]
    return [_FACTS.replace("{rows}", ",\n    ".join(rows))] if rows else []


def _states(steps: tuple[Step, ...]) -> list[str]:
    """One row for each change: what became of it."""
    rows = []
    for number, step in enumerate(steps, 1):
        action = ACTIONS[step.kind]
        row = action.verify(step)
        if row is not None:
            title = literal(sql_comment(action.title(step)))
            rows.append(_STATE.format(number=number, title=title, test=row[0], state=row[1]))
    return ["\nUNION ALL\n".join(rows) + "\nORDER BY 1;"] if rows else []


def verify(name: str, steps: tuple[Step, ...], report: Report, lookup: Lookup) -> str:
    """The text of the verify file."""
    facts = _facts(steps)
    guards = [guard(one) for one in (("definition", "verify") if facts else ("verify",))]
    parts = [
        head("Verify", name, steps, report, lookup) + "\n" + _NOTE.format(name=name),
        SETTINGS + "\nSET lock_timeout = '5s';\nSET statement_timeout = '5min';",
        *facts, _UNLESS_STANDBY, *guards, *_states(steps), _CONCLUSION,
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"
