"""Products and their stock end as the newest events say, in whatever order and how often events come."""

from random import Random

import pytest

from libs.common.contracts.catalog import ProductChanged, StockChanged, StockLevel
from libs.common.contracts.event import Event
from libs.common.db.database import Database
from libs.common.messaging.envelope import Received
from libs.testing.received import received
from services.analytics.tests.builders import A_MOMENT, a_product
from services.analytics.tests.streams import consume_in_parallel

PRODUCTS, CHANGES = 8, 12

SELECT_STOCKS = """
select product_id, current_stock, in_catalog, low_stock_threshold, unit_cost
from product_stocks order by product_id
"""


def random_descriptions(random: Random, product_id: int) -> list[ProductChanged]:
    """What catalog tells of a product, one after the other; the last may be that it was deleted."""
    told = [
        a_product(
            product_id,
            cost=random.choice([None, f"{random.randint(1, 9999) / 100}"]),
            price=f"{random.randint(1, 9999) / 100}",
            low_stock_threshold=random.randint(0, 9),
            current_stock=random.randint(0, 9),
        )
        for _ in range(CHANGES)
    ]
    if random.random() < 0.3:
        told.append(told[-1].model_copy(update={"deleted": True}))
    return told


def random_movements(random: Random) -> list[StockChanged]:
    """Ledger entries of several products each."""
    stocks, ledger_id, told = dict.fromkeys(range(1, PRODUCTS + 1), 0), 0, []
    for _ in range(PRODUCTS * CHANGES):
        levels = []
        for product_id in random.sample(sorted(stocks), 3):
            change = random.choice(
                [change for change in (-2, -1, 1, 2, 3) if stocks[product_id] + change >= 0]
            )
            stocks[product_id] += change
            ledger_id += 1
            level = StockLevel(
                product_id=product_id, change=change, current_stock=stocks[product_id], ledger_id=ledger_id
            )
            levels.append(level)
        told.append(
            StockChanged(reason="SALE", reference="order/1", products=tuple(levels), changed_at=A_MOMENT)
        )
    return told


@pytest.mark.parametrize("seed", range(4))
async def test_products_and_stocks_in_any_order_doubled_and_in_parallel_end_in_the_newest(
    database: Database, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - repeatable examples, not secrets
    described = {number: random_descriptions(random, number) for number in range(1, PRODUCTS + 1)}
    moved = random_movements(random)
    events: list[Received[Event]] = [
        *(
            received(event, sequence=number)
            for told in described.values()
            for number, event in enumerate(told, start=1)
        ),
        *(received(event) for event in moved),
    ]
    stream = [*events, *random.sample(events, 40)]
    random.shuffle(stream)

    await consume_in_parallel(database, stream)

    stocks = {level.product_id: level.current_stock for event in moved for level in event.products}
    newest = {number: told[-1] for number, told in described.items()}
    assert await database.fetch_dicts(SELECT_STOCKS) == [
        {
            "product_id": number,
            "current_stock": stocks[number],
            "in_catalog": not told.deleted,
            "low_stock_threshold": told.low_stock_threshold,
            "unit_cost": told.price if told.cost is None else told.cost,
        }
        for number, told in newest.items()
    ]
