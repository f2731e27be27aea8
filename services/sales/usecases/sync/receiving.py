"""Keeps every sale that a till sends, before anything else is done with it: nothing paid is lost.

The first text of a `client_id` is the sale, for ever: another sender, later or at the same time, finishes
that one. So two senders never ask catalog for different goods of one sale.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import NAMESPACE_OID, UUID, uuid5

from psycopg.types.json import Jsonb

from libs.common.db.database import Database, Transaction
from libs.common.drawers import UnknownRegister
from libs.common.errors import DomainError
from services.sales.domain.shifts import RegisterInactive
from services.sales.domain.synced import Flag, Status, SyncedSale
from services.sales.usecases.sync.desk import Language
from services.sales.usecases.sync.kept import SELECT_SALES, Kept
from services.sales.usecases.sync.texts import client_id_in, hash_of, storable

SELECT_IS_ACTIVE = "select is_active from registers where id = %(register)s"

# Locks the register's numbers until the sales are kept.
MARK_SEEN = """
insert into register_numbers as till (register_id, last_seen, unsent)
values (%(register)s, %(now)s, %(unsent)s)
on conflict (register_id) do update
set last_seen = greatest(till.last_seen, excluded.last_seen), unsent = excluded.unsent
"""

INSERT_SALES: LiteralString = f"""
with sent as (
    select * from rows from (json_to_recordset(%(sales)s) as (
        key uuid, client_id uuid, seq bigint, content_hash text, sale jsonb, errors jsonb
    )) with ordinality as sent (key, client_id, seq, content_hash, sale, errors, place)
), new as (
    select distinct on (key) * from sent
    where not exists (
        select from synced_sales known where known.key = sent.key or known.client_id = sent.client_id
    )
    order by key, place
), numbered as (
    select *, seq is not null and (
        row_number() over (partition by seq order by place) > 1 or exists (
            select from synced_sales known where known.register_id = %(register)s and known.seq = new.seq
        )
    ) as is_taken from new
)
insert into synced_sales (
    key, client_id, register_id, seq, status, flags, content_hash, sale, errors, received_at, received_from
)
select key, client_id, %(register)s, case when not is_taken then seq end,
    case when errors is null then '{Status.RECEIVED}' else '{Status.HELD}' end,
    case when is_taken then array['{Flag.SEQ_TAKEN}'] else '{{}}' end,
    content_hash, coalesce(sale, 'null'), errors, %(now)s, %(user_id)s
from numbered order by key
on conflict do nothing
returning seq
"""

UPDATE_NUMBERS = """
update register_numbers
set last_seq = greatest(last_seq, (select max(seq) from unnest(%(seqs)s::bigint[]) seq)),
    numbers = numbers + (select range_agg(int8range(seq, seq, '[]')) from unnest(%(seqs)s::bigint[]) seq)
where register_id = %(register)s
"""

SELECT_KEPT: LiteralString = f"{SELECT_SALES} where key = any(%(keys)s) or client_id = any(%(keys)s)"

# As bookings do, before any order. A statement of its own, so that the next one sees the order that a booking
# has written meanwhile.
LOCK_SALES = "select id from synced_sales where id = any(%(ids)s) order by key for no key update"

# The order is worked off again, because there is something new about it.
KEEP_DIFFERING: LiteralString = f"""
with differing as (
    update synced_sales set differing = differing || jsonb_build_array(%(sale)s::jsonb)
    where id = %(id)s and jsonb_array_length(differing) < 20
        and %(sale)s::jsonb not in (select jsonb_array_elements(differing))
    returning order_id
)
update orders set reviewed_at = null, reviewed_by = null, review_note = null,
    flags = case when flags @> array['{Flag.CONTENT_DIFFERS}'] then flags
        else coalesce(flags, '{{}}') || '{Flag.CONTENT_DIFFERS}'::text end
from differing where orders.id = order_id
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A sale as a till sent it: JSON, and what it says, or why it cannot be booked."""

    key: UUID
    text: Any
    content_hash: str
    sale: SyncedSale | None
    seq: int | None
    refusal: DomainError | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Sales of one register, sent by a user. `unsent` is what the till has left to send, if it tells."""

    register_id: int
    sales: tuple[Any, ...]
    user_id: int
    unsent: int | None


def read_sent(text: Any, *, language: Language) -> Sent:
    """The body as far as it can be read."""
    text = storable(text)
    sale, refusal = None, None
    try:
        sale = language.read(text)
        sale.check()
    except DomainError as error:
        refusal = error
    content_hash = hash_of(text)
    client_id = client_id_in(text)
    return Sent(
        key=client_id or uuid5(NAMESPACE_OID, content_hash),
        text=text,
        content_hash=content_hash,
        sale=sale,
        seq=language.seq(text),
        refusal=refusal,
    )


async def keep_sales(
    batch: Batch, sent: Sequence[Sent], *, language: Language, now: datetime, database: Database
) -> dict[UUID, Kept]:
    """Keep what is new of these sales, count its numbers, and return all of them as they are kept, by key."""
    params = {"register": batch.register_id, "now": now, "unsent": batch.unsent, "user_id": batch.user_id}
    async with database.transaction() as tx:
        refusal = await find_refusal(tx, batch.register_id)
        is_known = not isinstance(refusal, UnknownRegister)
        if is_known:
            await tx.execute(MARK_SEEN, params)
        rows = [_row(each, refusal, language, is_numbered=is_known) for each in sent]
        numbers = await tx.fetch_values(INSERT_SALES, {**params, "sales": json.dumps(rows)})
        if seqs := [seq for seq in numbers if seq is not None]:
            await tx.execute(UPDATE_NUMBERS, {**params, "seqs": seqs})
        return await _find_kept(tx, sent)


async def _find_kept(tx: Transaction, sent: Sequence[Sent]) -> dict[UUID, Kept]:
    found = await tx.fetch_all(Kept, SELECT_KEPT, {"keys": [each.key for each in sent]})
    kept = {name: each for each in found for name in (each.key, each.client_id) if name is not None}
    differing = [each for each in sent if kept[each.key].content_hash != each.content_hash]
    if differing:
        await tx.execute(LOCK_SALES, {"ids": [kept[each.key].id for each in differing]})
    for each in differing:
        await tx.execute(KEEP_DIFFERING, {"id": kept[each.key].id, "sale": Jsonb(each.text)})
    return kept


async def find_refusal(tx: Transaction, register_id: int) -> DomainError | None:
    """The refusal for which sales of this register are held: it is unknown or inactive."""
    is_active: bool | None = await tx.fetch_value(SELECT_IS_ACTIVE, {"register": register_id})
    if is_active is None:
        return UnknownRegister(register_id)
    return None if is_active else RegisterInactive()


def _row(
    sent: Sent, of_register: DomainError | None, language: Language, *, is_numbered: bool
) -> dict[str, Any]:
    refusal = of_register or sent.refusal
    has_id = sent.key == client_id_in(sent.text)
    return {
        "key": str(sent.key),
        "client_id": str(sent.key) if has_id else None,
        "seq": sent.seq if is_numbered else None,
        "content_hash": sent.content_hash,
        "sale": sent.text,
        "errors": language.word(refusal) if refusal else None,
    }
