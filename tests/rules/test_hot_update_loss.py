"""hot-update-loss: many updates, few of them HOT, and a statement that says why."""

from pgadvisor.model.finding import Finding
from pgadvisor.rules import hot_update_loss
from pgadvisor.rules.rule import Facts
from tests.rules.making import evidence, read, used

DDL = """
create table t (id bigint primary key, seen timestamp, code text unique, note text);
create index t_seen on t (seen); create index t_block on t using brin (note);
"""
SEEN = "update t set seen = $1 where id = $2"


def find(text: str, updated: int = 50_000, hot: int = 1_000, version_num: int = 180004) -> tuple[Finding, ...]:
    facts = read(DDL, text, version_num=version_num)
    lookup = used(facts.lookup, "t", rows_updated=updated, rows_hot_updated=hot)
    return hot_update_loss.find(Facts(lookup, facts.workload))


def test_fires_for_an_index_that_updates_set() -> None:
    (finding,) = find(SEEN)
    assert evidence(finding)["indexes"] == ("public.t_seen",)
    assert "t_seen" in finding.help
    assert finding.changes == ()


def test_fires_for_full_pages() -> None:
    assert "fillfactor" in find("update t set note = $1 where id = $2")[0].help


def test_fires_for_a_predicate_and_an_expression_over_what_updates_set() -> None:
    extra = "create index t_open on t (id) where note is null; create index t_lower on t (lower(note));"
    facts = read(DDL + extra, "update t set note = $1 where id = $2")
    lookup = used(facts.lookup, "t", rows_updated=50_000, rows_hot_updated=1_000)
    (finding,) = hot_update_loss.find(Facts(lookup, facts.workload))
    assert set(evidence(finding)["indexes"]) == {"public.t_open", "public.t_lower"}


def test_brin_prevents_hot_only_before_16() -> None:
    assert evidence(find("update t set note = $1 where id = $2", version_num=150018)[0])["indexes"] == ("public.t_block",)


def test_columns_of_constraints_are_not_to_be_dropped() -> None:
    assert "drop" not in find("update t set code = $1 where id = $2")[0].help
    assert "do without" not in find("update t set code = $1 where id = $2")[0].help


def test_silent_for_hot_updates_few_updates_and_unknown_statements() -> None:
    assert find(SEEN, hot=40_000) == ()
    assert find(SEEN, updated=900, hot=0) == ()
    assert find("select * from t") == ()
