"""Every table has a plan in docs/growth.md, and each plan to prune has its job and its period."""

import re
from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from unittest.mock import MagicMock

from libs.common.db.pruning import Prunable
from libs.common.process.processes import Work
from libs.common.process.pruning import COMMON
from libs.services import SERVICES
from services.auth.settings import AuthSettings
from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "growth.md"
ROW = re.compile(r"^\| (\w+) \| `(\w+)` \| (\w+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
PERIOD = re.compile(r"(\d+) (seconds|minutes|hours?|days) after ")
PLANS = {"pruned", "emptied", "bounded", "kept"}
WORKERS = [service for service in SERVICES if (ROOT / "services" / service / "worker.py").exists()]

Place = tuple[str, str]

ROWS = ROW.findall(PAGE.read_text())
PLAN: dict[Place, str] = {(service, table): plan for service, table, plan, _ in ROWS}
WHY: dict[Place, str] = {(service, table): why for service, table, _, why in ROWS}


def tables() -> set[Place]:
    return {
        (service, table)
        for service in SERVICES
        for table in import_module(f"services.{service}.tables").Table.metadata.tables
    }


def handed_over(service: str) -> Sequence[Prunable]:
    """What the worker of the service hands over to be pruned, with the default settings."""
    parts = MagicMock()
    parts.settings.allocation_grace_seconds = 1
    fields = AuthSettings.model_fields
    parts.settings.session_retention = timedelta(days=fields["session_retention_days"].default)
    parts.settings.audit_retention = timedelta(days=fields["audit_retention_days"].default)
    work: Work = import_module(f"services.{service}.worker").work_of(parts)
    return work.prunables


def period(text: str) -> timedelta:
    found = PERIOD.match(text)
    assert found, f"no period: {text}"
    return timedelta(**{found[2].rstrip("s") + "s": int(found[1])})


def test_every_table_has_one_row() -> None:
    assert len(ROWS) == len(PLAN)
    assert set(PLAN) == tables()


def test_every_plan_is_one_of_four() -> None:
    assert set(PLAN.values()) <= PLANS


def test_outboxes_alone_are_emptied() -> None:
    assert {place for place, plan in PLAN.items() if plan == "emptied"} == {
        place for place in tables() if place[1] == "outbox"
    }


def test_what_is_pruned_is_what_the_workers_prune_and_when() -> None:
    pruned = {(service, what.table): what.retention for service in WORKERS for what in handed_over(service)}
    common = {(service, what.table): what.retention for service in SERVICES for what in COMMON}
    pruned |= {place: kept for place, kept in common.items() if place in tables()}
    assert {place: period(WHY[place]) for place, plan in PLAN.items() if plan == "pruned"} == pruned
