"""Writes of the reports: building, confirming, issuing, and what is told of it."""

from .building import ReportRefused, build_daily_report, build_due_reports

__all__ = ["ReportRefused", "build_daily_report", "build_due_reports"]
