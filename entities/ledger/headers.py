"""What the headings of an entity ledger mean."""

import re

from entities.ledger.columns import COLUMNS, NEVER
from jiamusi_foodsafety.kit.ledger.headings import Headings

# Words of a group that say whose 姓名, 电话 stand below it: 包保情况/干部/电话 is no business's telephone.
OWNERS = (
    (re.compile("总监"), "safety_director"),
    (re.compile("安全员|安全管理"), "safety_officer"),
    (re.compile("监管|执法"), "supervisor"),
    (re.compile("包保|包抓|包联|包干|干部|领导"), "cadre_name"),
)
OWNED = {
    "legal_person": {"姓名": "legal_person", "电话": "phone"},
    "safety_director": {"姓名": "safety_director"},
    "safety_officer": {"姓名": "safety_officer"},
    "supervisor": {"姓名": "supervisor"},
    "cadre_name": {"姓名": "cadre_name", "电话": "cadre_phone", "职务": "cadre_post"},
    "station": {"名称": "station"},
}

HEADINGS = Headings(
    COLUMNS,
    identity=("name", "credit_code", "licence_no"),
    never=NEVER,
    owners=OWNERS,
    owned=OWNED,
)
