"""The dashboards are as their panels say; a panel has a unit, a meaning, and the threshold of its alert."""

import json
import re
from typing import Any

import pytest
import yaml

from deploy.observability.boards import BOARDS, FOLDER, file_of, text_of
from deploy.observability.panels import Board
from tests.architecture.metrics_page import all_metrics
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.unit

PANELS = [panel for board in BOARDS for panel in board.panels]
ALERTS: dict[str, Any] = {
    rule["alert"]: rule
    for group in yaml.safe_load((ROOT / "deploy/observability/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
}


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_a_dashboard_is_as_its_panels_say(board: Board) -> None:
    assert file_of(board).read_text() == text_of(board), "right? then run: make dashboards"


def test_there_is_no_other_dashboard() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == {file_of(board).name for board in BOARDS}


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_no_panel_lies_over_another_or_outside(board: Board) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(text_of(board))["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_every_panel_says_what_it_shows() -> None:
    for panel in PANELS:
        assert panel.description.endswith("."), panel.title
        assert panel.unit in {"short", "s", "bytes", "reqps", "percentunit"}, panel.title
        assert panel.queries, panel.title


def test_every_metric_is_on_a_panel_or_in_an_alert() -> None:
    expressions = [query.expression for panel in PANELS for query in panel.queries]
    used = {
        re.sub("_(bucket|count|sum)$", "", name)
        for expression in (*expressions, *(alert["expr"] for alert in ALERTS.values()))
        for name in re.findall("[a-z_]+", expression)
    }
    assert [metric.name for _, metric in all_metrics() if metric.name not in used] == []


def test_the_threshold_of_every_panel_is_that_of_its_alert() -> None:
    assert {panel.alert for panel in PANELS if panel.alert} <= ALERTS.keys()
    drawn = {
        panel.title: (panel.threshold, limit_of(panel.alert))
        for panel in PANELS
        if panel.alert and panel.threshold is not None
    }
    assert drawn
    assert {title: pair for title, pair in drawn.items() if pair[0] != pair[1]} == {}


def limit_of(alert: str) -> float:
    """The first value that fires, as it is drawn: 1 instead of 0, which is not drawn."""
    expression = re.sub(r"220 \* 1024 \* 1024", "230686720", ALERTS[alert]["expr"])
    limit = re.search(r"(>|==) ([0-9.]+)", expression)
    assert limit, alert
    return float(limit[2]) or 1.0


def test_every_dashboard_is_in_the_clusters_config_map() -> None:
    made = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
    (config_map,) = made["configMapGenerator"]
    assert sorted(config_map["files"]) == sorted(file_of(board).name for board in BOARDS)
