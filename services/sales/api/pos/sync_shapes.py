"""The shapes of sales that tills send later (contract §8.6), and their words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypedDict

from libs.common.auth.tokens import TOKEN_CHARS_MAX
from libs.common.errors import DomainError
from libs.common.http.described import TimeText, example
from libs.common.http.fields import (
    ID,
    INTEGER_MAX,
    Choice,
    DateTimeField,
    DecimalField,
    Integer,
    Many,
    MoneyField,
    NotAccepted,
    PrimaryKey,
    PrimaryKeyOrNull,
    Shape,
    TextOrNull,
    UuidField,
)
from libs.common.http.validation import read_as
from services.sales.api.pos.door import pos
from services.sales.api.pos.payment_shapes import TenderIn
from services.sales.domain.orders import ITEM_QUANTITY_MAX, ORDER_ITEMS_MAX
from services.sales.domain.synced import SALES_MAX, SEQ_MAX, Flag, Result, SoldItem, SyncedSale
from services.sales.domain.tenders import TENDERS_MAX, Tender
from services.sales.usecases.sync.sending import Fate
from services.sales.usecases.sync.texts import member_of

SEQ = Integer(ge=1, le=SEQ_MAX)
REASON_LENGTH_MAX = 255
UNSENT_MAX = 1_000_000
CLIENT_ID = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
SALE = {
    "client_id": CLIENT_ID,
    "seq": 123,
    "sold_at": "2023-10-27T15:30:00Z",
    "sold_by": 4,
    "customer": None,
    "items": [{"product_id": 15, "quantity": 2, "unit_total": "100.00"}],
    "payments": [{"payment_method": "CASH", "amount": "200.00"}],
    "cash_received": "200.00",
}


class SoldItemIn(Shape):
    """Pieces of a product as they were sold."""

    product_id: Annotated[int, ID]
    quantity: Annotated[int, Integer(ge=1, le=ITEM_QUANTITY_MAX)]
    """Pieces."""
    unit_total: Annotated[Decimal, MoneyField(ge=0)]
    """What was paid for one piece, tax included."""
    discount_percent: Annotated[Decimal, DecimalField(max_digits=5, gt=0, le=100)] | None = None
    """The discount by hand that is in `unit_total`."""
    discount_reason: Annotated[str | None, TextOrNull(max_length=REASON_LENGTH_MAX)] | None = None
    """Why it was given."""

    def item(self) -> SoldItem:
        """The item."""
        return SoldItem(**dict(self))


@example(SALE)
class SaleIn(Shape):
    """A sale as the till has recorded it. It is never refused: what cannot be booked is held."""

    client_id: Annotated[UUID, UuidField()]
    """The till's own id of the sale, for ever."""
    seq: Annotated[int, SEQ]
    """The ticket's number, counted by the register from 1."""
    sold_at: Annotated[datetime, DateTimeField()]
    """By the till's clock. More than 5 minutes ahead or `SYNC_DAYS_BEHIND` (30) back, the time of arrival
    counts."""
    sold_by: Annotated[int, PrimaryKey(le=INTEGER_MAX)]  # as catalog keeps users' ids
    """The id of the user who sold. A discount of an ADMIN or OWNER needs no approval if one sends it."""
    items: Annotated[list[SoldItemIn], Many(min_items=1, max_items=ORDER_ITEMS_MAX)]
    """A product may come twice, at one price."""
    payments: Annotated[list[TenderIn], Many(max_items=TENDERS_MAX)] = Field(default_factory=list)
    """They add up to what the items cost; required unless it was voided. Points and credit are held."""
    customer: Annotated[int, PrimaryKeyOrNull()] | None = None
    """The id of the buyer. For one who was deleted the sale has a flag; one who never was is held."""
    cash_received: Annotated[Decimal, MoneyField(ge=0)] | None = None
    """What was handed over in notes and coins."""
    approval: Annotated[str | None, TextOrNull(max_length=TOKEN_CHARS_MAX)] | None = None
    """The approval `discount` of its `client_id`, given to who sold it. One that has expired when
    it comes does not count: the sale has the flag `UNAPPROVED` then."""
    voided_at: Annotated[datetime, DateTimeField()] | None = None
    """When it was undone, before it was sent: no goods and no money have moved. Judged as `sold_at`."""
    void_reason: Annotated[str | None, TextOrNull(max_length=REASON_LENGTH_MAX)] | None = None
    """Why; it is kept with the text of the sale."""

    @classmethod
    def needs(cls, body: Mapping[str, Any]) -> Collection[str]:
        """How it was paid, unless it was voided."""
        return ("payments",) if body.get("voided_at") is None else ()

    def sale(self) -> SyncedSale:
        """The sale."""
        return SyncedSale(
            client_id=self.client_id,
            seq=self.seq,
            sold_at=self.sold_at,
            sold_by=self.sold_by,
            customer_id=self.customer,
            items=tuple(item.item() for item in self.items),
            tenders=tuple(Tender(**dict(part)) for part in self.payments),
            cash_received=self.cash_received,
            voided_at=self.voided_at,
            approval=self.approval,
        )


