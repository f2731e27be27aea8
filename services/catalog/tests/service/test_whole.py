"""Web process and worker in one: it answers, publishes and consumes, from the same parts."""

from typing import Any
from uuid import uuid4

from libs.common.messaging.broker import Broker
from libs.testing.asgi import asgi_client
from libs.testing.waiting import eventually
from services.catalog.deps import Deps
from services.catalog.tests.builders import Shop, order_created
from services.catalog.tests.service.test_worker import publish
from services.catalog.whole import create_whole


async def test_one_process_answers_requests_and_consumes_events(
    worker_deps: Deps, tokens: Any, broker: Broker
) -> None:
    async with asgi_client(create_whole(worker_deps)) as client:
        shop, uuid = Shop(client, tokens, worker_deps.database), uuid4()

        async def is_ready() -> bool:
            return bool((await client.get("/readyz")).status_code == 200)

        async def is_confirmed() -> bool:
            return bool(await shop.status(uuid) == "CONFIRMED")

        await eventually(is_ready)
        await shop.allocate((await shop.product(current_stock=10), 4), uuid=uuid)
        await publish(broker, order_created(uuid))
        await eventually(is_confirmed)
