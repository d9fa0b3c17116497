"""The next page after the last row seen, in place of an OFFSET: another interface, not another way to write the statement."""

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.errors import SqlglotError

from pgadvisor.rewrite.dialect import read, write


def keyset(sql: str) -> str | None:
    """An example of the statement `sql` that asks for what follows the last row seen, with new parameters for that row's sort
    keys. None where the keys are no columns or their directions differ (then one comparison of rows does not tell what follows).

    >>> keyset("SELECT id FROM t WHERE a = $1 ORDER BY b DESC, id DESC LIMIT $2 OFFSET $3")
    'SELECT id FROM t WHERE a = $1 AND (b, id) < ($4, $5) ORDER BY b DESC, id DESC LIMIT $2'
    """
    try:
        tree = read(sql)
    except SqlglotError:
        return None
    order = tree.args.get("order") if isinstance(tree, exp.Select) else None
    if order is None or tree.args.get("offset") is None or tree.args.get("group") or tree.args.get("distinct"):
        return None
    keys = [one.this for one in order.expressions]
    descending = {bool(one.args.get("desc")) for one in order.expressions}
    if len(descending) != 1 or not all(isinstance(key, exp.Column) for key in keys):
        return None
    numbers = [int(str(one.this.this)) for one in tree.find_all(exp.Parameter) if isinstance(one.this, exp.Literal)]
    first = max(numbers, default=0) + 1
    values = [exp.Parameter(this=exp.Literal.number(first + place)) for place in range(len(keys))]
    left, right = _row([key.copy() for key in keys]), _row(values)
    follows = exp.LT(this=left, expression=right) if descending == {True} else exp.GT(this=left, expression=right)
    tree.set("offset", None)
    return write(tree.where(follows, copy=False))


def _row(parts: Sequence[exp.Expr]) -> exp.Expr:
    return parts[0] if len(parts) == 1 else exp.Tuple(expressions=list(parts))
