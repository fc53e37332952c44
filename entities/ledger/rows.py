"""The rows of an entity ledger: what makes one data at a glance."""

from entities.ledger.headers import HEADINGS
from jiamusi_foodsafety.kit.ledger import rows

# How a heading of names ends: such a row is looked at closely.
NAME_ENDS = frozenset(
    {"名称", "名稱", "单位", "企业", "主体", "字号", "店名", "户名", "合计", "小计", "总计", "共计"}
)


class RowSorter(rows.RowSorter):
    """Tells the rows of one sheet of businesses apart."""

    meaning = HEADINGS
    codes = ("licence_no", "credit_code")
    name_ends = NAME_ENDS
