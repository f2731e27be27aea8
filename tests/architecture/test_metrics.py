"""Every metric has a help text and a name after Prometheus' conventions, and docs/metrics.md shows it."""

import re

import pytest

from tests.architecture.doors import ROOT
from tests.architecture.metrics_page import PAGE, Described, all_metrics, metrics_page

pytestmark = pytest.mark.unit

METRICS = [metric for _, metric in all_metrics()]
NAME = re.compile(r"[a-z]+(_[a-z]+)+")
MANY_VALUES = {
    "id",
    "user",
    "path",
    "address",
    "ip",
    "email",
    "order",
    "product",
    "customer",
    "session",
    "token",
}


def test_the_page_is_as_the_definitions_are() -> None:
    assert PAGE.read_text() == metrics_page(), "right? then run: make metrics"


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_metric_has_a_name_and_a_meaning(metric: Described) -> None:
    assert NAME.fullmatch(metric.name), metric.name
    assert len(metric.meaning) > 15, metric.name
    assert (metric.kind == "counter") == metric.name.endswith("_total")
    assert metric.kind != "histogram" or metric.name.endswith("_seconds")


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_no_label_has_a_value_for_each_thing_or_person(metric: Described) -> None:
    for label in metric.labels:
        assert not set(label.split("_")) & MANY_VALUES, f"{metric.name}{{{label}}}"


def test_what_an_operator_is_told_to_watch_exists() -> None:
    told = (
        (ROOT / "docs" / "deployment.md")
        .read_text()
        .partition("| Metric | Watch for |")[2]
        .partition("\n\n")[0]
    )
    watched = {name for row in told.splitlines()[2:] for name in re.findall(r"`([a-z_]+)", row.split("|")[1])}
    assert watched
    assert watched <= {metric.name for metric in METRICS}
