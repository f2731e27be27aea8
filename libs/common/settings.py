"""The environment variables that every service reads; each service adds its own fields."""

from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

Settings = TypeVar("Settings", bound=BaseSettings)


class ServiceSettings(BaseSettings):
    """Settings of every process of a service. The variable is the field's name in upper case.

    Secrets and addresses have no defaults: a process without them refuses to start.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: str
    """The service's own database, with its own role."""
    database_pool_size: int = 10

    amqp_url: str
    amqp_prefix: str = ""
    """The prefix of exchange and queue names, so that several suites can share a broker."""
    amqp_declares: bool = True
    """False if exchange and queues come from `deploy/compose/broker.json`: the login may not declare any."""

    host: str = "127.0.0.1"
    port: int
    log_level: str = "INFO"
    log_file: Path | None = None
    """The file that replaces stdout and stderr; without it the process logs to stdout."""

    jwks_url: str
    """The URL of auth's public keys for user tokens."""
    token_issuer: str = "mostrador"
    token_audience: str = "mostrador"

    service_key_file: Path
    """This service's private key (Ed25519, PEM), which signs the tokens of its internal calls."""
    service_keys_file: Path
    """The public keys of all services (JWKS; a key's id is its service's name, or that, a dot and more)."""

    faults: Path | None = None
    """For crash tests only (`libs/common/faults.py`): a process outside a running test refuses it."""

    store_timezone: ZoneInfo = ZoneInfo("America/Mexico_City")


def of_environment(settings: type[Settings]) -> Settings:
    """The settings of a process or command; ends it with one line if a variable is missing or wrong."""
    try:
        return settings()
    except ValidationError as error:
        problems = error.errors()
    missing = [_variable(problem) for problem in problems if problem["type"] == "missing"]
    wrong = [
        f"{_variable(problem)}: {problem['msg']}" for problem in problems if problem["type"] != "missing"
    ]
    if missing:
        wrong.insert(0, f"not set in the environment: {', '.join(missing)}")
    raise SystemExit("; ".join(wrong))


def _variable(problem: ErrorDetails) -> str:
    return str(problem["loc"][0]).upper()
