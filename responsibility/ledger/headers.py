"""What the headings of a cadre ledger mean."""

import re

from jiamusi_foodsafety.kit.ledger.headings import Headings

from .columns import COLUMNS, NEVER

# Words of a group that say whose 姓名, 职务, 电话 stand below it.
OWNERS = (
    (re.compile("联络|联系人"), "liaison_name"),
    (re.compile("包保|包抓|包联|干部|领导|责任人"), "name"),
)
OWNED = {
    "name": {"姓名": "name", "电话": "phone", "职务": "post", "单位": "unit", "层级": "level", "级别": "level"},
    "liaison_name": {"姓名": "liaison_name", "电话": "liaison_phone"},
    "liaison_unit": {"名称": "liaison_unit"},
    "unit": {"名称": "unit"},
}  # fmt: skip

HEADINGS = Headings(
    COLUMNS,
    identity=("name", "level"),
    never=NEVER,
    owners=OWNERS,
    owned=OWNED,
    counts_generic=True,
)
