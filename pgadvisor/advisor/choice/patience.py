"""How long each step of the advice may take, where the run has a time limit."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

# Of the time that is left when the advice begins: the steps that follow need the rest.
SURVEY, SHARE, CHOICE, CURVE = 0.55, 0.65, 0.8, 0.9


@dataclass(frozen=True, slots=True)
class Patience:
    """`ends_at` (time.monotonic()) is when all should be done; None for no limit, where nothing depends on time."""

    ends_at: float | None
    began: float = field(default_factory=time.monotonic)

    def spent(self, part: float) -> Callable[[], bool]:
        """What says whether `part` of the time is over."""
        if self.ends_at is None:
            return lambda: False
        end = self.began + part * max(0.0, self.ends_at - self.began)
        return lambda: time.monotonic() >= end
