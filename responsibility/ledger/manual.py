"""The reference of the cadre ledger for docs/cadre-ledger.md: `python -m responsibility.ledger.manual`."""

import sys

from jiamusi_foodsafety.kit.ledger.columns import columns_table
from jiamusi_foodsafety.kit.ledger.findings import codes_table

from .columns import COLUMNS, LEVELS
from .findings import KINDS

HEAD = """# 干部名册：列、代码、词表

本页由程序生成（`python -m responsibility.ledger.manual > docs/cadre-ledger.md`），请勿手改。

- 表头、工作表、合计行、空白与“清空”的读法，与[主体台账](ledger.md)相同。
- 市级干部的属地是市，县级是县(市、区)，乡级是乡镇(街道)，村级是村(社区)。没有乡镇的县区，乡级、村级记在县区；村级不写村社区的记在乡镇，包保范围是整个乡镇（空岗的村由他代包）。
- 同一个人：本县区内姓名和电话都相同；没有电话或换了电话的，姓名、层级、属地相同而且两边都只有一人。分不清的拒收。
- 手机号在名册中是另一个人的，拒收；座机可以几个人共用。
- 任职止是不再在岗的第一天。离任的干部不因再次出现在名册里而复任，复任的在任职止写“清空”。
- 职务、单位、层级、属地变动和离任、复任、新增，写入时登记到变更台账。
"""


def cadre_manual() -> str:
    """The whole page."""
    levels = ["| 层级 | 也认这些写法 |", "|---|---|"]
    levels += [f"| {name} | {'、'.join(synonyms)} |" for _, name, synonyms in LEVELS]
    parts = [
        HEAD.rstrip(),
        "## 列\n\n" + columns_table(COLUMNS),
        "## 代码\n\n" + codes_table(KINDS),
        "## 包保层级\n\n" + "\n".join(levels),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(cadre_manual())
