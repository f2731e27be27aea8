"""Users are searched without accents and sorted as in a Spanish dictionary."""

from alembic import op

from libs.common.db.text_forms import LISTS

revision = "7d3f9a5b2c84"
down_revision = "1d3b5a7c9e10"
branch_labels = None
depends_on = None

SORTED = ("username", "email", "first_name", "last_name")


def upgrade() -> None:
    for statement in LISTS:
        op.execute(statement)
    op.execute("""
        alter table users add search_text text generated always as (folded(
            username || ' ' || first_name || ' ' || last_name || ' ' || email || ' ' || email_key
        )) stored
    """)
    op.execute(
        "create index ix_users_search_text on users using gin (search_text gin_trgm_ops) where is_active"
    )
    for column in SORTED:
        op.execute(
            f"create index ix_users_{column}_dictionary on users (dictionary_key({column}), id)"
            " where is_active"
        )


def downgrade() -> None:
    for column in SORTED:
        op.drop_index(f"ix_users_{column}_dictionary")
    op.drop_column("users", "search_text")
    for function in ("dictionary_key", "search_pattern", "folded"):
        op.execute(f"drop function {function}")
