"""The settings of production that decide plans (manual, "Query Planning" and "Resource Consumption")."""

from pgadvisor.model.snapshot import Lookup

_NAMES = """
backslash_quote constraint_exclusion cpu_index_tuple_cost cpu_operator_cost cpu_tuple_cost cursor_tuple_fraction
DateStyle default_text_search_config effective_cache_size effective_io_concurrency from_collapse_limit geqo
geqo_effort geqo_generations geqo_pool_size geqo_seed geqo_selection_bias geqo_threshold hash_mem_multiplier
IntervalStyle join_collapse_limit max_parallel_workers_per_gather min_parallel_index_scan_size
min_parallel_table_scan_size parallel_leader_participation parallel_setup_cost parallel_tuple_cost random_page_cost
recursive_worktable_factor seq_page_cost standard_conforming_strings TimeZone transform_null_equals work_mem
xmlbinary xmloption
"""
_PLANNING = frozenset(_NAMES.split())


def planner_settings(lookup: Lookup) -> dict[str, str]:
    """Name to value, a bare number being in the setting's base unit. Switches (enable_...) are all taken."""
    return {
        setting.name: setting.value
        for setting in lookup.snapshot.settings
        if setting.name in _PLANNING or setting.name.startswith("enable_")
    }
