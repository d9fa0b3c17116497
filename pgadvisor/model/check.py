"""`Check`: one thing that an analysis depends on, and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """`status` is ok, warning (the analysis goes without it) or missing (it cannot). `fix` is SQL or a command."""

    name: str
    status: str
    message: str
    fix: str | None = None
