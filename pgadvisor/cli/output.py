"""Results to standard output or, whole or not at all, to a file; messages to standard error."""

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import click

from pgadvisor.errors import PartialError, UsageError


def say(message: str) -> None:
    """A message for the person at the terminal."""
    click.echo(message, err=True)


def progress(message: str) -> None:
    """A stage of the work, told only to somebody who watches."""
    if sys.stderr.isatty():
        say(f"… {message}")


def use_color() -> bool:
    """Colour only on a terminal that was not asked to be plain (https://no-color.org)."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns to write for: the terminal's, between 80 and 200; 100 where there is none."""
    return max(80, min(200, shutil.get_terminal_size((100, 40)).columns))


def check_place(path: Path | None) -> None:
    """Refuse an output file whose folder is missing or closed before any work is done for it."""
    if path is not None and not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):
        raise UsageError(f"cannot write to {path.parent}: no such folder, or no permission", "choose another place with -o")


def write_file(path: Path, text: str) -> None:
    """Write `text` with mode 0600, whole or not at all; an existing file is replaced only by a whole one."""
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=path.name + ".", dir=path.parent)  # created with mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise PartialError(f"could not write {path}: {error.strerror}", "free space, or choose another place with -o") from None


def emit(text: str, output: Path | None) -> None:
    """Print `text`, or write it to `output`; where that fails the result is printed after all, so that it is not lost."""
    whole = text if text.endswith("\n") else text + "\n"
    if output is None:
        click.echo(whole, nl=False, color=use_color())
        return
    try:
        write_file(output, whole)
    except PartialError:
        click.echo(whole, nl=False)
        raise
    say(f"written: {output}")
