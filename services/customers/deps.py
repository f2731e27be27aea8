"""The dependencies of customers' processes: only the parts common to every service."""

from typing import Annotated, TypeAlias

from fastapi import Depends

from libs.common.clock import Clock, system_clock
from libs.common.process.app import current_deps
from libs.common.process.parts import Parts, build_parts
from services.customers.settings import CustomersSettings

Deps: TypeAlias = Parts[CustomersSettings]
DepsDep = Annotated[Deps, Depends(current_deps)]


def build_deps(settings: CustomersSettings, *, clock: Clock = system_clock) -> Deps:
    """See `build_parts`."""
    return build_parts("customers", settings, clock=clock, honours_keys=True)
