"""The settings that are the same in the tests of every service."""

from typing import Any, TypeVar

from libs.common.settings import EnvironmentSettings
from libs.testing.tokens import KeyFiles

Settings = TypeVar("Settings", bound=EnvironmentSettings)

NOBODY = "http://127.0.0.1:1"
"""The address of a service that does not answer."""
NO_BROKER = "amqp://127.0.0.1:1/"
_made: dict[tuple[type[EnvironmentSettings], frozenset[tuple[str, Any]]], Any] = {}


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


def made_once(kind: type[Settings], **values: Any) -> Settings:
    """The settings of these values, which are frozen: all tests of a service can have the same.

    Looking for each variable in the environment would take each of them milliseconds.
    """
    named = kind, frozenset(values.items())
    if named not in _made:
        _made[named] = kind(**values)
    made: Settings = _made[named]
    return made
