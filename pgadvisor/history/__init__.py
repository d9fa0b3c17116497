"""Snapshots kept from run to run, and what changed between them."""

from pgadvisor.history.compare import compare
from pgadvisor.history.folder import keep, latest, locked
from pgadvisor.history.recurrence import remembered

__all__ = ["compare", "keep", "latest", "locked", "remembered"]
