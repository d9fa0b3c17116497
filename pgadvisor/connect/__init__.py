"""Speaks to the user's server: one connection, short READ ONLY transactions, a deadline that always holds."""

from pgadvisor.connect.failures import Cancelled, LockNotAvailable, NoPrivilege, NotLoaded, PasswordNeeded, ReadError, Undefined
from pgadvisor.connect.session import Session, open_session
from pgadvisor.connect.sqlfile import load
from pgadvisor.connect.target import merge_target

__all__ = [
    "Cancelled",
    "LockNotAvailable",
    "NoPrivilege",
    "NotLoaded",
    "PasswordNeeded",
    "ReadError",
    "Session",
    "Undefined",
    "load",
    "merge_target",
    "open_session",
]
