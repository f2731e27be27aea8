"""Writes Grafana's dashboards from their panels: `make dashboards`."""

from pathlib import Path
from string import ascii_uppercase

from grafana_foundation_sdk.builders import dashboard, timeseries
from grafana_foundation_sdk.builders.common import GraphThresholdsStyleConfig, VizLegendOptions
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import GraphTresholdsStyleMode, LegendDisplayMode, LegendPlacement
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DataSourceRef,
    Threshold,
    ThresholdsMode,
)

from deploy.observability.of_shop import EVENTS, SHOP
from deploy.observability.of_suite import SERVICE, SUITE
from deploy.observability.panels import Board, Panel

BOARDS = (SUITE, SERVICE, EVENTS, SHOP)
FOLDER = Path(__file__).parent / "dashboards"
SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
WIDTH, HEIGHT = 8, 8
"""Of a panel: three stand side by side in Grafana's 24 columns."""
SERVICES = 'label_values(http_requests_in_flight{service!~".*-worker"}, service)'


def text_of(board: Board) -> str:
    """A dashboard as Grafana reads it."""
    return JSONEncoder(sort_keys=True, indent=2).encode(_dashboard(board).build()) + "\n"


def file_of(board: Board) -> Path:
    """Its file."""
    return FOLDER / f"{board.uid}.json"


def _dashboard(board: Board) -> dashboard.Dashboard:
    made = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags(["mostrador"])
        .readonly()
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time("now-6h", "now")
        .timezone("browser")
        .refresh("30s")
        .with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
    )
    if board.of_one_service:
        made.with_variable(
            dashboard.QueryVariable("service").label("Service").datasource(SOURCE).query(SERVICES)
        )
    for name, panels in board.rows.items():
        made.with_row(dashboard.Row(name))
        for panel in panels:
            made.with_panel(_graph(panel))
    return made


def _graph(panel: Panel) -> timeseries.Panel:
    graph = (
        timeseries.Panel()
        .title(panel.title)
        .description(_description(panel))
        .unit(panel.unit)
        .datasource(SOURCE)
        .span(WIDTH)
        .height(HEIGHT)
        .min(0)
        .legend(
            VizLegendOptions()
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(show_legend=True)
        )
    )
    for name, query in zip(ascii_uppercase, panel.queries, strict=False):
        graph.with_target(Dataquery().ref_id(name).expr(query.expression).legend_format(query.legend))
    if panel.threshold is not None:
        steps = [Threshold(value=None, color="green"), Threshold(value=panel.threshold, color="red")]
        graph.thresholds(dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
        graph.thresholds_style(GraphThresholdsStyleConfig().mode(GraphTresholdsStyleMode.LINE))
    return graph


def _description(panel: Panel) -> str:
    if panel.alert is None:
        return panel.description
    return f"{panel.description} Alert: {panel.alert}, docs/runbooks/{panel.alert}.md."


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in BOARDS:
        file_of(each).write_text(text_of(each))
