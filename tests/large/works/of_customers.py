"""Works of customers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count

from bench.growth.past import PUBLIC
from libs.common.db.operations import OLD_OPERATIONS
from libs.common.http.idempotency_store import OLD_KEYS
from libs.common.messaging.inbox import OLD_EVENT_IDS, take_in
from libs.testing.asgi import asgi_client
from libs.testing.explained import hear
from libs.testing.received import received
from libs.testing.settings import NOBODY
from services.customers.consumers import subscriptions
from services.customers.deps import build_deps
from services.customers.main import create_app
from services.customers.settings import CustomersSettings
from services.customers.tests.builders import a_paid_order, a_return
from services.customers.tests.charging import Sales
from services.customers.tests.fakes import FakeDrawers
from tests.large.works.running import Place, Running, getting, page_of, pruning, relaying

PHONE = 6_600_000_501


@asynccontextmanager
async def customers(place: Place) -> AsyncIterator[Running]:
    """Customers, as tills and sales use it."""
    settings = CustomersSettings(**place.settings, sales_url=NOBODY)
    deps = place.tokens.trusted_by(build_deps(settings, clock=place.clock, drawers=FakeDrawers()))
    till = place.tokens.bearer(role="EMPLOYEE", user_id=7)
    owner = place.tokens.bearer(role="OWNER", user_id=1)
    heard = hear(deps.database)
    async with asgi_client(create_app(deps)) as client:
        sales = Sales(client, place.tokens.service(caller="sales", audience="customers"))
        ids = count(2)

        async def reward(customer: int | None = None) -> None:
            buyer = customer or 2 + next(ids) % (place.past.customers - 1)
            order = a_paid_order(buyer, paid_at=place.clock())
            await take_in(deps.database, subscriptions(settings.store_timezone), [received(order)])

        async def take_back() -> None:
            """A sale whose goods come back after its points were spent, and the next sale, which settles."""
            buyer = 2 + next(ids) % (place.past.customers - 1)
            order = a_paid_order(buyer, final_amount="1000.00", paid_at=place.clock())
            table = subscriptions(settings.store_timezone)
            await take_in(deps.database, table, [received(order)])
            assert (await sales.charge(buyer, points=8)).is_success
            await take_in(deps.database, table, [received(a_return(order))])
            await take_in(deps.database, table, [received(a_paid_order(buyer, paid_at=place.clock()))])

        async def charge() -> None:
            assert (await sales.charge(PUBLIC, points=1)).is_success

        yield Running(
            deps.database,
            heard,
            {
                # Reads first: beside an old transaction, writes move customers to other blocks.
                "customers": page_of(client, "/api/customers/", till),
                "customers found": getting(
                    client, f"/api/customers/?count=none&limit=50&search={PHONE}", till
                ),
                "a customer": getting(client, "/api/customers/501/", till),
                "points of a sale": reward,
                "points of a sale to the public": partial(reward, PUBLIC),
                "points of a return": take_back,
                "a charge": charge,
                "what customers owe": getting(client, "/api/customers/debts/", owner),
                "points of the public": getting(
                    client, f"/api/customers/{PUBLIC}/history/?count=none&limit=50", till
                ),
                "relay": relaying(deps.database),
                **pruning(deps.database, deps.clock, OLD_EVENT_IDS, OLD_KEYS, OLD_OPERATIONS),
            },
        )
