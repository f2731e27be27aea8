"""The environment of each process."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.environment import Addresses, first_owner, own_shop, owner_defaults
from deploy.local.keys import Keys
from deploy.local.layout import Layout, Ports, ServiceProcess
from libs.services import SERVICES

LAYOUT = Layout(Ports(9000))
PROCESSES = {process.name: process for process in LAYOUT.processes}


@pytest.fixture
def addresses(tmp_path: Path) -> Addresses:
    return Addresses(
        layout=LAYOUT,
        keys=Keys(tmp_path),
        database_urls={service: f"postgresql://{service}@db/{service}" for service in SERVICES},
        amqp_url="amqp://broker",
        amqp_prefix="mine.",
        login_urls={},
        caller={},
    )


def test_each_service_gets_its_own_database_and_no_other(addresses: Addresses) -> None:
    told = addresses.environment(PROCESSES["sales-worker"])
    assert told["DATABASE_URL"] == "postgresql://sales@db/sales"
    assert not any("@db/catalog" in value for value in told.values())


def test_at_a_broker_of_our_own_each_process_has_its_services_login(addresses: Addresses) -> None:
    logins = replace(
        addresses, login_urls={"sales": "amqp://sales@broker", "gateway": "amqp://gateway@broker"}
    )
    told = {name: logins.environment(PROCESSES[name]) for name in ("sales", "sales-worker", "gateway")}
    assert [each["AMQP_URL"] for each in told.values()] == [
        "amqp://sales@broker",
        "amqp://sales@broker",
        "amqp://gateway@broker",
    ]
    assert {each["AMQP_DECLARES"] for each in told.values()} == {"False"}


def test_at_another_broker_all_share_its_login_and_declare_what_they_need(addresses: Addresses) -> None:
    told = addresses.environment(PROCESSES["sales"])
    assert (told["AMQP_URL"], told["AMQP_DECLARES"]) == ("amqp://broker", "True")


def test_web_process_and_worker_listen_on_ports_of_their_own(addresses: Addresses) -> None:
    ports = {addresses.environment(process)["PORT"] for process in PROCESSES.values()}
    assert len(ports) == len(PROCESSES)


def test_only_auth_gets_the_keys_that_sign_for_users(addresses: Addresses) -> None:
    knowing = {
        process.service
        for process in PROCESSES.values()
        if "SIGNING_KEYS_DIR" in addresses.environment(process)
    }
    assert knowing == {"auth"}


def test_each_service_gets_its_own_key(addresses: Addresses) -> None:
    told = addresses.environment(PROCESSES["catalog"])
    assert Path(told["SERVICE_KEY_FILE"]).name == "catalog.pem"


def test_the_gateway_gets_the_broker_and_a_key_of_its_own_but_no_database(addresses: Addresses) -> None:
    told = addresses.environment(PROCESSES["gateway"])
    assert "DATABASE_URL" not in told
    assert (told["AMQP_URL"], told["AMQP_PREFIX"]) == ("amqp://broker", "mine.")
    assert Path(told["SERVICE_KEY_FILE"]).name == "gateway.pem"
    assert told["SALES_URL"] == "http://127.0.0.1:9103"
    assert told["INTERNAL_PORT"] == "9100"


def test_what_the_caller_says_of_the_gateway_goes_before_our_defaults(addresses: Addresses) -> None:
    told = addresses.environment(PROCESSES["gateway"])
    assert (told["CORS_ORIGINS"], told["RATE_LIMIT_PER_USER"]) == ("*", "100000/minute")
    told = replace(addresses, caller={"CORS_ORIGINS": ""}).environment(PROCESSES["gateway"])
    assert "CORS_ORIGINS" not in told


def test_what_the_caller_says_of_the_shop_goes_before_our_defaults(addresses: Addresses) -> None:
    told = addresses.environment(PROCESSES["sales"])
    assert (told["SHOP_NAME"], told["SHOP_RFC"]) == ("Tienda de ejemplo", "XAXX010101000")
    told = replace(addresses, caller={"SHOP_NAME": ""}).environment(PROCESSES["sales"])
    assert ("SHOP_NAME" in told, "SHOP_RFC" in told) == (False, True)


def test_the_gateway_tells_of_its_health_on_a_port_of_its_own() -> None:
    assert PROCESSES["gateway"].ports == {9000: "gateway", 9100: "gateway (health)"}
    assert PROCESSES["gateway"].health_address == "http://127.0.0.1:9100"
    assert PROCESSES["sales"].health_address == PROCESSES["sales"].address


def test_the_callers_first_owner_goes_before_ours() -> None:
    caller = {"BOOTSTRAP_OWNER_EMAIL": "ana@shop.mx"}
    assert first_owner(caller)["BOOTSTRAP_OWNER_EMAIL"] == "ana@shop.mx"
    assert set(owner_defaults(caller)) == {"BOOTSTRAP_OWNER_USERNAME", "BOOTSTRAP_OWNER_PASSWORD"}


def test_a_shop_without_the_demo_has_a_password_of_its_own_and_no_examples_on_its_tickets() -> None:
    told = own_shop({"SHOP_NAME": "Abarrotes Ana"}, Path("/keys/first-owner"))
    assert told == {
        "SHOP_ADDRESS": "",
        "SHOP_RFC": "",
        "TICKET_FOOTER": "",
        "BOOTSTRAP_OWNER_PASSWORD_FILE": "/keys/first-owner",
    }
    assert "BOOTSTRAP_OWNER_PASSWORD" not in owner_defaults(told)


@pytest.mark.parametrize("variable", ["BOOTSTRAP_OWNER_PASSWORD", "BOOTSTRAP_OWNER_PASSWORD_FILE"])
def test_a_password_that_is_given_stays_in_a_shop_without_the_demo(variable: str) -> None:
    assert not {name for name in own_shop({variable: "given"}, Path("ours")) if "OWNER" in name}


def test_every_process_has_a_module_that_exists() -> None:
    def source(process: ServiceProcess) -> Path:
        return Path(*process.module.split(".")).with_suffix(".py")

    assert [process.name for process in PROCESSES.values() if not source(process).is_file()] == []
