"""Users are searched without accents and by digits, and sorted as in a Spanish dictionary."""

from alembic import op

from libs.common.db.text_forms import LISTS, PHONE_KEY

revision = "8e4a0b6c3d95"
down_revision = "73859f87bb72"
branch_labels = None
depends_on = None

SORTED = ("name", "mobile_number")


def upgrade() -> None:
    for statement in (*LISTS, PHONE_KEY):
        op.execute(statement)
    op.execute("""
        alter table chatbot_users add search_text text generated always as (folded(
            name || ' ' || mobile_number || ' ' || phone_key(mobile_number)
        )) stored
    """)
    op.execute(
        "create index ix_chatbot_users_search_text on chatbot_users using gin (search_text gin_trgm_ops)"
    )
    for column in SORTED:
        op.execute(
            f"create index ix_chatbot_users_{column}_dictionary"
            f" on chatbot_users (dictionary_key({column}), mobile_number)"
        )


def downgrade() -> None:
    for column in SORTED:
        op.drop_index(f"ix_chatbot_users_{column}_dictionary")
    op.drop_column("chatbot_users", "search_text")
    for function in ("dictionary_key", "search_pattern", "folded", "phone_key"):
        op.execute(f"drop function {function}")
