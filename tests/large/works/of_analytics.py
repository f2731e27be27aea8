"""Works of analytics."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from libs.common.messaging.inbox import OLD_EVENT_IDS, take_in
from libs.testing.asgi import asgi_client
from libs.testing.explained import hear
from libs.testing.received import received
from services.analytics.consumers import subscriptions
from services.analytics.deps import build_web_deps
from services.analytics.main import create_app
from services.analytics.settings import AnalyticsSettings
from services.analytics.tests.builders import STORE, a_line, a_paid_order
from tests.large.works.running import Place, Running, getting, pruning

REPORT = "/api/analytics/customer-sales/?customer_id=2&start_date=2023-01-01"


@asynccontextmanager
async def analytics(place: Place) -> AsyncIterator[Running]:
    """Analytics, which records sales and reports on a customer.

    What its reports on all that was sold cost: `make bench REPORTS=1`, `GROWTH=1`.
    """
    settings = AnalyticsSettings(**place.settings, store_timezone=STORE)
    deps = place.tokens.trusted_by(build_web_deps(settings, clock=place.clock))
    heard = hear(deps.database)
    owner = place.tokens.bearer(role="OWNER")
    async with asgi_client(create_app(deps)) as client:
        orders = count(place.past.orders + 1)

        async def record() -> None:
            """A sale. One that is taken off again sums up its day: that grows with what a day sells."""
            lines = [a_line(1 + next(orders) * 7 % place.past.products) for _ in range(2)]
            paid = a_paid_order(*lines, order_id=next(orders), paid_at=place.clock(), customer_id=7)
            await take_in(deps.database, subscriptions(STORE), [received(paid)])

        yield Running(
            deps.database,
            heard,
            {
                "a sale": record,
                "a report on a customer": getting(client, REPORT, owner),
                **pruning(deps.database, deps.clock, OLD_EVENT_IDS),
            },
        )
