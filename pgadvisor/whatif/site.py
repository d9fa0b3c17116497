"""The shadow while it is being built: its connections, what goes into it, and what could not be made."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pgadvisor.model.names import Name
from pgadvisor.model.snapshot import Lookup, Skipped
from pgadvisor.whatif.localserver import LocalServer
from pgadvisor.whatif.wire import Connection, Refused, run


@dataclass(slots=True)
class Site:
    """`root` is the superuser's connection and runs our own texts only; `owner` has no privilege outside the shadow's
    database and runs every text that comes from the snapshot, so that nothing planted there can leave the database."""

    server: LocalServer
    lookup: Lookup
    root: Connection
    owner: Connection
    tables: tuple[Name, ...] = ()  # parents before children
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, what: str, why: str) -> None:
        self.skipped.append(Skipped(what, why))

    def make(self, what: str, sql: str) -> bool:
        """Run one DDL statement as the owner; a refusal is listed. True where it was made."""
        try:
            run(self.owner, sql)
        except Refused as error:
            self.skip(what, error.reason)
            return False
        return True

    def make_all(self, statements: Iterable[tuple[str, str]]) -> None:
        """Run DDL statements whose order is not known; the refused ones are listed."""
        self.skipped += self.refused(statements)

    def refused(self, statements: Iterable[tuple[str, str]]) -> list[Skipped]:
        """Run DDL statements, the refused ones again for as long as others succeed; those that could not be run."""
        waiting = [(what, sql, "") for what, sql in statements]
        while waiting:
            again = [(what, sql, why) for what, sql, _ in waiting if (why := self._refusal(sql)) is not None]
            if len(again) == len(waiting):
                break
            waiting = again
        return [Skipped(what, why) for what, _, why in waiting]

    def _refusal(self, sql: str) -> str | None:
        try:
            run(self.owner, sql)
        except Refused as error:
            return error.reason
        return None
