"""The rows of a cadre ledger: what makes one data at a glance."""

from collections.abc import Sequence

from jiamusi_foodsafety.kit.ledger import rows
from jiamusi_foodsafety.kit.ledger.headings import Matching

from .headers import HEADINGS
from .words import level_of

_NAME_ENDS = frozenset(
    {"姓名", "名字", "干部", "领导", "人员", "任人", "保人", "合计", "小计", "总计", "共计"}
)
_EXAMPLES = ("示例", "样例", "例", "范例", "填写")


class RowSorter(rows.RowSorter):
    """Tells the rows of one sheet of cadres apart. A name with a level is data: posts such as 分管领导 would
    else be taken for the words below a table."""

    meaning = HEADINGS
    codes = ("phone",)
    name_ends = _NAME_ENDS

    @staticmethod
    def is_code(cell: object) -> bool:
        """A number that somebody could dial; a total in the column of numbers is none."""
        return sum(map(str.isdigit, str(cell)[:40])) > 6

    def __init__(self, matching: Matching, heading_rows: Sequence[Sequence[object]]) -> None:
        super().__init__(matching, heading_rows)
        self.level = matching.fields["level"].column if "level" in matching.fields else -1

    def why_not_data(self, number: int, cells: Sequence[object]) -> str | None:
        """Why a row is left out, in Chinese ("" for a blank one); None when it is data."""
        width = max(self.name, self.level)
        if self.level >= 0 and width < len(cells):
            name, level = cells[self.name], cells[self.level]
            if (
                name.__class__ is str
                and level.__class__ is str
                and name[-2:] not in _NAME_ENDS
                and not name.startswith(_EXAMPLES)
                and not str(cells[0] or "").strip().startswith(_EXAMPLES)
                and level_of(level)
            ):
                return None
        return super().why_not_data(number, cells)
