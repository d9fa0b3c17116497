"""Constants that are the same nearly everywhere."""

import pytest

from pgadvisor.parse.usual_constants import usual_constants

SEARCHED = (
    "setweight(to_tsvector($1, coalesce(title, $2)), $3) || "
    "setweight(to_tsvector($4, body::text || $5 || coalesce(note, $6)), $7)"
)


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        (f"select id from posts where ({SEARCHED}) @@ to_tsquery($8, $9)", {2: "''", 3: "'A'", 5: "' '", 6: "''", 7: "'B'"}),
        ("select id from posts where date(timezone($1, made_at)) = $2", {1: "'UTC'"}),
        ("select id from posts where date_trunc($1, made_at at time zone $2) = $3", {1: "'day'", 2: "'UTC'"}),
        ("select coalesce(title, $1) || $2 from posts where left(title, $3) = $4", {}),
        ("select date_trunc('week', made_at) from posts where to_tsvector('simple', title) @@ $1", {}),
        ("select date_trunc(", {}),
    ],
)
def test_usual_constants(sql: str, wanted: dict[int, str]) -> None:
    assert usual_constants(sql) == wanted


def test_the_same_column_has_the_same_weight_wherever_it_stands() -> None:
    sql = (
        "select ts_rank(setweight(to_tsvector($1, b), $2), q), setweight(to_tsvector($3, a), $4) from t "
        "where setweight(to_tsvector($5, t.b), $6) @@ q"
    )
    assert usual_constants(sql) == {2: "'A'", 4: "'B'", 6: "'A'"}
