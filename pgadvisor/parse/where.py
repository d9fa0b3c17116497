"""Conditions of WHERE, ON and HAVING, taken apart into predicates."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pglast import ast, enums

from pgadvisor.model.workload import Key, Operand, Predicate
from pgadvisor.parse.examine import examine, value_of
from pgadvisor.parse.normal import COMMUTED, negated
from pgadvisor.parse.operands import FALSE, NULL, SUBQUERY, TRUE, operand_of
from pgadvisor.parse.origin import Value
from pgadvisor.parse.reading import Reading
from pgadvisor.parse.scope import Scope
from pgadvisor.parse.tree import operator_name, words

Kind = enums.A_Expr_Kind
Links = enums.SubLinkType
_SPELLED = {"~~": "like", "!~~": "not like", "~~*": "ilike", "!~~*": "not ilike", "!=": "<>"}
_ESCAPES = ("like_escape", "similar_to_escape", "similar_escape")
_TESTS = {
    enums.BoolTestType.IS_TRUE: ("is true", TRUE),
    enums.BoolTestType.IS_NOT_TRUE: ("is not true", TRUE),
    enums.BoolTestType.IS_FALSE: ("is false", FALSE),
    enums.BoolTestType.IS_NOT_FALSE: ("is not false", FALSE),
    enums.BoolTestType.IS_UNKNOWN: ("is null", NULL),
    enums.BoolTestType.IS_NOT_UNKNOWN: ("is not null", NULL),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition stands. `nullable`: in the ON of an outer join, the relations on the side that may be missing."""

    conjunct: bool = True
    nullable: frozenset[int] | None = None
    branch: int | None = None
    disjunction: int | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What else is known of a comparison."""

    array: bool = False
    row: tuple[int, int] | None = None
    collation: str | None = None


_PLAIN = _Comparison()


def read_condition(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """Adds the predicates of a boolean expression."""
    method = _READERS.get(type(node))
    if method is not None:
        method(reading, node, scope, place)
    elif not isinstance(node, (ast.A_Const, ast.ParamRef)):
        _boolean_value(reading, node, scope, place, "is true", TRUE)


def _logic(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    if node.boolop == enums.BoolExprType.NOT_EXPR:
        _negation(reading, node.args[0], scope, place)
    elif node.boolop == enums.BoolExprType.AND_EXPR:
        for arm in node.args:
            read_condition(reading, arm, scope, place)
    else:
        _disjunction(reading, node.args, scope, place)


def _disjunction(reading: Reading, arms: tuple[Any, ...], scope: Scope, place: Place) -> None:
    number = None
    if place.conjunct or (place.nullable is not None and place.branch is None and not place.negated):
        number = reading.disjunctions
        reading.disjunctions += 1
    for arm in _flat_or(arms):
        branch = reading.branches
        reading.branches += 1
        read_condition(reading, arm, scope, replace(place, conjunct=False, branch=branch, disjunction=number))


def _flat_or(arms: tuple[Any, ...]) -> list[Any]:
    flat = []
    for arm in arms:
        nested = isinstance(arm, ast.BoolExpr) and arm.boolop == enums.BoolExprType.OR_EXPR
        flat.extend(_flat_or(arm.args) if nested else [arm])
    return flat


def _negation(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """NOT: De Morgan for AND and OR, the opposite operator where there is one."""
    if isinstance(node, ast.BoolExpr) and node.boolop != enums.BoolExprType.NOT_EXPR:
        denied = tuple(ast.BoolExpr(boolop=enums.BoolExprType.NOT_EXPR, args=(arm,)) for arm in node.args)
        if node.boolop == enums.BoolExprType.AND_EXPR:
            _disjunction(reading, denied, scope, place)
        else:
            for arm in denied:
                _negation(reading, arm.args[0], scope, place)
    elif isinstance(node, ast.SubLink):
        _sublink(reading, node, scope, replace(place, conjunct=False, negated=True))
    elif isinstance(node, ast.A_Expr) and node.kind in _OPPOSITE_KINDS:
        read_condition(reading, _opposite(node), scope, place)
    elif (opposite := negated(node)) is not None:
        read_condition(reading, opposite, scope, place)
    elif isinstance(node, (ast.ColumnRef, ast.FuncCall)):
        _boolean_value(reading, node, scope, place, "is false", FALSE)
    else:
        read_condition(reading, node, scope, replace(place, conjunct=False, negated=True))


_OPPOSITE_KINDS = {
    Kind.AEXPR_BETWEEN: Kind.AEXPR_NOT_BETWEEN,
    Kind.AEXPR_NOT_BETWEEN: Kind.AEXPR_BETWEEN,
    Kind.AEXPR_DISTINCT: Kind.AEXPR_NOT_DISTINCT,
    Kind.AEXPR_NOT_DISTINCT: Kind.AEXPR_DISTINCT,
}


def _opposite(node: Any) -> Any:
    return ast.A_Expr(kind=_OPPOSITE_KINDS[node.kind], name=node.name, lexpr=node.lexpr, rexpr=node.rexpr)


def _expression(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    reader = _EXPRESSION_KINDS.get(node.kind)
    if reader is not None:
        reader(reading, node, scope, place)
    elif node.lexpr is None:
        _boolean_value(reading, node, scope, place, "is true", TRUE)
    elif isinstance(node.lexpr, ast.RowExpr):
        _rows(reading, node, scope, place)
    else:
        name = operator_name(node)
        compare(reading, node.lexpr, _SPELLED.get(name, name), node.rexpr, scope, place)


def _between(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    low, high = node.rexpr
    compare(reading, node.lexpr, ">=", low, scope, place)
    compare(reading, node.lexpr, "<=", high, scope, place)


def _between_symmetric(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    _between(reading, node, scope, replace(place, conjunct=False, negated=True))


def _not_between(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    low, high = node.rexpr
    arms = tuple(
        ast.A_Expr(kind=Kind.AEXPR_OP, name=(ast.String(name),), lexpr=node.lexpr, rexpr=bound)
        for name, bound in (("<", low), (">", high))
    )
    _disjunction(reading, arms, scope, place)


def _in_list(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    operator = "in" if operator_name(node) == "=" else "not in"
    reading.note(f"list {_text_name(node.lexpr)}")
    if isinstance(node.lexpr, ast.RowExpr) and all(isinstance(item, ast.RowExpr) for item in node.rexpr):
        number = _next_row(reading)
        for position, left in enumerate(node.lexpr.args):
            values = tuple(item.args[position] for item in node.rexpr if len(item.args) > position)
            inner = place if operator == "in" else replace(place, conjunct=False, negated=True)
            compare(reading, left, operator, values, scope, inner, _Comparison(row=(number, position)))
        return
    compare(reading, node.lexpr, operator, node.rexpr, scope, place)


def _any_array(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """value = ANY (array): `in` for the value; `= any` for the array, where that is a column."""
    name = operator_name(node)
    spelled = _SPELLED.get(name, name)
    every = node.kind == Kind.AEXPR_OP_ALL
    reading.note(f"array {every} {_text_name(node.lexpr)}")
    left, right = value_of(reading, node.lexpr, scope), value_of(reading, node.rexpr, scope)
    if left.origins:
        operand = operand_of(reading, node.rexpr, scope, right)
        operator = {("=", False): "in", ("<>", True): "not in"}.get((name, every), f"{spelled} all" if every else spelled)
        emit(reading, left, operator, operand, scope, place, _Comparison(array=True))
    if right.origins:
        operand = operand_of(reading, node.lexpr, scope, left)
        emit(reading, right, f"{spelled} {'all' if every else 'any'}", operand, scope, place, _PLAIN)
    _touch_unkeyed(reading, (left, right))


def _distinct(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    operator = "is distinct from" if node.kind == Kind.AEXPR_DISTINCT else "is not distinct from"
    compare(reading, node.lexpr, operator, node.rexpr, scope, place, commutes=True)


def _pattern(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """LIKE, ILIKE and SIMILAR TO; the pattern of `LIKE p ESCAPE e` is p."""
    pattern = node.rexpr
    if isinstance(pattern, ast.FuncCall) and words(pattern.funcname)[-1] in (
        "like_escape",
        "similar_to_escape",
        "similar_escape",
    ):
        pattern = pattern.args[0]
    name = operator_name(node)
    operator = _SPELLED.get(name, name)
    if node.kind == Kind.AEXPR_SIMILAR:
        operator = "similar to" if name == "~" else "not similar to"
    compare(reading, node.lexpr, operator, pattern, scope, place)


def _rows(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """(a, b) = (c, d) is two comparisons; the others compare the first columns first and the rest only for ties."""
    operator = operator_name(node)
    if not isinstance(node.rexpr, ast.RowExpr) or len(node.rexpr.args) != len(node.lexpr.args):
        _touch(reading, node, scope)
        return
    pairs = list(zip(node.lexpr.args, node.rexpr.args, strict=True))
    if operator == "=":
        for left, right in pairs:
            compare(reading, left, "=", right, scope, place)
        return
    number = _next_row(reading)
    for position, (left, right) in enumerate(pairs):
        inner = place if position == 0 and operator != "<>" else replace(place, conjunct=False)
        compare(reading, left, operator, right, scope, inner, _Comparison(row=(number, position)))


def _text_name(node: Any) -> str:
    """The column that the text names, "" for anything else."""
    return words(node.fields)[-1] if isinstance(node, ast.ColumnRef) else ""


def _next_row(reading: Reading) -> int:
    reading.rows += 1
    return reading.rows - 1


def compare(
    reading: Reading, left: Any, operator: str, right: Any, scope: Scope, place: Place, more: _Comparison = _PLAIN,
    commutes: bool = False,
) -> None:  # fmt: skip
    """Adds `left operator right`, from both sides where both are keys."""
    left, collation = _without_collation(left)
    right, other = _without_collation(right)
    if collation or other:
        more = replace(more, collation=collation or other)
    left_value = value_of(reading, left, scope)
    right_value = Value() if isinstance(right, tuple) else value_of(reading, right, scope)
    right_operand: Operand | None = None
    if left_value.origins:
        right_operand = operand_of(reading, right, scope, right_value)
        emit(reading, left_value, operator, right_operand, scope, place, more)
    back = operator if commutes else COMMUTED.get(operator)
    if right_value.origins and back is not None:
        emit(reading, right_value, back, operand_of(reading, left, scope, left_value), scope, place, more)
    elif right_value.origins:
        reading.touch(right_value.reads)
    if isinstance(right, tuple) and right_operand is None:
        _touch(reading, right, scope)
    _touch_unkeyed(reading, (left_value, right_value))


def _without_collation(node: Any) -> tuple[Any, str | None]:
    if isinstance(node, ast.CollateClause):
        return node.arg, ".".join(words(node.collname))
    return node, None


def emit(reading: Reading, value: Value, operator: str, operand: Operand, scope: Scope, place: Place, more: _Comparison) -> None:
    """Adds one predicate for each key behind `value`."""
    keys = reading.keys(value)
    if not keys:
        reading.touch(value.reads)
    for key in keys:
        reading.predicates.append(_predicate(key, operator, operand, scope, place, more))


def _predicate(key: Key, operator: str, operand: Operand, scope: Scope, place: Place, more: _Comparison) -> Predicate:
    here = scope.joined or not scope.sources or scope.owns(key.relation)
    return Predicate(
        key,
        operator,
        operand,
        conjunct=place.conjunct and here,
        branch=place.branch,
        array=more.array,
        negated=place.negated,
        searchable=here and not place.negated and (place.nullable is None or key.relation in place.nullable),
        disjunction=place.disjunction,
        row=more.row,
        collation=more.collation,
    )


def _touch_unkeyed(reading: Reading, values: tuple[Value, ...]) -> None:
    for value in values:
        if not value.origins:
            reading.touch(value.reads)


def _touch(reading: Reading, node: Any, scope: Scope) -> None:
    reading.touch(examine(reading, node, scope).reads)


def _null_test(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    operator = "is null" if node.nulltesttype == enums.NullTestType.IS_NULL else "is not null"
    _boolean_value(reading, node.arg, scope, place, operator, NULL)


def _boolean_test(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    operator, operand = _TESTS[node.booltesttype]
    _boolean_value(reading, node.arg, scope, place, operator, operand)


def _boolean_value(reading: Reading, node: Any, scope: Scope, place: Place, operator: str, operand: Operand) -> None:
    """A value that is itself the condition, or a test of one."""
    value = value_of(reading, node, scope)
    if value.origins:
        emit(reading, value, operator, operand, scope, place, _PLAIN)
    _touch_unkeyed(reading, (value,))


def _sublink(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    kind = node.subLinkType
    if kind == Links.EXISTS_SUBLINK:
        reading.read_query(reading, node.subselect, scope, scope.ctes, existence=True, joined=place.conjunct)
    elif kind == Links.ANY_SUBLINK and operator_name(node) == "=":
        _in_query(reading, node, scope, place)
    elif kind in (Links.ANY_SUBLINK, Links.ALL_SUBLINK):
        output, _ = reading.read_query(reading, node.subselect, scope, scope.ctes, joined=False)
        _touch_output(reading, output)
        word = "all" if kind == Links.ALL_SUBLINK else "any"
        operator = "not in" if word == "all" and operator_name(node) == "<>" else f"{operator_name(node)} {word}"
        _tested(reading, node.testexpr, operator, scope, replace(place, conjunct=False, negated=True))
    else:
        _boolean_value(reading, node, scope, place, "is true", TRUE)


def _in_query(reading: Reading, node: Any, scope: Scope, place: Place) -> None:
    """x IN (SELECT y ...) is a semi-join: x looked up by y's values, or y by x's."""
    output, own = reading.read_query(reading, node.subselect, scope, scope.ctes, joined=place.conjunct)
    tests = node.testexpr.args if isinstance(node.testexpr, ast.RowExpr) else (node.testexpr,)
    operator = "not in" if place.negated else "in"
    for test, (_, found) in zip(tests, output, strict=False):
        keys = reading.keys(found)
        operand = replace(SUBQUERY, key=keys[0] if keys else None)
        tested = value_of(reading, test, scope)
        emit(reading, tested, operator, operand, scope, place, _PLAIN)
        if keys and tested.origins and not place.negated:
            other = Operand("key", key=reading.key(tested.origins[0]))
            reading.predicates.extend(
                replace(_predicate(key, "=", other, scope, place, _PLAIN), conjunct=place.conjunct, searchable=True)
                for key in keys
                if key.relation in own
            )
        else:
            reading.touch(found.reads)


def _tested(reading: Reading, node: Any, operator: str, scope: Scope, place: Place) -> None:
    for test in node.args if isinstance(node, ast.RowExpr) else (node,):
        emit(reading, value_of(reading, test, scope), operator, SUBQUERY, scope, place, _PLAIN)


def _touch_output(reading: Reading, output: Any) -> None:
    for _, value in output:
        reading.touch(value.reads)


_EXPRESSION_KINDS: dict[Any, Callable[[Reading, Any, Scope, Place], None]] = {
    Kind.AEXPR_BETWEEN: _between,
    Kind.AEXPR_NOT_BETWEEN: _not_between,
    Kind.AEXPR_BETWEEN_SYM: _between_symmetric,
    Kind.AEXPR_NOT_BETWEEN_SYM: _between_symmetric,
    Kind.AEXPR_IN: _in_list,
    Kind.AEXPR_OP_ANY: _any_array,
    Kind.AEXPR_OP_ALL: _any_array,
    Kind.AEXPR_DISTINCT: _distinct,
    Kind.AEXPR_NOT_DISTINCT: _distinct,
    Kind.AEXPR_LIKE: _pattern,
    Kind.AEXPR_ILIKE: _pattern,
    Kind.AEXPR_SIMILAR: _pattern,
}
_READERS: dict[type, Callable[[Reading, Any, Scope, Place], None]] = {
    ast.BoolExpr: _logic,
    ast.A_Expr: _expression,
    ast.NullTest: _null_test,
    ast.BooleanTest: _boolean_test,
    ast.SubLink: _sublink,
}
