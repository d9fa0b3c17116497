"""The "was in 3 of the last 30 reports" of a statement: one line for each report with the statements it told of."""

import json
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from pgadvisor.model.nightly import Nightly

_REPORTS = 30


@dataclass(frozen=True, slots=True)
class _Told:
    """One report: its time and the statements it told of."""

    until: str
    statements: tuple[str, ...]


def remembered(directory: Path, nightly: Nightly) -> Nightly:
    """`nightly` with how often each statement was told of in the last reports; adds this report for the next one.

    The folder exists (`keep` makes it). A line that cannot be read is dropped; the same report told again counts once.
    """
    path = directory / f"{quote(nightly.database, safe='')}.told"
    this = _Told(nightly.until.isoformat(), tuple(trend.identity for trend in nightly.statements))
    earlier = [told for told in _read(path) if told.until != this.until]
    _write(path, [*earlier, this][-_REPORTS:])
    statements = tuple(replace(t, seen_in=sum(t.identity in told.statements for told in earlier)) for t in nightly.statements)
    return replace(nightly, statements=statements, reports=len(earlier))


def _read(path: Path) -> list[_Told]:
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [told for line in lines if (told := _parsed(line)) is not None]


def _parsed(line: str) -> _Told | None:
    try:
        value = json.loads(line)
        return _Told(str(value["until"]), tuple(str(identity) for identity in value["statements"]))
    except (ValueError, KeyError, TypeError):
        return None


def _write(path: Path, reports: list[_Told]) -> None:
    handle, name = tempfile.mkstemp(prefix=".told-", dir=path.parent)  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"until": told.until, "statements": told.statements}) + "\n" for told in reports)
    os.replace(name, path)
