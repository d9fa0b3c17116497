"""JSON: the contract's shape, standard JSON only, the same text for the same report."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pgadvisor
from pgadvisor.model.report import Report
from pgadvisor.report import render
from pgadvisor.report.nightly import render_nightly
from tests.report.example import BTREE, EMPTY, MISSING, REPORT
from tests.report.nightly_example import FIRST, NIGHTLY

SCHEMAS = Path(pgadvisor.__file__).parent / "schema"


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is not JSON")


def parsed(report: Report) -> Any:
    return json.loads(render(report, "json"), parse_constant=refuse)


@pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["report", "empty"])
def test_audit_is_as_its_schema_says(report: Report) -> None:
    validator("audit").validate(parsed(report))


@pytest.mark.parametrize("nightly", [NIGHTLY, FIRST], ids=["nightly", "first"])
def test_nightly_is_as_its_schema_says(nightly: Any) -> None:
    validator("nightly").validate(json.loads(render_nightly(nightly, "json"), parse_constant=refuse))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), 2),
        (("generated_at",), "2026-08-22 03:00"),
        (("summary", "covered_fraction"), 1.5),
        (("findings", 0, "severity"), "critical"),
        (("findings", 0, "statements", 0, "queryid"), 42),
        (("findings", 0, "changes", 0, "keys", 0, "order"), "up"),
        (("verdicts", 0, "verdict"), "fine"),
    ],
)
def test_the_schema_refuses_what_the_contract_does_not_allow(path: tuple[Any, ...], value: object) -> None:
    report = parsed(REPORT)
    place = report
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        validator("audit").validate(report)


@pytest.mark.parametrize("member", ["source", "summary", "findings", "verdicts", "skipped"])
def test_the_schema_misses_what_is_missing(member: str) -> None:
    report = parsed(REPORT)
    del report[member]
    with pytest.raises(jsonschema.ValidationError):
        validator("audit").validate(report)


def test_the_contract_by_hand() -> None:
    report = parsed(REPORT)
    assert report["generated_at"] == "2026-08-22T03:00:05Z"
    assert report["source"] == {
        "kind": "live",
        "database": "shop",
        "server_version_num": 150018,
        "stats_since": "2026-08-01T00:00:00Z",
        "planner": "shadow 18.6",
    }
    finding = report["findings"][0]
    assert finding["rule"] == "missing-index"
    assert finding["statements"][0]["queryid"] == "-1234567890123456789"
    assert finding["tables"] == ["public.orders"]
    change = finding["changes"][0]
    assert change["keys"] == [
        {"column": "user_id", "expression": None, "order": "asc", "nulls": "last", "opclass": None, "collation": None},
        {"column": "created_at", "expression": None, "order": "desc", "nulls": "first", "opclass": None, "collation": None},
    ]
    assert (change["method"], change["where"], change["unique"], change["include"]) == ("btree", "deleted_at IS NULL", False, [])
    assert change["sql"] == BTREE.sql("orders_user_id_created_at_idx", concurrently=True)


def test_an_access_method_without_order_says_so() -> None:
    gin = [c for f in parsed(REPORT)["findings"] for c in f["changes"] if c["method"] == "gin"]
    assert [(key["order"], key["nulls"]) for key in gin[0]["keys"]] == [(None, None)]


def test_evidence_that_is_a_queryid_is_text() -> None:
    evidence = next(f["evidence"] for f in parsed(REPORT)["findings"] if f["rule"] == "n-plus-one")
    assert evidence["child_queryid"] == "77"
    assert evidence["parent_queryid"] is None


def test_the_order_does_not_depend_on_the_order_found() -> None:
    shuffled = replace(REPORT, findings=REPORT.findings[::-1], verdicts=REPORT.verdicts[::-1])
    assert render(shuffled, "json") == render(REPORT, "json")


numbers = st.floats(allow_nan=True, allow_infinity=True)


@settings(deadline=None)
@given(numbers, numbers, st.text())
def test_whatever_the_figures_it_is_json(cost: float, saving: float, text: str) -> None:
    effect = replace(MISSING.statements[0], cost_before=cost, saving_ms=saving, query=text)
    finding = replace(MISSING, statements=(effect,), title=text, evidence=(("x", cost),))
    written = render(replace(REPORT, findings=(finding,)), "json")
    read = json.loads(written, parse_constant=refuse)["findings"][0]
    assert read["title"] == text
    assert read["statements"][0]["cost_before"] == (round(cost, 6) if math.isfinite(cost) else None)
    assert written.isascii()
    assert all(character >= " " or character == "\n" for character in written)
