"""The dependencies of analytics' processes: the parts that every service has, and no others."""

from typing import Annotated, TypeAlias

from fastapi import Depends

from libs.common.clock import Clock, system_clock
from libs.common.process.app import current_deps
from libs.common.process.parts import Parts, build_parts
from services.analytics.settings import AnalyticsSettings
from services.analytics.usecases.reports.desk import Desk

Deps: TypeAlias = Parts[AnalyticsSettings]
DepsDep = Annotated[Deps, Depends(current_deps)]


def desk_of(deps: Deps) -> Desk:
    """Where the reports of a process are made."""
    return Desk(deps.database, deps.clock, deps.settings.store_timezone)


def build_web_deps(settings: AnalyticsSettings, *, clock: Clock = system_clock) -> Deps:
    """The parts of the web process, which only reads. See `build_parts`."""
    return build_parts("analytics", settings, clock=clock, uses_broker=False)


def build_worker_deps(settings: AnalyticsSettings, *, clock: Clock = system_clock) -> Deps:
    """The parts of the worker, which consumes. See `build_parts`."""
    return build_parts("analytics", settings, clock=clock)
