"""Visits and what falls due, checklists, problems."""

from .campaigns import Campaign, CampaignTag, CampaignTally
from .check_results import (
    CheckFile,
    CheckFinding,
    CheckItemResult,
    CheckLetter,
    CheckSample,
)
from .checklists import Checklist, ChecklistItem
from .checks import CheckCycle, CheckMember, CheckQuota, CheckRound, CheckScore, CheckStratum
from .compliance import (
    ComplianceTally,
    ControlRule,
    EntityCompliance,
    OfficerRule,
    SafetyEntity,
    SeenVisit,
)
from .enterprise import ControlCheck, RiskList, SafetyExam, SafetyPerson, SafetyTraining
from .frequency import DueVisit, FrequencyRule, KeyPeriod, ModeRule, Period
from .planning import VisitSetting
from .plates import PlateText, PublicPlate
from .problems import (
    IndustryUnit,
    Problem,
    ProblemDeadline,
    ProblemEntity,
    ProblemKind,
    ProblemMove,
    ProblemSerial,
    ProblemTally,
)
from .standards import StandardFile, StandardItem, StandardNote
from .tallies import CadreDue, DueTally, VisitTally
from .visits import EntityRecord, Photo, Visit

__all__ = [
    "CadreDue",
    "Campaign",
    "CampaignTag",
    "CampaignTally",
    "CheckCycle",
    "CheckFile",
    "CheckFinding",
    "CheckItemResult",
    "CheckLetter",
    "CheckMember",
    "CheckQuota",
    "CheckRound",
    "CheckSample",
    "CheckScore",
    "CheckStratum",
    "Checklist",
    "ChecklistItem",
    "ComplianceTally",
    "ControlCheck",
    "ControlRule",
    "DueTally",
    "DueVisit",
    "EntityCompliance",
    "EntityRecord",
    "FrequencyRule",
    "IndustryUnit",
    "KeyPeriod",
    "ModeRule",
    "OfficerRule",
    "Period",
    "Photo",
    "PlateText",
    "Problem",
    "ProblemDeadline",
    "ProblemEntity",
    "ProblemKind",
    "ProblemMove",
    "ProblemSerial",
    "ProblemTally",
    "PublicPlate",
    "RiskList",
    "SafetyEntity",
    "SafetyExam",
    "SafetyPerson",
    "SafetyTraining",
    "SeenVisit",
    "StandardFile",
    "StandardItem",
    "StandardNote",
    "Visit",
    "VisitSetting",
    "VisitTally",
]
