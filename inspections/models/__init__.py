"""Visits and what falls due, checklists, problems."""

from .checklists import Checklist, ChecklistItem
from .frequency import DueVisit, FrequencyRule, KeyPeriod, ModeRule, Period
from .planning import VisitSetting
from .problems import Problem, ProblemKind, ProblemMove
from .visits import EntityRecord, Photo, Visit

__all__ = [
    "Checklist",
    "ChecklistItem",
    "DueVisit",
    "EntityRecord",
    "FrequencyRule",
    "KeyPeriod",
    "ModeRule",
    "Period",
    "Photo",
    "Problem",
    "ProblemKind",
    "ProblemMove",
    "Visit",
    "VisitSetting",
]
