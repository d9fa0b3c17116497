"""What to pass to functions whose arguments are not just any value: fields, formats, configurations, patterns."""

import re

from pgadvisor.advisor.facts.types import TypeFacts, type_facts
from pgadvisor.model.rewriting import USUAL_FIELD, USUAL_UNIT
from pgadvisor.model.snapshot import Lookup

# Literal by function and position; positions count from 0. A further key (name, number of arguments) goes first.
_BY_POSITION: dict[str | tuple[str, int], dict[int, str]] = {
    "date_trunc": {0: f"'{USUAL_UNIT}'", 2: "'UTC'"}, "extract": {0: f"'{USUAL_FIELD}'"}, "date_part": {0: f"'{USUAL_FIELD}'"},
    "timezone": {0: "'UTC'"}, "to_char": {1: "'YYYY'"}, "to_date": {0: "'2024'", 1: "'YYYY'"}, "to_number": {1: "'9'"},
    ("to_timestamp", 1): {0: "1"}, ("to_timestamp", 2): {0: "'2024'", 1: "'YYYY'"}, "encode": {1: "'hex'"},
    "decode": {0: "'00'", 1: "'hex'"}, "convert_to": {1: "'UTF8'"}, "convert_from": {1: "'UTF8'"}, "digest": {1: "'sha256'"},
    "hmac": {2: "'sha256'"}, "current_setting": {0: "'search_path'", 1: "true"}, "set_config": {0: "'a.b'", 2: "true"},
    "generate_series": {0: "1", 1: "10", 2: "1"}, "sum": {0: "1"}, "avg": {0: "1"}, "min": {0: "1"}, "max": {0: "1"},
    ("to_tsvector", 2): {0: "'english'"}, ("to_tsquery", 2): {0: "'english'"}, ("plainto_tsquery", 2): {0: "'english'"},
    ("phraseto_tsquery", 2): {0: "'english'"}, ("websearch_to_tsquery", 2): {0: "'english'"},
    ("ts_headline", 3): {0: "'english'"}, ("ts_headline", 4): {0: "'english'"}, "setweight": {1: "'A'"},
    "unnest": {0: "'{1}'::text[]"}, "array_length": {0: "'{1}'::text[]", 1: "1"}, "cardinality": {0: "'{1}'::text[]"},
    "array_to_string": {0: "'{1}'::text[]"}, "array_position": {0: "'{1}'::text[]"}, "array_upper": {0: "'{1}'::text[]"},
    "jsonb_array_elements": {0: "'[1]'"}, "json_array_elements": {0: "'[1]'"}, "jsonb_array_elements_text": {0: "'[1]'"},
    "json_array_elements_text": {0: "'[1]'"}, "jsonb_to_recordset": {0: "'[{\"a\": 1}]'"}, "jsonb_to_record": {0: "'{\"a\": 1}'"},
    "json_to_recordset": {0: "'[{\"a\": 1}]'"}, "json_to_record": {0: "'{\"a\": 1}'"}, "jsonb_each": {0: "'{\"a\": 1}'"},
    "json_populate_recordset": {1: "'[{\"a\": 1}]'"}, "jsonb_populate_recordset": {1: "'[{\"a\": 1}]'"},
    "jsonb_populate_record": {1: "'{\"a\": 1}'"}, "jsonb_set": {1: "'{a}'", 2: "'1'", 3: "true"},
    "jsonb_insert": {1: "'{a}'", 2: "'1'"}, "jsonb_path_exists": {1: "'$.a'"}, "jsonb_path_match": {1: "'$.a'"},
    "jsonb_path_query": {1: "'$.a'"}, "jsonb_path_query_first": {1: "'$.a'"}, "percentile_cont": {0: "0.5"},
    "percentile_disc": {0: "0.5"}, "age": {0: "now()", 1: "now()"}, "date": {0: "now()"}, "date_bin": {0: "'1 day'::interval"},
    "tstzrange": {0: "now()", 1: "null", 2: "'[)'"}, "tsrange": {0: "localtimestamp", 1: "null", 2: "'[)'"},
    "daterange": {0: "current_date", 1: "null", 2: "'[)'"}, "int4range": {0: "1", 1: "10", 2: "'[)'"},
    "int8range": {0: "1", 1: "10", 2: "'[)'"}, "numrange": {0: "1", 1: "10", 2: "'[)'"}, "format": {0: "'%s'"},
    "host": {0: "'10.0.0.1'"}, "network": {0: "'10.0.0.1'"}, "masklen": {0: "'10.0.0.1'"}, "set_masklen": {1: "24"},
    "nextval": {0: "'1'"}, "currval": {0: "'1'"}, "setval": {0: "'1'", 1: "1"}, "jsonb_typeof": {0: "'1'"},
    "st_geomfromtext": {0: "'POINT(1 1)'", 1: "4326"}, "st_geographyfromtext": {0: "'POINT(1 1)'"},
    "st_setsrid": {1: "4326"}, "st_makepoint": {0: "1", 1: "1"}, "st_transform": {1: "4326"}, "ltree_addltree": {0: "'a'"},
    "pg_advisory_lock": {0: "1", 1: "1"}, "pg_advisory_xact_lock": {0: "1", 1: "1"}, "hashtext": {0: "'a'"},
    "lower": {0: "'a'"}, "upper": {0: "'A'"}, "point": {0: "1", 1: "1"}, "box": {0: "'(1,1)'", 1: "'(2,2)'"},
    "circle": {0: "'(1,1)'", 1: "1"}, "ts_rank": {1: "'a'"}, "ts_rank_cd": {1: "'a'"}, "array_append": {1: "'1'"},
}  # fmt: skip
_TEXT_SEARCH = frozenset(("to_tsquery", "plainto_tsquery", "phraseto_tsquery", "websearch_to_tsquery"))


def known_argument(function: str, position: int, arguments: int) -> str | None:
    """The literal for a parameter at `position` of a built-in function that is particular about it."""
    for key in ((function, arguments), function):
        found = _BY_POSITION.get(key, {}).get(position)
        if found is not None:
            return found
    return "'a'" if function in _TEXT_SEARCH else None


def own_argument(function: str, position: int, lookup: Lookup) -> TypeFacts | None:
    """The type that a function of the application wants at `position`; None where there is none, or several differ."""
    wanted = {
        parts[position]
        for each in lookup.snapshot.functions
        if each.name.name == function and position < len(parts := _arguments(each.arguments))
    }
    return _argument_type(wanted.pop(), lookup) if len(wanted) == 1 else None


def _arguments(text: str) -> list[str]:
    parts = [part.strip() for part in re.split(r",(?![^(]*\))", text) if part.strip()]
    return [re.sub(r"^(IN|INOUT|VARIADIC)\s+", "", part) for part in parts if not part.startswith("OUT ")]


def _argument_type(text: str, lookup: Lookup) -> TypeFacts:
    """The type of `name type` or `type`, as pg_get_function_identity_arguments writes an argument."""
    whole = type_facts(text, lookup)
    if " " not in text or whole.family != whole.name or whole.element is not None:
        return whole
    return type_facts(text.split(" ", 1)[1], lookup)
