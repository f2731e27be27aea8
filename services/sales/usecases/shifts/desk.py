"""The dependencies of work with registers and shifts."""

from dataclasses import dataclass

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.sales.domain.shifts import ShiftRules


@dataclass(frozen=True, slots=True)
class ShiftDesk:
    """See `ShiftRules`; the clock is the till's."""

    database: Database
    rules: ShiftRules
    clock: Clock
