"""Lists are searched without accents and sorted as in a Spanish dictionary."""

from alembic import op

from libs.common.db.text_forms import LISTS

revision = "6c2e8f4a1b73"
down_revision = "4b7d9e1f3a52"
branch_labels = None
depends_on = None

LIVE = "where deleted_at is null"


def upgrade() -> None:
    for statement in LISTS:
        op.execute(statement)
    # The table is rewritten with room in its pages, so that a sale's new stock needs no new index entries.
    op.execute("alter table products set (fillfactor = 80)")
    _add_search("suppliers", "name || ' ' || coalesce(rfc, '')")
    _add_search("products", "name || ' ' || sku", LIVE)
    _add_search("promotions", "name")
    for column in ("name", "rfc"):
        _add_order("suppliers", column)
    for column in ("name", "sku"):
        _add_order("products", column, LIVE)
    _add_order("promotions", "name")


def downgrade() -> None:
    for column in ("name", "rfc"):
        op.drop_index(f"ix_suppliers_{column}_dictionary")
    for column in ("name", "sku"):
        op.drop_index(f"ix_products_{column}_dictionary")
    op.drop_index("ix_promotions_name_dictionary")
    for table in ("suppliers", "products", "promotions"):
        op.drop_column(table, "search_text")
    op.execute("alter table products reset (fillfactor)")
    for function in ("dictionary_key", "search_pattern", "folded"):
        op.execute(f"drop function {function}")


def _add_search(table: str, texts: str, where: str = "") -> None:
    op.execute(f"alter table {table} add search_text text generated always as (folded({texts})) stored")
    op.execute(f"create index ix_{table}_search_text on {table} using gin (search_text gin_trgm_ops) {where}")


def _add_order(table: str, column: str, where: str = "") -> None:
    op.execute(
        f"create index ix_{table}_{column}_dictionary on {table} (dictionary_key({column}), id) {where}"
    )
