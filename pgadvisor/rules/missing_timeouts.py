"""Nothing ends a statement that runs for hours or a transaction that stays idle.

Why it matters: one forgotten transaction keeps its locks, stops VACUUM from removing dead rows everywhere in the database,
and makes CREATE INDEX CONCURRENTLY wait; one runaway statement can take the server's memory or disk.

What to do: set idle_in_transaction_session_timeout for everybody (minutes), and statement_timeout for the roles of
applications (ALTER ROLE … SET), with longer ones for batches and backups.

When to leave it: when the roles or the connection pool set them: the settings of roles were not read here.

PostgreSQL manual: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT
"""

from pgadvisor.model.finding import Finding, Level
from pgadvisor.rules.rule import Facts, Rule
from pgadvisor.rules.wording import count_text, finding_id, time_text

OLD_TRANSACTION_S = 300.0
_IDLE = ("idle_in_transaction_session_timeout", "transaction_timeout")


def find(facts: Facts) -> tuple[Finding, ...]:
    """Silent as soon as one of the two kinds is limited: then somebody has thought of it."""
    if not (_unlimited(facts, _IDLE) and _unlimited(facts, ("statement_timeout",))):
        return ()
    activity = facts.lookup.snapshot.activity
    age_s = activity.oldest_transaction_s if activity else None
    old = age_s is not None and age_s >= OLD_TRANSACTION_S
    seen = f" A transaction had been open for {time_text(age_s * 1000)} when this was read." if age_s is not None and old else ""
    if activity and activity.idle_in_transaction:
        seen += f" {count_text(activity.idle_in_transaction, 'session')} in a transaction did nothing at that moment."
    return (
        Finding(
            id=finding_id("missing-timeouts", facts.lookup.snapshot.server.database),
            rule="missing-timeouts",
            severity=Level.LOW if old else Level.INFO,
            confidence=Level.MEDIUM if old else Level.LOW,
            title="No time-out ends a forgotten transaction or statement",
            message=f"idle_in_transaction_session_timeout and statement_timeout are 0 for the server.{seen}",
            help="set idle_in_transaction_session_timeout for all, statement_timeout for the application's roles",
            refute="look for role and pool settings: SELECT rolname, rolconfig FROM pg_roles",
            evidence=(
                ("oldest_transaction_s", age_s),
                ("idle_in_transaction", activity.idle_in_transaction if activity else None),
            ),
        ),
    )


def _unlimited(facts: Facts, names: tuple[str, ...]) -> bool:
    known = [facts.lookup.settings[name] for name in names if name in facts.lookup.settings]
    return bool(known) and all(setting.value == "0" for setting in known)


RULE = Rule("missing-timeouts", find, __doc__ or "")
