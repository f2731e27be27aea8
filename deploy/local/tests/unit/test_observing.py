"""A Prometheus that watches a suite has a target for each process, and all rules."""

from pathlib import Path

import pytest
import yaml

from deploy.local.layout import Layout, Ports
from deploy.local.observing import grafana_of, is_observed, observers, scrape_configuration
from deploy.local.state import StateFolder
from libs.servers import debian, grafana, prometheus


@pytest.fixture(autouse=True)
def current_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers run as the user of the test, and Prometheus is installed."""
    for module in (grafana, prometheus):
        monkeypatch.setattr(module, "server_user", lambda *_: None)
    monkeypatch.setattr(debian, "ensure", lambda command, *_: f"/usr/bin/{command}")


@pytest.mark.parametrize(("value", "observed"), [("1", True), ("0", False), ("", False)])
def test_a_suite_is_observed_on_demand(value: str, observed: bool) -> None:  # noqa: FBT001 - a table
    assert is_observed({"OBSERVE": value}) is observed
    assert is_observed({}) is False


def test_every_process_is_a_target_by_its_name() -> None:
    layout = Layout(Ports(9000))
    jobs = {job["job_name"]: job for job in yaml.safe_load(scrape_configuration(layout))["scrape_configs"]}
    targets = {each["labels"]["process"]: each["targets"] for each in jobs["mostrador"]["static_configs"]}
    assert targets.keys() == {process.name for process in layout.processes}
    assert (targets["gateway"], targets["sales-worker"]) == (["127.0.0.1:9100"], ["127.0.0.1:9203"])
    assert jobs["rabbitmq-queues"]["static_configs"] == [{"targets": ["127.0.0.1:9676"]}]


def test_a_broker_of_others_is_not_scraped() -> None:
    jobs = yaml.safe_load(scrape_configuration(Layout(Ports()), of_broker=False))["scrape_configs"]
    assert [job["job_name"] for job in jobs] == ["mostrador"]


def test_prometheus_has_all_rules(tmp_path: Path) -> None:
    state = StateFolder(tmp_path).make()
    assert observers(state, Layout(Ports()), of_broker=True).keys() >= {"prometheus"}
    rules = {path.name for path in (state.prometheus / "rules").iterdir()}
    assert {"alerts.yml", "recording.yml"} <= rules


def test_grafana_is_told_where_prometheus_and_the_dashboards_are(tmp_path: Path) -> None:
    state = StateFolder(tmp_path).make()
    server = grafana_of(state, Ports())
    server.initialise()
    process = server.process("/usr/sbin/grafana-server")
    assert process.environment["PROMETHEUS_URL"] == "http://127.0.0.1:8690"
    assert Path(process.environment["DASHBOARDS_FOLDER"]).is_dir()
    assert f"cfg:paths.provisioning={state.grafana}/provisioning" in process.command
    assert (state.grafana / "provisioning" / "datasources" / "prometheus.yml").is_file()
