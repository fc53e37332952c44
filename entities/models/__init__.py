from .dictionaries import BusinessForm, Category
from .entity import Entity, EntityTally
from .grading import GradingRule, GradingStandard
from .ledger import (
    ColumnChoice,
    LedgerFinding,
    LedgerMissing,
    LedgerRow,
    LedgerUpload,
    WorkerPulse,
)
from .reviews import Proposal, SampleDraw, Transfer
from .twins import EntityMerge, TwinGroup, TwinScan

__all__ = [
    "BusinessForm",
    "Category",
    "ColumnChoice",
    "Entity",
    "EntityMerge",
    "EntityTally",
    "GradingRule",
    "GradingStandard",
    "LedgerFinding",
    "LedgerMissing",
    "LedgerRow",
    "LedgerUpload",
    "Proposal",
    "SampleDraw",
    "Transfer",
    "TwinGroup",
    "TwinScan",
    "WorkerPulse",
]
