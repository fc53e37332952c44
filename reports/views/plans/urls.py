"""Addresses of 倒排工期 and of what the city edits there."""

from django.urls import path

from . import edit, pages

urlpatterns = [
    path("plan/", pages.plan_page, name="plan"),
    path("plan/plan.xlsx", pages.plan_export, name="plan-export"),
    path("plan/stages/<int:pk>/", edit.stage_edit, name="plan-stage"),
    path("plan/goals/", edit.goals_edit, name="plan-goals"),
    path("plan/goals/new/", edit.goal_new, name="plan-goal-new"),
]
