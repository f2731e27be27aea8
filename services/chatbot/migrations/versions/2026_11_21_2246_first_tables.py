"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "73859f87bb72"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chatbot_users",
        sa.Column("mobile_number", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("last_interaction", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mobile_number", name=op.f("pk_chatbot_users")),
    )
    op.create_index(
        "ix_chatbot_users_last_interaction",
        "chatbot_users",
        ["last_interaction", "mobile_number"],
        unique=False,
    )
    op.create_table(
        "interactions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mobile_number", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["mobile_number"],
            ["chatbot_users.mobile_number"],
            name=op.f("fk_interactions_mobile_number_chatbot_users"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interactions")),
    )
    op.create_index(op.f("ix_interactions_mobile_number"), "interactions", ["mobile_number"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_interactions_mobile_number"), table_name="interactions")
    op.drop_table("interactions")
    op.drop_index("ix_chatbot_users_last_interaction", table_name="chatbot_users")
    op.drop_table("chatbot_users")
