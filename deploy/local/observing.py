"""Watches a suite (`make up OBSERVE=1`): Prometheus, its targets and its rules."""

from collections.abc import Mapping
from typing import Any

import yaml

from deploy.local.layout import ROOT, Layout, Ports
from deploy.local.state import StateFolder
from deploy.local.switches import is_on
from libs.servers import grafana
from libs.servers.grafana import GrafanaServer
from libs.servers.processes import LOOPBACK, ServerProcess
from libs.servers.prometheus import PrometheusApi, PrometheusServer

FOLDER = ROOT / "deploy" / "observability"
PROVISIONING = FOLDER / "grafana" / "provisioning"
DASHBOARDS = FOLDER / "dashboards"
JOB = "mostrador"
SCRAPE_SECONDS = 15


def scrape_configuration(layout: Layout, *, of_broker: bool = True, seconds: int = SCRAPE_SECONDS) -> str:
    """The text of prometheus.yml for a suite.

    Every process is a target with the label `process`: gateway, sales, sales-worker, and so on. The broker is
    one too if it is a node of the suite's own.
    """
    targets = [
        {"targets": [process.health_address.removeprefix("http://")], "labels": {"process": process.name}}
        for process in layout.processes
    ]
    jobs: list[dict[str, Any]] = [{"job_name": JOB, "static_configs": targets}]
    if of_broker:
        broker = [{"targets": [f"{LOOPBACK}:{layout.ports.rabbitmq_metrics}"]}]
        depths = {"metrics_path": "/metrics/detailed", "params": {"family": ["queue_coarse_metrics"]}}
        jobs += [
            {"job_name": "rabbitmq", "static_configs": broker},
            {"job_name": "rabbitmq-queues", **depths, "static_configs": broker},
        ]
    every = f"{seconds}s"
    return yaml.safe_dump(
        {
            "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
            "rule_files": ["rules/*.yml"],
            "scrape_configs": jobs,
        },
        sort_keys=False,
    )


def is_observed(environment: Mapping[str, str]) -> bool:
    """True if OBSERVE asks for Prometheus beside the suite."""
    return is_on("OBSERVE", environment)


def prometheus_of(state: StateFolder, layout: Layout, *, of_broker: bool) -> PrometheusServer:
    """The suite's Prometheus, with all rules."""
    configuration = scrape_configuration(layout, of_broker=of_broker)
    rules = sorted(FOLDER.glob("*.yml"))
    return PrometheusServer(state.prometheus, layout.ports.prometheus, configuration, rules)


def prometheus_at(ports: Ports) -> PrometheusApi:
    """The API of an observed suite's Prometheus."""
    return PrometheusApi(f"http://{LOOPBACK}:{ports.prometheus}")


def grafana_of(state: StateFolder, ports: Ports) -> GrafanaServer:
    """The suite's Grafana, with all dashboards."""
    url = prometheus_at(ports).url
    return GrafanaServer(state.grafana, ports.grafana, url, PROVISIONING, DASHBOARDS)


def observers(state: StateFolder, layout: Layout, *, of_broker: bool) -> dict[str, ServerProcess]:
    """The processes that watch a suite, by name, ready to be started. Raises `ServerFailed`."""
    prometheus = prometheus_of(state, layout, of_broker=of_broker)
    processes = {"prometheus": prometheus.process()}
    prometheus.initialise()
    if command := grafana.installed_server():
        of_suite = grafana_of(state, layout.ports)
        of_suite.initialise()
        processes["grafana"] = of_suite.process(command)
    return processes
