"""What one query block is made of."""

from sqlglot import exp

_MORE = ("group", "having", "limit", "offset", "fetch", "windows", "with_", "distinct", "locks", "qualify", "operation")


def is_plain(select: exp.Expr | None) -> bool:
    """A SELECT of rows: nothing between the conditions and the rows, no aggregate, no function that returns sets."""
    if not isinstance(select, exp.Select) or any(select.args.get(name) for name in _MORE):
        return False
    return not any(one.find(exp.Anonymous, exp.AggFunc, exp.Window) for one in select.expressions)


def conjuncts(block: exp.Expr) -> list[exp.Expr]:
    """The conditions of WHERE that AND joins."""
    where = block.args.get("where")
    if where is None:
        return []
    return list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
