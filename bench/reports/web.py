"""The web process of analytics over a filled database, at a fixed time, as a process of its own.

    python -m bench.reports.web DATABASE_URL PORT FOLDER LAST_DAY

It writes an owner's token to FOLDER/token and serves until SIGTERM.
"""

import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

from libs.common.process.serve import serve
from libs.testing.settings import common_settings
from libs.testing.tokens import Tokens
from services.analytics.deps import build_web_deps
from services.analytics.main import create_app
from services.analytics.settings import AnalyticsSettings
from services.analytics.tests.builders import STORE

TOKEN_FILE = "token"  # noqa: S105 - a name of a file
EVENING = time(20)


def main(url: str, port: int, folder: Path, last_day: date) -> None:
    """Serve the reports of `last_day`."""
    tokens = Tokens()
    given = common_settings(url, tokens.write_keys(folder, "analytics"))
    settings = AnalyticsSettings(**{**given, "port": port, "store_timezone": STORE, "log_level": "WARNING"})
    now = datetime.combine(last_day, EVENING, UTC)
    deps = tokens.trusted_by(build_web_deps(settings, clock=lambda: now))
    (folder / TOKEN_FILE).write_text(tokens.access(role="OWNER"))
    serve(create_app(deps), settings)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), date.fromisoformat(sys.argv[4]))
