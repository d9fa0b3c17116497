"""Nearly all connections that the server allows are taken.

Why it matters: when max_connections is reached, applications are refused. Long before, each idle connection costs memory,
and each snapshot has more sessions to look at.

What to do: put a connection pool between the applications and the server (PgBouncer in transaction mode, or smaller pools
in the applications); raise max_connections only when the sessions really work at the same time.

When to leave it: when this was a rare peak.

PostgreSQL manual: https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS
"""

from pgadvisor.model.finding import Finding, Level
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import finding_id

HIGH, FULL = 0.8, 0.95


def find(facts: Facts) -> tuple[Finding, ...]:
    activity = facts.lookup.snapshot.activity
    if activity is None or activity.max_connections <= 0 or activity.connections < HIGH * activity.max_connections:
        return ()
    share = activity.connections / activity.max_connections
    return (
        Finding(
            id=finding_id("connection-saturation", facts.lookup.snapshot.server.database),
            rule="connection-saturation",
            severity=Level.HIGH if share >= FULL else Level.MEDIUM,
            confidence=Level.MEDIUM,
            title=f"{activity.connections} of {activity.max_connections} connections are taken",
            message=(
                f"When this was read {share:.0%} of the connections were taken; {activity.active} of them were running a "
                f"statement, {activity.idle_in_transaction} sat idle in a transaction."
            ),
            help="use a connection pool, or smaller pools",
            refute="watch count(*) of pg_stat_activity over a day: this is one moment",
            evidence=(
                ("connections", activity.connections),
                ("max_connections", activity.max_connections),
                ("active", activity.active),
                ("idle_in_transaction", activity.idle_in_transaction),
            ),
        ),
    )


RULE = Rule("connection-saturation", find, __doc__ or "")
