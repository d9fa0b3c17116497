"""`Reading`: one collection under way, with what it had to leave out."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, TypeVar

from psycopg import sql

from pgadvisor.connect import LockNotAvailable, NoPrivilege, NotLoaded, ReadError, Session, load
from pgadvisor.model.snapshot import Skipped

Row = dict[str, Any]
Parts = Mapping[str, str | sql.Composable]
_Value = TypeVar("_Value")

_BATCH = 500
_MOST_FAILURES = 64  # of one aspect: at 200 ms each, locks cost 13 s at worst


def utc(seconds: float | None) -> datetime | None:
    """A time that SQL gives as seconds since 1970: no setting of the server changes how it is written."""
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)


class Reading:
    """Reads the files of `sql/collect` through a session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.skipped: list[Skipped] = []
        self._locked: set[int] = set()

    @property
    def version_num(self) -> int:
        return self.session.version_num

    def since(self, version: int, expression: str, otherwise: str) -> str:
        """The SQL of a column that servers have since `version` (150000), else what stands in its place."""
        return expression if self.version_num >= version else otherwise

    def rows(self, aspect: str, parts: Parts | None = None, *, timeout_s: float = 15.0, **values: Any) -> list[Row]:
        """The rows of `sql/collect/<aspect>.sql`; `parts` fill its braces, `values` are its parameters."""
        return self.session.read(load(f"collect/{aspect}", **(parts or {})), values, timeout_s=timeout_s)

    def skip(self, what: str, why: str) -> None:
        """Count a thing that was left out."""
        self.skipped.append(Skipped(what, why))

    def optional(self, what: str, read: Callable[["Reading"], _Value]) -> _Value | None:
        """`read(self)`, or None and an entry in the list of what was left out where the server refuses."""
        try:
            return read(self)
        except ReadError as error:
            self.skip(what, error.message)
            return None

    def unlocked(
        self,
        aspect: str,
        needs: Mapping[int, Collection[int]],
        label: Callable[[int], str],
        parts: Parts | None = None,
    ) -> list[Row]:
        """The rows of an aspect whose functions lock relations; `needs` says for each object which ones.

        Asked in batches. Objects behind an ACCESS EXCLUSIVE lock, held or waited for, are left out beforehand; where a
        lock comes in between, the batch waits 200 ms, is halved, and a single object that stays locked is left out.
        """
        rows: list[Row] = []
        batches = deque(_batches(sorted(needs)))
        blocked = self._blocked() if needs else frozenset()
        failures = 0
        while batches:
            batch = self._free(batches.popleft(), needs, blocked, label)
            if not batch:
                continue
            try:
                rows += self.rows(aspect, parts, oids=batch)
            except (NoPrivilege, NotLoaded):
                raise
            except ReadError as error:
                failures += 1
                if len(batch) == 1 or failures > _MOST_FAILURES:
                    self._leave_out(batch, error, label)
                    continue
                blocked = self._blocked()
                batches.extendleft((batch[len(batch) // 2 :], batch[: len(batch) // 2]))
        return rows

    def _blocked(self) -> frozenset[int]:
        return frozenset(row["oid"] for row in self.rows("locks"))

    def _free(
        self, batch: Sequence[int], needs: Mapping[int, Collection[int]], blocked: frozenset[int], label: Callable[[int], str]
    ) -> list[int]:
        free = [oid for oid in batch if blocked.isdisjoint(needs[oid])]
        self._locked_out([oid for oid in batch if not blocked.isdisjoint(needs[oid])], label)
        return free

    def _leave_out(self, batch: Sequence[int], error: ReadError, label: Callable[[int], str]) -> None:
        if isinstance(error, LockNotAvailable):
            self._locked_out(batch, label)
        else:
            for oid in batch:
                self.skip(label(oid), error.message)

    def _locked_out(self, oids: Sequence[int], label: Callable[[int], str]) -> None:
        for oid in oids:
            self.skip(label(oid), "locked by another session (ACCESS EXCLUSIVE)")
        self.session.locked_objects += len(set(oids) - self._locked)
        self._locked.update(oids)


def _batches(oids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (oids[start : start + _BATCH] for start in range(0, len(oids), _BATCH))
