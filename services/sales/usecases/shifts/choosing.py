"""Chooses the shift whose drawer takes or gives money, and locks it.

The shift's row is locked until the money is committed, and must be open: money and a close have one outcome.
Rows are locked in the order shift, then order. Parts of a `with` serve payments of one statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from libs.common.db.database import Database, Sql, Transaction
from libs.common.drawers import Drawer, NoOpenShift, ShiftRequired, UnknownRegister
from libs.common.errors import DomainError
from libs.common.looks import LookAgain, looks_again

# One row. Without a register: the caller's own open shift, or else the only one that is open.
CHOSEN_SHIFT: LiteralString = """chosen as (
    select case when %(register)s::bigint is null
            then coalesce(max(id) filter (where opened_by = %(taker)s),
                case count(*) when 1 then max(id) end)
        else max(id) filter (where register_id = %(register)s) end as shift_id
    from shifts where status = 'OPEN'
)"""

OPEN_DRAWER: LiteralString = """drawer as (
    select id as shift_id, %(taker)s::bigint as taker from shifts
    where id = (select shift_id from chosen) and status = 'OPEN' for no key update
)"""

TAKES_MONEY: LiteralString = """(
    exists (select from drawer) or not %(needs_shift)s and (select shift_id from chosen) is null
)"""
"""Whether the money has its drawer, or needs none. Neither if the shift was closed just now."""

NO_SHIFT_OPEN: LiteralString = "not exists (select from shifts where status = 'OPEN')"
"""Instead of `TAKES_MONEY`, for money that needs no drawer, where there is none."""

DRAWER_FIRST: LiteralString = "(select count(*) from drawer) <= 1"
"""Always true. In the condition of a change to an order it locks the `drawer` before the order."""

DRAWER_OR_GONE: LiteralString = """locked as (
    select id as shift_id, taker, status = 'OPEN' as is_open from ended join shifts on id = of_shift
    for no key update of shifts
), drawer as (select * from locked where is_open), gone as (select * from locked where not is_open)"""
"""For what `taker` took for `of_shift` of the row `ended`: `drawer` if the shift is still open, or `gone`."""

LOCK_OPEN = "select true from shifts where id = %(shift_id)s and status = 'OPEN' for no key update"

LOCK_OF_RETURN = """
select id from shifts where id = (select shift_id from till_returns where id = %(return_id)s)
for no key update
"""

SELECT_CHOSEN: LiteralString = f"""
with {CHOSEN_SHIFT}
select shift_id, (select register_id from shifts where id = shift_id) as register_id,
    exists (select from registers where id = %(register)s) as is_known
from chosen
"""


@dataclass(frozen=True, slots=True)
class Till:
    """The person who takes or gives money, and the register that they named, if any.

    `needs_shift`: the money must belong to a shift, because the shop requires it.
    """

    user_id: int
    register_id: int | None
    needs_shift: bool

    @property
    def needs_drawer(self) -> bool:
        """Whether the money is refused where no shift is open."""
        return self.needs_shift or self.register_id is not None

    @property
    def sql(self) -> Mapping[str, object]:
        """The parameters of `CHOSEN_SHIFT` and `TAKES_MONEY`."""
        return {"taker": self.user_id, "register": self.register_id, "needs_shift": self.needs_drawer}


@dataclass(frozen=True)
class _Choice(Drawer):
    is_known: bool


async def choose_shift(till: Till, *, sql: Database | Sql) -> int | None:
    """The open shift to which money of this till belongs now, or None. It may close at any time.

    Raises `UnknownRegister`, `NoOpenShift` or `ShiftRequired`.
    """
    return (await find_open_drawer(till, sql=sql)).shift_id


async def find_open_drawer(till: Till, *, sql: Database | Sql) -> Drawer:
    """As `choose_shift`, with the register."""
    choice = await sql.fetch_only(_Choice, SELECT_CHOSEN, till.sql)
    if refusal := _refusal(till, choice):
        raise refusal
    return choice


@looks_again("shifts")
async def open_drawer(till: Till, *, tx: Transaction) -> int | None:
    """The open shift to which money of this till belongs, locked until the transaction ends, or None.

    Before any order is locked. Raises `UnknownRegister`, `NoOpenShift` or `ShiftRequired`.
    """
    shift_id = await choose_shift(till, sql=tx)
    if shift_id is None or await tx.fetch_value(LOCK_OPEN, {"shift_id": shift_id}):
        return shift_id
    raise LookAgain


async def lock_drawer_of_return(return_id: int, *, tx: Transaction) -> None:
    """Lock the return's shift, if it has one, until the transaction ends; before any order is locked."""
    await tx.fetch_value(LOCK_OF_RETURN, {"return_id": return_id})


async def find_no_drawer(till: Till, *, database: Database) -> list[DomainError]:
    """The refusals that `choose_shift` would raise for money of this till now; empty if it has a drawer."""
    refusal = _refusal(till, await database.fetch_only(_Choice, SELECT_CHOSEN, till.sql))
    return [refusal] if refusal else []


def _refusal(till: Till, choice: _Choice) -> DomainError | None:
    if till.register_id is not None and not choice.is_known:
        return UnknownRegister(till.register_id)
    if choice.shift_id is not None:
        return None
    if till.register_id is not None:
        return NoOpenShift()
    return ShiftRequired() if till.needs_shift else None
