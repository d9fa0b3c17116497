"""Reads a database into a `Snapshot`: facts only, from one connection, in short READ ONLY transactions."""

from pgadvisor.collect.collection import collect
from pgadvisor.collect.log import read_log_source
from pgadvisor.collect.reading import Reading
from pgadvisor.collect.server import Privileges, read_privileges, read_server
from pgadvisor.collect.settings import read_settings
from pgadvisor.collect.statements import find_view, read_counters, read_info

__all__ = [
    "Privileges",
    "Reading",
    "collect",
    "find_view",
    "read_counters",
    "read_info",
    "read_log_source",
    "read_privileges",
    "read_server",
    "read_settings",
]
