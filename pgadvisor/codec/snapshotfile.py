"""Snapshots as files: gzip'd JSON, written whole or not at all, refused when damaged or newer than we are.

Two lines: a header with `format` first and the length and checksum of what follows, then the snapshot.
"""

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from pathlib import Path

from pgadvisor import __version__
from pgadvisor.codec.data import from_data, to_data
from pgadvisor.errors import UsageError
from pgadvisor.model.snapshot import Snapshot

FORMAT = 1
_GZIP = b"\x1f\x8b"
_AGAIN = "take a new one with: pgadvisor snapshot"


def write_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write `snapshot` to `path`, readable by its owner only, whole or not at all."""
    body = json.dumps(to_data(snapshot), separators=(",", ":")).encode()
    header = {"format": FORMAT, "tool": f"pgadvisor {__version__}", "bytes": len(body), "sha256": _checksum(body)}
    data = gzip.compress(json.dumps(header).encode() + b"\n" + body, compresslevel=6, mtime=0)
    try:
        _write_whole(data, Path(path))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", "name another file with -o") from None


def _checksum(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _write_whole(data: bytes, path: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)  # mkstemp gives mode 0600
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def is_snapshot(path: Path) -> bool:
    """Whether `path` is a file that could be a snapshot, be it damaged: `read_snapshot` says what is wrong with it."""
    try:
        with open(path, "rb") as file:
            return file.read(2) == _GZIP
    except OSError:
        return False


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot in `path`. Raises UsageError for a file that is damaged, of a newer format, or something else."""
    try:
        with gzip.open(path, "rb") as file:
            first, body = file.readline(10_000), file.read()
    except (EOFError, zlib.error) as error:
        raise UsageError(f"{path} is damaged: {error or 'it ends too early'}", f"copy it again, or {_AGAIN}") from None
    except gzip.BadGzipFile:
        raise UsageError(f"{path} is not a snapshot, or damaged", f"copy it again, or {_AGAIN}") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", "") from None
    _check(path, first, body)
    try:
        return from_data(Snapshot, json.loads(body))
    except (KeyError, TypeError, ValueError):
        raise UsageError(f"{path} does not hold what a snapshot holds", _AGAIN) from None


def _check(path: Path, first: bytes, body: bytes) -> None:
    try:
        header = json.loads(first)
        version, length, checksum = int(header["format"]), header.get("bytes"), header.get("sha256")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{path} is not a snapshot of pgadvisor", _AGAIN) from None
    if version > FORMAT:
        raise UsageError(
            f"{path} has the format {version} of a newer pgadvisor; this one reads up to {FORMAT}", "upgrade pgadvisor"
        )
    if len(body) != length or _checksum(body) != checksum:
        raise UsageError(f"{path} is damaged: its checksum does not match", f"copy it again, or {_AGAIN}")
