"""Every metric has a help text and a name after Prometheus' conventions, and docs/metrics.md shows it."""

import re

import pytest

from tests.architecture.metrics_page import PAGE, Described, all_metrics, metrics_page

pytestmark = pytest.mark.unit

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


def test_every_metric_has_a_name_and_a_meaning() -> None:
    for _, metric in all_metrics():
        assert is_named_by_convention(metric), metric.name
        assert len(metric.meaning) > 15, metric.name


def is_named_by_convention(metric: Described) -> bool:
    """A counter ends in `_total`, and nothing else does; a histogram is of seconds."""
    is_counter, is_histogram = metric.kind == "counter", metric.kind == "histogram"
    if is_histogram and not metric.name.endswith("_seconds"):
        return False
    return bool(NAME.fullmatch(metric.name)) and is_counter == metric.name.endswith("_total")


def test_no_label_has_a_value_for_each_thing_or_person() -> None:
    wrong = [
        f"{metric.name}{{{label}}}"
        for _, metric in all_metrics()
        for label in metric.labels
        if set(label.split("_")) & MANY_VALUES
    ]
    assert wrong == []
