"""The reference of the ledger for docs/ledger.md: `python -m entities.ledger.manual`."""

import sys

from entities.ledger.columns import COLUMNS
from entities.ledger.findings import KINDS
from entities.ledger.vocabulary import CATEGORIES, STATUSES
from jiamusi_foodsafety.kit.ledger.columns import columns_table
from jiamusi_foodsafety.kit.ledger.findings import codes_table
from jiamusi_foodsafety.kit.ledger.words import BLANK_WORDS

HEAD = """# 台账：列、代码、词表

本页由程序生成（`python -m entities.ledger.manual > docs/ledger.md`），请勿手改。

## 怎样读一份台账

- 表头可以在任何一行，前面可以有标题、填报单位；一行、两行、三行表头和合并单元格都认；列的次序不限。
- 同一字段有两个不同写法的列时，取“也认这些表头”中排在前面的，另一列列为未匹配并提示；同一个表头出现两次，整份不收。
- 可见的、有台账表头的工作表都读；隐藏的工作表不读，隐藏的行照读，都有提示。
- 合计、小计、填表人、说明、示例、重复的表头不算数据行，跳过并提示。
- 合并的所在县区、乡镇街道、村社区单元格，下面的空格取上面的值；其他列不取。
- 缺列和空白的单元格不改登记库；要清除一项，写“清空”。这些写法等于空白：{blank}。
- 行号是 Excel 显示的行号；身份证号一律遮盖，不收集。
"""


def _words(title: str, rows: list[tuple[str, ...]], heads: tuple[str, ...]) -> str:
    lines = [f"## {title}", "", "| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def ledger_manual() -> str:
    """The whole page."""
    effects = {"keep": "写入状态", "propose": "只提出筛除线索", "internal": "台账不能填"}
    blank = " ".join(sorted(f"`{word}`" for word in BLANK_WORDS))
    parts = [
        HEAD.format(blank=blank).rstrip(),
        "## 列\n\n" + columns_table(COLUMNS),
        "## 代码\n\n" + codes_table(KINDS),
        _words(
            "主体类别",
            [(code, name, "、".join(synonyms)) for code, name, synonyms in CATEGORIES],
            ("代码", "名称", "也认这些写法"),
        ),
        _words(
            "经营状态",
            [(code, name, "、".join(syn), effects[effect]) for code, name, syn, effect in STATUSES],
            ("代码", "名称", "也认这些写法", "作用"),
        ),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(ledger_manual())
