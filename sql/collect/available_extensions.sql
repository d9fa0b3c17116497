-- The extensions that CREATE EXTENSION would find on the server and that this database does not have.
SELECT /* pgadvisor */ e.name::text AS name
  FROM pg_catalog.pg_available_extensions e
 WHERE e.installed_version IS NULL
 ORDER BY e.name
