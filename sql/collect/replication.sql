-- Standbys and slots as this server sees them; on a standby, those that follow it.
SELECT /* pgadvisor */ (SELECT count(*)::integer FROM pg_catalog.pg_stat_replication) AS standbys,
       (SELECT count(*)::integer FROM pg_catalog.pg_replication_slots) AS slots,
       (SELECT max(pg_catalog.pg_wal_lsn_diff(
                 CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                      ELSE pg_catalog.pg_current_wal_lsn() END, r.replay_lsn))::bigint
          FROM pg_catalog.pg_stat_replication r) AS largest_replay_lag_bytes
