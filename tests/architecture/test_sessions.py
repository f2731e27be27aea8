"""Behind PgBouncer a session lasts for one transaction, so that web processes leave nothing in one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common.db.database import Database
from libs.common.db.sessions import SESSION
from libs.servers import pgbouncer
from tests.architecture.sources import ROOT, is_test

CONNECTED_TO_THE_DATABASE_ITSELF = {
    "libs/common/db/migrations_env.py",  # migrations
    "libs/common/process/jobs.py",  # workers
    "services/analytics/usecases/rebuilding/schema.py",  # a command
}
LEFT_IN_A_SESSION = re.compile(
    r"pg_(try_)?advisory_lock\b|^\s*(listen \w+|create temp|prepare \w+|set (session|\w+ ?(=|to)))",
    re.IGNORECASE,
)

pytestmark = pytest.mark.unit


def sources() -> Iterator[Path]:
    for folder in ("libs/common", "services", "gateway"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not is_test(path):
                yield path


def texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize(
    ("statement", "leaves"),
    [
        ("select pg_try_advisory_lock(7)", True),
        ("select pg_advisory_xact_lock(7)", False),
        ("set lock_timeout = '1s'", True),
        ("set search_path to other", True),
        ("set local lock_timeout = '1s'", False),
        ("set transaction read only", False),
        ("listen events", True),
        ("create temporary table lines (id int)", True),
    ],
)
def test_what_stays_in_a_session_is_recognised(statement: str, *, leaves: bool) -> None:
    assert bool(LEFT_IN_A_SESSION.search(statement)) is leaves


def test_only_workers_and_commands_leave_something_in_a_session() -> None:
    found = {path for path in sources() if any(map(LEFT_IN_A_SESSION.search, texts(path)))}
    assert {str(path.relative_to(ROOT)) for path in found} == CONNECTED_TO_THE_DATABASE_ITSELF


def test_the_pooler_notices_a_lost_machine_as_soon_as_a_process() -> None:
    of_process = Database("", size=2).pool.kwargs
    assert isinstance(of_process, dict)
    names = {
        "keepalives_idle": "tcp_keepidle",
        "keepalives_interval": "tcp_keepintvl",
        "keepalives_count": "tcp_keepcnt",
        "tcp_user_timeout": "tcp_user_timeout",
    }
    for name, of_pooler in names.items():
        assert pgbouncer.SETTINGS[of_pooler] == str(of_process[name])


def test_the_page_of_the_cluster_gives_roles_what_sessions_ask_for() -> None:
    page = (ROOT / "docs/cluster.md").read_text()
    for name, value in SESSION.items():
        assert f"alter role ${{service}}_app set {name} = '{value}';" in page
