"""The dependencies of paying."""

from dataclasses import dataclass, field

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.sales.usecases.ports import Charges


@dataclass(slots=True)
class Habit:
    """Whether the shop works with shifts, as far as this process has seen.

    It decides which statement is tried first, never which money belongs to a shift.
    """

    has_shifts: bool = False


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """The dependencies of paying."""

    database: Database
    charges: Charges
    clock: Clock
    habit: Habit = field(default_factory=Habit)
