"""What was frozen, confirmed and issued, and the few rows that the city may edit. Everything else here is read
from the rooms below."""

from .clocks import RateBand, ReportClock, ReportException
from .corrections import Correction
from .plans import PlanStage, PlanTarget, YearGoal
from .profiles import ExportProfile, ExportRun
from .reports import DailyReport, DailyReportLine
from .reviews import CountyReview
from .walls import WallLink

__all__ = [
    "Correction",
    "CountyReview",
    "DailyReport",
    "DailyReportLine",
    "ExportProfile",
    "ExportRun",
    "PlanStage",
    "PlanTarget",
    "RateBand",
    "ReportClock",
    "ReportException",
    "WallLink",
    "YearGoal",
]
