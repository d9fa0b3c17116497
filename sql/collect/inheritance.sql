-- Partitions and inheritance children with their parents, of tables and of indexes.
SELECT /* pgadvisor */ h.inhrelid AS child, h.inhparent AS parent
  FROM pg_catalog.pg_inherits h
 ORDER BY h.inhrelid, h.inhseqno
