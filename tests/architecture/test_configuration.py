"""Every process and command explains its variables, and names those that are missing in one line."""

import re
import runpy
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from libs.common.settings import (
    CounterSettings,
    EnvironmentSettings,
    ProcessSettings,
    ServiceSettings,
    TraceSettings,
)
from libs.common.settings_values import is_secret
from tests.architecture.configuration_page import PAGE, configuration_page, meanings_of
from tests.architecture.deployed import COMMANDS, PROCESSES, READERS, SETTINGS, required
from tests.architecture.sources import ROOT, is_test

pytestmark = pytest.mark.unit

A_FEW_CENTURIES = timedelta(days=100_000)
WITH_PASSWORDS = {"database_url", "amqp_url", "otel_exporter_otlp_headers"}
BASES = {
    EnvironmentSettings.__name__,
    TraceSettings.__name__,
    ProcessSettings.__name__,
    ServiceSettings.__name__,
    CounterSettings.__name__,
}
CLASS = re.compile(r"^class (\w+)\((\w*Settings)\):", re.MULTILINE)
ARGUMENTS = {
    "libs.common.db.migrate": ["auth", "upgrade"],
    "libs.common.messaging.deadletters": ["list", "--service", "auth"],
    "libs.common.messaging.history": ["--since", "1h"],
    "libs.common.messaging.repair": [str(ROOT / "deploy" / "compose" / "broker.json")],
    "libs.common.messaging.subscribers": ["list"],
    "services.auth.admin": ["revoke-sessions", "--username", "ana"],
    "services.auth.keys": ["list"],
    "services.catalog.products": ["export", "products.csv"],
}
STARTS = {
    **{module: settings for _, module, settings in PROCESSES},
    **COMMANDS,
    "services.catalog.products": SETTINGS["catalog"],
}


def sources() -> Iterator[Path]:
    """The sources of everything that runs."""
    for folder in ("libs/common", "services", "gateway"):
        yield from (path for path in (ROOT / folder).rglob("*.py") if not is_test(path))


def test_the_page_says_what_the_classes_say() -> None:
    assert PAGE.read_text() == configuration_page(), "right? then run: make configuration"


def test_the_page_knows_every_class_of_settings() -> None:
    found = {match for path in sources() for match in CLASS.findall(path.read_text())}
    assert {name for name, _ in found} - BASES == {settings.__name__ for settings in READERS.values()}
    assert {name for name, base in found if base == "BaseSettings"} == {EnvironmentSettings.__name__}


@pytest.mark.parametrize("settings", READERS.values(), ids=READERS.keys())
def test_every_variable_is_explained(settings: type[EnvironmentSettings]) -> None:
    assert settings.model_fields.keys() - meanings_of(settings).keys() == set()


@pytest.mark.parametrize("settings", READERS.values(), ids=READERS.keys())
def test_so_many_days_hours_or_minutes_ago_there_was_a_calendar(
    settings: type[EnvironmentSettings],
) -> None:
    for name, field in settings.model_fields.items():
        if (unit := name.rpartition("_")[2]) in {"days", "hours", "minutes"}:
            most = max((getattr(bound, "le", 0) for bound in field.metadata), default=0)
            assert timedelta(0) < timedelta(**{unit: most}) < A_FEW_CENTURIES, name


@pytest.mark.parametrize("settings", READERS.values(), ids=READERS.keys())
def test_what_contains_a_password_or_a_key_is_a_secret(settings: type[EnvironmentSettings]) -> None:
    with_passwords = {
        name
        for name in settings.model_fields
        if name in WITH_PASSWORDS or "password" in name or "secret" in name
    }
    assert {name for name, field in settings.model_fields.items() if is_secret(field)} == with_passwords


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize("module", STARTS)
def test_a_start_without_variables_names_all_that_are_missing_in_one_line(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = STARTS[module]
    for name in settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(sys, "argv", [module, *ARGUMENTS.get(module, [])])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__")
    told, _, named = str(ended.value.code).partition(": ")
    assert told == "not set in the environment"
    assert set(named.split(", ")) == required(settings)
