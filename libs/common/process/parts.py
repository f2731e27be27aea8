"""How do settings become the parts that every service has? Alike everywhere; nothing is connected yet."""

from libs.common.auth.keys import KeySet
from libs.common.auth.tokens import TokenVerifier
from libs.common.clock import Clock
from libs.common.db.database import Database, EventSink
from libs.common.messaging.broker import Broker
from libs.common.settings import ServiceSettings


def build_database(settings: ServiceSettings, name: str, *, events: EventSink | None = None) -> Database:
    """The service's own database; `name` is what its sessions are called there."""
    return Database(settings.database_url, events=events, name=name, size=settings.database_pool_size)


def build_broker(settings: ServiceSettings, name: str) -> Broker:
    """The broker; `name` is what the connection is called there."""
    return Broker(settings.amqp_url, prefix=settings.amqp_prefix, name=name)


def build_verifier(settings: ServiceSettings, keys: KeySet, clock: Clock) -> TokenVerifier:
    """Takes the user tokens that auth signs for this suite."""
    return TokenVerifier(keys, issuer=settings.token_issuer, audience=settings.token_audience, clock=clock)
