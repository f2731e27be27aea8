"""Orders of both channels, and their lines."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Numeric, SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from libs.common.lifecycle import sql_list
from services.sales.domain.lifecycles import ORDERS, PosStatus
from services.sales.tables.base import Table

MONEY = Numeric(24, 2)  # holds 500 lines of a million pieces of the dearest product
PERCENT = Numeric(5, 2)
IS_POS = text("channel = 'POS'")
IS_NOT_PAID_AT_TILL = text(f"channel = 'POS' and status <> '{PosStatus.PAID}'")
IS_LIVE_ON_WEB = text("channel = 'WEB' and deleted_at is null")
IS_UNDONE = text("cancelled_at is not null and paid_at is not null")
IS_NUMBERED_BY_TILL = text("seq is not null")
HAS_CLIENT_ID = text("client_id is not null")
IS_FLAGGED = text("flags is not null")
IS_UNREVIEWED = text("flags is not null and reviewed_at is null")
IS_CUSTOMERS_AT_TILL = text("channel = 'POS' and customer_id is not null")
# PostgreSQL reads the text of each constraint of a row's table at every insert and update: they are short.
IS_STATUS_OF_CHANNEL = f"""channel || ' ' || status in ({
    sql_list(f"{channel} {state}" for channel, lifecycle in ORDERS.items() for state in lifecycle.states)
})"""


class OrderRow(Table, table=True):
    """One order of either channel. Other services own customers, users and products: no foreign keys.

    `uuid` identifies its stock in catalog.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(IS_STATUS_OF_CHANNEL, name="status_known"),
        CheckConstraint(
            f"channel <> 'POS' or (status = '{PosStatus.PAID}') "
            "= (paid_at is not null and payment_method is not null) "
            f"and (status = '{PosStatus.CANCELLED}') = (cancelled_at is not null)",
            name="pos_closed_is_whole",
        ),
        CheckConstraint("final_amount = subtotal + total_tax", name="total_adds_up"),
        Index("ix_orders_pos_created_at", "created_at", "id", postgresql_where=IS_POS),
        Index(
            "ix_orders_pos_customer_id",
            "customer_id",
            "created_at",
            "id",
            postgresql_where=IS_CUSTOMERS_AT_TILL,
        ),
        Index(
            "ix_orders_pos_payment_method",
            "payment_method",
            "created_at",
            "id",
            postgresql_where=text("channel = 'POS' and payment_method is not null"),
        ),
        # Also finds the orders that wait too long for their payment. Most orders are paid and not in it.
        Index("ix_orders_pos_not_paid", "status", "created_at", "id", postgresql_where=IS_NOT_PAID_AT_TILL),
        Index("ix_orders_web_created_at", "created_at", "id", postgresql_where=IS_LIVE_ON_WEB),
        Index("ix_orders_web_user_id", "user_id", "created_at", "id", postgresql_where=IS_LIVE_ON_WEB),
        Index("ix_orders_web_status", "status", "created_at", "id", postgresql_where=IS_LIVE_ON_WEB),
        Index("ix_orders_undone", "id", postgresql_where=IS_UNDONE),
        Index("uq_orders_client_id", "client_id", unique=True, postgresql_where=HAS_CLIENT_ID),
        Index(
            "uq_orders_register_seq", "register_id", "seq", unique=True, postgresql_where=IS_NUMBERED_BY_TILL
        ),
        Index("ix_orders_unreviewed", "id", postgresql_where=IS_UNREVIEWED),
        Index("ix_orders_flagged", "created_at", "id", postgresql_where=IS_FLAGGED),
    )

    id: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(always=True),)
    )
    uuid: UUID = Field(unique=True)
    channel: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    # Bytewise order, so that the unique index also finds a folio by its beginning.
    ticket_folio: str = Field(unique=True, sa_type=String(8, collation="C"))
    user_id: int = Field(sa_type=BigInteger)
    user_name: str | None = Field(default=None, sa_type=Text)  # null in orders of versions before it
    customer_id: int | None = Field(default=None, sa_type=BigInteger)
    customer_name: str | None = Field(default=None, sa_type=Text)
    subtotal: Decimal = Field(sa_type=MONEY)
    total_tax: Decimal = Field(sa_type=MONEY)
    final_amount: Decimal = Field(sa_type=MONEY)
    money_saved_total: Decimal = Field(sa_type=MONEY)
    payment_method: str | None = Field(default=None, sa_type=Text)
    created_at: datetime
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    # Orders of tills only. `payments` are the tenders, in the order of the request; null: `payment_method`
    # paid all. `shift_id` is the shift whose drawer took the money, `register_id` and `seq` are the ticket's
    # consecutive number, as text `ticket_number`; `client_id` is the id that the till gave the sale.
    payments: list[dict[str, str | None]] | None = Field(default=None, sa_type=JSONB)
    cash_received: Decimal | None = Field(default=None, sa_type=MONEY)
    shift_id: int | None = Field(default=None, sa_type=BigInteger)
    refunded_amount: Decimal | None = Field(default=None, sa_type=MONEY)  # null: nothing came back
    approved_by: int | None = Field(default=None, sa_type=BigInteger)
    client_id: UUID | None = None
    register_id: int | None = Field(default=None, sa_type=BigInteger)
    seq: int | None = Field(default=None, sa_type=BigInteger)
    ticket_number: str | None = Field(default=None, sa_type=Text)
    flags: list[str] | None = Field(default=None, sa_type=ARRAY(Text))
    reviewed_at: datetime | None = None
    reviewed_by: int | None = Field(default=None, sa_type=BigInteger)
    review_note: str | None = Field(default=None, sa_type=Text)
    layaway_id: int | None = Field(default=None, sa_type=BigInteger)
    # Orders of the web store only. `cart_id` is the cart that was checked out, if it was one; `paid_again_by`
    # the invoice that paid the order last, if one did so after the refund of another.
    cart_id: int | None = Field(default=None, sa_type=BigInteger)
    paid_again_by: int | None = Field(default=None, sa_type=BigInteger)
    shipping_address: str | None = Field(default=None, sa_type=Text)
    updated_at: datetime | None = None
    shipped_at: datetime | None = None
    deleted_at: datetime | None = None


class OrderLineRow(Table, table=True):
    """One product of an order, as sold; later changes of the product do not affect it."""

    __tablename__ = "order_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    order_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="orders.id", ondelete="CASCADE")
    line: int = Field(primary_key=True, sa_type=SmallInteger)
    product_id: int = Field(sa_type=BigInteger)
    product_name: str = Field(sa_type=Text)
    quantity: int
    unit_price: Decimal = Field(sa_type=MONEY)
    tax_amount: Decimal = Field(sa_type=MONEY)
    discount_amount: Decimal = Field(sa_type=MONEY)
    amount: Decimal = Field(sa_type=MONEY)
    tax_rate: str | None = Field(default=None, sa_type=Text)  # null in lines of versions before it
    discount_percent: Decimal | None = Field(default=None, sa_type=PERCENT)  # null: none, or before it
    discount_source: str | None = Field(default=None, sa_type=Text)
    discount_reason: str | None = Field(default=None, sa_type=Text)
    clave_prod_serv: str | None = Field(default=None, sa_type=Text)
    clave_unidad: str | None = Field(default=None, sa_type=Text)
    objeto_imp: str | None = Field(default=None, sa_type=Text)
