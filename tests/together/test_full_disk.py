"""PostgreSQL's disk is full: a sale is made or refused, never half made; sales go on once there is room."""

from collections.abc import Iterator, Mapping

import httpx
import pytest

from libs.testing.answers import answered
from libs.testing.disks import Disk, small_disk_of_a_server
from libs.testing.pos import UNAVAILABLE
from libs.testing.waiting import eventually
from tests.together.conftest import Suite, databases_at_own_server
from tests.together.goods import enter_products, stock_of

pytestmark = [pytest.mark.backpressure, pytest.mark.timeout(240)]  # it starts a PostgreSQL of its own

DISK_KIB = 128 * 1024
SALES_BEFORE = 10
STOCK = 1_000_000
SALES_MAX = 2_000
"""More than there is room for in the tables' last pages."""
SALE = {"items": [{"product_id": 1, "quantity": 1}]}
COUNT_HELD = "select count(*) from allocations where status = 'HELD'"


@pytest.fixture
def disk() -> Iterator[Disk]:
    with small_disk_of_a_server(DISK_KIB) as disk:
        yield disk


@pytest.fixture
def database_urls(disk: Disk) -> Iterator[Mapping[str, str]]:
    """PostgreSQL has the disk to itself, and writes to it as it does in production."""
    durable = {"synchronous_commit": "on", "wal_level": "replica"}
    with databases_at_own_server(disk.folder / "postgres", **durable) as urls:
        yield urls


async def sold_until_refused(suite: Suite) -> tuple[int, httpx.Response]:
    """The number of sales, and the refusal after them."""
    for number in range(SALES_MAX):
        answer = await suite.till.post("/api/orders/", json=SALE)
        if answer.status_code != 201:
            return number, answer
    raise AssertionError("the disk is not full")


async def test_a_sale_is_refused_and_leaves_nothing_until_there_is_room(suite: Suite, disk: Disk) -> None:
    catalog, sales = suite.catalog.database, suite.sales.database
    await enter_products(catalog, pieces=STOCK)
    for _ in range(SALES_BEFORE):
        assert await sell(suite) == 201
    disk.fill()
    sold, refused = await sold_until_refused(suite)
    assert answered(refused) == (503, UNAVAILABLE)
    assert int(refused.headers["Retry-After"]) > 0
    assert (await suite.till.get("/api/orders/")).status_code == 200
    disk.make_room()
    await eventually(lambda: is_sold(suite))
    await suite.settle()
    orders = await sales.fetch_value("select count(*) from orders")
    assert orders == SALES_BEFORE + sold + 1
    assert await stock_of(catalog) == [STOCK - orders]
    assert await catalog.fetch_value(COUNT_HELD) == 0


async def sell(suite: Suite) -> int:
    return (await suite.till.post("/api/orders/", json=SALE)).status_code


async def is_sold(suite: Suite) -> bool:
    """Refused at first, while sales leaves catalog alone after its failures."""
    return await sell(suite) == 201
