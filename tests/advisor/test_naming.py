"""Names of new indexes."""

from hypothesis import given
from hypothesis import strategies as st

from pgadvisor.advisor.words.naming import MOST_BYTES, hash8, name_of
from pgadvisor.model.index import Index, IndexKey
from tests.advisor.world import btree, named


def test_a_plain_name() -> None:
    assert name_of(btree("orders", "user_id", "-created_at"), ()) == "orders_user_id_created_at_idx"


def test_expressions_give_their_words_and_never_their_literals() -> None:
    index = Index(named("t"), (IndexKey(expression="lower((\"E mail\" || 'secret'))"),))
    assert name_of(index, ()) == "t_lower_E mail_idx"
    assert name_of(Index(named("t"), (IndexKey(expression="1 + 1"),)), ()) == "t_expr_idx"
    assert name_of(Index(named("t"), (IndexKey(expression="lower(app.plain(email))"),)), ()) == "t_lower_plain_email_idx"


def test_a_name_that_is_taken_gets_the_hash() -> None:
    index = btree("t", "a")
    assert name_of(index, {"t_a_idx"}) == f"t_a_idx_{hash8(index)}"
    assert hash8(index) != hash8(btree("t", "a", where="b = 1"))


@given(
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=63), st.lists(st.text("äöß漢字x_", min_size=1))
)
def test_every_name_fits_and_is_deterministic(table: str, columns: list[str]) -> None:
    index = Index(named(table), tuple(IndexKey(column) for column in columns or ["a"]))
    name = name_of(index, ())
    assert 0 < len(name.encode()) <= MOST_BYTES
    assert name == name_of(index, ())
    assert name.endswith(("_idx", hash8(index)))
