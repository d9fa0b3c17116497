"""Executions counted by form, with the constants that came most often; memory stays bounded however long the log is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pgadvisor.model.log import Constants, Execution, LoggedForm
from pgadvisor.parse.forms import Form, fingerprint, forms_of, normalised
from pgadvisor.serverlog.entry import Tally

MOST_FORMS = 20_000
MOST_CONSTANTS = 32  # vectors of a form that are handed over
_HELD = 256  # while counting
_MOST_CHARACTERS = 4000  # of a vector; longer ones are counted, not kept
_CACHED = 2000  # texts
TOO_MANY = "statements of more forms than are kept"
NOT_READ = "statements that cannot be read"


@dataclass(slots=True)
class _Counted:
    """The counters of a form."""

    form: Form
    number: int
    user: str | None
    calls: int = 0
    timed_calls: int = 0
    timed_ms: float = 0.0
    vectors: dict[tuple[str, ...], int] = field(default_factory=dict)


class Counting:
    """Takes executions one by one."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally
        self.forms: dict[tuple[str, ...], _Counted] = {}
        self.read: dict[str, tuple[Form, ...] | None] = {}

    def add(self, execution: Execution) -> list[tuple[int, tuple[str, ...]]]:
        """Counts it; the numbers of its forms with their constants, none for what is not planned or not kept."""
        found = self._forms(execution.text)
        if found is None:
            self.tally.note(NOT_READ)
            return []
        made = []
        for form in found:
            counted = self._counted(form, execution)
            if counted is None:
                self.tally.note(TOO_MANY)
                continue
            counted.calls += 1
            if execution.ms is not None and len(found) == 1:
                counted.timed_calls += 1
                counted.timed_ms += execution.ms
            values = _values(form, execution.parameters)
            if values is not None:
                _keep(counted.vectors, values)
            made.append((counted.number, values or ()))
        return made

    def counted(self) -> tuple[LoggedForm, ...]:
        """All forms, in the order in which they came."""
        return tuple(_logged(counted) for counted in self.forms.values())

    def _forms(self, text: str) -> tuple[Form, ...] | None:
        """Texts of the extended protocol come again and again."""
        if text not in self.read:
            if len(self.read) >= _CACHED:
                self.read.clear()
            self.read[text] = forms_of(text)
        return self.read[text]

    def _counted(self, form: Form, execution: Execution) -> _Counted | None:
        counted = self.forms.get(form.tokens)
        if counted is None and len(self.forms) < MOST_FORMS:
            counted = self.forms[form.tokens] = _Counted(form, len(self.forms), execution.user)
        return counted


def _values(form: Form, parameters: Mapping[int, str | None]) -> tuple[str, ...] | None:
    """SQL of all constants; None where a parameter was not logged."""
    made = []
    for constant in form.constants:
        if isinstance(constant, str):
            made.append(constant)
        elif constant in parameters:
            made.append(_literal(parameters[constant]))
        else:
            return None
    return tuple(made)


def _literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def _keep(vectors: dict[tuple[str, ...], int], values: tuple[str, ...]) -> None:
    """Counts `values`; when there are too many, the rarer half goes (as in Manku and Motwani, Approximate Frequency Counts over
    Data Streams, 2002: what is frequent comes again)."""
    if values not in vectors and sum(map(len, values)) > _MOST_CHARACTERS:
        return
    vectors[values] = vectors.get(values, 0) + 1
    if len(vectors) > _HELD:
        for rare in sorted(vectors, key=lambda each: vectors[each])[: _HELD // 2]:
            del vectors[rare]


def _logged(counted: _Counted) -> LoggedForm:
    form = counted.form
    best = sorted(counted.vectors.items(), key=lambda item: -item[1])[:MOST_CONSTANTS]
    return LoggedForm(
        tokens=form.tokens,
        text=normalised(form.text) or "",
        fingerprint=fingerprint(form.text) or "",
        calls=counted.calls,
        timed_calls=counted.timed_calls,
        timed_ms=counted.timed_ms,
        user=counted.user,
        constants=tuple(Constants(values, calls) for values, calls in best),
    )
