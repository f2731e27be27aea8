"""Works of catalog."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from itertools import count
from uuid import uuid4

from libs.common.contracts.event import Event
from libs.common.db.operations import OLD_OPERATIONS
from libs.common.http.idempotency_store import OLD_KEYS
from libs.common.messaging.inbox import OLD_EVENT_IDS, take_in
from libs.testing.asgi import asgi_client
from libs.testing.explained import hear
from libs.testing.received import received
from libs.testing.settings import NOBODY
from services.catalog.consumers import subscriptions
from services.catalog.deps import build_deps
from services.catalog.main import create_app
from services.catalog.settings import CatalogSettings
from services.catalog.tests.builders import KnownOrders, Line, Shop, order_created
from services.catalog.usecases.products.price_days import mark_turning_prices
from services.catalog.usecases.products.prices import PAST_PRICES
from services.catalog.usecases.products.telling import tell_promoted
from services.catalog.usecases.stock.expiry import settle_lapsed
from services.catalog.usecases.stock.holds import LAPSED_HOLDS
from tests.large.works.running import Place, Running, getting, page_of, pruning, relaying

SKU = "SKU-F0000501"


@asynccontextmanager
async def catalog(place: Place) -> AsyncIterator[Running]:
    """Catalog; sales is not asked."""
    settings = CatalogSettings(**place.settings, sales_url=NOBODY)
    orders = KnownOrders()
    deps = place.tokens.trusted_by(build_deps(settings, clock=place.clock, orders=orders))
    till = place.tokens.bearer(role="EMPLOYEE", user_id=7)
    heard = hear(deps.database)
    async with asgi_client(create_app(deps)) as client:
        shop = Shop(client, place.tokens, deps.database)
        ids = count(1)

        async def consume(event: Event) -> None:
            await take_in(deps.database, subscriptions(deps.clock), [received(event)])

        def some_products() -> list[tuple[dict[str, int], int]]:
            return [({"id": 1 + next(ids) * 7 % place.past.products}, quantity) for quantity in (1, 2)]

        async def allocate_and_confirm() -> None:
            uuid = uuid4()
            assert (await shop.allocate(*some_products(), uuid=uuid)).status_code == 200
            await consume(order_created(uuid))

        async def allocate_and_cancel() -> None:
            uuid = uuid4()
            assert (await shop.allocate(*some_products(), uuid=uuid)).status_code == 200
            assert (await shop.cancel(uuid)).is_success

        async def take_back() -> None:
            lines: list[Line] = [(product, number, "restock") for product, number in some_products()]
            assert (await shop.take_back(*lines)).is_success

        async def sell() -> None:
            assert (await shop.sell(*some_products())).is_success

        settle = partial(settle_lapsed, database=deps.database, orders=orders, grace=timedelta(0))
        yield Running(
            deps.database,
            heard,
            {
                "stock of an order": allocate_and_confirm,
                "stock of a cancelled order": allocate_and_cancel,
                "stock of a return": take_back,
                "stock of a sale that has happened": sell,
                "shortfalls": getting(client, "/api/products/shortfalls/?count=none&limit=10", till),
                "products": page_of(client, "/api/products/", till),
                "products by name": getting(
                    client, "/api/products/?count=none&limit=50&ordering=-name", till
                ),
                "products found": page_of(client, "/api/products/", till, search=SKU),
                "a product": getting(client, "/api/products/501/", till),
                "history of stock": getting(
                    client, "/api/products/1/stock-history/?count=none&limit=50", till
                ),
                "settle lapsed allocations": partial(settle, clock=deps.clock),
                "tell promoted": partial(tell_promoted, database=deps.database, now=deps.now),
                "mark turning prices": partial(
                    mark_turning_prices,
                    database=deps.database,
                    now=deps.now,
                    timezone=deps.settings.store_timezone,
                ),
                "changes of products": getting(client, "/api/products/changes/?limit=50", till),
                "changes for tills": getting(client, "/api/products/changes/till/?limit=50", till),
                "relay": relaying(deps.database),
                **pruning(
                    deps.database,
                    deps.clock,
                    LAPSED_HOLDS,
                    PAST_PRICES,
                    OLD_EVENT_IDS,
                    OLD_KEYS,
                    OLD_OPERATIONS,
                ),
            },
        )
