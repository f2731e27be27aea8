"""Spellings of one mobile number are the same user."""

from alembic import op

revision = "5b8d2f6a9c17"
down_revision = "8e4a0b6c3d95"
branch_labels = None
depends_on = None

# Of users with the same number in several spellings, the unique index has the latest to write only.
MARK_SHARED = """
update chatbot_users set number_shared = true from (
    select mobile_number, row_number() over (
        partition by phone_key(mobile_number) order by last_interaction desc, mobile_number
    ) as place
    from chatbot_users
) numbered
where chatbot_users.mobile_number = numbered.mobile_number and place > 1
"""


def upgrade() -> None:
    op.execute("alter table chatbot_users add number_shared boolean not null default false")
    op.execute(MARK_SHARED)
    # A process of the version before answers a violation of any unique index with "already exists".
    op.execute("""
        create unique index uq_chatbot_users_mobile_number on chatbot_users (phone_key(mobile_number))
        where not number_shared
    """)


def downgrade() -> None:
    op.drop_index("uq_chatbot_users_mobile_number")
    op.drop_column("chatbot_users", "number_shared")
