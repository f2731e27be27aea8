"""A Grafana with its own port and folder, provisioned from files; only where Grafana is installed."""

import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

from libs.servers.processes import LOOPBACK, ServerProcess, own_folder, server_user

HOMES = (Path("/usr/share/grafana"), Path("/opt/homebrew/share/grafana"), Path("/usr/local/share/grafana"))
"""Where packages put its pages and defaults."""


def installed_server() -> str | None:
    """The command `grafana-server`, with its home; None if Grafana is not installed."""
    return shutil.which("grafana-server") if _home() else None


def _home() -> Path | None:
    return next((home for home in HOMES if home.is_dir()), None)


@dataclass(frozen=True, slots=True)
class GrafanaServer:
    """A server in `folder` that listens on the loopback address only, and lets everybody there look."""

    folder: Path
    port: int
    prometheus_url: str
    provisioning: Path
    dashboards: Path
    user: str | None = field(default_factory=lambda: server_user("grafana"))

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.port}"

    def initialise(self) -> None:
        """Copy provisioning and dashboards into its folder, which its user may read."""
        own_folder(self.folder, self.user)
        for source in (self.provisioning, self.dashboards):
            copy = self.folder / source.name
            shutil.rmtree(copy, ignore_errors=True)
            if source.is_dir():
                shutil.copytree(source, copy)
            own_folder(copy, self.user)

    def process(self, command: str) -> ServerProcess:
        """The server in the foreground, started by `command`."""
        settings = {
            "paths.data": self.folder / "data",
            "paths.logs": self.folder / "logs",
            "paths.plugins": self.folder / "plugins",
            "paths.provisioning": self.folder / self.provisioning.name,
            "server.http_addr": LOOPBACK,
            "server.http_port": self.port,
            "auth.anonymous.enabled": "true",
            "auth.anonymous.org_role": "Viewer",
            "analytics.reporting_enabled": "false",
            "analytics.check_for_updates": "false",
            "log.mode": "console",
        }
        return ServerProcess(
            command=(
                *(command, f"--homepath={_home()}"),
                *(f"cfg:{name}={value}" for name, value in settings.items()),
            ),
            environment={
                "PROMETHEUS_URL": self.prometheus_url,
                "DASHBOARDS_FOLDER": str(self.folder / self.dashboards.name),
            },
            user=self.user,
            stop_signal=signal.SIGTERM,
        )
