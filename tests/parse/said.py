"""What a `Query` says, as lines that a test can hold beside the statement."""

from pgadvisor.model.workload import Key, Limit, Operand, OrderKey, Predicate, Query, Relation


def said(query: Query) -> list[str]:
    """One line for each thing known of the statement but its text."""
    lines = [query.kind + "".join(f" {word}" for word in _flags(query))]
    lines += [_relation(relation) for relation in query.relations]
    lines += [_predicate(query, predicate) for predicate in query.predicates]
    for ordering in query.orderings:
        keys = ", ".join(_order(query, key) for key in ordering.keys)
        words = [f"order {keys}", _scope(ordering.scope), "limited" if ordering.limited else ""]
        lines.append(" ".join(word for word in [*words, "" if ordering.complete else "incomplete"] if word))
    lines += [_limit(limit) for limit in query.limits]
    lines += ["group " + ", ".join(_key(query, key) for key in keys) for keys in query.groupings]
    lines += [f"extreme {_order(query, key)}" for key in query.minmax]
    if query.output:
        lines.append("output " + ", ".join(_column(query, *read) for read in query.output))
    if query.assigned:
        lines.append("assigned " + ", ".join(column for _, column in query.assigned))
    if query.aggregates:
        lines.append("aggregates " + ", ".join(query.aggregates))
    return [line.strip() for line in lines]


def _flags(query: Query) -> list[str]:
    flags = {"distinct": query.distinct, "whole-rows": query.whole_rows, "locking": query.locking}
    return [name for name, is_set in flags.items() if is_set]


def _scope(number: int) -> str:
    return f"in {number}" if number else ""


def _relation(relation: Relation) -> str:
    role = "" if relation.role == "read" else relation.role
    view = f"by {relation.view.name}" if relation.view else ""
    words = [
        "relation",
        relation.table.name,
        relation.alias,
        role,
        _scope(relation.scope),
        "outer" if relation.outer else "",
        view,
    ]
    return " ".join(word for word in words if word)


def _column(query: Query, relation: int, column: str) -> str:
    return f"{query.relations[relation].alias}.{column}"


def _key(query: Query, key: Key) -> str:
    return f"{query.relations[key.relation].alias}.{key.column or f'({key.expression})'}"


def _operand(query: Query, operand: Operand) -> str:
    numbers = ", ".join(f"${number}" for number in operand.parameters)
    if operand.kind == "key":
        assert operand.key is not None
        return _key(query, operand.key)
    if operand.kind == "parameters":
        return f"({numbers}{', ...' if operand.squashed else ''})"
    if operand.kind == "constants":
        return f"({', '.join(operand.values)})"
    if operand.kind == "subquery":
        return "subquery" + (f" of {_key(query, operand.key)}" if operand.key else "")
    if operand.kind == "expression":
        return f"[{operand.sql}] {numbers}"
    return {"parameter": numbers, "constant": "".join(operand.values), "null": ""}[operand.kind]


def _predicate(query: Query, predicate: Predicate) -> str:
    where = "where" if predicate.conjunct else "aside"
    if predicate.branch is not None:
        where = f"or {'-' if predicate.disjunction is None else predicate.disjunction}.{predicate.branch}"
    more = [
        "array" if predicate.array else "",
        "negated" if predicate.negated else "",
        "" if predicate.searchable else "unsearchable",
        f"row {predicate.row[0]}.{predicate.row[1]}" if predicate.row else "",
        f"collate {predicate.collation}" if predicate.collation else "",
    ]
    words = [where, _key(query, predicate.key), predicate.operator, _operand(query, predicate.operand), *more]
    return " ".join(word for word in words if word)


def _order(query: Query, key: OrderKey) -> str:
    words = [_key(query, key.key), "desc" if key.descending else "", f"collate {key.collation}" if key.collation else ""]
    nulls = "" if key.nulls_first == key.descending else ("nulls first" if key.nulls_first else "nulls last")
    return " ".join(word for word in [*words, nulls] if word)


def _limit(limit: Limit) -> str:
    count = limit.count if limit.count is not None else f"${limit.count_parameter}" if limit.count_parameter else None
    offset = limit.offset if limit.offset is not None else f"${limit.offset_parameter}" if limit.offset_parameter else None
    words = [f"limit {count}" if count is not None else "limit", f"offset {offset}" if offset is not None else ""]
    return " ".join(word for word in [*words, _scope(limit.scope)] if word)