@dataclass(frozen=True, slots=True)
class ReadLater:
    """Documents a shape, and lets any JSON pass: each sale is read by itself, and holds up no other."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(lambda value, _: value, handler(source))


AnySale = Annotated[SaleIn, ReadLater()]


@example({"register": 2, "sales": [SALE], "unsent": 0})
class BatchIn(Shape):
    """Sales of a register, in any order. What is wrong with one of them is in its result."""

    register_id: Annotated[int, PrimaryKey()] = Field(alias="register")
    """The id of the register that gave the numbers."""
    sales: Annotated[list[AnySale], Many(min_items=1, max_items=SALES_MAX)]
    """One that is malformed is held, and holds up no other."""
    unsent: Annotated[int, Integer(ge=0, le=UNSENT_MAX)] | None = None
    """How many sales the till has left to send."""


@example({"client_id": CLIENT_ID, "result": "created", "order": 102, "flags": ["OVERSOLD"], "errors": None})
class ResultOut(TypedDict):
    """What became of a sale."""

    client_id: Any
    """As it was sent."""
    result: Annotated[str, Choice(*Result)]
    """`held`: it is kept, and an ADMIN or OWNER has to mend it."""
    order: int | None
    """The id of its order; null if it is held."""
    flags: list[Annotated[str, Choice(*Flag)]]
    """What a person should look at."""
    errors: dict[str, Any] | None
    """Why it is held."""


@example(
    {
        "results": [
            {"client_id": CLIENT_ID, "result": "created", "order": 102, "flags": ["OVERSOLD"], "errors": None}
        ]
    }
)
class BatchOut(TypedDict):
    """What became of each sale, in the order of the request."""

    results: list[ResultOut]
    """One for each sale."""


@example({"register": 2, "sale": SALE})
class OriginalOut(TypedDict):
    """A sale as the till sent it, before a retry gave it another text or register."""

    register: int
    """As it was sent; there may be no such register."""
    sale: Any
    """As it was sent."""


@example(
    {"register": 2, "last_seq": 125, "gaps": [[124, 124]], "last_seen": "2023-10-27T15:31:00Z", "unsent": 1}
)
class NumbersOut(TypedDict):
    """The ticket numbers of a register."""

    register: int
    """Its id."""
    last_seq: int
    """The highest that has arrived; 0 if none has."""
    gaps: list[list[int]]
    """Pairs: the first and the last number of each run that is missing."""
    last_seen: TimeText | None
    """When the register sent sales last, UTC; null if it never has."""
    unsent: int | None
    """What it had left to send then; null if it did not tell."""


class TillLanguage:
    """Implements `usecases.sync.desk.Language`: the shapes and words of this door."""

    def read(self, sale: object) -> SyncedSale:
        """See `Language.read`."""
        return read_as(SaleIn, sale).sale()

    def seq(self, sale: object) -> int | None:
        """See `Language.seq`."""
        try:
            return SEQ.parse(member_of(sale, "seq"))
        except NotAccepted:
            return None

    def word(self, error: DomainError) -> Mapping[str, Any]:
        """See `Language.word`."""
        return pos.answer(error).body


TILL = TillLanguage()


def original_out(original: Mapping[str, Any] | None) -> OriginalOut | None:
    """What the till sent, if a retry has changed it."""
    return None if original is None else {"register": original["register"], "sale": original["sale"]}


def result_out(fate: Fate) -> ResultOut:
    """The result of a sale."""
    return {
        "client_id": fate.client_id,
        "result": fate.result,
        "order": fate.order_id,
        "flags": list(fate.flags),
        "errors": None if fate.errors is None else dict(fate.errors),
    }
