"""`Migration`: the files a reviewer signs."""

from dataclasses import dataclass

from pgadvisor.model.finding import Change
from pgadvisor.model.snapshot import Skipped


@dataclass(frozen=True, slots=True)
class Migration:
    """`files` are (name, text) in the order to run them; `changes` what they hold; `refused` what is left out and why."""

    files: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    refused: tuple[Skipped, ...] = ()
