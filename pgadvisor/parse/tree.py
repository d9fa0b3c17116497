"""Walking and copying pglast's trees."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pglast import ast

Node = Any  # a node of pglast.ast, a tuple of them, or None

_CHILD_SLOTS: dict[type, tuple[str, ...]] = {}


def child_slots(kind: type) -> tuple[str, ...]:
    """The attributes of a class of nodes that may hold nodes."""
    slots = _CHILD_SLOTS.get(kind)
    if slots is None:
        types: dict[str, Any] = kind.__slots__  # type: ignore[attr-defined]
        slots = tuple(name for name, held in types.items() if _c_type(held).endswith("*") and _c_type(held) != "char*")
        _CHILD_SLOTS[kind] = slots
    return slots


def _c_type(slot: Any) -> str:
    return slot if isinstance(slot, str) else str(slot[0])


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below `node`, lists opened."""
    for slot in child_slots(type(node)):
        value = getattr(node, slot)
        if isinstance(value, ast.Node):
            yield value
        elif isinstance(value, tuple):
            yield from _opened(value)


def _opened(items: tuple[Any, ...]) -> Iterator[Node]:
    for item in items:
        if isinstance(item, ast.Node):
            yield item
        elif isinstance(item, tuple):
            yield from _opened(item)


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything below it, depth first, in the order of the text as far as the grammar keeps it."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(list(children(current))))


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """A copy of `node`, made from the leaves up: `change` gets each copied node and returns what stands in its place."""
    if isinstance(node, tuple):
        return tuple(rebuild(item, change) for item in node)
    if not isinstance(node, ast.Node):
        return node
    return change(replaced(node, **{slot: rebuild(getattr(node, slot), change) for slot in child_slots(type(node))}))


def substituted(node: Node, standing: Mapping[int, Node]) -> Node:
    """A copy of `node` in which other nodes stand for some; `standing` goes by the identity of the original."""
    if isinstance(node, tuple):
        return tuple(substituted(item, standing) for item in node)
    if not isinstance(node, ast.Node):
        return node
    if id(node) in standing:
        return standing[id(node)]
    return replaced(node, **{slot: substituted(getattr(node, slot), standing) for slot in child_slots(type(node))})


def replaced(node: Node, /, **values: Any) -> Node:
    """A copy of one node with other attributes."""
    copy = object.__new__(type(node))
    for slot in node:
        object.__setattr__(copy, slot, values[slot] if slot in values else getattr(node, slot))
    return copy


def words(names: tuple[Any, ...] | None) -> tuple[str, ...]:
    """The strings of a list of String nodes; a star is "*"."""
    return tuple(name.sval if isinstance(name, ast.String) else "*" for name in names or ())


def operator_name(node: Node) -> str:
    """The operator of an A_Expr or SubLink without its schema."""
    names = node.operName if isinstance(node, ast.SubLink) else node.name
    return words(names)[-1] if names else "="
