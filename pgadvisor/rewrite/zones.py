"""What has to hold of time zones where the days of a moment are counted."""

from pgadvisor.rewrite.scope import Known, Scope

UTC_SESSIONS = "the sessions' TimeZone is UTC, as the server's is"


def zone_condition(known: Known, scope: Scope) -> tuple[str, ...] | None:
    """What has to hold of time zones; None where it does not hold."""
    if known.type_sql == "timestamp without time zone":
        return ()
    return (UTC_SESSIONS,) if scope.fixed_zone else None
