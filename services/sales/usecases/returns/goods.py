"""Goods that have come back with a return, of the web shop or of a till: catalog takes them in."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from libs.common.errors import Unavailable
from services.sales.domain.returns import ReturnLine
from services.sales.usecases.ports import Stock

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Goods:
    """The goods of a return; the user is the buyer, at a till the person who took them back."""

    return_uuid: UUID
    order_uuid: UUID
    user_id: int
    lines: tuple[ReturnLine, ...]


async def take_goods_back(goods: Goods, stock: Stock) -> None:
    """Have catalog take the goods of a committed return back, in one short try; else its event does it."""
    try:
        await stock.take_back(
            goods.return_uuid, goods.lines, order_uuid=goods.order_uuid, user_id=goods.user_id
        )
    except Unavailable:
        log.warning("stock_returns_by_event", return_uuid=str(goods.return_uuid))
