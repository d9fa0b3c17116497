"""What a function's name alone says."""

AGGREGATES = frozenset(
    """any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp cume_dist dense_rank
    every grouping json_agg json_agg_strict json_object_agg json_object_agg_strict json_object_agg_unique jsonb_agg
    jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique max min mode percent_rank
    percentile_cont percentile_disc range_agg range_intersect_agg rank regr_avgx regr_avgy regr_count regr_intercept regr_r2
    regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg
    st_collect st_extent st_makeline st_union""".split()  # noqa: SIM905
)
# Neither a key of an index nor moved by the planner: they are volatile or return sets.
CHANGING = frozenset(
    """clock_timestamp currval gen_random_uuid generate_series generate_subscripts json_array_elements
    json_array_elements_text json_each json_each_text json_object_keys json_populate_recordset json_to_recordset
    jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys jsonb_path_query
    jsonb_populate_recordset jsonb_to_recordset lastval nextval pg_advisory_lock pg_advisory_xact_lock pg_sleep
    pg_try_advisory_lock pg_try_advisory_xact_lock random regexp_matches regexp_split_to_table setval string_to_table
    timeofday txid_current unnest uuid_generate_v1 uuid_generate_v4 uuidv4
    uuidv7""".split()  # noqa: SIM905
)
