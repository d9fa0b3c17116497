"""Which indexes to create: candidates planned, the best set chosen, every choice proven."""

from pgadvisor.advisor.advice import advise

__all__ = ["advise"]
