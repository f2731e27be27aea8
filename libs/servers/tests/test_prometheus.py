"""A real Prometheus of our own: it is ready, scrapes, evaluates rules and answers queries."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from libs.servers.prometheus import PrometheusApi, Sample, own_prometheus
from libs.testing.waiting import eventually

pytestmark = pytest.mark.timeout(300)  # it is installed where it is missing

CONFIGURATION = """
global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
rule_files: [rules/*.yml]
scrape_configs: [{job_name: nobody, static_configs: [{targets: ["127.0.0.1:1"]}]}]
"""
RULES = "groups: [{name: two, rules: [{record: two, expr: vector(2)}]}]"


@pytest.fixture(scope="module")
def server() -> Iterator[PrometheusApi]:
    """In a folder outside pytest's, which pytest closes to other users."""
    with TemporaryDirectory(prefix="mostrador_prometheus_") as folder:
        rules = Path(folder) / "two.yml"
        rules.write_text(RULES)
        with own_prometheus(Path(folder), CONFIGURATION, [rules]) as server:
            yield server


def test_an_expression_is_answered(server: PrometheusApi) -> None:
    assert server.query("1 + 1") == [Sample({}, 2.0)]


def test_an_expression_that_is_none_is_refused(server: PrometheusApi) -> None:
    with pytest.raises(httpx.HTTPStatusError):
        server.query("sum(")


async def test_its_rules_are_evaluated(server: PrometheusApi) -> None:
    await eventually(lambda: server.query("two") == [Sample({"__name__": "two"}, 2.0)])


async def test_a_target_that_does_not_answer_is_down(server: PrometheusApi) -> None:
    await eventually(lambda: [sample.value for sample in server.query('up{job="nobody"}')] == [0.0])
