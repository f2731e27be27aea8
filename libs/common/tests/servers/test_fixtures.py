"""What the pytest plugin gives to tests."""

import psycopg

from libs.common.messaging.broker import Broker


def test_the_admin_may_make_databases(postgres_admin_url: str) -> None:
    with psycopg.connect(postgres_admin_url) as connection:
        found = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
        assert found == (True,)


async def test_the_broker_is_connected(broker: Broker) -> None:
    await broker.ping()
