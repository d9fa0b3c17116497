"""The errors a user sees: one line of what and why, one of what to do, and the exit code of the contract."""


class PgAdvisorError(Exception):
    """Something that ends the run. `message` says what and why, `hint` what to do; both are single lines."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(PgAdvisorError):
    """A wrong option, target or input file."""

    exit_code = 2


class ConnectError(PgAdvisorError):
    """No server, no login, or a connection that was lost or stalled."""

    exit_code = 3


class PrerequisiteError(PgAdvisorError):
    """An extension, a privilege or server binaries are missing."""

    exit_code = 4


class PartialError(PgAdvisorError):
    """The run could not be finished as asked."""

    exit_code = 5


class PlanError(Exception):
    """One statement that the planner could not plan; `reason` is one line without any value of the user's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
