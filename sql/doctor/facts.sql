-- What an analysis depends on, as one row.
select /* pgadvisor */
    pg_catalog.current_setting('server_version_num')::integer as version_num,
    pg_catalog.current_database() as database,
    current_user as role,
    pg_catalog.pg_backend_pid() as backend_pid,
    pg_catalog.pg_is_in_recovery() as in_recovery,
    (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) as superuser,
    pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') as reads_all_stats,
    (select s.setting from pg_catalog.pg_settings s where s.name = 'shared_preload_libraries') as preloaded,
    (select s.setting from pg_catalog.pg_settings s where s.name = 'pg_stat_statements.track') as track,
    (select s.setting from pg_catalog.pg_settings s where s.name = 'compute_query_id') as compute_query_id,
    (select s.setting from pg_catalog.pg_settings s where s.name = 'track_io_timing') as track_io_timing,
    (select s.setting from pg_catalog.pg_settings s where s.name = 'log_line_prefix') as log_line_prefix,
    (select pg_catalog.bool_or(case s.name when 'log_statement' then s.setting in ('all', 'mod') when 'log_transaction_sample_rate'
        then s.setting::double precision > 0 else s.setting <> '-1' end) from pg_catalog.pg_settings s where s.name in
        ('log_statement', 'log_min_duration_statement', 'log_min_duration_sample', 'log_transaction_sample_rate')) as statements_logged,
    (select x.extversion from pg_catalog.pg_extension x where x.extname = 'pg_stat_statements') as extension,
    (select a.default_version from pg_catalog.pg_available_extensions a where a.name = 'pg_stat_statements') as available,
    t.tables, t.unreadable, t.never_analysed
from (
    select
        pg_catalog.count(*) as tables,
        pg_catalog.count(*) filter (where not pg_catalog.has_table_privilege(c.oid, 'select')) as unreadable,
        pg_catalog.count(*) filter (where c.reltuples < 0 or (c.reltuples = 0 and c.relpages > 0)) as never_analysed
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname not in ('pg_catalog', 'information_schema')
        and n.nspname !~ '^pg_(toast|temp)'
) t
