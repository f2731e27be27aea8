"""Which environment variables does every service read? One class; each service adds its own fields."""

from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What every process of a service needs. The variable is the field's name in upper case.

    Nothing secret and no address has a default: a process that is not told refuses to start.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: str
    """The service's own database, with its own role."""
    database_pool_size: int = 10

    amqp_url: str
    amqp_prefix: str = ""
    """Put before the names of exchange and queues, so that two suites can share a broker."""

    host: str = "127.0.0.1"
    port: int
    log_level: str = "INFO"

    jwks_url: str
    """Where auth publishes the public keys of user tokens."""
    token_issuer: str = "mostrador"
    token_audience: str = "mostrador"

    service_key_file: Path
    """This service's own private key (Ed25519, PEM): it signs the tokens of its internal calls."""
    service_keys_file: Path
    """The public keys of all services (JWKS; the key id is the service's name)."""

    store_timezone: ZoneInfo = ZoneInfo("America/Mexico_City")
