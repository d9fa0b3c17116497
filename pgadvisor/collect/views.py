"""Views: all names; definitions of those in question."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from pgadvisor.collect.reading import Reading
from pgadvisor.model.catalog import View
from pgadvisor.model.names import Name


def read_views(reading: Reading) -> dict[int, View]:
    """Every view and materialised view by oid, without its definition."""
    return {row["oid"]: View(Name(row["schema"], row["name"]), row["kind"], None) for row in reading.rows("views")}


def read_view_sources(reading: Reading) -> dict[int, set[int]]:
    """The relations that each view reads, by oid."""
    sources: dict[int, set[int]] = defaultdict(set)
    for row in reading.rows("view_dependencies"):
        sources[row["view_oid"]].add(row["relation_oid"])
    return sources


def read_definitions(
    reading: Reading, views: Mapping[int, View], sources: Mapping[int, Collection[int]], wanted: Collection[int]
) -> dict[int, str]:
    """The definitions of the views `wanted`; without those that read a locked table."""
    needs = {oid: {oid, *sources.get(oid, ())} for oid in wanted}
    rows = reading.unlocked("view_definitions", needs, lambda oid: f"definition of the view {views[oid].name}")
    return {row["oid"]: row["definition"] for row in rows if row["definition"] is not None}
