"""`Action`: how one kind of step is written for psql."""

from collections.abc import Callable
from dataclasses import dataclass

from pgadvisor.migrate.step import Step

Lines = list[str]


@dataclass(frozen=True, slots=True)
class Action:
    """`up` and `down` are the statements; `verify` is one row of the verify file, as SQL expressions: whether all is well
    and what to say of it. `undo` is what the reviewer reads of `down`. `guards` are files of the folder `guards`."""

    title: Callable[[Step], str]
    up: Callable[[Step], Lines]
    down: Callable[[Step], Lines]
    verify: Callable[[Step], tuple[str, str] | None]
    undo: Callable[[Step], str]
    guards: tuple[str, ...]


def conditional(condition: str, lines: Lines) -> Lines:
    """Lines that psql runs only where the query `condition`, of one boolean column, says so."""
    return [f"SELECT {condition} AS wanted \\gset", "\\if :wanted", *lines, "\\endif"]


def short_wait(lines: Lines) -> Lines:
    """Lines whose locks others queue behind: better to fail after two seconds than to hold everyone up."""
    return ["SET lock_timeout = '2s';", *lines, "SET lock_timeout = '0';"]
