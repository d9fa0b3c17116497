"""Whatever the model can hold comes back equal."""

import json
import math
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgadvisor.codec import from_data, to_data
from pgadvisor.model.catalog import Column, ColumnStatistics, Constraint, ExistingIndex, Table, Type
from pgadvisor.model.finding import Change, Finding, Level, Verdict
from pgadvisor.model.index import Index, IndexKey
from pgadvisor.model.names import Name
from pgadvisor.model.plan import Plan, PlanNode
from pgadvisor.model.report import Summary
from pgadvisor.model.server import Server
from pgadvisor.model.statement import Statement
from pgadvisor.model.workload import Query

TEXT = st.text(max_size=12)  # lone surrogates included: names of a database without an encoding
TIMES = st.datetimes(timezones=st.just(timezone.utc))


def through_json(value: Any) -> Any:
    return from_data(type(value), json.loads(json.dumps(to_data(value), allow_nan=False)))


st.register_type_strategy(str, TEXT)
st.register_type_strategy(datetime, TIMES)
st.register_type_strategy(float, st.floats(allow_nan=False))


KINDS = [Column, Table, ExistingIndex, Constraint, ColumnStatistics, Type, Server, Statement, Finding, Change, Query, Summary]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_values_come_back_equal(kind: type, data: st.DataObject) -> None:
    value = data.draw(st.builds(kind, **{field.name: st.from_type(hint) for field, hint in small_fields(kind)}))
    assert through_json(value) == value


def small_fields(kind: type) -> list[tuple[Any, Any]]:
    """The fields that hold no lists of larger things, which would make examples huge."""
    hints = get_type_hints(kind)
    found = [(field, hints[field.name]) for field in fields(kind)]
    return [(field, hint) for field, hint in found if field.default is MISSING or not is_dataclass((*get_args(hint), None)[0])]


@dataclass(frozen=True, slots=True)
class Everything:
    numbers: tuple[float, ...]
    pair: tuple[str, int]
    level: Level | None
    evidence: str | int | float | bool | tuple[str, ...] | None
    names: frozenset[Name] = frozenset()
    child: "Everything | None" = None
    at: datetime | None = None


def test_every_kind_of_field() -> None:
    inner = Everything((), ("", -(2**63)), Level.LOW, ("a", "b"))
    value = Everything(
        (math.inf, -math.inf, 1e-300, 0.1),
        ('q"', 1),
        None,
        True,
        frozenset({Name("a", "b"), Name("c", "d")}),
        inner,
        datetime(2026, 1, 2, 3, 4, 5, 6, timezone(timedelta(hours=9))),
    )
    back = through_json(value)
    assert back == value
    assert back.evidence is True and type(back.numbers) is tuple and type(back.names) is frozenset
    assert back.at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("evidence", ["1", 1, 1.5, True, False, None, (), ("x",)])
def test_union_keeps_types_apart(evidence: Any) -> None:
    back = through_json(Everything((), ("", 0), None, evidence))
    assert back.evidence == evidence and type(back.evidence) is type(evidence)


def test_plan_holds_itself_and_sets_of_indexes() -> None:
    leaf = PlanNode("Index Scan", 0.0, 1.5, 3, 8, relation=Name("public", "t"), sort_key=("a", "b"))
    plan = Plan(PlanNode("Limit", 0.0, 2.0, 1, 8, children=(leaf,)), frozenset({Index(Name("public", "t"), (IndexKey("a"),))}))
    assert through_json(plan) == plan


def test_defaults_are_not_written() -> None:
    assert to_data(Index(Name("s", "t"), (IndexKey("a"),))) == {"table": {"schema": "s", "name": "t"}, "keys": [{"column": "a"}]}


def test_fields_of_another_version_are_passed_over() -> None:
    assert from_data(Name, {"schema": "s", "name": "t", "colour": "red"}) == Name("s", "t")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Name, {"schema": "s"}),
        (Name, {"schema": 1, "name": "t"}),
        (Name, []),
        (Name, None),
        (Index, {"table": {"schema": "s", "name": "t"}, "keys": "abc"}),
        (Index, {"table": {"schema": "s", "name": "t"}, "keys": [], "unique": 1}),
        (Verdict, {"queryid": 1.5}),
    ],
)
def test_other_data_is_refused(kind: type, data: Any) -> None:
    with pytest.raises((TypeError, KeyError, ValueError, AttributeError)):
        from_data(kind, data)
