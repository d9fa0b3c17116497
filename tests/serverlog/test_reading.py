"""Formats, prefixes, languages and damage, on texts that servers wrote."""

import gzip
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgadvisor.errors import UsageError
from pgadvisor.model.log import Log, LogSource
from pgadvisor.serverlog import read_logs
from pgadvisor.serverlog.messages import read_parameters, said

SOURCE = LogSource("shop", "UTF8")
HEAD = "2026-11-22 18:10:37.241 UTC [23484] "
CSV = '2026-11-22 18:10:45.988 UTC,"app","shop",23651,"[local]",6b033025.5c63,{n},"SELECT",2026-11-22 18:10:45 UTC,1/10,0,LOG,00000,"{message}",{detail},,,,,,,,"","client backend",,0'  # noqa: E501


def read(tmp_path: Path, text: str | bytes, source: LogSource = SOURCE) -> Log:
    path = tmp_path / "server.log"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_logs([str(path)], source)


def forms(log: Log) -> dict[str, int]:
    return {form.text: form.calls for form in log.forms}


@pytest.mark.parametrize(
    ("prefix", "written"),
    [
        ("%m [%p] %q%u@%d ", "2026-11-22 18:10:37.241 UTC [234] app@shop "),
        ("%t:%r:%u@%d:[%p]:", "2026-11-22 18:10:37 UTC:10.0.0.1(4711):app@shop:[234]:"),
        ("%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ", "2026-11-22 18:10:37 UTC [34]: [7-1] user=u,db=shop,app=x,client= "),
        ("%-10u|%5p|%d|%c|%n %%", "app       |  234|shop|6b033025.5c63|1763834245.988 %"),
        ("%Q %e %x %b ", "-423423 00000 0 client backend "),
    ],
)  # fmt: skip
@pytest.mark.parametrize("known", [True, False])
def test_prefixes(tmp_path: Path, prefix: str, written: str, known: bool) -> None:
    source = LogSource("shop", "UTF8", prefix if known else None)
    text = f"{written}LOG:  duration: 0.5 ms  statement: select a\n\tfrom t where b = 7\n" * 3
    other = text.replace("shop", "other")
    found = read(tmp_path, text + other, source)
    if known or prefix.startswith(("%t", "%m")):
        calls = 6 if "%d" not in prefix else 3
        assert forms(found) == {"select a\nfrom t where b = $1": calls}
    else:
        assert found.executions == 0


SPOKEN = [
    ("duration: 1.5 ms  statement: select 1", "select 1", 1.5),
    ("Dauer: 1,5 ms  Anweisung: select 1", "select 1", 1.5),
    ("durée : 1.500 ms, instruction : select 1", "select 1", 1.5),
    ("duración: 1.500 ms  ejecutar <unnamed>: select 1", "select 1", 1.5),
    ("продолжительность: 1.500 мс, оператор: select 1", "select 1", 1.5),
    ("期間: 1.500 ミリ秒  実行 S_1/C_2: select 1", "select 1", 1.5),
    ("execute S_1: select 1: 2", "select 1: 2", None),
    ("statement: select 1", "select 1", None),
    ("duration: 1.5 ms", None, 1.5),
]


@pytest.mark.parametrize(("message", "text", "ms"), SPOKEN)
def test_messages(message: str, text: str | None, ms: float | None) -> None:
    found = said(message)
    assert found is not None
    assert (found.text, found.ms) == (text, ms)


@pytest.mark.parametrize(
    "message",
    ["duration: 0.1 ms  parse <unnamed>: select 1", "duration: 0.1 ms  bind S_1: select 1",
     "execute fetch from S_1/C_2: select 1",
     "checkpoint complete: wrote 5 buffers", "could not receive data from client: execute", ""],
)  # fmt: skip
def test_messages_of_something_else(message: str) -> None:
    assert said(message) is None


def test_parameters() -> None:
    assert read_parameters("Parameters: $1 = 'a, $2 = ''b''', $2 = NULL, $3 = ''") == {1: "a, $2 = 'b'", 2: None, 3: ""}
    assert read_parameters("parameters: $1 = 'a...'") is None
    assert read_parameters("parameters: $1 = 'a") is None
    assert read_parameters("prepare: PREPARE p AS select 1") == {}


def test_auto_explain_and_a_duration_are_one_execution(tmp_path: Path) -> None:
    plan = "LOG:  duration: 0.002 ms  plan:\n\tQuery Text: select a from t where b = 5\n\tSeq Scan on t  (cost=0.00..29.0)\n"
    alone = read(tmp_path, HEAD + plan)
    assert [(form.text, form.calls, form.timed_ms) for form in alone.forms] == [("select a from t where b = $1", 1, 0.002)]
    for text in (
        f"{HEAD}LOG:  statement: select a from t where b = 5\n{HEAD}{plan}{HEAD}LOG:  duration: 0.009 ms\n",
        f"{HEAD}{plan}{HEAD}LOG:  duration: 0.009 ms  statement: select a from t where b = 5\n",
    ):
        assert [(form.calls, form.timed_ms) for form in read(tmp_path, text).forms] == [(1, 0.009)]


