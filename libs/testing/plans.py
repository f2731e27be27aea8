"""Reads the plans of prepared statements."""

import re

from libs.common.db.database import Database

PARAMETER = re.compile(r"%\((\w+)\)s")


async def generic_plan(database: Database, statement: str) -> str:
    """The plan that PostgreSQL makes without the parameters' values, as it does from the sixth execution on.

    Sequential scans are off: small tables show the indexes that large ones are read by.
    """
    names = list(dict.fromkeys(PARAMETER.findall(statement)))
    numbered = PARAMETER.sub(lambda parameter: f"${names.index(parameter[1]) + 1}", statement)
    async with database.transaction() as tx:
        await tx.execute("set local enable_seqscan = off")
        return "\n".join(await tx.fetch_values(f"explain (generic_plan, costs off) {numbered}".encode()))
