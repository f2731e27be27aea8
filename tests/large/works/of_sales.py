"""Works of sales; catalog and customers are faked at their ports."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count

from bench.growth.past import PUBLIC
from libs.common.db.operations import OLD_OPERATIONS
from libs.common.http.idempotency_store import OLD_KEYS
from libs.common.messaging.inbox import OLD_EVENT_IDS
from libs.testing.asgi import asgi_client
from libs.testing.explained import hear
from libs.testing.settings import NOBODY
from services.sales.deps import OtherServices, build_deps
from services.sales.main import create_app
from services.sales.settings import SalesSettings
from services.sales.tests.builders import a_buyer, a_checkout, an_order
from services.sales.tests.fakes import (
    FakeBalances,
    FakeBuyers,
    FakeCharges,
    FakeQuotes,
    FakeRefunds,
    FakeShoppers,
    FakeStock,
    Product,
)
from services.sales.usecases.orders.expiring import cancel_unpaid_orders, cancel_unpaid_web_orders
from services.sales.usecases.payments.finishing import finish_open_attempts
from services.sales.usecases.payments.measuring import measure_open_attempts
from services.sales.usecases.till_returns.finishing import finish_open_returns
from tests.large.works.of_counter import works_of_counter
from tests.large.works.of_shifts import works_of_shifts
from tests.large.works.running import Place, Running, getting, page_of, pruning, relaying, sent

SHOPPER = 1
FIRST_WEB_ORDER, STEP = 14, 50
"""Orders of the web shop that were delivered, and nothing was returned of (`bench.growth.rows`)."""


@asynccontextmanager
async def sales(place: Place) -> AsyncIterator[Running]:
    """Sales, with every product in stock."""
    stock, buyers, shoppers = FakeStock(), FakeBuyers(), FakeShoppers()
    stock.products = defaultdict(lambda: Product(stock=1_000_000), {15: Product(), 20: Product()})
    buyers.known = {PUBLIC: a_buyer(PUBLIC), 7: a_buyer(7)}
    shoppers.known = {SHOPPER: "johndoe"}
    settings = SalesSettings(**place.settings, auth_url=NOBODY, catalog_url=NOBODY, customers_url=NOBODY)
    others = OtherServices(
        stock, buyers, FakeCharges(), FakeBalances(), FakeQuotes(stock), shoppers, FakeRefunds(FakeCharges())
    )
    deps = place.tokens.trusted_by(build_deps(settings, clock=place.clock, others=lambda _: others))
    till = place.tokens.bearer(role="EMPLOYEE", user_id=7)
    admin = place.tokens.bearer(role="ADMIN", user_id=1, username="johndoe")
    heard = hear(deps.database)
    async with asgi_client(create_app(deps)) as client:
        ask = partial(sent, client)
        web_orders = count(FIRST_WEB_ORDER, STEP)

        async def sell(customer: int | None = None) -> None:
            order = await ask("POST", "/api/orders/", an_order((15, 1), (20, 2), customer=customer), till)
            await ask("POST", f"/api/orders/{order['id']}/pay/", {"payment_method": "CASH"}, till)

        async def check_out_and_cancel() -> None:
            order = (await ask("POST", "/sales/orders", a_checkout((15, 1), (20, 2)), admin))["order"]
            await ask("PATCH", f"/sales/orders/{order['id']}/status", {"status": "cancelled"}, admin)

        async def take_back() -> None:
            order = next(web_orders)
            bought = (await client.get(f"/sales/orders/{order}", headers=admin)).json()["items"][0]
            item = {"product_id": bought["product_id"], "quantity": 1, "reason": "Roto"}
            body = {"order_id": order, "items": [{**item, "disposition": "restock"}], "status": "approved"}
            made = await ask("POST", "/sales/returns", body, admin)
            path = f"/sales/returns/{made['return']['id']}/status"
            await ask("PATCH", path, {"status": "processed"}, admin)

        jobs = {"database": deps.database, "clock": deps.clock}
        yield Running(
            deps.database,
            heard,
            {
                "a sale": sell,
                "a sale to the public": partial(sell, PUBLIC),
                "a checkout that is cancelled": check_out_and_cancel,
                "a return": take_back,
                **works_of_counter(ask, client, till),
                "orders": page_of(client, "/api/orders/", till),
                "orders of a customer": page_of(client, "/api/orders/", till, customer=7),
                "orders of the public": getting(
                    client, f"/api/orders/?count=none&limit=50&customer={PUBLIC}", till
                ),
                "an order": getting(client, "/api/orders/501/", till),
                "web orders": page_of(client, "/sales/orders", admin),
                "invoices": page_of(client, "/sales/invoices", admin),
                **works_of_shifts(client, ask, deps, place.past, till=till, admin=admin),
                "cancel unpaid orders": partial(cancel_unpaid_orders, pending_hours=24, **jobs),
                "cancel unpaid web orders": partial(cancel_unpaid_web_orders, grace_days=7, **jobs),
                "finish open attempts": partial(finish_open_attempts, desk=deps.payments),
                "finish open returns": partial(finish_open_returns, desk=deps.returns),
                "measure open attempts": partial(measure_open_attempts, **jobs),
                "relay": relaying(deps.database),
                **pruning(deps.database, deps.clock, OLD_EVENT_IDS, OLD_KEYS, OLD_OPERATIONS),
            },
        )
