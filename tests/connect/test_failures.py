"""No server, no login, a mistyped string: one line that says why, and never a password."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgadvisor.connect import PasswordNeeded, merge_target, open_session
from pgadvisor.connect.failures import connect_failure
from pgadvisor.errors import ConnectError, PgAdvisorError, UsageError
from pgadvisor.whatif.localserver import LocalServer

SECRET = "hunter2"


def refusal(conninfo: str, password: str | None = None) -> PgAdvisorError:
    with pytest.raises(PgAdvisorError) as caught, open_session(conninfo, command="test", deadline_s=5, password=password):
        pass
    assert "\n" not in caught.value.message + caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    "target",
    [
        f"postgres//u:{SECRET}@h/db",
        f"postgres:/u:{SECRET}@h/db",
        f"u:{SECRET}@h/db",
        f"host=h password=x {SECRET}",
        f"host=h passwort={SECRET}",
        f"postgresql://u:{SECRET}%zz@h/db",
        f"postgresql://u:x@h/db?{SECRET}",
        f"postgresql://u:x@h/db?{SECRET}=1",
        f"postgresql://[{SECRET}",
        f"host='{SECRET}",
    ],
)
def test_string_that_cannot_be_read_is_not_repeated(target: str) -> None:
    error = refusal(target)
    assert isinstance(error, UsageError)
    assert SECRET not in error.message + error.hint
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize(
    "target",
    [
        f"postgresql://u:pa@{SECRET}@localhost:1/db",  # the host becomes hunter2@localhost
        f"postgresql://u:12/{SECRET}@localhost/db",  # the port 12, the database hunter2@localhost
        f"postgresql://u:{SECRET}/x@localhost/db",  # the port becomes hunter2
        f"host=u:{SECRET}@localhost",
        f"host=localhost port={SECRET}",
        f"host=localhost port=1 dbname='x' user='postgres://u:{SECRET}@h'",
        f"host=localhost port=1 sslmode={SECRET}",
    ],
)
def test_password_in_the_wrong_place_is_not_repeated(target: str) -> None:
    error = refusal(target)
    assert SECRET not in error.message + error.hint


def test_no_server_at_port() -> None:
    error = refusal("host=127.0.0.1 port=1 dbname=db")
    assert isinstance(error, ConnectError)
    assert error.exit_code == 3
    assert error.message == "no server answers at 127.0.0.1, port 1"


def test_no_socket() -> None:
    assert "no server answers at /nowhere" in refusal("host=/nowhere dbname=db").message


def test_no_such_host() -> None:
    assert "no such host" in refusal("host=nowhere.invalid dbname=db").message


def test_wrong_password(server: LocalServer) -> None:
    error = refusal(make_conninfo(server.conninfo, password=""), password=SECRET)
    assert error.message == "the server refused the password of the user postgres"
    assert SECRET not in repr(error.__context__) + error.hint


def test_password_is_asked_for(server: LocalServer) -> None:
    without = {key: value for key, value in conninfo_to_dict(server.conninfo).items() if key != "password"}
    assert isinstance(refusal(make_conninfo("", **without)), PasswordNeeded)


def test_missing_database_and_role(server: LocalServer) -> None:
    assert "no database nowhere" in refusal(make_conninfo(server.conninfo, dbname="nowhere")).message
    missing = refusal(make_conninfo(server.conninfo, user="nobody_here"))
    assert isinstance(missing, ConnectError)
    assert "nobody_here" in missing.message


def test_target_session_attributes_are_obeyed(server: LocalServer) -> None:
    error = refusal(make_conninfo(server.conninfo, target_session_attrs="standby"))
    assert "target_session_attrs" in error.message


def test_unknown_failure_is_scrubbed_of_what_is_quoted_and_of_passwords() -> None:
    conninfo = make_conninfo("", host="h", password=SECRET)
    error = connect_failure(psycopg.OperationalError(f'strange thing with "{SECRET}" and {SECRET}'), conninfo)
    assert SECRET not in error.message
    assert "strange thing" in error.message


def test_merged_target() -> None:
    assert merge_target("shop") == "dbname=shop"
    assert merge_target("", user="me", host=None) == "user=me"
    assert merge_target("postgresql://a@h/db", user="b") == "user=b dbname=db host=h"
    assert merge_target("host=h dbname='my db'", port="7") == "dbname='my db' host=h port=7"


def test_target_that_cannot_be_read() -> None:
    with pytest.raises(UsageError):
        merge_target(f"postgres//u:{SECRET}@h/db")
