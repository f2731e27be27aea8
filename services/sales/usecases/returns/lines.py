"""Reads the lines of returns, of the web shop or of tills."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from libs.common.db.database import Database, Sql
from services.sales.domain.returns import ReturnLine


@dataclass(frozen=True, slots=True)
class LineOfReturn(ReturnLine):
    """A line with the id of its return."""

    return_id: int


async def lines_by_return(
    statement: LiteralString, return_ids: Sequence[int], database: Database | Sql
) -> Mapping[int, Sequence[ReturnLine]]:
    """The lines that the statement selects for each of these returns; it is not asked for none."""
    lines: dict[int, list[ReturnLine]] = defaultdict(list)
    if return_ids:
        for line in await database.fetch_all(LineOfReturn, statement, {"return_ids": return_ids}):
            lines[line.return_id].append(line)
    return lines
