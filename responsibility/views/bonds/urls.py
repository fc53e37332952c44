from django.urls import path

from . import acts, board, holding, plans

urlpatterns = [
    path("coverage/", board.coverage_board, name="coverage"),
    path("coverage/export/", board.coverage_export, name="coverage-export"),
    path("coverage/vacancies/", board.vacancy_list, name="vacancy-list"),
    path("coverage/vacancies/export/", board.vacancy_export, name="vacancy-export"),
    path("coverage/rows/", holding.holding_list, name="holding-list"),
    path("coverage/rows/export/", holding.holding_export, name="holding-export"),
    path("bonds/make/", acts.bond_make_view, name="bond-make"),
    path("bonds/end/", acts.bond_end_view, name="bond-end"),
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/new/", plans.plan_create, name="plan-create"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan-detail"),
    path("plans/<int:pk>/export/", plans.plan_export, name="plan-export"),
    path("plans/<int:pk>/apply/", plans.plan_apply_view, name="plan-apply"),
    path("plans/<int:pk>/undo/", plans.plan_undo_view, name="plan-undo"),
    path("plans/<int:pk>/discard/", plans.plan_discard_view, name="plan-discard"),
]
