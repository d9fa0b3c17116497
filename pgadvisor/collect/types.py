"""Types of the application and of its extensions."""

from pgadvisor.collect.extensions import Members
from pgadvisor.collect.reading import Reading
from pgadvisor.model.catalog import Type
from pgadvisor.model.names import Name


def read_types(reading: Reading, members: Members) -> tuple[Type, ...]:
    return tuple(
        Type(
            name=Name(row["schema"], row["name"]),
            kind=row["kind"],
            labels=tuple(row["labels"] or ()),
            base_type=row["base_type"],
            not_null=row["not_null"],
            attributes=tuple((name, type_sql) for name, type_sql in row["attributes"] or ()),
            extension=members.get(("type", row["oid"])),
        )
        for row in reading.rows("types")
    )
