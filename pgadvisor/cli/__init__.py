"""The command line: reads options, calls the pipeline, prints, sets the exit code."""

import os
import signal
import sys
import traceback
from types import FrameType

import click

from pgadvisor import __version__
from pgadvisor.cli.audit import audit
from pgadvisor.cli.demo import demo
from pgadvisor.cli.doctor import doctor
from pgadvisor.cli.explain import explain
from pgadvisor.cli.migrate import migrate
from pgadvisor.cli.report import report
from pgadvisor.cli.snapshot import snapshot
from pgadvisor.errors import PgAdvisorError

INTERRUPTED = 130
CLOSED_PIPE = 128 + signal.SIGPIPE


class _ClosedPipe(Exception):
    """Whoever read the output has seen enough."""


class _Commands(click.Group):
    """click itself would end with 1, which here says that something was found."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except BrokenPipeError:
            raise _ClosedPipe from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["--help"]})
@click.version_option(__version__, "--version", "-V", prog_name="pgadvisor", message="%(prog)s %(version)s")
def commands() -> None:
    """PostgreSQL query analysis and index advice: facts from production, plans in a local shadow, files you can sign."""


for command in (audit, migrate, report, snapshot, explain, doctor, demo):
    commands.add_command(command)


def _stop(signum: int, _: FrameType | None) -> None:
    raise SystemExit(128 + signum)  # so that the shadow server is removed on the way out


def main() -> None:
    """The one boundary of errors: a line of what and why, a line of what to do, the contract's exit code."""
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _stop)
    try:
        code = commands.main(standalone_mode=False)  # what a command left with, by click's own account
    except PgAdvisorError as error:
        if "-vv" in sys.argv:
            traceback.print_exc()
        click.echo(f"pgadvisor: {error.message}", err=True)
        if error.hint:
            click.echo(f"hint: {error.hint}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("pgadvisor: interrupted", err=True)
        sys.exit(INTERRUPTED)
    except _ClosedPipe:  # leave as a program that SIGPIPE ended
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes it on the way out
        sys.exit(CLOSED_PIPE)
    sys.exit(code if isinstance(code, int) else 0)
