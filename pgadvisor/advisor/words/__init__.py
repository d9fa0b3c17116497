"""Findings and verdicts: what is said of the chosen set, and of what was not chosen."""
