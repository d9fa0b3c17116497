-- Ends every transaction of ours: there is nothing to keep.
ROLLBACK /* pgadvisor */;
