"""Imports a CSV file as it arrives: bytes, records, lines, batches."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence

from libs.common.store_calendar import Moment
from services.catalog.api.csv.lines import Lines
from services.catalog.api.csv.records import BrokenRecord, Record, Records
from services.catalog.usecases.products.importing import (
    BATCH_MAX,
    ImportedLine,
    Importer,
    ImportProduct,
    import_products,
)

Line = ImportProduct | ImportedLine


async def import_file(
    pieces: AsyncIterable[bytes], *, importer: Importer, now: Callable[[], Moment]
) -> AsyncIterator[Sequence[ImportedLine]]:
    """What became of the lines, batch by batch, in their order. A batch that was yielded is committed.

    Raises `UnusableFile` before anything is imported.
    """
    records, lines = Records(), Lines()
    waiting: list[Line] = []
    async for piece in pieces:
        waiting += await _read(lines, records.feed(piece))
        while len(waiting) >= BATCH_MAX:
            yield await _carry_out(waiting[:BATCH_MAX], importer, now())
            waiting = waiting[BATCH_MAX:]
    waiting += await _read(lines, records.end())
    lines.end()
    while waiting:
        yield await _carry_out(waiting[:BATCH_MAX], importer, now())
        waiting = waiting[BATCH_MAX:]


async def _read(lines: Lines, records: Iterable[Record | BrokenRecord]) -> list[Line]:
    """The lines, read in a thread: a piece of a file has hundreds of them, and other requests go on."""
    return await asyncio.to_thread(lambda: list(lines.read(records)))


async def _carry_out(batch: Sequence[Line], importer: Importer, now: Moment) -> list[ImportedLine]:
    wanted = [line for line in batch if isinstance(line, ImportProduct)]
    done = {each.line: each for each in await import_products(wanted, importer=importer, now=now)}
    return [done[line.line] if isinstance(line, ImportProduct) else line for line in batch]
