"""Extensions that a new index needs and that are still to be created: what is said of them, and their creation."""

from pgadvisor.advisor.facts.wording import listed
from pgadvisor.model.finding import Change
from pgadvisor.model.index import Index
from pgadvisor.model.names import quote_identifier
from pgadvisor.model.snapshot import Lookup


def creations(index: Index, lookup: Lookup) -> tuple[Change, ...]:
    """CREATE EXTENSION in the schema that the index names its operator class by. It has no undo: others may come to use it."""
    return tuple(
        Change(
            action="create_extension",
            table=index.table,
            sql=f"CREATE EXTENSION IF NOT EXISTS {quote_identifier(name)} SCHEMA {quote_identifier(schema)}",
            name=name,
        )
        for name in index.requires
        if (schema := lookup.extension_schema(name)) is not None
    )


def need(index: Index) -> str:
    """A sentence for the finding's message."""
    return f" It needs the extension {listed(index.requires)}, which is not created yet." if index.requires else ""


def advice(index: Index) -> str:
    """A sentence for the finding's help."""
    if not index.requires:
        return ""
    return (
        f" Create the extension {listed(index.requires)} first: the server has it at hand, and whoever may CREATE in the "
        "database may create this one."
    )
