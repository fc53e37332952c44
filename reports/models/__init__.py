"""What was frozen, confirmed and issued, and the few rows that the city may edit. Everything else here is read
from the rooms below."""

from .clocks import RateBand, ReportClock, ReportException
from .corrections import Correction
from .profiles import ExportProfile, ExportRun
from .reports import DailyReport, DailyReportLine
from .reviews import CountyReview

__all__ = [
    "Correction",
    "CountyReview",
    "DailyReport",
    "DailyReportLine",
    "ExportProfile",
    "ExportRun",
    "RateBand",
    "ReportClock",
    "ReportException",
]
