"""What an index costs: writes, WAL, bytes."""
