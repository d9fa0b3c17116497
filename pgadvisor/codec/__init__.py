"""Values as plain data, snapshots as files, and snapshots without the user's data."""

from pgadvisor.codec.data import from_data, to_data
from pgadvisor.codec.redaction import redact
from pgadvisor.codec.snapshotfile import FORMAT, is_snapshot, read_snapshot, write_snapshot
from pgadvisor.codec.standins import with_stand_ins

__all__ = ["FORMAT", "from_data", "is_snapshot", "read_snapshot", "redact", "to_data", "with_stand_ins", "write_snapshot"]
