"""Opens a layaway: takes catalog's stock and commits order, layaway and deposit, or does neither.

It is the saga of an order (`orders/placing.py`); its last step also writes the layaway and takes the deposit.
"""

from dataclasses import dataclass
from datetime import date

from libs.common.contracts.sales import Channel
from libs.common.db.operations import Operation
from services.sales.domain.layaways import LayawayRules
from services.sales.domain.stock import Item
from services.sales.domain.tenders import Payment
from services.sales.usecases.layaways.making import LayawayTerms
from services.sales.usecases.layaways.reading import find_layaway_of
from services.sales.usecases.layaways.views import WholeLayaway
from services.sales.usecases.orders.desk import OrderDesk
from services.sales.usecases.orders.placing import PlaceOrder, place_order
from services.sales.usecases.shifts.choosing import Till


@dataclass(frozen=True, slots=True)
class OpenLayaway:
    """Goods to keep for a customer, and what they pay now to `till`. Without `due_date` it is 30 days on."""

    operation: Operation
    channel: Channel
    user_name: str
    customer_id: int
    items: tuple[Item, ...]
    deposit: Payment
    due_date: date | None
    till: Till


async def open_layaway(command: OpenLayaway, *, rules: LayawayRules, desk: OrderDesk) -> WholeLayaway:
    """Take the stock, and commit the order with its layaway and the deposit; or nothing.

    Raises what `place_order`, `check_deposit` or `open_drawer` raises, or `DueDatePast`. A repeat returns the
    layaway that stands, also when the day that was its last is over.
    """
    placed = await place_order(
        PlaceOrder(
            operation=command.operation,
            channel=command.channel,
            user_id=command.till.user_id,
            user_name=command.user_name,
            customer_id=command.customer_id,
            items=command.items,
            layaway=LayawayTerms(
                deposit=command.deposit,
                due_date=command.due_date,
                till=command.till,
                rules=rules,
            ),
        ),
        desk=desk,
    )
    return await find_layaway_of(placed.order.id, database=desk.database)
