"""The processes to deploy, with the variables that each needs."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from pydantic_settings import BaseSettings

from deploy.local.layout import SERVICES, WITHOUT_WORKER
from gateway.settings import GatewaySettings
from libs.common.db.migrate import MigrationSettings
from libs.common.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
PARTS = (*SERVICES, "gateway")
WORKERS = tuple(service for service in SERVICES if service not in WITHOUT_WORKER)
LOGIN = re.compile(r"://[^/@:]+:(?P<password>[^@]+)@")


def settings_of(service: str) -> type[BaseSettings]:
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


def required(settings: type[BaseSettings]) -> set[str]:
    """The variables without which a process refuses to start."""
    return {name.upper() for name, field in settings.model_fields.items() if field.is_required()}


def known(settings: type[BaseSettings]) -> set[str]:
    return {name.upper() for name in settings.model_fields}


def expected_processes() -> Iterator[tuple[str, str, type[BaseSettings]]]:
    """The container, module and settings of every process."""
    for service in SERVICES:
        yield service, f"services.{service}.main", SETTINGS[service]
        yield f"{service}-migrations", "libs.common.db.migrate", MigrationSettings
    for service in WORKERS:
        yield f"{service}-worker", f"services.{service}.worker", SETTINGS[service]
    yield "gateway", "gateway.main", GatewaySettings


SETTINGS: dict[str, type[BaseSettings]] = {
    **{service: settings_of(service) for service in SERVICES},
    "gateway": GatewaySettings,
}
PROCESSES = tuple(expected_processes())


def part_of(container: str) -> str:
    return container.removesuffix("-worker").removesuffix("-migrations")


def assert_versioned(image: str) -> None:
    name, _, tag = image.rpartition(":")
    assert name, f"{image} has no tag"
    assert tag != "latest"
