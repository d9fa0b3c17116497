"""Real servers for the tests: one per major and session, a fresh database for each test that asks for one."""

import itertools
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from pgadvisor.whatif.localserver import LocalServer
from tests.postgres import binaries_for, wanted_majors

Connection = psycopg.Connection[tuple[Any, ...]]
_numbers = itertools.count(1)

# Machines are shared: how long an example takes says nothing.
settings.register_profile("patient", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session", params=wanted_majors(), ids=lambda major: f"pg{major}")
def server(request: pytest.FixtureRequest) -> Iterator[LocalServer]:
    """A production-like server with pg_stat_statements loaded."""
    settings = {
        "shared_preload_libraries": "pg_stat_statements",
        "pg_stat_statements.track": "all",
        "shared_buffers": "128MB",
        "max_connections": "50",
        "wal_level": "replica",
        "max_wal_senders": "4",
    }
    with LocalServer(binaries_for(request.param), settings) as running:
        yield running


@pytest.fixture
def dbname(server: LocalServer) -> Iterator[str]:
    """The name of a new, empty database with pg_stat_statements, dropped afterwards."""
    name = f"t{next(_numbers)}"
    with server.connect() as admin:
        admin.execute(f"create database {name}")
        try:
            with server.connect(dbname=name) as connection:
                connection.execute("create extension pg_stat_statements")
            yield name
        finally:
            admin.execute(f"drop database if exists {name} with (force)")


@pytest.fixture
def database(server: LocalServer, dbname: str) -> Iterator[Connection]:
    """A superuser's connection to a new database."""
    with server.connect(dbname=dbname) as connection:
        yield connection


@pytest.fixture
def conninfo(server: LocalServer, dbname: str) -> str:
    """A superuser's connection string for the new database."""
    return psycopg.conninfo.make_conninfo(server.conninfo, dbname=dbname)
