"""The flavour `sql`: up, down and verify files for psql."""

from pgadvisor.migrate.actions import ACTIONS
from pgadvisor.migrate.head import HOW_TO_RUN, SETTINGS, checks, guards, head
from pgadvisor.migrate.review import review
from pgadvisor.migrate.step import Step
from pgadvisor.migrate.verify import verify
from pgadvisor.model.report import Report
from pgadvisor.model.snapshot import Lookup
from pgadvisor.model.text import sql_comment

_RULE = "-- " + "-" * 97


def _title(number: int, steps: tuple[Step, ...], step: Step, verb: str = "") -> list[str]:
    return [_RULE, f"-- Step {number} of {len(steps)}: {verb}{sql_comment(ACTIONS[step.kind].title(step))}"]


def _up(name: str, steps: tuple[Step, ...], report: Report, lookup: Lookup) -> str:
    parts = [head("Up", name, steps, report, lookup) + "\n" + HOW_TO_RUN.format(name=name), SETTINGS]
    parts += [*checks(lookup), *guards(steps)]
    for number, step in enumerate(steps, 1):
        action = ACTIONS[step.kind]
        lines = [*_title(number, steps, step), *review(step, lookup, action.undo(step)), *action.up(step)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _down(name: str, steps: tuple[Step, ...], report: Report, lookup: Lookup) -> str:
    parts = [head("Down", name, steps, report, lookup) + "\n" + HOW_TO_RUN.format(name=name), SETTINGS]
    parts += [*checks(lookup), *guards(steps)]
    for number, step in reversed(list(enumerate(steps, 1))):
        parts.append("\n".join([*_title(number, steps, step, "undo "), *ACTIONS[step.kind].down(step)]))
    return "\n\n".join(parts) + "\n"


def write(steps: tuple[Step, ...], report: Report, lookup: Lookup, name: str) -> tuple[tuple[str, str], ...]:
    """The three files, (name, text) each."""
    stem = f"0001_{name}_{report.generated_at:%Y%m%d_%H%M%S}"
    writers = {"up": _up, "down": _down, "verify": verify}
    return tuple((f"{stem}.{kind}.sql", writer(f"{stem}.{kind}.sql", steps, report, lookup)) for kind, writer in writers.items())
