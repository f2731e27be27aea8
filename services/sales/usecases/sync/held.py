"""Sales that cannot be booked as they were sent: a person mends or dismisses them. None is ever deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from libs.common.db.database import Database, Transaction
from libs.common.db.listing import ListQuery, filters, is_literally
from libs.common.db.operations import remember_once
from libs.common.db.pages import Listing, Page
from libs.common.db.violations import refuse_violation
from libs.common.errors import DomainError
from libs.common.faults import Boundary, reached
from libs.common.looks import LookAgain, looks_again
from services.sales.domain.orders import SoldOtherwise
from services.sales.domain.synced import Flag, HeldSaleNotFound, NotHeld, Status
from services.sales.usecases.sync.booking import book_sale
from services.sales.usecases.sync.desk import Language, SyncDesk
from services.sales.usecases.sync.giving_up import give_up
from services.sales.usecases.sync.kept import Kept, find_kept
from services.sales.usecases.sync.receiving import UPDATE_NUMBERS, find_refusal
from services.sales.usecases.sync.sending import Fate, fate_of
from services.sales.usecases.sync.texts import client_id_in, storable

CLIENT_ID_KNOWN = "uq_synced_sales_client_id"
SALE_RETRIED = "sale.retried"
"""What the operation of a retry did."""

SELECT_HELD: LiteralString = """
select id, sale -> 'client_id' as client_id, client_id as known_id, register_id, received_at, sale, original,
    differing, errors, status, order_id, dismissed_by, dismiss_reason, mendings
from synced_sales
"""
CONDITIONS: dict[str, LiteralString] = {"sale_id": "id = %(sale_id)s"}
SELECT_ONE: LiteralString = f"{SELECT_HELD} where id = %(id)s and errors is not null"

# It is DISMISSED when its goods are back (`giving_up.py`).
DISMISS: LiteralString = f"""
update synced_sales set status = '{Status.RECEIVED}', dismissed_by = %(user_id)s, dismiss_reason = %(reason)s,
    mendings = mendings + 1
where id = %(id)s and status = '{Status.HELD}'
"""

# The register may have sent nothing itself.
LOCK_NUMBERS = """
insert into register_numbers as till (register_id, last_seen)
select %(register)s, received_at from synced_sales where id = %(id)s
on conflict (register_id) do update set last_seq = till.last_seq
"""

# One that a retry has left RECEIVED, because a service was away, is tried again as it is: goods of its text
# may be taken. One that was mended since it was read is looked at again: `sale` may be its text of before.
MEND: LiteralString = f"""
with taken as (
    select exists (
        select from synced_sales where register_id = %(register)s and seq = %(seq)s and id <> %(id)s
    ) as is_taken
)
update synced_sales
set original = case when sale = %(sale)s and register_id = %(register)s then original
        else coalesce(original, jsonb_build_object('register', register_id, 'sale', sale)) end,
    sale = %(sale)s, client_id = coalesce(client_id, %(client_id)s), register_id = %(register)s,
    status = '{Status.RECEIVED}', seq = case when not is_taken then %(seq)s::bigint end,
    flags = case when is_taken then array['{Flag.SEQ_TAKEN}'] else '{{}}' end, mendings = mendings + 1
from taken
where id = %(id)s and mendings = %(mendings)s and errors is not null and (status = '{Status.HELD}'
    or status = '{Status.RECEIVED}' and dismissed_by is null
        and sale = %(sale)s and register_id = %(register)s)
