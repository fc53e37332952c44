"""Who answers for whom, and the papers that say so."""

from .assignments import (
    Assignment,
    AssignmentPlan,
    AssignmentTally,
    Handover,
    HandoverReceiver,
    HeldEntity,
    PlanRow,
)
from .cadre_ledgers import CadreColumnChoice, CadreFinding, CadreMissing, CadreRow, CadreUpload
from .cadres import Cadre, CadreLoad, GradeLevel, LoadCap
from .calendar import CalendarDay
from .changes import Change, ChangeClock, ChangeCursor, ChangeTally
from .guidance import (
    Experience,
    Guidance,
    Instruction,
    LedgerState,
    Notice,
    NoticeFile,
    NoticeTarget,
    Notification,
    Training,
    TrainingRecord,
)
from .lists import CoreTask, Duty, ListDocument, ListItem, RolloutStage
from .organisation import Action, Body, Decision, Document, Meeting, Membership, TeamCounty
from .pledges import Batch, Letter, LetterTemplate, Pledge, PledgeTemplate, ResignRule

__all__ = [
    "Action",
    "Assignment",
    "AssignmentPlan",
    "AssignmentTally",
    "Batch",
    "Body",
    "Cadre",
    "CadreColumnChoice",
    "CadreFinding",
    "CadreLoad",
    "CadreMissing",
    "CadreRow",
    "CadreUpload",
    "CalendarDay",
    "Change",
    "ChangeClock",
    "ChangeCursor",
    "ChangeTally",
    "CoreTask",
    "Decision",
    "Document",
    "Duty",
    "Experience",
    "GradeLevel",
    "Guidance",
    "Handover",
    "HandoverReceiver",
    "HeldEntity",
    "Instruction",
    "LedgerState",
    "Letter",
    "LetterTemplate",
    "ListDocument",
    "ListItem",
    "LoadCap",
    "Meeting",
    "Membership",
    "Notice",
    "NoticeFile",
    "NoticeTarget",
    "Notification",
    "PlanRow",
    "Pledge",
    "PledgeTemplate",
    "ResignRule",
    "RolloutStage",
    "TeamCounty",
    "Training",
    "TrainingRecord",
]
