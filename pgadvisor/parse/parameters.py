"""Values in the place of `$n`."""

from collections.abc import Mapping

from pgadvisor.parse.tokens import Token, parameter_numbers, rewrite, scan


def substitute(sql: str, literals: Mapping[int, str]) -> str:
    """`sql` with every `$n` that `literals` has replaced by that SQL literal; a comma list may stand where the server wrote
    `IN ($1 /*, ... */)`. Comments are dropped, other parameters stay.

    >>> substitute("select a from t where b in ($1 /*, ... */) and c = $2", {1: "1, 2", 2: "'x'"})
    "select a from t where b in (1, 2) and c = 'x'"
    """

    def replacement(token: Token, text: str) -> str:
        return _apart(sql, token, literals.get(int(text[1:]), text)) if token.name == "PARAM" else text

    return rewrite(sql, scan(sql), replacement)


def _apart(sql: str, token: Token, literal: str) -> str:
    """`literal`, kept apart from a neighbour it would run into: `-$1` with -5 is not a comment, `ab$1` is one name."""
    before = sql[token.start - 1 : token.start]
    after = sql[token.end + 1 : token.end + 2]
    head = " " if before and (before in "-+*/<>=~!@#%^&|`?" or before.isalnum() or before in "_'\"") else ""
    tail = " " if after and (after.isalnum() or after in "_'\"") else ""
    return f"{head}{literal}{tail}"


def numbers_in(sql: str) -> frozenset[int]:
    """The numbers of the `$n` of `sql`."""
    return frozenset(parameter_numbers(sql, scan(sql)))


def renumbered(sql: str, before: str, after: str) -> str:
    """`sql` with the numbers of `after` for its parameters in the place of those of `before`, two texts of one statement; as it
    is where they do not correspond.

    >>> renumbered("select a from t where b > $2 - $1", "select a from t where b + $1 > $2", "select a from t where b + $7 > $3")
    'select a from t where b > $3 - $7'
    """
    places = [
        [int(text[token.start + 1 : token.end + 1]) for token in scan(text) if token.name == "PARAM"] for text in (before, after)
    ]
    renamed = dict(zip(*places, strict=False))
    if [renamed[number] for number in places[0] if number in renamed] != places[1]:
        return sql
    return substitute(sql, {number: f"${renamed[number]}" for number in numbers_in(sql) if number in renamed})
