"""The parts of a dashboard. The panels are in `of_suite.py` and `of_shop.py`.

`$service` is the service that the dashboard of one service is about. Thresholds are those of the alert that a
panel names.
"""

from dataclasses import dataclass

WINDOW = "$__rate_interval"
REQUESTS = "http_request_duration_seconds"
OURS = 'process=~"$service(-worker)?"'
"""The processes of the service."""


@dataclass(frozen=True, slots=True)
class Query:
    """An expression, and the name of each of its series."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A graph. `unit` is Grafana's name of it; `alert` names the alert whose threshold is drawn."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    alert: str | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard: rows of panels."""

    uid: str
    title: str
    description: str
    rows: dict[str, tuple[Panel, ...]]
    of_one_service: bool = False

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in order."""
        return tuple(panel for row in self.rows.values() for panel in row)


def a_panel(
    title: str,
    description: str,
    unit: str,
    *queries: tuple[str, str],
    alert: str | None = None,
    threshold: float | None = None,
) -> Panel:
    """A panel; each query is an expression and the name of its series."""
    return Panel(title, description, unit, tuple(Query(*query) for query in queries), alert, threshold)


def rate_of(metric: str, by: str, where: str = "") -> str:
    """How much a counter rises a second, by labels."""
    return f"sum by ({by}) (rate({metric}{{{where}}}[{WINDOW}]))"
