"""postgres-mcp's DatabaseTuningAdvisor about a database, with its own defaults but for the least calls and time of a statement.

`PYTHON benchmarks/peers_dta.py SOURCE`: PYTHON has pglast, psycopg, psycopg-pool, humanize and attrs; SOURCE is the folder of the
package postgres_mcp. Its modules are loaded without the package's own start, which starts an MCP server and needs more packages.
The database is found by libpq's environment variables. Prints CREATE INDEX statements.
"""

import asyncio
import importlib
import os
import sys
import types
from typing import Any


async def advise(source: str) -> list[str]:
    package = types.ModuleType("postgres_mcp")
    package.__path__ = [source]
    sys.modules["postgres_mcp"] = package
    sql: Any = importlib.import_module("postgres_mcp.sql")
    dta: Any = importlib.import_module("postgres_mcp.index.dta_calc")
    pool = sql.DbConnPool(f"dbname={os.environ['PGDATABASE']}")
    await pool.pool_connect()
    try:
        advisor = dta.DatabaseTuningAdvisor(sql.SqlDriver(conn=pool))
        result = await advisor.analyze_workload(min_calls=1, min_avg_time_ms=0.0)
    finally:
        await pool.close()
    if result.error:
        raise SystemExit(result.error)
    return [one.definition for one in result.recommendations]


if __name__ == "__main__":
    print(";\n".join(asyncio.run(advise(sys.argv[1]))))
