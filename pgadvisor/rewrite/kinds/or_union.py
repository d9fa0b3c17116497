"""`a.x = $1 OR b.y = $2` over two tables can use an index of neither before the join; two statements put together can.

The arms of the OR become the arms of UNION ALL, each without the rows that an arm before it selects (`AND (a.x = $1) IS NOT
TRUE`), so that a row comes once however many arms it fulfils, and as often as it came before; NULL in an arm is not TRUE.
Equivalent where the SELECT only picks rows: no DISTINCT, groups, aggregates, windows, LIMIT, locks, set-returning or volatile
functions (none but operators and casts in its list are let through), nor an order by anything but its output columns; and where
all arms are conditions over columns, constants and parameters.
"""

from sqlglot import exp

from pgadvisor.rewrite.blocks import conjuncts, is_plain
from pgadvisor.rewrite.dialect import opened, read, write
from pgadvisor.rewrite.kind import Kind, Written
from pgadvisor.rewrite.scope import Scope, spelled

_MOST_ARMS = 4


def _rewrite(block: exp.Expr, scope: Scope) -> Written | None:
    if not is_plain(block) or block.parent is not None or not _orders_by_output(block):
        return None
    conditions = conjuncts(block)
    for position, condition in enumerate(conditions):
        disjunction = opened(condition)
        arms = [opened(arm) for arm in disjunction.flatten()] if isinstance(disjunction, exp.Or) else []
        sources = [_sources(arm, scope) for arm in arms]
        if 2 <= len(arms) <= _MOST_ARMS and all(len(one) == 1 for one in sources) and len(frozenset().union(*sources)) > 1:
            rest = [each for number, each in enumerate(conditions) if number != position]
            return _union(block, arms, rest, scope)
    return None


def _orders_by_output(block: exp.Expr) -> bool:
    """Whether the order, if any, is by columns of the output under their own names."""
    order = block.args.get("order")
    names = [spelled(one.args["alias"]) if one.args.get("alias") else one.output_name for one in block.expressions]
    if any(isinstance(one, exp.Star) or one.find(exp.Star) for one in block.expressions):
        return order is None
    keys = [one.this for one in order.expressions] if order is not None else []
    return all(isinstance(key, exp.Column) and not key.table and names.count(spelled(key.this)) == 1 for key in keys)


def _sources(arm: exp.Expr, scope: Scope) -> frozenset[str]:
    """The relations whose columns a condition reads; more than one where anything in it is not understood."""
    unsure = frozenset(("", " "))
    if arm.find(exp.Anonymous, exp.Subquery, exp.Select, exp.Exists, exp.Dot):
        return unsure
    known = [scope.column(column) for column in arm.find_all(exp.Column)]
    return frozenset(one.source.alias if one is not None else "" for one in known) if all(known) else unsure


def _union(block: exp.Expr, arms: list[exp.Expr], rest: list[exp.Expr], scope: Scope) -> Written | None:
    statements = []
    for number, arm in enumerate(arms):
        others = [exp.Is(this=exp.paren(one), expression=exp.true(), negate=True) for one in arms[:number]]
        statement = block.copy()
        statement.set("order", None)
        statement.set("where", exp.Where(this=exp.and_(*(each.copy() for each in (*rest, arm, *others)), copy=False)))
        statements.append(write(statement))
    order = block.args.get("order")
    union = read(" UNION ALL ".join(statements))
    if order is not None:
        union.set("order", order.copy())
    first = next((scope.column(column) for column in arms[0].find_all(exp.Column)), None)
    return None if first is None else Written(union, first.table, first.column.name)


KIND = Kind("or-union", "non-sargable-predicate", block=_rewrite)
