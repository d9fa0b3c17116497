"""Colours for a terminal, or none."""

import click

from pgadvisor.model.finding import Level

_LEVELS = {Level.HIGH: "red", Level.MEDIUM: "yellow", Level.LOW: "cyan", Level.INFO: "blue"}


class Paint:
    """Styles by meaning; without colour every text comes back as it is."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def _style(self, text: str, fg: str | None = None, bold: bool | None = None, dim: bool | None = None) -> str:
        return click.style(text, fg=fg, bold=bold, dim=dim) if self._color and text else text

    def title(self, text: str) -> str:
        return self._style(text, bold=True)

    def good(self, text: str) -> str:
        return self._style(text, fg="green", bold=True)

    def bad(self, text: str) -> str:
        return self._style(text, fg="red", bold=True)

    def faint(self, text: str) -> str:
        return self._style(text, dim=True)

    def code(self, text: str) -> str:
        return self._style(text, fg="cyan")

    def level(self, level: Level, text: str) -> str:
        return self._style(text, fg=_LEVELS[level], bold=True)
