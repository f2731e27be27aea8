"""Runs the queries of the dashboards on a Prometheus that scrapes a suite."""

import tempfile
from pathlib import Path

from deploy.local.observing import scrape_configuration
from deploy.local.suite import LocalSuite
from deploy.observability.boards import BOARDS, SERVICES
from deploy.observability.panels import Panel
from libs.servers.prometheus import PrometheusApi, own_prometheus
from tests.e2e.waiting import eventually

SCRAPE_SECONDS = 2
"""A busy process may need a second to answer: one that answers later has no figures until the next scrape."""
SCRAPED_WITHIN_SECONDS = 60
VARIABLES = {"$__rate_interval": "20s", "$service": "sales"}
ONLY_AFTER_A_CRASH = {"Loops started again"}
"""The panels that have no series as long as nothing has crashed."""


def assert_panels_show_something(suite: LocalSuite) -> None:
    """Fail for a query that Prometheus refuses, and for a panel that never has a series."""
    configuration = scrape_configuration(suite.layout, of_broker=False, seconds=SCRAPE_SECONDS)
    empty = [panel for board in BOARDS for panel in board.panels if panel.title not in ONLY_AFTER_A_CRASH]
    with (
        tempfile.TemporaryDirectory(prefix="mostrador_prometheus_") as folder,
        own_prometheus(Path(folder), configuration) as api,
    ):

        def each_has_shown_something() -> None:
            empty[:] = [panel for panel in empty if not _series(api, panel)]
            assert not empty, [panel.title for panel in empty]
            assert {"auth", "sales", "gateway"} <= _values(api, SERVICES)

        eventually(each_has_shown_something, within_seconds=SCRAPED_WITHIN_SECONDS)


def _series(api: PrometheusApi, panel: Panel) -> int:
    """How many series all queries of a panel have."""
    return sum(len(api.query(_without_variables(query.expression))) for query in panel.queries)


def _without_variables(expression: str) -> str:
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    return expression


def _values(api: PrometheusApi, variable: str) -> set[str]:
    """The values of a variable that is written `label_values(series, label)`."""
    series, label = variable.removeprefix("label_values(").removesuffix(")").rsplit(", ", 1)
    return {sample.labels[label] for sample in api.query(series)}
