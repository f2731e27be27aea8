"""charges of points and credit, their refunds, and the ledger of credit."""

from alembic import op

revision = "c5d8e1f4a790"
down_revision = "e9a3c7d1f258"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table charges (
            id uuid not null,
            customer_id bigint,
            order_uuid uuid,
            ticket_folio text,
            points bigint not null default 0,
            credit numeric(12, 2) not null default 0,
            refunded_points bigint not null default 0,
            refunded_credit numeric(12, 2) not null default 0,
            user_id bigint,
            made_at timestamptz not null,
            constraint pk_charges primary key (id),
            constraint fk_charges_customer_id_customers foreign key (customer_id) references customers (id),
            constraint ck_charges_whole_or_a_fence check (
                num_nonnulls(customer_id, order_uuid, ticket_folio, user_id)
                = case when points > 0 or credit > 0 then 4 else 0 end
            ),
            constraint ck_charges_refunds_within_charge check (
                refunded_points between 0 and points and refunded_credit between 0 and credit
            )
        )
    """)
    op.execute("""
        create table charge_refunds (
            id uuid not null,
            charge_id uuid not null,
            points bigint not null,
            credit numeric(12, 2) not null,
            user_id bigint not null,
            made_at timestamptz not null,
            constraint pk_charge_refunds primary key (id),
            constraint fk_charge_refunds_charge_id_charges foreign key (charge_id) references charges (id),
            constraint ck_charge_refunds_gives_back check (
                points >= 0 and credit >= 0 and (points > 0 or credit > 0)
            )
        )
    """)
    op.execute("""
        create table credit_ledger (
            id bigint generated always as identity,
            customer_id bigint not null,
            amount numeric(12, 2) not null,
            transaction_type varchar(16) not null,
            description text not null,
            reference uuid,
            user_id bigint,
            created_at timestamptz not null,
            constraint pk_credit_ledger primary key (id),
            constraint fk_credit_ledger_customer_id_customers
                foreign key (customer_id) references customers (id),
            constraint ck_credit_ledger_amount_fits_type check (
                transaction_type in ('CHARGE', 'PAYMENT') and amount > 0
                or transaction_type = 'ADJUSTMENT' and amount <> 0
            )
        )
    """)
    op.execute("""
        create unique index uq_credit_ledger_reference_transaction_type
        on credit_ledger (reference, transaction_type)
    """)
    op.execute("""
        create index ix_credit_ledger_customer_id_created_at on credit_ledger (customer_id, created_at, id)
    """)


def downgrade() -> None:
    op.execute("drop table credit_ledger, charge_refunds, charges")
