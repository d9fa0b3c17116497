-- ALTER ROLE … SET and ALTER DATABASE … SET that hold here; 0 stands for all databases, all roles.
SELECT /* pgadvisor */ s.setdatabase AS database_oid, s.setrole AS role_oid, s.setconfig AS settings
  FROM pg_catalog.pg_db_role_setting s
 WHERE s.setdatabase = 0
    OR s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
