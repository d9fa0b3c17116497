"""Each file parses with PostgreSQL's own grammar, is clean for squawk, and cannot be left by a hostile text."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pglast
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgadvisor.errors import UsageError
from pgadvisor.migrate import Migration, write_migration
from pgadvisor.migrate.quoting import fits, is_one_piece, shortened
from pgadvisor.model.finding import Change
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from tests.migrate.support import create, drop, existing, finding, keys, lookup, report, table
from tests.migrate.test_partitions import EVENTS, TABLES

ORDERS = Name("public", "orders")
STATUS = Index(ORDERS, keys("status"))
FULL = (
    Change("create_extension", ORDERS, "CREATE EXTENSION pg_trgm", None, "pg_trgm"),
    create("a", Index(ORDERS, keys("customer_id"), include=("total",), where="status = 'open'")),
    create("b", Index(ORDERS, (IndexKey(expression="lower(email)"),))),
    create("p", Index(EVENTS, keys("kind"))),
    Change("create_statistics", ORDERS, "CREATE STATISTICS public.s (mcv) ON a, b FROM public.orders", None, "s"),
    Change("set_n_distinct", ORDERS, "ALTER TABLE public.orders ALTER COLUMN a SET (n_distinct = -0.2)", None, "a"),
    Change("reindex", ORDERS, "REINDEX", None, "worn"),
    drop("status_idx", STATUS),
    Change("analyze", ORDERS, "ANALYZE"),
)


def full(*extra: Change) -> Migration:
    known = (existing("status_idx", STATUS), existing("worn", Index(ORDERS, keys("id")), options=("fillfactor=70",)))
    return write_migration(report(finding(*FULL, *extra)), lookup("shop", 18, (table(ORDERS), *TABLES), known))


def without_psql(text: str) -> str:
    r"""The SQL of a file: psql's own commands gone, `\gset` and `\gexec` the end of a statement."""
    text = re.sub(r" \\(gset|gexec)$", ";", text, flags=re.MULTILINE)
    return re.sub(r"^\\(set|if|else|endif)\b.*$", "", text, flags=re.MULTILINE)


def test_every_file_is_clean_for_squawk(tmp_path: Path) -> None:
    migration = full()
    assert not migration.refused
    assert len(migration.changes) == len(FULL)
    for name, text in migration.files:
        (tmp_path / name).write_text(text)
    squawk = Path(sys.executable).parent / "squawk"
    done = subprocess.run([squawk, *sorted(tmp_path.iterdir())], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "0 issues in 3 files" in done.stdout


def test_every_file_parses() -> None:
    for _, text in full().files:
        assert len(pglast.parse_sql(without_psql(text))) > 3


hostile = st.text(st.sampled_from("a\n\r\\'\"$; -*/!é\u2028\u202e:{}"), min_size=1, max_size=20)


@given(hostile, hostile, hostile)
def test_a_hostile_text_stays_where_it_was_put(name: str, column: str, ident: str) -> None:
    index = Index(Name(name, column), (IndexKey(column),))
    one = finding(create(name, index), ident=ident)
    one = replace(one, statements=tuple(replace(effect, label=ident) for effect in one.statements))
    plain = finding(create("x", Index(ORDERS, keys("x"))))
    wild = write_migration(report(one), lookup(name, 18, (table(index.table),)))
    tame = write_migration(report(plain), lookup("shop", 18, (table(ORDERS),)))
    for (_, wild_text), (_, tame_text) in zip(wild.files, tame.files, strict=True):
        statements = pglast.parse_sql(without_psql(wild_text))
        assert [type(one.stmt) for one in statements] == [type(one.stmt) for one in pglast.parse_sql(without_psql(tame_text))]


@pytest.mark.parametrize(
    "where", ["a = 1); drop table x; --", "a = 'x", "a\n\\! id", "a = $$x$$", "a) or (b", "a -- b", "a /* b", 'a = "b']
)
def test_a_definition_that_is_more_than_a_definition_is_refused(where: str) -> None:
    change = create("x", Index(ORDERS, keys("a"), where=where))
    migration = write_migration(report(finding(change)), lookup("shop", 18, (table(ORDERS),)))
    assert migration.files == ()
    assert "single piece" in migration.refused[0].why


@pytest.mark.parametrize("sql", ["a = E'\\'; --'", "a = 'it''s; --'", 'f("a;b") = 1', "x ->> 'k' = 'v'", "a[1] = any(b)"])
def test_what_is_one_piece(sql: str) -> None:
    assert is_one_piece(sql)


@given(st.text(min_size=1, max_size=80))
def test_shortened_names_fit(name: str) -> None:
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    assert fits(shortened(name, "_1234abcd_idx"))


@pytest.mark.parametrize("name", ["", "../x", "a b", "a\n"])
def test_a_name_that_would_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        write_migration(report(), lookup("shop", 18, ()), name=name)
