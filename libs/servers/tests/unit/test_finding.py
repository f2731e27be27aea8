"""The choice of servers for tests, and the failure if there are none."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from libs.servers import containers, debian, postgres, rabbitmq, temporary
from libs.servers.processes import ServerFailed
from libs.servers.rabbitmq import BrokerUrls
from libs.servers.temporary import temporary_postgres, temporary_rabbitmq


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without named servers, Docker, RabbitMQ or the right to install."""
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.delenv("TEST_AMQP_URL", raising=False)
    monkeypatch.setattr(containers, "engine_offers", lambda _: False)
    monkeypatch.setattr(rabbitmq, "answers", lambda _: False)
    monkeypatch.setattr(rabbitmq, "is_installed", lambda: False)
    monkeypatch.setattr(debian, "can_install", lambda: False)


def found_rabbitmq(folder: Path) -> str:
    with temporary_rabbitmq(folder, lambda _: None) as urls:
        return urls.amqp


def test_where_no_broker_can_be_had_one_line_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match=r"^RabbitMQ cannot be had: .* or set TEST_AMQP_URL$"):
        found_rabbitmq(tmp_path)


def test_given_servers_go_before_containers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "engine_offers", lambda _: True)
    monkeypatch.setenv("TEST_AMQP_URL", "amqp://given")
    assert found_rabbitmq(tmp_path) == "amqp://given"


def test_containers_go_before_a_broker_at_the_usual_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "engine_offers", lambda image: image == rabbitmq.IMAGE)
    monkeypatch.setattr(
        containers, "rabbitmq_container", lambda: nullcontext(BrokerUrls("amqp://container", ""))
    )
    monkeypatch.setattr(rabbitmq, "answers", lambda _: True)
    assert found_rabbitmq(tmp_path) == "amqp://container"


def test_a_broker_at_the_usual_place_goes_before_one_of_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabbitmq, "answers", lambda _: True)
    monkeypatch.setattr(rabbitmq, "is_installed", lambda: True)
    assert found_rabbitmq(tmp_path) == rabbitmq.DEFAULT_URL


def test_a_broker_is_installed_only_when_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(debian, "can_install", lambda: True)
    monkeypatch.setattr(debian, "install", lambda package, _: done.append(f"installed {package}"))
    monkeypatch.setattr(temporary, "own_rabbitmq", lambda _: nullcontext(BrokerUrls("amqp://own", "")))
    assert (found_rabbitmq(tmp_path), done) == ("amqp://own", ["installed rabbitmq-server"])


def test_postgres_comes_from_a_container_where_docker_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "engine_offers", lambda image: image == postgres.IMAGE)
    monkeypatch.setattr(containers, "postgres_container", lambda: nullcontext("postgresql://container"))
    with temporary_postgres(tmp_path, "run", lambda _: None) as url:
        assert url == "postgresql://container"


def test_a_tool_that_is_there_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "can_install", lambda: False)
    assert debian.ensure("sh", "dash").endswith("/sh")


def test_where_nothing_can_be_installed_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(debian, "can_install", lambda: False)
    with pytest.raises(ServerFailed, match="no-such-tool is missing: sudo apt-get install no-such-package"):
        debian.ensure("no-such-tool", "no-such-package")


def test_a_missing_tool_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(package: str, _: object) -> None:
        (tmp_path / package).touch(mode=0o755)

    monkeypatch.setenv("PATH", f"{tmp_path}")
    monkeypatch.setattr(debian, "can_install", lambda: True)
    monkeypatch.setattr(debian, "install", install)
    assert debian.ensure("a-tool", "a-tool") == str(tmp_path / "a-tool")


def test_a_missing_library_is_asked_for_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "can_install", lambda: False)
    with pytest.raises(ServerFailed, match=r"libnone\.so\.1 is missing: sudo apt-get install libnone1"):
        debian.ensure_library("libnone.so.1", "libnone1")


def test_a_library_that_is_there_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "can_install", lambda: False)
    debian.ensure_library("libc.so.6", "libc6")


def test_the_list_of_processes_shows_no_password_of_a_database() -> None:
    url = "postgresql://sales:secret@127.0.0.1:8432/sales?application_name=psql"
    command, environment = postgres.program("psql", url, "--quiet")
    assert command[1:] == [
        "--dbname=user=sales dbname=sales host=127.0.0.1 port=8432 application_name=psql",
        "--quiet",
    ]
    assert environment["PGPASSWORD"] == "secret"
