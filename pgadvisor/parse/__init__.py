"""Reads SQL with PostgreSQL's own grammar. The only part that uses pglast."""
