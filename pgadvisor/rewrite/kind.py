"""`Kind`: one way to write a condition or a statement that an index can serve; `Written`: what it made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from pgadvisor.model.names import Name
from pgadvisor.rewrite.dialect import opened
from pgadvisor.rewrite.scope import Known, Scope

OPERATORS = {exp.EQ: "=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}  # the operator with its sides exchanged


@dataclass(frozen=True, slots=True)
class Written:
    """`node` stands in the place of what was read. `conditions` are what has to hold of values that the text does not show:
    with them the two select the same rows, without exception. `assumed` are constants that the text hides behind a `$n` and
    that were guessed to be the usual ones: the proof holds for those."""

    node: exp.Expr
    table: Name
    column: str
    conditions: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rewrite; `rule` names the finding it belongs to.

    `condition` is given a condition that filters rows (of WHERE or ON, below AND and OR only), so that what is false and
    what is NULL come to the same; BETWEEN and IN come as comparisons. `block` is given a whole query block. `assumes_once`:
    what is assumed of one place is not assumed of the next.
    """

    name: str
    rule: str
    condition: Callable[[exp.Expr, Scope], Written | None] | None = None
    block: Callable[[exp.Expr, Scope], Written | None] | None = None
    assumes_once: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`, the operator being one of = < <= > >=."""

    left: exp.Expr
    operator: str
    right: exp.Expr


def comparisons(node: Any) -> tuple[Comparison, ...]:
    """A comparison read from either side; none for anything else."""
    kind = type(node)
    if kind not in OPERATORS or isinstance(node.right, (exp.Any, exp.Tuple, exp.Subquery)) or isinstance(node.left, exp.Tuple):
        return ()
    if isinstance(node.right, exp.Anonymous) and str(node.right.this).lower() == "all":
        return ()
    left, right = opened(node.left), opened(node.right)
    return Comparison(left, OPERATORS[kind], right), Comparison(right, FLIPPED[OPERATORS[kind]], left)


def on_column(known: Known, node: exp.Expr, *conditions: str, assumed: Iterable[str] = ()) -> Written:
    """What was written about one column."""
    return Written(node, known.table, known.column.name, tuple(dict.fromkeys(conditions)), tuple(dict.fromkeys(assumed)))
