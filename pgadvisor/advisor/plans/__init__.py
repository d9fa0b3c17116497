"""Statements as the planner sees them: with which indexes, at what cost, and how far that is to be trusted."""
