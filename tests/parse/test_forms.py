"""Forms: what two texts have in common but for their constants, and how the constants of one fill the `$n` of the other."""

from hypothesis import given
from hypothesis import strategies as st

from pgadvisor.parse.forms import filling, forms_of
from pgadvisor.parse.parameters import substitute


def filled(text: str, executed: str, *parameters: str) -> dict[int, str] | None:
    """The values of the `$n` of `text` in an execution of `executed`."""
    forms = forms_of(executed)
    assert forms is not None
    (form,) = forms
    found = filling(text, form.tokens)
    constants = [one if isinstance(one, str) else parameters[one - 1] for one in form.constants]
    return None if found is None else found.values(constants)


def test_literals_signs_and_key_words() -> None:
    text = "SELECT a FROM t WHERE b = $1 AND c = $2 AND d > $3 AND e = $4 AND f = interval $5 AND g IS NULL LIMIT $6"
    sent = (
        "select a from t where b = 'x''y' and c = -5 and d > - 1.5 and e = true and f = interval '1 day' and g is null limit 10;"
    )
    assert filled(text, sent) == {1: "'x''y'", 2: "- 5", 3: "- 1.5", 4: "true", 5: "'1 day'", 6: "10"}


def test_the_field_of_extract_is_a_constant() -> None:
    text = "select a from t where extract($1 from b) = $2"
    assert filled(text, "select a from t where EXTRACT(Year FROM b) = 2024") == {1: "year", 2: "2024"}
    assert filled(text, "select a from t where extract('year' from b) = 2024") == {1: "'year'", 2: "2024"}
    assert filled(text, "select a from t where extract(year from c) = 2024") is None
    assert filled("select a from t where f($1)", "select a from t where f(b)") is None


def test_parameters_of_the_protocol_and_constants_beside_them() -> None:
    assert filled("select a from t where b = $1 and c = $2", "select a from t where b = $1 and c = 'k'", "'v'") == {
        1: "'v'",
        2: "'k'",
    }
    assert filled("select a from t where b = $2 and c = $1", "select a from t where b = $2 and c = $1", "1", "2") == {
        1: "1",
        2: "2",
    }


def test_a_list_that_the_server_shortened() -> None:
    text = "select a from t where b in ($1 /*, ... */) and c = $2"
    assert filled(text, "select a from t where b in (1, -2, 'x'::int) and c = 7") == {1: "1 , - 2 , 'x' :: int", 2: "7"}
    assert filled("select a from t where b in ($1, $2)", "select a from t where b in (1, 2, 3)") is None


def test_constants_that_both_have_must_be_equal() -> None:
    text = "select a, b from t where c = $1 order by 2"
    assert filled(text, "select a, b from t where c = 3 order by 2") == {1: "3"}
    assert filled(text, "select a, b from t where c = 3 order by 1") is None


def test_other_statements_do_not_fit() -> None:
    text = "select a from t where b = $1"
    for other in (
        "select a from t where c = 1",
        "select a from t",
        "select a from t where b = 1 and c = 2",
        "select a from t where b = x",
    ):
        assert filled(text, other) is None
    assert filled('select "A" from t where b = $1', 'select "a" from t where b = 1') is None


def test_several_statements_and_utility_statements() -> None:
    forms = forms_of("begin; select 1; set x = 'y'; update t set a = 2 -- done\n;")
    assert forms is not None
    assert [form.text for form in forms] == ["select 1", "update t set a = 2"]
    assert forms_of("select 'unfinished") is None


@given(
    text=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    number=st.integers(-(10**9), 10**9),
    flag=st.booleans(),
)
def test_what_was_sent_comes_back(text: str, number: int, flag: bool) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    sent = f"select a from t where b = {quoted} and c in ({number}, {number}) and d = {flag} limit 5"
    normalised = "select a from t where b = $1 and c in ($2, $3) and d = $4 limit $5"
    values = filled(normalised, sent)
    assert values is not None
    again, original = forms_of(substitute(normalised, values)), forms_of(sent)
    assert again is not None
    assert original is not None
    assert (again[0].tokens, again[0].constants) == (original[0].tokens, original[0].constants)
