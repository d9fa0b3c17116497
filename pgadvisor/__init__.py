"""pgadvisor: PostgreSQL query analysis and index advice, planned in a local shadow server."""

__version__ = "0.1.0"
