"""Calibration: blind sessions and what they settled, licences of criteria, and draws of calls to review."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criterion_weeks",
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("rubric_id", sa.Text(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "starts_at", "agent_id", "rubric_id", "criterion", name=op.f("pk_criterion_weeks")
        ),
    )
    op.create_index(
        op.f("ix_criterion_weeks_rubric_id_criterion_starts_at"),
        "criterion_weeks",
        ["rubric_id", "criterion", "starts_at"],
    )
    op.create_table(
        "drift_weeks",
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rubric_id", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("starts_at", "rubric_id", name=op.f("pk_drift_weeks")),
    )
    op.create_table(
        "licences",
        sa.Column("rubric_id", sa.Text(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("rubric_id", "criterion", name=op.f("pk_licences")),
    )
    op.create_table(
        "score_weeks",
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("squares", sa.Double(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("starts_at", "agent_id", name=op.f("pk_score_weeks")),
    )
    op.create_table(
        "calibrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_calibrations_owner_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_calibrations_public_id")),
    )
    op.create_index(op.f("ix_calibrations_created_at_id"), "calibrations", ["created_at", "id"])
    op.create_index(op.f("ix_calibrations_owner_id"), "calibrations", ["owner_id"])
    op.create_index(
        op.f("ix_calibrations_state_due_at_id"), "calibrations", ["state", "due_at", "id"]
    )
    op.create_table(
        "draws",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("uncovered", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.Integer(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["drawn_by"], ["users.id"], name=op.f("fk_draws_drawn_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
        sa.UniqueConstraint("public_id", name=op.f("uq_draws_public_id")),
    )
    op.create_index(op.f("ix_draws_accepted_at_id"), "draws", ["accepted_at", "id"])
    op.create_index(op.f("ix_draws_drawn_at_id"), "draws", ["drawn_at", "id"])
    op.create_table(
        "licence_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Text(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_licence_changes_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_changes")),
    )
    op.create_index(op.f("ix_licence_changes_at_id"), "licence_changes", ["at", "id"])
    op.create_index(
        op.f("ix_licence_changes_rubric_id_criterion_id"),
        "licence_changes",
        ["rubric_id", "criterion", "id"],
    )
    op.create_table(
        "calibration_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("call_name", sa.Text(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=True),
        sa.Column("rubric_id", sa.Text(), nullable=False),
        sa.Column("rubric_version", sa.Text(), nullable=False),
        sa.Column("rubric_sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibrations.id"],
            name=op.f("fk_calibration_calls_calibration_id_calibrations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["calls.id"],
            name=op.f("fk_calibration_calls_call_id_calls"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["scorecard_id"],
            ["scorecards.id"],
            name=op.f("fk_calibration_calls_scorecard_id_scorecards"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_calls")),
        sa.UniqueConstraint(
            "calibration_id", "call_id", name=op.f("uq_calibration_calls_calibration_id_call_id")
        ),
        sa.UniqueConstraint(
            "calibration_id", "position", name=op.f("uq_calibration_calls_calibration_id_position")
        ),
    )
    op.create_index(op.f("ix_calibration_calls_call_id"), "calibration_calls", ["call_id"])
    op.create_index(
        op.f("ix_calibration_calls_scorecard_id"), "calibration_calls", ["scorecard_id"]
    )
    op.create_table(
        "calibration_raters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibrations.id"],
            name=op.f("fk_calibration_raters_calibration_id_calibrations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_calibration_raters_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_raters")),
        sa.UniqueConstraint(
            "calibration_id", "user_id", name=op.f("uq_calibration_raters_calibration_id_user_id")
        ),
    )
    op.create_index(
        op.f("ix_calibration_raters_user_id_left_at"), "calibration_raters", ["user_id", "left_at"]
    )
    op.create_table(
        "clarifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("rubric_id", sa.Text(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_clarifications_author_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibrations.id"],
            name=op.f("fk_clarifications_calibration_id_calibrations"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["users.id"], name=op.f("fk_clarifications_withdrawn_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarifications")),
        sa.UniqueConstraint("public_id", name=op.f("uq_clarifications_public_id")),
    )
    op.create_index(op.f("ix_clarifications_calibration_id"), "clarifications", ["calibration_id"])
    op.create_index(
        op.f("ix_clarifications_rubric_id_criterion_id"),
        "clarifications",
        ["rubric_id", "criterion", "id"],
    )
    op.create_table(
        "draw_calls",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("chance", sa.Double(), nullable=True),
        sa.Column("in_floor", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_draw_calls_call_id_calls"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draws.id"], name=op.f("fk_draw_calls_draw_id_draws"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draw_id", "call_id", name=op.f("pk_draw_calls")),
    )
    op.create_index(op.f("ix_draw_calls_call_id_chance"), "draw_calls", ["call_id", "chance"])
    op.create_table(
        "masters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calibration_call_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["calibration_call_id"],
            ["calibration_calls.id"],
            name=op.f("fk_masters_calibration_call_id_calibration_calls"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_masters_decided_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_masters")),
    )
    op.create_index(op.f("ix_masters_criterion_outcome"), "masters", ["criterion", "outcome"])
    op.create_index(
        "uq_masters_standing",
        "masters",
        ["calibration_call_id", "criterion"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("calibration_call_id", sa.Integer(), nullable=False),
        sa.Column("rater_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("seen_before", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("pending", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_call_id"],
            ["calibration_calls.id"],
            name=op.f("fk_ratings_calibration_call_id_calibration_calls"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["rater_id"], ["users.id"], name=op.f("fk_ratings_rater_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint(
            "calibration_call_id", "rater_id", name=op.f("uq_ratings_calibration_call_id_rater_id")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_ratings_public_id")),
    )
    op.create_index(op.f("ix_ratings_rater_id_state"), "ratings", ["rater_id", "state"])
    op.create_index(op.f("ix_ratings_submitted_at_id"), "ratings", ["submitted_at", "id"])
    op.create_table(
        "rating_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rating_id"],
            ["ratings.id"],
            name=op.f("fk_rating_decisions_rating_id_ratings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_decisions")),
        sa.UniqueConstraint(
            "rating_id", "criterion", name=op.f("uq_rating_decisions_rating_id_criterion")
        ),
    )
    op.create_index(
        op.f("ix_rating_decisions_criterion_outcome"), "rating_decisions", ["criterion", "outcome"]
    )
    op.drop_index(op.f("ix_decisions_criterion_outcome"), table_name="decisions")
    op.create_index(
        "ix_decisions_counted",
        "decisions",
        [
            "criterion",
            "outcome",
            "machine_outcome",
            "points",
            "machine_points",
            "max_points",
            "review_id",
        ],
    )


def downgrade() -> None:
    op.drop_index("ix_decisions_counted", table_name="decisions")
    op.create_index(op.f("ix_decisions_criterion_outcome"), "decisions", ["criterion", "outcome"])
    op.drop_table("rating_decisions")
    op.drop_table("ratings")
    op.drop_table("masters")
    op.drop_table("draw_calls")
    op.drop_table("clarifications")
    op.drop_table("calibration_raters")
    op.drop_table("calibration_calls")
    op.drop_table("licence_changes")
    op.drop_table("draws")
    op.drop_table("calibrations")
    op.drop_table("score_weeks")
    op.drop_table("licences")
    op.drop_table("drift_weeks")
    op.drop_table("criterion_weeks")
