"""Visits and what falls due, checklists, problems."""

from .checklists import Checklist, ChecklistItem
from .frequency import DueVisit, FrequencyRule, KeyPeriod, ModeRule, Period
from .planning import VisitSetting
from .problems import (
    IndustryUnit,
    Problem,
    ProblemEntity,
    ProblemKind,
    ProblemMove,
    ProblemSerial,
    ProblemTally,
)
from .tallies import CadreDue, DueTally, VisitTally
from .visits import EntityRecord, Photo, Visit

__all__ = [
    "CadreDue",
    "Checklist",
    "ChecklistItem",
    "DueTally",
    "DueVisit",
    "EntityRecord",
    "FrequencyRule",
    "IndustryUnit",
    "KeyPeriod",
    "ModeRule",
    "Period",
    "Photo",
    "Problem",
    "ProblemEntity",
    "ProblemKind",
    "ProblemMove",
    "ProblemSerial",
    "ProblemTally",
    "Visit",
    "VisitSetting",
    "VisitTally",
]
