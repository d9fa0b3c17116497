-- Column statistics of the tables in question and of their expression indexes. The conditions are on the view's own
-- columns with leak-proof operators, so that they reach the catalogs' indexes through the view's security barrier.
SELECT /* pgadvisor */ s.schemaname::text AS schema, s.tablename::text AS name, s.attname::text AS column,
       s.inherited, s.null_frac, s.avg_width, s.n_distinct,
       s.most_common_vals::text AS most_common_values, s.most_common_freqs, s.histogram_bounds::text AS histogram_bounds,
       s.correlation, s.most_common_elems::text AS most_common_elements, s.most_common_elem_freqs, s.elem_count_histogram,
       {range_length_histogram} AS range_length_histogram, {range_empty_fraction} AS range_empty_fraction,
       {range_bounds_histogram} AS range_bounds_histogram
  FROM pg_catalog.pg_stats s
 WHERE s.tablename = ANY (%(names)s::pg_catalog.name[]) AND s.schemaname = ANY (%(schemas)s::pg_catalog.name[])
