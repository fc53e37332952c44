"""Grading: suggestions by the standard in force, adopting them, and grades set by a person."""

import pghistory
from django.db import connection, transaction

from ..models import Entity, GradingStandard
from ..queries.grading import ENTITY_COLUMNS, active_standard, suggestion_sql

__all__ = ["ENTITY_COLUMNS", "refresh_suggestions", "suggestion_sql"]


@transaction.atomic
def refresh_suggestions(*, area: str = "", standard: GradingStandard | None = None) -> int:
    """Work out 建议等级 anew by the standard in force, for the whole register or a subtree.

    One UPDATE that leaves alone what stays the same; the number of changed businesses.
    """
    standard = standard or active_standard()
    grade, rule = suggestion_sql(standard, {k: f"e.{v}" for k, v in ENTITY_COLUMNS.items()})
    with pghistory.context(via="suggest"), connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {Entity._meta.db_table} AS e
               SET suggested_grade = fresh.grade, suggested_rule_id = fresh.rule
              FROM (SELECT id, {grade} AS grade, {rule} AS rule
                      FROM {Entity._meta.db_table} AS e WHERE area_id LIKE %s) AS fresh
             WHERE fresh.id = e.id
               AND (e.suggested_grade, e.suggested_rule_id)
                   IS DISTINCT FROM (fresh.grade, fresh.rule)
            """,  # noqa: S608
            [f"{area}%"],
        )
        return cursor.rowcount