def test_damaged_lines_are_counted_and_take_nothing_with_them(tmp_path: Path) -> None:
    good = f"{HEAD}LOG:  duration: 0.5 ms  statement: select a from t where b = 7\n"
    log = read(tmp_path, f"om t where c = 'x'\n{good}Killed\nout of memory\n{good}{HEAD}LOG:  statement: select 'unfinished")
    assert forms(log) == {"select a from t where b = $1": 2}
    assert [skipped.why for skipped in log.skipped] == ["3 damaged or cut off", "1 statements that cannot be read"]


def test_a_damaged_row_of_csv_does_not_swallow_the_next(tmp_path: Path) -> None:
    rows = [CSV.format(n=n, message=f"statement: select a from t where b = '{n}\n\"\"x'", detail="") for n in range(3)]
    log = read(tmp_path, "where x = 1\n" + "\n".join([rows[0][:150], *rows]).replace("\n", "\r\n") + "\n" + rows[0][:120])
    assert sum(forms(log).values()) in (0, 3)  # the first line tells the format
    log = read(tmp_path, "\n".join([rows[0][:150], *rows, rows[0][:120]]))
    assert forms(log) == {"select a from t where b = $1": 3}
    assert [skipped.why for skipped in log.skipped] == ["2 damaged or cut off"]


def test_damaged_json(tmp_path: Path) -> None:
    good = '{"timestamp":"2026-11-22 18:10:45.988 UTC","dbname":"shop","pid":7,"message":"statement: select 1 from t"}'
    log = read(tmp_path, "\n".join([good, good[:40], "[1]", '{"message": 7}', "", good]))
    assert forms(log) == {"select $1 from t": 2}
    assert [skipped.why for skipped in log.skipped] == ["3 damaged or cut off"]


def test_gzip_whole_and_cut_off(tmp_path: Path) -> None:
    packed = gzip.compress(f"{HEAD}LOG:  statement: select a from t\n".encode() * 5000)
    assert forms(read(tmp_path, packed)) == {"select a from t": 5000}
    cut = read(tmp_path, packed[: len(packed) - 12])
    assert "cut off" in " ".join(skipped.why for skipped in cut.skipped)


def test_encodings(tmp_path: Path) -> None:
    text = f"{HEAD}LOG:  statement: select a from t where b = 'é'\n"
    (form,) = read(tmp_path, text.encode("latin1"), LogSource("shop", "LATIN1")).forms
    assert form.constants[0].literals == ("'é'",)
    log = read(tmp_path, text.encode("latin1"))
    assert log.forms == ()
    assert "not of the server's encoding" in log.skipped[0].why


@pytest.mark.parametrize("text", ["", "\n\n", "\x00\x01\x02", "{", "hello\nworld\n", "\tselect\n"])
def test_files_that_are_no_log(tmp_path: Path, text: str) -> None:
    log = read(tmp_path, text)
    assert log.executions == 0
    assert log.skipped


def test_long_texts_and_lines_that_fit_nothing(tmp_path: Path) -> None:
    text = f"select a from t where b = '{'x' * 5000}'"
    source = LogSource("shop", "UTF8", "%u@%d %a %h ")
    log = read(tmp_path, f"app@shop psql ::1 LOG:  statement: {text}\n{'x@y ' * 50_000}\n", source)
    assert forms(log) == {"select a from t where b = $1": 1}
    assert [skipped.why for skipped in log.skipped] == ["1 damaged or cut off"]


@given(
    whole=st.sampled_from([
        f"{HEAD}LOG:  execute <unnamed>: select a from t where b = $1\n{HEAD}DETAIL:  parameters: $1 = 'a''b\n\tc'\n",
        CSV.format(n=1, message='statement: select ""x"" from t\nwhere a = 5', detail=""),
        '{"message": "duration: 0.1 ms  statement: select 1 from t", "pid": 7, "dbname": "shop"}\n',
    ]),
    place=st.integers(0, 200),
    length=st.integers(0, 40),
    put=st.binary(max_size=4),
    encoding=st.sampled_from(["UTF8", "LATIN1", "EUC_JP", "SQL_ASCII"]),
)  # fmt: skip
def test_whatever_is_broken_is_read_to_its_end(whole: str, place: int, length: int, put: bytes, encoding: str) -> None:
    damaged = whole.encode()[:place] + put + whole.encode()[place + length :]
    with NamedTemporaryFile() as file:
        file.write(damaged + whole.encode())
        file.flush()
        log = read_logs([file.name], LogSource("shop", encoding))
    assert log.executions <= 2


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the log file"):
        read_logs([str(tmp_path / "none.log")], SOURCE)
    with pytest.raises(UsageError, match="cannot read the log file"):
        read_logs([str(tmp_path)], SOURCE)


def test_no_constant_is_in_what_could_be_printed(tmp_path: Path) -> None:
    secret = "s3cr3t"
    log = read(tmp_path, f"{HEAD}LOG:  statement: select a from t where b = '{secret}' and c = $$" + secret + "\n")
    assert secret not in repr(log)
    log = read(tmp_path, f"{HEAD}LOG:  statement: select a from t where b = '{secret}'\n")
    assert secret not in repr(log)
    assert log.forms[0].constants[0].literals == (f"'{secret}'",)
