"""The dashboards are as their panels say; a panel has a unit, a meaning, and the threshold of its alert."""

import json
import re
from typing import Any

import pytest
import yaml

from deploy.observability.boards import BOARDS, FOLDER, file_of, text_of
from deploy.observability.panels import Board, Panel
from tests.architecture.doors import ROOT

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


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.title)
def test_a_panel_says_what_it_shows(panel: Panel) -> None:
    assert panel.description.endswith(".")
    assert panel.unit in {"short", "s", "bytes", "reqps", "percentunit"}
    assert panel.queries


@pytest.mark.parametrize("panel", [each for each in PANELS if each.alert], ids=lambda panel: panel.title)
def test_the_threshold_of_a_panel_is_that_of_its_alert(panel: Panel) -> None:
    assert panel.alert in ALERTS
    if panel.threshold is None:
        return
    expression = re.sub(r"220 \* 1024 \* 1024", "230686720", ALERTS[panel.alert]["expr"])
    limit = re.search(r"(>|==) ([0-9.]+)", expression)
    assert limit
    at_least_one = limit[2] == "0"  # 0 is not drawn: 1 is the first value that fires
    assert panel.threshold == (1 if at_least_one else float(limit[2]))


def test_every_dashboard_is_in_the_clusters_config_map() -> None:
    made = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
    (config_map,) = made["configMapGenerator"]
    assert sorted(config_map["files"]) == sorted(file_of(board).name for board in BOARDS)
