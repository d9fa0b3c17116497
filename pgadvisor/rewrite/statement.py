"""A statement written anew: every place where a kind of rewrite applies, and nothing else changed."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlglot import exp
from sqlglot.errors import SqlglotError

from pgadvisor.model.rewriting import Rewriting
from pgadvisor.model.snapshot import Lookup
from pgadvisor.rewrite.dialect import built, opened, read, write
from pgadvisor.rewrite.kind import Kind, Written
from pgadvisor.rewrite.kinds import KINDS
from pgadvisor.rewrite.scope import Scope, scope_of

_BLOCKS = (exp.Select, exp.Update, exp.Delete)
_ORDINAL = "pgadvisor_ordinal"
_Place = tuple[exp.Expr, Scope]
_MOST_ELEMENTS = 8  # of IN, taken apart


def rewritings(sql: str, path: Sequence[str], lookup: Lookup, endings: Collection[int] = ()) -> tuple[Rewriting, ...]:
    """One for each kind that applies to `sql`, a statement in PostgreSQL's own spelling, as a role with the search_path `path`
    sends it. () for what sqlglot cannot read. What it cannot write back the same shows in `unchanged`. `endings` are the numbers
    of parameters that were only seen as patterns of the end of a text, `%x`."""
    try:
        tree = read(sql)
        unchanged = write(tree)
        _number_literals(tree)
        places = list(_places(tree, path, lookup, frozenset(map(str, endings))))
        return tuple(made for kind in KINDS if (made := _rewriting(tree, unchanged, kind, places)) is not None)
    except SqlglotError:
        return ()


def _number_literals(tree: exp.Expr) -> None:
    """Marks the constants that were there with their place in the text."""
    literals = [one for one in tree.find_all(exp.Literal) if not isinstance(one.parent, (exp.Parameter, exp.DataTypeParam))]
    marked = tree.copy()
    twins = [one for one in marked.find_all(exp.Literal) if not isinstance(one.parent, (exp.Parameter, exp.DataTypeParam))]
    for number, twin in enumerate(twins):
        twin.replace(exp.Literal.string(f"{_ORDINAL}{number}."))
    text = write(marked)
    places = {number: text.find(f"{_ORDINAL}{number}.") for number in range(len(literals))}
    for ordinal, number in enumerate(sorted(places, key=lambda number: places[number]), 1):
        literals[number].meta[_ORDINAL] = ordinal


def _rewriting(tree: exp.Expr, unchanged: str, kind: Kind, places: Sequence[_Place]) -> Rewriting | None:
    """Asks first and copies then: most kinds do not apply to most statements."""
    if kind.block is not None:
        made = [written for block, scope in places if (written := _block(block, kind, scope)) is not None][:1]
        whole = made[0].node if made else tree
    else:
        found = list(_assumed_once([_tried(node, kind, scope) for node, scope in places], kind))
        made = [written for written in found if written is not None]
        whole = _replaced(tree, found) if made else tree
    if not made:
        return None
    return Rewriting(
        kind=kind.name,
        rule=kind.rule,
        sql=write(whole),
        unchanged=unchanged,
        masked=write(_masked(whole)),
        masked_unchanged=write(_masked(tree)),
        table=made[0].table,
        column=made[0].column,
        conditions=tuple(dict.fromkeys(condition for one in made for condition in one.conditions)),
        assumed=tuple(dict.fromkeys(assumption for one in made for assumption in one.assumed)),
    )


def _assumed_once(found: Sequence[Written | None], kind: Kind) -> Iterator[Written | None]:
    """Without those that assume what was assumed before, for a kind that may not: of `extract($1 from ts) = $2 and
    extract($3 from ts) = $4` only one can be the year."""
    assumed = False
    for one in found:
        again = one is not None and bool(one.assumed) and kind.assumes_once
        yield None if again and assumed else one
        assumed = assumed or again


def _masked(tree: exp.Expr) -> exp.Expr:
    """A copy with `$n` for the constants that were in the statement as it was read; those of a rewrite stay."""
    copy = tree.copy()
    numbers = [int(str(one.this.this)) for one in copy.find_all(exp.Parameter) if isinstance(one.this, exp.Literal)]
    known = max(numbers, default=0)
    for literal in [one for one in copy.find_all(exp.Literal) if _ORDINAL in one.meta]:
        literal.replace(exp.Parameter(this=exp.Literal.number(known + literal.meta[_ORDINAL])))
    return copy


def _places(tree: exp.Expr, path: Sequence[str], lookup: Lookup, endings: frozenset[str]) -> Iterator[_Place]:
    """Every query block, and every condition in it that filters rows, with the scope of their names."""
    scopes: dict[int, Scope] = {}
    for block in tree.find_all(*_BLOCKS, bfs=True):
        scope = scope_of(block, lookup, path, _parent(block, scopes), endings)
        scopes[id(block)] = scope
        yield block, scope
        yield from ((condition, scope) for condition in _conditions(block))


def _replaced(tree: exp.Expr, found: Sequence[Written | None]) -> exp.Expr:
    """A copy of `tree` with what was written in the places it was written for."""
    copy = tree.copy()
    nodes = [node for block in copy.find_all(*_BLOCKS, bfs=True) for node in (block, *_conditions(block))]
    for node, written in zip(nodes, found, strict=True):
        if written is not None:
            node.replace(_apart(written.node, node))
    return copy


def _block(node: exp.Expr, kind: Kind, scope: Scope) -> Written | None:
    return kind.block(node, scope) if kind.block is not None and isinstance(node, _BLOCKS) else None


def _parent(block: exp.Expr, scopes: Mapping[int, Scope]) -> Scope | None:
    around = block.parent
    while around is not None and id(around) not in scopes:
        around = around.parent
    return scopes[id(around)] if around is not None else None


def _conditions(block: exp.Expr) -> Iterator[exp.Expr]:
    """The conditions of a block that filter rows: of WHERE and ON, with AND and OR taken apart."""
    where = block.args.get("where")
    if where is not None:
        yield from _leaves(where.this)
    for join in [one for one in block.find_all(exp.Join) if one.find_ancestor(*_BLOCKS) is block]:
        if join.args.get("on") is not None:
            yield from _leaves(join.args["on"])


def _leaves(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, (exp.And, exp.Or)):
        yield from _leaves(node.left)
        yield from _leaves(node.right)
    elif isinstance(node, exp.Paren) and isinstance(opened(node), (exp.And, exp.Or)):
        yield from _leaves(node.this)
    else:
        yield node


def _tried(condition: exp.Expr, kind: Kind, scope: Scope) -> Written | None:
    """The condition rewritten; BETWEEN as its two halves, IN as its elements, all of them or none."""
    if kind.condition is None or isinstance(condition, _BLOCKS):
        return None
    node = opened(condition)
    if isinstance(node, exp.Between) and not node.args.get("symmetric"):
        halves = (exp.GTE, node.args["low"]), (exp.LTE, node.args["high"])
        return _together([(make, node.this, value) for make, value in halves], exp.And, kind, scope)
    if isinstance(node, exp.In) and node.expressions and len(node.expressions) <= _MOST_ELEMENTS:
        return _together([(exp.EQ, node.this, value) for value in node.expressions], exp.Or, kind, scope)
    return kind.condition(node, scope)


def _together(
    parts: list[tuple[type[exp.Binary], exp.Expr, exp.Expr]], joined: type[exp.Connector], kind: Kind, scope: Scope
) -> Written | None:
    made = []
    for make, left, right in parts:
        written = kind.condition(make(this=left.copy(), expression=right.copy()), scope) if kind.condition is not None else None
        if written is None:
            return None
        made.append(written)
    node = made[0].node
    for other in made[1:]:
        template = "a AND b" if joined is exp.And else "(a) OR (b)"
        node = built(template, a=node, b=other.node) if joined is exp.Or else exp.And(this=node, expression=other.node)
    conditions = tuple(condition for one in made for condition in one.conditions)
    assumed = tuple(assumption for one in made for assumption in one.assumed)
    return Written(node, made[0].table, made[0].column, conditions, assumed)


def _apart(node: exp.Expr, standing: exp.Expr) -> exp.Expr:
    """`node` as it may stand where `standing` stood: an OR, or an AND inside of an OR or a NOT, in parentheses."""
    loose = isinstance(node, exp.Or) or (isinstance(node, exp.And) and isinstance(standing.parent, (exp.Or, exp.Not)))
    return exp.paren(node) if loose else node
