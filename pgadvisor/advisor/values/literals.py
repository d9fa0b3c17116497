"""SQL literals: a value of any type spelled so that PostgreSQL reads it, and one to stand in where no value is known."""

import re
from collections.abc import Sequence
from datetime import datetime, timezone

from pgadvisor.advisor.facts.types import TypeFacts
from pgadvisor.model.arrays import write_array

_NUMBER = re.compile(r"\d+(\.\d+)?\Z")
_STAND_INS = {
    "integer": "1", "number": "1", "text": "a", "boolean": "t", "uuid": "00000000-0000-0000-0000-000000000001",
    "bytea": "\\x01", "network": "10.0.0.1", "macaddr": "08:00:2b:01:02:03", "macaddr8": "08:00:2b:01:02:03:04:05",
    "time without time zone": "12:00:00", "time with time zone": "12:00:00+00", "interval": "1 day", "json": '{"a": 1}',
    "xml": "<a/>", "tsvector": "a", "tsquery": "a", "jsonpath": "$.a", "hstore": "a=>1", "ltree": "a", "pg_lsn": "0/1",
    "regclass": "pg_catalog.pg_class", "regtype": "pg_catalog.int4", "regproc": "pg_catalog.now", "regconfig": "english",
    "regnamespace": "pg_catalog", "regrole": "pg_monitor", "txid_snapshot": "1:1:", "pg_snapshot": "1:1:", "tid": "(0,1)",
}  # fmt: skip
_GEOMETRY = {
    "point": "(1,1)", "box": "(2,2),(1,1)", "circle": "<(1,1),1>", "polygon": "((0,0),(1,1),(1,0))",
    "lseg": "[(0,0),(1,1)]", "path": "[(0,0),(1,1)]", "line": "{1,1,1}",
}  # fmt: skip


def quoted(text: str) -> str:
    """`text` as a string literal, whatever standard_conforming_strings says.

    >>> quoted("it's"), quoted("a\\\\b")
    ("'it''s'", "E'a\\\\\\\\b'")
    """
    body = text.replace("'", "''")
    return "E'" + body.replace("\\", "\\\\") + "'" if "\\" in body else f"'{body}'"


def literal(text: str, kind: TypeFacts) -> str:
    """A value of `kind` as SQL writes it: numbers bare, booleans as key words, the rest as a string of unknown type."""
    if kind.name == "boolean":
        return "true" if text in ("t", "true") else "false"
    if kind.family in ("integer", "number") and kind.name != "money" and _NUMBER.match(text):
        return text
    return typed_literal(text, kind) if kind.family == "composite" else quoted(text)


def typed_literal(text: str, kind: TypeFacts) -> str:
    """The same with its type spelled out, for places that do not say it."""
    if kind.family == "integer" and _NUMBER.match(text):
        return text
    return f"{quoted(text)}::{kind.name}"


def stand_in(kind: TypeFacts, now: datetime, number: int = 1) -> str:
    """The text of some value of `kind`, and of another one for another `number` where the type has so many."""
    if kind.element is not None:
        return write_array([stand_in(kind.element, now, number)])
    if kind.family == "moment":
        return moment(kind, now)
    if kind.family in ("integer", "number"):
        return str(number)
    if kind.family == "text":
        return "a" if number == 1 else f"a{number}"
    if kind.name == "uuid":
        return f"00000000-0000-0000-0000-{number:012x}"
    if kind.family == "enum":
        return kind.labels[(number - 1) % len(kind.labels)] if kind.labels else ""
    if kind.family in ("range", "multirange"):
        return _range(kind, now)
    if kind.family == "composite":
        return "(" + "," * max(0, kind.attributes - 1) + ")"
    if kind.name in ("bit", "bit varying"):
        return "1".rjust(kind.modifier[0] if kind.modifier else 1, "0")
    return _GEOMETRY.get(kind.name) or _STAND_INS.get(kind.family) or _of_an_extension(kind)


def moment(kind: TypeFacts, now: datetime) -> str:
    """`now` as a date or timestamp of `kind`."""
    utc = now.astimezone(timezone.utc)
    if kind.name == "date":
        return utc.date().isoformat()
    text = utc.strftime("%Y-%m-%d %H:%M:%S")
    return text + "+00" if kind.name == "timestamp with time zone" else text


def _range(kind: TypeFacts, now: datetime) -> str:
    subtype = kind.subtype or ""
    day = now.astimezone(timezone.utc).date().isoformat()
    bounds = f"[{day},{day}]" if subtype.startswith(("timestamp", "date")) else "[1,2)"
    return "{" + bounds + "}" if kind.family == "multirange" else bounds


def _of_an_extension(kind: TypeFacts) -> str:
    name = kind.name.rsplit(".", 1)[-1]
    if name in ("vector", "halfvec"):
        return "[" + ",".join(["1"] * (kind.modifier[0] if kind.modifier else 1)) + "]"
    if name in ("geometry", "geography"):
        return "SRID=4326;POINT(1 1)" if 4326 in kind.modifier else "POINT(1 1)"
    return "1"


def value_list(texts: Sequence[str], kind: TypeFacts) -> str:
    """Values for `IN (…)`."""
    return ", ".join(literal(text, kind) for text in texts)
