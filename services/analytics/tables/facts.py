"""Facts: the sales that count, their lines, and what was heard of sales that changed later.

A sale that was cancelled or refunded is no fact any more. Of one that was returned in part, the facts hold
what is left of it.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Index, PrimaryKeyConstraint, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.analytics.domain.sales import FOR_GOOD
from services.analytics.tables.base import MONEY, Table

# Index-only scans need vacuumed pages. By default autovacuum waits until a fifth of the table is new: on
# a table of years that takes months, and reports read the latest days most.
VACUUM_SOON = {"autovacuum_vacuum_insert_scale_factor": 0.01}


class SaleRow(Table, table=True):
    """Fact: a sale, by its id in sales. `final_amount` is with tax.

    `user_id` sold it at a till, or bought it on the web. `tenders` are the amounts of several payment methods
    by their names, which add up to `final_amount`; null: `payment_method` paid all. `lines_tell_customer` is
    false where a version before recorded the sale, whose lines had no customer; a rebuild makes it true.

    `discount` is before tax, and that of the sale as it was paid, whatever has come back of it.

    Sales are recorded day by day: a block range index finds those of a day. The index of a customer's sales
    covers what the report on a customer reads, and that of sales with tenders their amounts.
    """

    __tablename__ = "sale_facts"
    __table_args__ = (
        Index("ix_sale_facts_day", "day", postgresql_using="brin", postgresql_with={"pages_per_range": 16}),
        Index(
            "ix_sale_facts_customer_id",
            "customer_id",
            "day",
            postgresql_where=text("customer_id is not null"),
            postgresql_include=["order_id", "hour", "payment_method", "final_amount"],
        ),
        Index(
            "ix_sale_facts_tenders",
            "customer_id",
            "day",
            postgresql_where=text("customer_id is not null and tenders is not null"),
            postgresql_include=["tenders"],
        ),
        Index(
            "ix_sale_facts_untold",
            "customer_id",
            "day",
            postgresql_where=text("customer_id is not null and not lines_tell_customer"),
            postgresql_include=["order_id"],
        ),
        {"postgresql_with": VACUUM_SOON},
    )

    order_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    channel: str = Field(sa_type=Text)
    customer_id: int | None = Field(default=None, sa_type=BigInteger)
    user_id: int = Field(sa_type=BigInteger)
    payment_method: str = Field(sa_type=Text)
    units: int = Field(sa_type=BigInteger)
    final_amount: Decimal = Field(sa_type=MONEY)
    paid_at: datetime
    day: date
    hour: int = Field(sa_type=SmallInteger)
    tenders: dict[str, str] | None = Field(default=None, sa_type=JSONB)
    lines_tell_customer: bool = Field(sa_column_kwargs={"server_default": text("false")})
    discount: Decimal = Field(sa_type=MONEY, sa_column_kwargs={"server_default": text("0")})


class LineRow(Table, table=True):
    """Fact: a product of a sale. `amount` is before tax. The keys cover the columns that reports sum.

    `customer_id` is the one of the sale, if the sale says `lines_tell_customer`: what somebody bought in
    years is read from neighbours in one index, not looked up sale by sale.
    """

    __tablename__ = "line_facts"
    __table_args__ = (
        PrimaryKeyConstraint(
            "day", "order_id", "product_id", postgresql_include=["quantity", "amount", "tax_amount"]
        ),
        CheckConstraint("quantity >= 0 and amount >= 0", name="never_below_nothing"),
        Index("ix_line_facts_product_id", "product_id", "day", postgresql_include=["quantity"]),
        Index(
            "ix_line_facts_customer_id",
            "customer_id",
            "day",
            postgresql_where=text("customer_id is not null"),
            postgresql_include=["product_id", "quantity", "amount", "tax_amount"],
        ),
        {"postgresql_with": VACUUM_SOON},
    )

    day: date
    order_id: int = Field(sa_type=BigInteger)
    product_id: int = Field(sa_type=BigInteger)
    quantity: int = Field(sa_type=BigInteger)
    amount: Decimal = Field(sa_type=MONEY)
    tax_amount: Decimal = Field(sa_type=MONEY)
    tax_rate: str = Field(sa_type=Text)
    customer_id: int | None = Field(default=None, sa_type=BigInteger)


class ReturnedLineRow(Table, table=True):
    """What a processed return took off an order, whose payment may be heard of later.

    `refund_amount` is with tax. `returned_at` and `day` are those of the return, not of its sale; null: the
    return was recorded before they were kept, and gets them by a rebuild.
    """

    __tablename__ = "return_facts"
    __table_args__ = (
        Index("ix_return_facts_day", "day", postgresql_using="brin", postgresql_with={"pages_per_range": 16}),
    )

    return_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    product_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    order_id: int = Field(sa_type=BigInteger, index=True)
    quantity: int
    refund_amount: Decimal = Field(sa_type=MONEY)
    returned_at: datetime | None = None
    day: date | None = None


class RefundRow(Table, table=True):
    """What a return at a till gave back by a payment method; the order's payment may be heard of later."""

    __tablename__ = "refund_facts"

    return_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    payment_method: str = Field(primary_key=True, sa_type=Text)
    order_id: int = Field(sa_type=BigInteger, index=True)
    amount: Decimal = Field(sa_type=MONEY)


class VoidedSaleRow(Table, table=True):
    """What was heard against an order, also before its payment. It counts if `paid_again_by` is the higher.

    `invoice_id` is the highest of its refunded invoices, or `FOR_GOOD`: it was cancelled, or everything came
    back. `paid_again_by` is the highest of the invoices that paid it again; 0: none did.
    """

    __tablename__ = "voided_sales"

    order_id: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    invoice_id: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text(str(FOR_GOOD))})
    paid_again_by: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
