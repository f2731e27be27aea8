"""The processes to deploy, with the variables that each needs."""

import re
from collections.abc import Iterator
from importlib import import_module

from deploy.local.layout import WITHOUT_WORKER
from gateway.settings import GatewaySettings
from libs.common.db.migrate import MigrationSettings
from libs.common.messaging.cli import BrokerSettings
from libs.common.messaging.management import ManagementSettings
from libs.common.secret_files import file_variable
from libs.common.settings import EnvironmentSettings, ServiceSettings
from libs.common.settings_values import is_secret
from libs.services import SERVICES
from services.analytics.rebuild import RebuildSettings
from services.auth.admin import AdminSettings
from services.auth.keys import KeysFolder

WORKERS = tuple(service for service in SERVICES if service not in WITHOUT_WORKER)
LOGIN = re.compile(r"://[^/@:]+:(?P<password>[^@]+)@")


def settings_of(service: str) -> type[EnvironmentSettings]:
    """The one class of settings that the service declares."""
    module = import_module(f"services.{service}.settings")
    (found,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, ServiceSettings)
        and value.__module__ == module.__name__
    )
    return found


def required(settings: type[EnvironmentSettings]) -> set[str]:
    """The variables without which a process refuses to start."""
    return {name.upper() for name, field in settings.model_fields.items() if field.is_required()}


def known(settings: type[EnvironmentSettings]) -> set[str]:
    return {name.upper() for name in settings.model_fields}


def lacking(settings: type[EnvironmentSettings], given: set[str]) -> set[str]:
    """The required variables that are not given, not as a file either."""
    return {name for name in required(settings) if name not in given and file_variable(name) not in given}


def unknown(settings: type[EnvironmentSettings], given: set[str]) -> set[str]:
    """The given variables that are not read."""
    secrets = {name.upper() for name, field in settings.model_fields.items() if is_secret(field)}
    return given - known(settings) - set(map(file_variable, secrets))


def expected_processes() -> Iterator[tuple[str, str, type[EnvironmentSettings]]]:
    """The container, module and settings of every process."""
    for service in SERVICES:
        yield service, f"services.{service}.main", SETTINGS[service]
        yield f"{service}-migrations", "libs.common.db.migrate", MigrationSettings
    for service in WORKERS:
        yield f"{service}-worker", f"services.{service}.worker", SETTINGS[service]
    yield "gateway", "gateway.main", GatewaySettings


SETTINGS: dict[str, type[EnvironmentSettings]] = {
    **{service: settings_of(service) for service in SERVICES},
    "gateway": GatewaySettings,
}
PROCESSES = tuple(expected_processes())
COMMANDS: dict[str, type[EnvironmentSettings]] = {
    "services.auth.admin": AdminSettings,
    "services.auth.keys": KeysFolder,
    "services.analytics.rebuild": RebuildSettings,
    "libs.common.messaging.deadletters": BrokerSettings,
    "libs.common.messaging.history": BrokerSettings,
    "libs.common.messaging.repair": ManagementSettings,
    "libs.common.messaging.subscribers": ManagementSettings,
}
"""The commands with variables of their own; `services.catalog.products` and `services.sales.reallocate` read
those of their services."""
READERS: dict[str, type[EnvironmentSettings]] = {**SETTINGS, "migrations": MigrationSettings, **COMMANDS}
"""Everything that reads variables, as docs/configuration.md names it."""


def part_of(container: str) -> str:
    return container.removesuffix("-worker").removesuffix("-migrations")


def assert_versioned(image: str) -> None:
    name, _, tag = image.rpartition(":")
    assert name, f"{image} has no tag"
    assert tag != "latest"
