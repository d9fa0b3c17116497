"""Statements laid out for reading, and written anew so that an index can serve them. The only place that uses sqlglot."""

from pgadvisor.rewrite.layout import pretty
from pgadvisor.rewrite.statement import rewritings

__all__ = ["pretty", "rewritings"]
