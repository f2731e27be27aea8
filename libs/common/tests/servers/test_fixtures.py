"""What the pytest plugin gives to tests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from aio_pika.exceptions import ChannelNotFoundEntity

from libs.common.messaging.broker import Broker
from libs.common.testing.clock import FakeClock
from libs.common.testing.waiting import eventually


def test_the_admin_may_make_databases(postgres_admin_url: str) -> None:
    with psycopg.connect(postgres_admin_url) as connection:
        assert connection.execute(
            "select rolsuper from pg_roles where rolname = current_user"
        ).fetchone() == (True,)


async def test_the_broker_is_connected(broker: Broker) -> None:
    await broker.ping()
