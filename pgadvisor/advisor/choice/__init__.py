"""The best set: the 0/1 model, and the search that feeds it."""
