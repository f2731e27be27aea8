"""Spellings of one phone number or email are the same; lists are searched and sorted by words."""

from alembic import op

from libs.common.db.text_forms import EMAIL_KEY, LISTS, PHONE_KEY

revision = "9f5b1c7d4ea6"
down_revision = "406e8cad2f43"
branch_labels = None
depends_on = None

SORTED = ("first_name", "last_name", "phone_number", "email")

# Of customers with the same number in several spellings, all but the first are left out of the unique index.
MARK_SHARED = """
update customers set phone_shared = true from (
    select id, row_number() over (partition by phone_key(phone_number) order by id) as place
    from customers where deleted_at is null
) numbered
where customers.id = numbered.id and place > 1
"""


def upgrade() -> None:
    for statement in (*LISTS, PHONE_KEY, EMAIL_KEY):
        op.execute(statement)
    op.execute("alter table customers add email_ascii text, add phone_shared boolean not null default false")
    op.execute(MARK_SHARED)
    # The names stay: the version before knows by them what is taken.
    op.drop_index("uq_customers_phone_number")
    op.execute("""
        create unique index uq_customers_phone_number on customers (phone_key(phone_number))
        where deleted_at is null and not phone_shared
    """)
    op.drop_index("uq_customers_email")
    op.execute("""
        create unique index uq_customers_email on customers (email_key(email, email_ascii))
        where deleted_at is null
    """)
    # The table is rewritten with room in its pages, so that new points need no new index entries.
    op.execute("alter table customers set (fillfactor = 80)")
    op.execute("""
        alter table customers add search_text text generated always as (folded(
            first_name || ' ' || last_name || ' ' || phone_number || ' ' || phone_key(phone_number)
            || ' ' || coalesce(email, '') || ' ' || coalesce(email_ascii, '')
        )) stored
    """)
    op.execute("""
        create index ix_customers_search_text on customers using gin (search_text gin_trgm_ops)
        where deleted_at is null
    """)
    for column in SORTED:
        op.execute(
            f"create index ix_customers_{column}_dictionary on customers (dictionary_key({column}), id)"
            " where deleted_at is null"
        )


def downgrade() -> None:
    for column in SORTED:
        op.drop_index(f"ix_customers_{column}_dictionary")
    op.drop_column("customers", "search_text")
    op.execute("alter table customers reset (fillfactor)")
    op.drop_index("uq_customers_email")
    op.execute("create unique index uq_customers_email on customers (lower(email)) where deleted_at is null")
    op.drop_index("uq_customers_phone_number")
    op.execute(
        "create unique index uq_customers_phone_number on customers (phone_number) where deleted_at is null"
    )
    op.execute("alter table customers drop email_ascii, drop phone_shared")
    for function in (
        "dictionary_key",
        "search_pattern",
        "folded",
        "phone_key",
        "email_key",
    ):
        op.execute(f"drop function {function}")
