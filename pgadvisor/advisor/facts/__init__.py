"""What statistics and the catalog say, made ready for the advice."""
