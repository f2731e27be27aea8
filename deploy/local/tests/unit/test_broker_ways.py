"""The order of the ways to a RabbitMQ."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from deploy.local import broker as broker_module
from deploy.local.broker import BrokerChoice, BrokerWays
from deploy.local.layout import Ports
from deploy.local.state import StateFolder
from libs.servers import debian, rabbitmq
from libs.servers.processes import ServerFailed

Choose = Callable[..., BrokerChoice]


class Machine:
    """The ways to a RabbitMQ on this machine, set by a test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answering: set[str] = set()
        self.installed = False
        self.docker = False
        self.may_install = False
        self.told: list[str] = []
        monkeypatch.setattr(rabbitmq, "answers", lambda url: url in self.answering)
        monkeypatch.setattr(
            rabbitmq, "_server_command", lambda: "/rabbitmq-server" if self.installed else None
        )
        monkeypatch.setattr(rabbitmq, "server_user", lambda *_: None)
        monkeypatch.setattr(broker_module, "docker_offers_image", lambda _: self.docker)
        monkeypatch.setattr(debian, "can_install", lambda: self.may_install)
        monkeypatch.setattr(debian, "install", self._install)

    def _install(self, package: str, tell: Callable[[str], None]) -> None:
        tell(f"installing {package}")
        self.installed = True


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path).make()


@pytest.fixture
def choose(machine: Machine, state: StateFolder) -> Choose:
    def chosen(environment: Mapping[str, str] | None = None) -> BrokerChoice:
        return BrokerWays(state, Ports(), environment or {}, machine.told.append).choose()

    return chosen


def test_a_given_broker_goes_before_all_others(machine: Machine, choose: Choose) -> None:
    machine.answering = {"amqp://given", rabbitmq.DEFAULT_URL}
    machine.installed = True
    choice = choose({"AMQP_URL": "amqp://given"})
    assert (choice.way, choice.url, choice.server) == ("given", "amqp://given", None)


def test_a_given_broker_that_does_not_answer_is_not_replaced_in_silence(
    machine: Machine, choose: Choose
) -> None:
    machine.installed = True
    with pytest.raises(ServerFailed, match="AMQP_URL is set"):
        choose({"AMQP_URL": "amqp://given"})


def test_then_the_one_that_answers_at_the_usual_place(machine: Machine, choose: Choose) -> None:
    machine.answering = {rabbitmq.DEFAULT_URL}
    machine.installed = True
    assert choose().way == "machine"


def test_at_a_broker_of_others_we_keep_to_a_name_space_of_our_own(
    machine: Machine, choose: Choose, state: StateFolder
) -> None:
    machine.answering = {rabbitmq.DEFAULT_URL}
    state.remember()
    assert choose().prefix == state.memory().broker_prefix != ""


def test_then_a_node_of_the_installed_server(machine: Machine, choose: Choose) -> None:
    machine.installed = machine.docker = True
    choice = choose()
    assert (choice.way, choice.prefix) == ("node", "")
    assert choice.url.endswith("@127.0.0.1:8672/")


def test_then_a_container(machine: Machine, choose: Choose) -> None:
    machine.docker = machine.may_install = True
    choice = choose()
    assert choice.way == "container"
    assert choice.server is not None
    assert choice.server.command[:2] == ("docker", "run")


def test_the_containers_password_is_not_on_its_command_line(machine: Machine, choose: Choose) -> None:
    machine.docker = True
    choice = choose()
    assert choice.server is not None
    password = choice.server.environment["RABBITMQ_DEFAULT_PASS"]
    assert not any(password in word for word in choice.server.command)


def test_then_debians_package_is_installed_and_that_is_told(machine: Machine, choose: Choose) -> None:
    machine.may_install = True
    assert choose().way == "node"
    assert machine.told == ["installing rabbitmq-server"]


@pytest.mark.usefixtures("machine")
def test_where_none_can_be_had_one_line_says_what_to_do(choose: Choose) -> None:
    with pytest.raises(ServerFailed) as failed:
        choose()
    assert "apt-get install rabbitmq-server" in str(failed.value)
    assert "AMQP_URL" in str(failed.value)
    assert len(str(failed.value).splitlines()) == 1


def test_a_node_once_made_stays_the_way_for_its_queues_hold_events(
    machine: Machine, choose: Choose, state: StateFolder
) -> None:
    machine.installed = True
    state.remember(broker_way=choose().way)
    machine.answering = {rabbitmq.DEFAULT_URL}
    assert choose().way == "node"


def test_a_node_keeps_its_name_on_other_ports_so_that_it_finds_its_queues(
    machine: Machine, state: StateFolder
) -> None:
    machine.installed = True
    state.remember(rabbitmq_node="mostrador-8672")
    choice = BrokerWays(state, Ports(41_000), {}, machine.told.append).choose()
    assert choice.server is not None
    assert choice.server.environment["RABBITMQ_NODENAME"] == "mostrador-8672@localhost"
    assert choice.url.endswith("@127.0.0.1:41672/")
