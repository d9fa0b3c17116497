-- Forgets the hypothetical indexes, which outlive a rollback.
SELECT /* pgadvisor */ {schema}.hypopg_reset()
