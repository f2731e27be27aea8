"""The environment of each process: its own addresses and files, added to the caller's environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.keys import Keys
from deploy.local.layout import Layout, ServiceProcess
from deploy.local.pooling import variables_behind
from deploy.local.tls import speaks_tls
from libs.common.secret_files import file_variable
from libs.servers.pgbouncer import PgbouncerServer
from libs.servers.processes import LOOPBACK
from libs.services import SERVICES

SUITE_MARK = "MOSTRADOR_SUITE"
"""Set for every process of a suite to its state folder, to find processes that lost their supervisor."""

OWNER_EMAIL, OWNER_PASSWORD = "BOOTSTRAP_OWNER_EMAIL", "BOOTSTRAP_OWNER_PASSWORD"
OWNER_DEFAULTS: Mapping[str, str] = {
    OWNER_EMAIL: "owner@example.com",
    "BOOTSTRAP_OWNER_USERNAME": "owner",
    OWNER_PASSWORD: "owner-password",
}

GATEWAY_DEFAULTS: Mapping[str, str] = {
    "CORS_ORIGINS": "*",
    "RATE_LIMIT_PER_USER": "100000/minute",
    "RATE_LIMIT_PER_ADDRESS": "100000/minute",
}
"""On one machine all clients have the same address, and load tests must not be limited."""

REPLICA_DEFAULTS: Mapping[str, str] = {"DRAIN_SECONDS": "1.5", "DATABASE_POOL_SIZE": "5"}
"""A replica serves until the balancer has seen that it leaves; all together have a server's connections."""

SHOP_DEFAULTS: Mapping[str, str] = {
    "SHOP_NAME": "Tienda de ejemplo",
    "SHOP_ADDRESS": "Calle Ejemplo 1, Ciudad de México",
    "SHOP_RFC": "XAXX010101000",
    "TICKET_FOOTER": "¡Gracias por su compra!",
}
"""The shop on tickets."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses and files of one suite, for the environments of its processes."""

    layout: Layout
    keys: Keys
    database_urls: Mapping[str, str]
    amqp_url: str
    amqp_prefix: str
    login_urls: Mapping[str, str]
    """The broker's URL of each login, if services and gateway have their own."""
    caller: Mapping[str, str]
    """The caller's environment, which overrides our defaults."""
    pooler: PgbouncerServer | None = None
    """Web processes reach their databases through it."""

    def service_url(self, service: str) -> str:
        """The address of a service."""
        return f"http://{LOOPBACK}:{self.layout.ports.web(service)}"

    def environment(self, process: ServiceProcess) -> dict[str, str]:
        """The variables of `process`."""
        neighbours = {f"{service.upper()}_URL": self.service_url(service) for service in SERVICES}
        environment = {
            "PYTHONUNBUFFERED": "1",
            "HOST": LOOPBACK,
            "PORT": str(process.port),
            "JWKS_URL": f"{self.service_url('auth')}/.well-known/jwks.json",
            **neighbours,
            **(_unset(REPLICA_DEFAULTS, self.caller) if self.layout.is_balanced else {}),
        }
        if process.service is not None:
            environment |= self._of_service(process.service)
            if self.pooler and process.is_web:
                environment |= variables_behind(self.pooler, process.service)
        else:
            environment |= self._of_gateway(process)
        return environment

    def _broker(self, login: str) -> dict[str, str]:
        return {
            "AMQP_URL": self.login_urls.get(login, self.amqp_url),
            "AMQP_PREFIX": self.amqp_prefix,
            "AMQP_DECLARES": str(login not in self.login_urls),
        }

    def _of_gateway(self, process: ServiceProcess) -> dict[str, str]:
        return {
            **(self._tls() if speaks_tls(self.caller) else {}),
            "INTERNAL_PORT": str(process.health_port),
            **self._broker("gateway"),
            "SERVICE_KEY_FILE": str(self.keys.service_key("gateway")),
            **_unset(GATEWAY_DEFAULTS, self.caller),
        }

    def _tls(self) -> dict[str, str]:
        return {
            "TLS_PORT": str(self.layout.ports.gateway_tls),
            "TLS_CERTIFICATE_FILE": str(self.keys.tls.gateway),
            "TLS_KEY_FILE": str(self.keys.tls.gateway_key),
        }

    def _of_service(self, service: str) -> dict[str, str]:
        environment = {
            "DATABASE_URL": self.database_urls[service],
            **self._broker(service),
            "SERVICE_KEY_FILE": str(self.keys.service_key(service)),
            "SERVICE_KEYS_FILE": str(self.keys.services_jwks),
        }
        if service == "auth":
            environment |= {"SIGNING_KEYS_DIR": str(self.keys.signing), **owner_defaults(self.caller)}
        if service == "sales":
            environment |= _unset(SHOP_DEFAULTS, self.caller)
        return environment


def _unset(defaults: Mapping[str, str], caller: Mapping[str, str]) -> dict[str, str]:
    """The defaults of the variables that the caller has not set; an empty one is set."""
    return {name: default for name, default in defaults.items() if name not in caller}


def owner_defaults(environment: Mapping[str, str]) -> dict[str, str]:
    """Defaults for the first owner's variables that the caller has not set, nor named a file for."""
    return {
        name: default
        for name, default in OWNER_DEFAULTS.items()
        if not environment.get(name) and not environment.get(file_variable(name))
    }


def own_shop(environment: Mapping[str, str], password: Path) -> dict[str, str]:
    """The variables of a shop without the demo that the caller has not set; `password` is our file.

    Nobody else knows the first owner's password, and tickets name no example.
    """
    is_ours = OWNER_PASSWORD in owner_defaults(environment)
    return dict.fromkeys(_unset(SHOP_DEFAULTS, environment), "") | (
        {file_variable(OWNER_PASSWORD): str(password)} if is_ours else {}
    )


def first_owner(environment: Mapping[str, str]) -> dict[str, str]:
    """The first owner's variables: the caller's, else our defaults."""
    return {name: environment.get(name) or default for name, default in OWNER_DEFAULTS.items()}
