"""What TARGET and psql's connection options name: a server, or the file of a snapshot."""

import os
from dataclasses import dataclass
from pathlib import Path

import click
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgadvisor.codec import is_snapshot
from pgadvisor.connect import merge_target
from pgadvisor.errors import UsageError

_FILE_ENDINGS = (".pgadvisor", ".json.gz", ".gz")


@dataclass(frozen=True, slots=True)
class Target:
    """Either a connection string without the password, or the path of a snapshot file."""

    conninfo: str = ""
    password: str | None = None
    ask: bool | None = None  # True: ask first; False: never ask; None: ask if the server wants one
    snapshot: Path | None = None


def _as_file(target: str) -> Path | None:
    path = Path(target)
    if path.is_file():
        if is_snapshot(path):
            return path
        raise UsageError(f"{target} is a file, but not a snapshot of pgadvisor", "write one with: pgadvisor snapshot -o FILE")
    if target.endswith(_FILE_ENDINGS) or (os.sep in target and "=" not in target and "@" not in target):
        raise UsageError(f"there is no file {target}", "name a snapshot file, a database, a URI or a conninfo string")
    return None


def read_target(
    target: str | None, host: str | None, port: str | None, user: str | None, dbname: str | None, ask: bool | None
) -> Target:
    """The server or file that the command line names; what it leaves open, libpq's environment decides."""
    uri = target is not None and "://" in target
    if target and not uri:
        file = _as_file(target)
        if file is not None:
            return Target(snapshot=file)
    conninfo = merge_target(target or "", host=host, port=port, user=user, dbname=dbname)
    parameters = conninfo_to_dict(conninfo)
    password = parameters.pop("password", None)
    if password is not None:
        click.echo("warning: a password in the target can be seen by others in the process list; prefer ~/.pgpass", err=True)
    return Target(make_conninfo("", **parameters), str(password) if password is not None else None, ask)
