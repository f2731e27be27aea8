"""The settings that are the same in the tests of every service."""

from typing import Any

from libs.testing.tokens import KeyFiles

NOBODY = "http://127.0.0.1:1"
"""The address of a service that does not answer."""
NO_BROKER = "amqp://127.0.0.1:1/"


def common_settings(database_url: str, keys: KeyFiles) -> dict[str, Any]:
    """A database and keys. Neither auth nor the broker answers: events stay in the outbox."""
    return {
        "database_url": database_url,
        "amqp_url": NO_BROKER,
        "port": 0,
        "jwks_url": f"{NOBODY}/jwks.json",
        "service_key_file": keys.private,
        "service_keys_file": keys.public,
    }
