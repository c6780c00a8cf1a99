"""knowledge of the installation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "knowledge_groups",
        sa.Column("stands_for", sa.String(length=20), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("lay", sa.JSON(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["accounts.id"], name=op.f("fk_knowledge_groups_changed_by_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["accounts.id"], name=op.f("fk_knowledge_groups_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_groups")),
        sa.UniqueConstraint("stands_for", name=op.f("uq_knowledge_groups_stands_for")),
    )
    op.create_table(
        "knowledge_versions",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["knowledge_groups.id"], name=op.f("fk_knowledge_versions_group_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["accounts.id"], name=op.f("fk_knowledge_versions_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_versions")),
    )
    with op.batch_alter_table("knowledge_versions") as batch_op:
        batch_op.create_index("uq_knowledge_versions_group", ["group_id", "revision"], unique=True)
    op.create_table(
        "knowledge_previews",
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["accounts.id"], name=op.f("fk_knowledge_previews_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_previews")),
    )
    with op.batch_alter_table("knowledge_previews") as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_previews_asked_at"), ["asked_at"], unique=False)


def downgrade() -> None:
    op.drop_table("knowledge_previews")
    op.drop_table("knowledge_versions")
    op.drop_table("knowledge_groups")
