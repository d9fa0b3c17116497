"""`x NOT IN (SELECT y …)` cannot become an anti-join because of NULLs; `NOT EXISTS (… WHERE y = x)` can.

Equivalent where neither x nor y can be NULL: columns that the catalog knows to be NOT NULL and that no outer join fills up, y
also where the subquery itself asks for `y IS NOT NULL`. (With a NULL among the y no row is selected, with a NULL as x only those
where the subquery is empty.) The subquery is one of tables and conditions, without groups, limits or set operations, so that a
further condition may stand in it; its own tables go by other names than x's. Both columns are of one type.
"""

from sqlglot import exp

from pgadvisor.rewrite.blocks import conjuncts, is_plain
from pgadvisor.rewrite.dialect import built, opened
from pgadvisor.rewrite.kind import Kind, Written, on_column
from pgadvisor.rewrite.scope import Known, Scope, scope_of


def _rewrite(node: exp.Expr, scope: Scope) -> Written | None:
    inside = opened(node.this) if isinstance(node, exp.Not) else None
    query = inside.args.get("query") if isinstance(inside, exp.In) else None
    select = query.this if isinstance(query, exp.Subquery) else None
    if not isinstance(inside, exp.In) or not is_plain(select) or select is None or len(select.expressions) != 1:
        return None
    outer, searched = scope.column(inside.this), select.expressions[0].unalias()
    inner_scope = scope_of(select, scope.lookup, scope.path, scope)
    inner = inner_scope.column(searched)
    if outer is None or inner is None or outer.nullable or outer.type_sql != inner.type_sql:
        return None
    if inner.nullable and not _asks_not_null(select, searched, inner, inner_scope):
        return None
    if any(source.alias == outer.source.alias for source in inner_scope.sources):
        return None
    joined = built("y = x", y=_qualified(inner), x=_qualified(outer))
    return on_column(outer, exp.Not(this=exp.Exists(this=_with_condition(select, joined))))


def _asks_not_null(select: exp.Expr, column: exp.Expr, inner: Known, scope: Scope) -> bool:
    for each in conjuncts(select):
        test = opened(each)
        denied = isinstance(test, exp.Not) and isinstance(test.this, exp.Is)
        test = test.this if denied else test
        if isinstance(test, exp.Is) and isinstance(test.expression, exp.Null) and (denied or test.args.get("negate")):
            known = scope.column(test.this)
            if known is not None and (known.source.alias, known.column) == (inner.source.alias, inner.column):
                return True
    return False


def _qualified(known: Known) -> exp.Expr:
    name, alias = known.column.name, known.source.alias
    return exp.column(exp.to_identifier(name, quoted=not _plain(name)), exp.to_identifier(alias, quoted=not _plain(alias)))


def _plain(name: str) -> bool:
    return name.isidentifier() and name == name.lower() and name.isascii()


def _with_condition(select: exp.Expr, condition: exp.Expr) -> exp.Expr:
    """`SELECT 1` from the same tables under one more condition."""
    made = select.copy()
    made.set("expressions", [exp.Literal.number(1)])
    made.set("order", None)
    before = made.args.get("where")
    joined = condition if before is None else exp.and_(before.this, condition, copy=False)
    made.set("where", exp.Where(this=joined))
    return made


KIND = Kind("not-in", "non-sargable-predicate", condition=_rewrite)
