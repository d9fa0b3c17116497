"""Functions outside pg_catalog: what the planner knows of them, never a body."""

from pgadvisor.collect.extensions import Members
from pgadvisor.collect.reading import Reading
from pgadvisor.model.catalog import Function
from pgadvisor.model.names import Name


def read_functions(reading: Reading, members: Members) -> tuple[Function, ...]:
    return tuple(
        Function(
            name=Name(row["schema"], row["name"]),
            kind=row["kind"],
            arguments=row["arguments"] or "",
            returns=row["returns"] or "",
            returns_set=row["returns_set"],
            volatility=row["volatility"],
            strict=row["strict"],
            parallel=row["parallel"],
            leakproof=row["leakproof"],
            cost=row["cost"],
            rows=row["rows"],
            language=row["language"],
            extension=members.get(("function", row["oid"])),
        )
        for row in reading.rows("functions")
    )
