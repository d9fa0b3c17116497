"""The time limit of a run."""

import time
from dataclasses import dataclass, field

_READING_S = 300.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """`--deadline`: seconds for the whole run, counted from when the command began. Without it only the reading of a server
    has a limit: the analysis takes what it takes, so that it does not depend on the speed of the machine."""

    seconds: float | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def reading_s(self) -> float:
        """How long the server may take to be read."""
        return _READING_S if self.seconds is None else self.seconds

    @property
    def ends_at(self) -> float | None:
        """When the run should be over, by time.monotonic()."""
        return None if self.seconds is None else self.started + self.seconds
