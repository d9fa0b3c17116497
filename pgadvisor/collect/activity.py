"""Sessions and standbys in counts."""

from pgadvisor.collect.reading import Reading
from pgadvisor.model.server import Activity, Replication


def read_activity(reading: Reading) -> Activity:
    return Activity(**reading.rows("activity")[0])


def read_replication(reading: Reading) -> Replication:
    return Replication(**reading.rows("replication")[0])
