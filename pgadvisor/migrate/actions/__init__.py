"""Every kind of step a migration can have, one file each."""

from pgadvisor.migrate.actions import (
    analyze,
    create_index,
    create_partitioned,
    distinct,
    drop_index,
    extension,
    reindex,
    statistics,
)
from pgadvisor.migrate.actions.action import Action

ACTIONS: dict[str, Action] = {
    "create_extension": extension.ACTION,
    "create_index": create_index.ACTION,
    "create_partitioned": create_partitioned.ACTION,
    "create_statistics": statistics.ACTION,
    "set_n_distinct": distinct.ACTION,
    "reindex": reindex.ACTION,
    "drop_index": drop_index.ACTION,
    "analyze": analyze.ACTION,
}
