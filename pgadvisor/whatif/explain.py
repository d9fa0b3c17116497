"""EXPLAIN in the shadow, as a role that can do nothing else."""

import json
from collections.abc import Mapping

import psycopg

from pgadvisor.errors import PlanError
from pgadvisor.model.names import quote_identifier
from pgadvisor.model.plan import PlanNode
from pgadvisor.whatif.plans import plan_node
from pgadvisor.whatif.wire import Connection, Refused, Rows, run

_KNOWN = """
SELECT set_config(s.name, w.value, false) FROM json_each_text($1::json) AS w(name, value)
JOIN pg_settings s ON lower(s.name) = lower(w.name) WHERE s.context = 'user'
"""
_SET = "SELECT set_config($1, $2, false)"


class Explainer:
    """One connection that explains. `calls` counts its EXPLAINs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._search_path: tuple[str, ...] | None = None
        self.calls = 0

    def use(self, settings: Mapping[str, str]) -> list[tuple[str, str]]:
        """Take over settings the server knows; those it refused, and why."""
        try:
            run(self._connection, _KNOWN, (json.dumps(dict(settings)),))
            return []
        except Refused:
            return [(name, why) for name, value in settings.items() if (why := self._set(name, value)) is not None]

    def _set(self, name: str, value: str) -> str | None:
        try:
            run(self._connection, _SET, (name, value))
        except Refused as error:
            return None if error.sqlstate == "42704" else error.reason  # undefined object: another major's setting
        return None

    def query(self, sql: str, parameters: tuple[str | None, ...] = ()) -> Rows:
        """Run one statement of our own as the role that explains. Raises Refused."""
        return run(self._connection, sql, parameters)

    def explain(self, sql: str, search_path: tuple[str, ...]) -> PlanNode:
        """The plan of exactly one statement. Raises PlanError."""
        if search_path != self._search_path:
            self._set("search_path", ", ".join(quote_identifier(schema) for schema in search_path) or '""')
            self._search_path = search_path
        self.calls += 1
        try:
            rows = run(self._connection, f"EXPLAIN (VERBOSE, FORMAT JSON) {sql}")
            answer = json.loads(rows[0][0] or "[]")
            return plan_node(answer[0]["Plan"])
        except Refused as error:
            raise PlanError(error.reason) from None
        except (KeyError, IndexError, TypeError):
            raise PlanError("a utility statement has no plan") from None
        except (json.JSONDecodeError, psycopg.Error):
            raise PlanError("the planner's answer could not be read") from None
