"""The environment variables that every service reads; each service adds its own fields."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from libs.common.approvals import EmployeeLimits
from libs.common.settings_values import SECRET, EnvironmentWithFiles, address, database_address

Settings = TypeVar("Settings", bound=BaseSettings)

DatabaseUrl: TypeAlias = Annotated[str, database_address("postgresql", "postgres"), SECRET]
BrokerUrl: TypeAlias = Annotated[str, address("amqp", "amqps"), SECRET]
HttpUrl: TypeAlias = Annotated[str, address("http", "https")]
Port: TypeAlias = Annotated[int, Field(ge=0, le=65535)]
Percent: TypeAlias = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
"""A percentage, to the two decimals with which tills are told it."""
Money: TypeAlias = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
DRAIN_SECONDS_MAX = 10  # a container's time to end leaves room for it
DrainSeconds: TypeAlias = Annotated[float, Field(ge=0, le=DRAIN_SECONDS_MAX)]
LogLevel: TypeAlias = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(str.upper)
]
HEADERS = "^([^=,]+=[^,]*(,[^=,]+=[^,]*)*)?$"
Sampler: TypeAlias = Literal[
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
]


class EnvironmentSettings(BaseSettings):
    """Settings of a process or command. The variable is the field's name in upper case.

    A `SECRET` may also be in a file, named by the variable `<NAME>_FILE`. The docstring below a field is its
    explanation in `docs/configuration.md`.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment with the files that it names. There is no other source."""
        return init_settings, EnvironmentWithFiles(settings_cls)


class TraceSettings(EnvironmentSettings):
    """Whether and where a process sends traces, by OpenTelemetry's own variables."""

    otel_exporter_otlp_endpoint: HttpUrl | None = None
    """The collector that gets traces by OTLP over HTTP, without `/v1/traces`. Without it there are none."""
    otel_exporter_otlp_headers: Annotated[str, Field(pattern=HEADERS), SECRET] = ""
    """Headers for the collector, `api-key=…`, comma separated."""
    otel_traces_sampler: Sampler = "parentbased_always_on"
    """Which traces are sent. `parentbased_…`: as the caller has decided, and so by the name if nobody has."""
    otel_traces_sampler_arg: Annotated[float, Field(ge=0, le=1)] = 1.0
    """The share of traces that a sampler with `ratio` in its name takes."""


class ProcessSettings(TraceSettings):
    """Settings of every process.

    Secrets and addresses have no defaults: a process without them refuses to start.
    """

    host: str = "127.0.0.1"
    """The address on which the process listens."""
    port: Port
    """The port on which the process listens; that of the gateway is the public one."""
    drain_seconds: DrainSeconds = 0.5
    """How long a process that is told to end still takes requests, unready, until the balancer knows."""
    log_level: LogLevel = "INFO"
    """The least level that is logged, in any letter case."""
    log_file: Path | None = None
    """The file that replaces stdout and stderr, rotated at 20 MiB; leave it out in containers."""

    amqp_url: BrokerUrl
    """The broker, with the login of this part of the suite."""
    amqp_prefix: str = ""
    """The prefix of exchange and queue names, so that several suites can share a broker."""

    jwks_url: HttpUrl
    """The URL of auth's public keys for user tokens, `http://…/.well-known/jwks.json`."""
    token_issuer: str = "mostrador"
    """The issuer that a user token must name."""
    token_audience: str = "mostrador"
    """The audience that a user token must name."""

    service_key_file: Path
    """This part's private key (Ed25519, PEM, not readable by others), which signs its internal calls."""


class ServiceSettings(ProcessSettings):
    """Settings of every process of a service."""

    database_url: DatabaseUrl
    """The service's own database, with the login of its processes."""
    database_pool_size: int = Field(default=10, ge=1)
    """The maximum of connections of one process to its database."""
    database_prepares: bool = True
    """False behind a PgBouncer older than 1.22 in transaction mode, which knows no prepared statements."""

    amqp_declares: bool = True
    """False if exchange and queues come from `deploy/compose/broker.json`: the login may not declare any."""

    service_keys_file: Path
    """The public keys of all services (JWKS; a key's id is its service's name, or that, a dot and more)."""

    faults: Path | None = None
    """For crash tests only (`libs/common/faults.py`): a process outside a running test refuses it."""

    store_timezone: ZoneInfo = ZoneInfo("America/Mexico_City")
    """The time zone of the shop's days and hours. After a change, rebuild analytics."""


class CounterSettings(ServiceSettings):
    """Settings of the services that know the limits of an EMPLOYEE at the till (contract §8.5).

    auth shows them, sales holds to them: a deployment sets them once for both.
    """

    employee_discount_percent: Percent = Decimal(0)
    """The discount by hand, in percent, that an EMPLOYEE gives without an approval. 0: none."""
    employee_refund_limit: Money = Decimal(500)
    """The amount of one return at the till that an EMPLOYEE refunds without an approval."""
    shift_tolerance: Money = Decimal(20)
    """The cash by which a shift may differ, either way, when an EMPLOYEE closes it without an approval."""

    @property
    def employee_limits(self) -> EmployeeLimits:
        """The limits together."""
        return EmployeeLimits(
            discount=self.employee_discount_percent,
            refund=self.employee_refund_limit,
            shift_difference=self.shift_tolerance,
        )


def of_environment(settings: type[Settings]) -> Settings:
    """The settings of a process or command; ends it with one line that names every variable at fault."""
    try:
        return settings()
    except ValidationError as error:
        problems = error.errors()
    missing = [_variable(problem) for problem in problems if problem["type"] == "missing"]
    wrong = [_wrong(problem) for problem in problems if problem["type"] != "missing"]
    if missing:
        wrong.insert(0, f"not set in the environment: {', '.join(missing)}")
    raise SystemExit("; ".join(wrong))


def _variable(problem: ErrorDetails) -> str:
    return str(problem["loc"][0]).upper()


def _wrong(problem: ErrorDetails) -> str:
    reason = problem["msg"].removeprefix("Value error, ")
    return f"{_variable(problem)}: {reason}" if problem["loc"] else reason
