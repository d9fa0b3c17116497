"""The model's frozen dataclasses as plain data for JSON and back, by their type hints."""

import json
import math
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timezone
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

_Value = TypeVar("_Value")
_Converter = Callable[[Any], Any]


def to_data(value: Any) -> Any:
    """`value` as what JSON knows: dataclasses as objects without the fields that hold their default, tuples and sets as
    lists, times in ISO 8601 UTC, numbers that JSON has not as {"float": "inf"}."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    if isinstance(value, frozenset):
        return sorted((to_data(item) for item in value), key=json.dumps)
    if isinstance(value, (tuple, list)):
        return [to_data(item) for item in value]
    return {name: to_data(item) for name, default in _defaults(value.__class__) if (item := getattr(value, name)) != default}


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (field.name, field.default_factory() if field.default_factory is not MISSING else field.default) for field in fields(kind)
    )


def from_data(kind: type[_Value], data: Any) -> _Value:
    """The inverse of `to_data` for a value of type `kind`. Raises KeyError, TypeError or ValueError for other data."""
    wanted: Any = kind
    result: _Value = _converter(wanted)(data)
    return result


@cache
def _converter(kind: Any) -> _Converter:
    """What makes a value of `kind` from plain data. Fields of a dataclass are looked up when first used, so that a type
    may hold itself."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin is frozenset:
        return lambda data: frozenset(map(_converter(get_args(kind)[0]), data))
    if is_dataclass(kind):
        return lambda data: _instance(kind, data)
    return _PLAIN.get(kind) or kind


def _same(kind: type) -> _Converter:
    def convert(data: Any) -> Any:
        if type(data) is not kind:
            raise TypeError(f"{kind.__name__} expected")
        return data

    return convert


def _number(data: Any) -> float:
    if isinstance(data, dict):
        return float(data["float"])
    if isinstance(data, (bool, str)):
        raise TypeError("float expected")
    return float(data)


_PLAIN: dict[Any, _Converter] = {
    str: _same(str),
    bool: _same(bool),
    int: _same(int),
    float: _number,
    type(None): _same(type(None)),
    datetime: datetime.fromisoformat,
    Any: lambda data: data,
}


def _union(options: tuple[Any, ...]) -> _Converter:
    """The first of `options` that data of this shape can be."""
    converters = [(_shape(option), _converter(option)) for option in options]

    def convert(data: Any) -> Any:
        for shape, converter in converters:
            if type(data) in shape:
                return converter(data)
        raise TypeError("another type expected")

    return convert


def _shape(kind: Any) -> tuple[type, ...]:
    """The types of plain data that `to_data` makes of values of `kind`."""
    if is_dataclass(kind):
        return (dict,)
    if get_origin(kind) in (tuple, frozenset):
        return (list,)
    if kind is float:
        return (float, int, dict)
    return (kind,) if kind in (str, bool, int, type(None)) else (str,)


def _tuple(items: tuple[Any, ...]) -> _Converter:
    if len(items) == 2 and items[1] is Ellipsis:
        each = _converter(items[0])
        return lambda data: tuple(map(each, _list(data)))
    converters = tuple(map(_converter, items))

    def convert(data: Any) -> Any:
        if len(_list(data)) != len(converters):
            raise ValueError("a list of another length expected")
        return tuple(converter(item) for converter, item in zip(converters, data, strict=True))

    return convert


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError("list expected")
    return data


@cache
def _fields(kind: Any) -> dict[str, _Converter]:
    hints = get_type_hints(kind)
    return {field.name: _converter(hints[field.name]) for field in fields(kind)}


def _instance(kind: Any, data: Any) -> Any:
    converters = _fields(kind)
    return kind(**{name: converters[name](item) for name, item in data.items() if name in converters})
