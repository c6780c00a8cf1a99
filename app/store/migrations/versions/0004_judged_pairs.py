"""judged pairs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "judgements",
        sa.Column("problem_id", sa.Uuid(), nullable=False),
        sa.Column("solution_id", sa.Uuid(), nullable=False),
        sa.Column("gain", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("matcher", sa.String(length=200), nullable=False),
        sa.Column("problem_text_version", sa.Integer(), nullable=False),
        sa.Column("solution_text_version", sa.Integer(), nullable=False),
        sa.Column("judged_by_id", sa.Uuid(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["judged_by_id"], ["accounts.id"], name=op.f("fk_judgements_judged_by_id")),
        sa.ForeignKeyConstraint(["problem_id"], ["problems.id"], name=op.f("fk_judgements_problem_id")),
        sa.ForeignKeyConstraint(["solution_id"], ["solutions.id"], name=op.f("fk_judgements_solution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements")),
    )
    with op.batch_alter_table("judgements") as batch_op:
        batch_op.create_index("ix_judgements_pair", ["problem_id", "solution_id", "judged_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgements_judged_at"), ["judged_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgements_solution_id"), ["solution_id"], unique=False)
    op.create_table(
        "matcher_versions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=20), nullable=False),
        sa.Column("trained_on", sa.Integer(), nullable=False),
        sa.Column("held_out", sa.Integer(), nullable=False),
        sa.Column("before", sa.Double(), nullable=False),
        sa.Column("after", sa.Double(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("switched_by_id", sa.Uuid(), nullable=True),
        sa.Column("switched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["switched_by_id"], ["accounts.id"], name=op.f("fk_matcher_versions_switched_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matcher_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_matcher_versions_number")),
    )


def downgrade() -> None:
    op.drop_table("matcher_versions")
    op.drop_table("judgements")
