"""What the chosen set really gives, and what else would do."""