returning seq
"""

KEEP_ERRORS: LiteralString = f"""
update synced_sales set errors = %(errors)s where id = %(id)s and status = '{Status.HELD}'
"""


@dataclass(frozen=True, slots=True)
class HeldSale:
    """A sale that is held, or was. `client_id` and `sale` are as it was sent, or as it was mended.

    `original` has the register and the sale that were sent, if a retry has changed them. `known_id` is its
    `client_id` for ever, if a text had one; `differing` are other texts that came for that.
    """

    id: int
    client_id: Any
    known_id: UUID | None
    register_id: int
    received_at: datetime
    sale: Any
    original: Mapping[str, Any] | None
    differing: list[Any]
    errors: Mapping[str, Any]
    status: str
    order_id: int | None
    dismissed_by: int | None
    dismiss_reason: str | None
    mendings: int


@dataclass(frozen=True, slots=True)
class Mended:
    """A sale to retry: with another text or another register, where they are given.

    `operation` is the same in every repeat of one request.
    """

    operation: UUID
    id: int
    sale: Any | None
    register_id: int | None


HELD_LIST = Listing(
    row=HeldSale,
    rows=SELECT_HELD,
    counted="synced_sales",
    columns={"id": "id"},
    default=(("id", False),),
)


async def list_held(
    query: ListQuery, *, status: str, sale_id: int | None, database: Database
) -> Page[HeldSale]:
    """The sales that were held and have this status now, the oldest first; with `sale_id` only that one."""
    found, params = filters(CONDITIONS, {"sale_id": sale_id})
    conditions = [sql.SQL("errors is not null"), is_literally("status", status), *found]
    return await HELD_LIST.read(query, conditions, params, database=database)


async def dismiss_sale(sale_id: int, *, user_id: int, reason: str, desk: SyncDesk) -> HeldSale:
    """Give the sale up; it is kept with the reason. Again with the same reason it is the same.

    Raises `HeldSaleNotFound`, `NotHeld`, or `Unavailable`: then it is given up, and the worker finishes that.
    """
    await desk.database.execute(DISMISS, {"id": sale_id, "user_id": user_id, "reason": reason})
    held = await _find(sale_id, desk.database)
    if (held.dismissed_by, held.dismiss_reason) != (user_id, reason):
        raise NotHeld
    if held.status == Status.DISMISSED:
        return held
    reached(Boundary.AFTER_SALE_DISMISSED)
    await give_up(await find_kept(sale_id, desk.database), desk)
    return await _find(sale_id, desk.database)


async def retry_sale(mended: Mended, *, language: Language, desk: SyncDesk) -> Fate:
    """Book the sale, if it can be now; otherwise it stays held, with the reasons of now.

    A repeat books what its first attempt has mended, if that is not done, and tells what became of it.
    Raises `HeldSaleNotFound`, `NotHeld`, `SoldOtherwise` if its `client_id` is another sale's, `Unavailable`.
    """
    kept, refusal = await _mend(mended, language, desk)
    if refusal is None and kept.status == Status.RECEIVED:
        reached(Boundary.AFTER_SALE_MENDED)
        kept = (await book_sale(kept, language=language, desk=desk)).kept
    return fate_of(kept, kept.sale)


async def _find(sale_id: int, database: Database) -> HeldSale:
    held = await database.fetch_one(HeldSale, SELECT_ONE, {"id": sale_id})
    if held is None:
        raise HeldSaleNotFound
    return held


@looks_again("held sales")
async def _mend(mended: Mended, language: Language, desk: SyncDesk) -> tuple[Kept, DomainError | None]:
    """The sale with its new text, ready to be booked, or why it stays held; of a repeat, as it is now."""
    held = await _find(mended.id, desk.database)
    text = storable(held.sale if mended.sale is None else mended.sale)
    if isinstance(text, Mapping) and held.known_id:
        text = {**text, "client_id": str(held.known_id)}
    register_id = mended.register_id or held.register_id
    refusal = None
    with refuse_violation({CLIENT_ID_KNOWN: SoldOtherwise}):
        async with desk.database.transaction() as tx:
            if await remember_once(tx, mended.operation, did=SALE_RETRIED, thing_id=held.id):
                refusal = await find_refusal(tx, register_id)
                if refusal is None:
                    await _write(tx, held, text, register_id, language.seq(text))
                else:
                    await _write_errors(tx, held, language.word(refusal))
            return await find_kept(held.id, tx), refusal


async def _write(tx: Transaction, held: HeldSale, text: Any, register_id: int, seq: int | None) -> None:
    params = {
        "id": held.id,
        "mendings": held.mendings,
        "register": register_id,
        "sale": Jsonb(text),
        "client_id": client_id_in(text),
        "seq": seq,
    }
    await tx.execute(LOCK_NUMBERS, params)
    numbers = await tx.fetch_values(MEND, params)
    if not numbers:
        is_mended = (await find_kept(held.id, tx)).mendings != held.mendings
        raise LookAgain if is_mended else NotHeld
    if numbers[0] is not None:
        await tx.execute(UPDATE_NUMBERS, {"register": register_id, "seqs": numbers})


async def _write_errors(tx: Transaction, held: HeldSale, errors: Mapping[str, Any]) -> None:
    if not await tx.execute(KEEP_ERRORS, {"id": held.id, "errors": Jsonb(errors)}):
        raise NotHeld
