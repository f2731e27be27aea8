"""Takes a batch of sales that were made without a network. One sale's fate does not touch the others."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from libs.common.errors import Unavailable
from libs.common.faults import Boundary, reached
from services.sales.domain.synced import Flag, Result, Status
from services.sales.usecases.sync.booking import Decided, book_sale
from services.sales.usecases.sync.desk import Language, SyncDesk
from services.sales.usecases.sync.kept import Kept
from services.sales.usecases.sync.receiving import Batch, keep_sales, read_sent
from services.sales.usecases.sync.texts import member_of

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Fate:
    """The result of a sale. `client_id` is as it was sent."""

    client_id: Any
    result: str
    order_id: int | None
    flags: Sequence[str]
    errors: Mapping[str, Any] | None


async def send_sales(batch: Batch, *, language: Language, desk: SyncDesk) -> list[Fate]:
    """Keep the sales, then book each of them; their fates, in the order of the batch.

    Raises `Unavailable` if a service is away, when the others of the batch are finished.
    """
    sent = [read_sent(text, language=language) for text in batch.sales]
    kept = await keep_sales(batch, sent, language=language, now=desk.clock(), database=desk.database)
    reached(Boundary.AFTER_SALE_KEPT)
    decided = await _decide_all(kept, language, desk)
    fates, told = [], set()
    for each in sent:
        sale = decided[kept[each.key].id]
        is_first = sale.is_ours and sale.kept.id not in told
        differs = sale.kept.content_hash != each.content_hash
        fates.append(fate_of(sale.kept, each.text, is_first=is_first, differs=differs))
        told.add(sale.kept.id)
    return fates


async def _decide_all(kept: Mapping[Any, Kept], language: Language, desk: SyncDesk) -> dict[int, Decided]:
    """The sales as they are decided, by id."""
    turn = asyncio.Semaphore(AT_ONCE)
    sales = {each.id: each for each in kept.values()}

    async def decide(sale: Kept) -> Decided:
        if sale.status != Status.RECEIVED:
            return Decided(sale, is_ours=False)
        async with turn:
            return await book_sale(sale, language=language, desk=desk)

    decided = await asyncio.gather(*map(decide, sales.values()), return_exceptions=True)
    failed = [each for each in decided if isinstance(each, BaseException)]
    for error in sorted(failed, key=lambda error: isinstance(error, Unavailable)):
        raise error
    return {each.kept.id: each for each in decided if isinstance(each, Decided)}


def fate_of(kept: Kept, text: Any, *, is_first: bool = True, differs: bool = False) -> Fate:
    """The fate of a text that was sent, which is the kept sale, or `differs` from it."""
    client_id = member_of(text, "client_id")
    flags = [*dict.fromkeys([*kept.flags, Flag.CONTENT_DIFFERS])] if differs else kept.flags
    if kept.status != Status.BOOKED:
        return Fate(client_id, Result.HELD, None, flags, kept.errors)
    result = kept.result if is_first and not differs and kept.result else Result.DUPLICATE
    return Fate(client_id, result, kept.order_id, flags, None)
