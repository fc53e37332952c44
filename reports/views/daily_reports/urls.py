"""Addresses of the daily report and of its weeks and months."""

from django.urls import path

from . import acts, downloads, pages, periods

urlpatterns = [
    path("daily-reports/", pages.report_list_page, name="daily-report-list"),
    path("daily-reports/build/", pages.report_build, name="daily-report-build"),
    path("daily-reports/exceptions/", acts.exception_list, name="report-exception-list"),
    path(
        "daily-reports/exceptions/<int:pk>/end/", acts.exception_stop, name="report-exception-end"
    ),
    path("daily-reports/periods/<str:kind>/", periods.period_list, name="period-report-list"),
    path(
        "daily-reports/periods/<str:kind>/<str:day>/",
        periods.period_detail,
        name="period-report-detail",
    ),
    path(
        "daily-reports/periods/<str:kind>/<str:day>/report.<str:format>",
        periods.period_file,
        name="period-report-file",
    ),
    path("daily-reports/<int:pk>/", pages.report_detail, name="daily-report-detail"),
    path("daily-reports/<int:pk>/report.xlsx", downloads.report_export, name="daily-report-export"),
    path(
        "daily-reports/<int:pk>/report.<str:format>",
        downloads.report_file,
        name="daily-report-file",
    ),
    path("daily-reports/<int:pk>/rows/<str:figure>/", pages.report_rows, name="daily-report-rows"),
    *(
        path(f"daily-reports/<int:pk>/{word}/", view, name=f"daily-report-{word}")
        for word, view in (
            ("confirm", acts.report_confirm),
            ("return", acts.report_return),
            ("reopen", acts.report_reopen),
            ("remind", acts.report_remind),
            ("notes", acts.report_notes),
            ("text", acts.report_text),
            ("issue", acts.report_sign),
        )
    ),
]
