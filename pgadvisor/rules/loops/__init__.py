"""N+1 from counters: which statements are asked by key, which rows those keys come from, and whether the counts agree."""
