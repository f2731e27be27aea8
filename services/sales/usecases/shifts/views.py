"""A shift as it is read, without the figures of its report."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import LiteralString

from services.sales.domain.lifecycles import ShiftStatus

SHIFT_COLUMNS: LiteralString = """
    shifts.id, register_id, (select name from registers where id = register_id) as register_name, status,
    opened_by, array(
        select user_id from shift_users where shift_id = shifts.id order by user_id
    ) as users, opened_at, opening_cash, expected_opening, expected_cash, note, closed_at, closed_by,
    counted_cash, left_in_drawer, z_number, approved_by
"""


@dataclass(frozen=True, slots=True)
class ShiftView:
    """A shift. `users` took or gave money in it; what a close decides is None before.

    `approved_by` is who approved the close, None if nobody had to.
    """

    id: int
    register_id: int
    register_name: str
    status: str
    opened_by: int
    users: list[int]
    opened_at: datetime
    opening_cash: Decimal
    expected_opening: Decimal | None
    expected_cash: Decimal
    note: str | None
    closed_at: datetime | None
    closed_by: int | None
    counted_cash: Decimal | None
    left_in_drawer: Decimal | None
    z_number: int | None
    approved_by: int | None

    @property
    def is_open(self) -> bool:
        """Whether money is still booked into it."""
        return self.status == ShiftStatus.OPEN

    @property
    def opening_difference(self) -> Decimal | None:
        """The opening cash less the cash that the last close had left in the drawer."""
        return None if self.expected_opening is None else self.opening_cash - self.expected_opening

    @property
    def difference(self) -> Decimal | None:
        """The counted cash less the expected cash."""
        return None if self.counted_cash is None else self.counted_cash - self.expected_cash

    @property
    def withdrawn(self) -> Decimal | None:
        """The cash that was taken out of the drawer at the close."""
        if self.counted_cash is None or self.left_in_drawer is None:
            return None
        return self.counted_cash - self.left_in_drawer
