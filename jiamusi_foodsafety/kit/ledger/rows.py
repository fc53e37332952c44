"""Is a row under the heading data, or something that people write around it?"""

import re
import unicodedata
from collections.abc import Sequence

from jiamusi_foodsafety.kit.dates import parse_date
from jiamusi_foodsafety.kit.hanzi import simplified
from jiamusi_foodsafety.kit.ledger.headings import (
    LONGEST_HEADING,
    Headings,
    Matching,
    heading_key,
)

_TOTAL = re.compile(
    r"^(?:本页|本表|全县|全市|全区|全镇|以上|\d+月|.{0,8}(?:镇|乡|街道|区|县|市|村))?(?:合计|小计|总计|共计|汇总|累计)(?:[:(\d].*|[家户个]数?|行)?$"
)
_FOOTER = re.compile(
    r"^(?:填表人|填报人|审核人|制表人|制表|统计人|复核人|经办人|报送人|填表日期|填报日期|填报单位|制表日期|制表单位|报送单位|单位负责人|"
    r"分管领导|主要领导|联系人|填表说明|说明|注|备注|附|签字|盖章|审核|负责人签字|单位\(盖章\)|单位盖章)\d*(?:[:.、(].*|$)"
)
_EXAMPLE = re.compile(r"^(?:示例|样例|例|填写示例|示范|范例)(?:[:(].*|行|数据)?$")
_SPACES_TO_NOTHING = dict.fromkeys(map(ord, " \t\r\n\u00a0\u3000"), None)
OTHER_HEADING = "另一张表的表头"
_HINTS = frozenset(
    [
        "必填",
        "选填",
        "非必填",
        "文本",
        "数字",
        "日期",
        "下拉",
        "必填项",
        "选填项",
        "字符",
        "文本型",
        "数值",
    ]
)
_CAPTION = re.compile(
    r"^(?:[(]?[一二三四五六七八九十]{1,3}[)、.]|第[一二三四五六七八九十\d]{1,3}部分).*$"
    r"|^.*(?:台账|一览表|明细表|统计表|汇总表|登记表|花名册|名单|清单|情况表)(?:[(].*[)]|[一二三四五六七八九十])?$"
)
# Names that a row with a code is looked at more closely for.
_ODD_NAME = re.compile("[:：计]")
_ORDINALS = frozenset("甲乙丙丁戊己庚辛")


def row_key(text: str) -> str:
    """Words around the data for comparison: half width, simplified, without spaces."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_HEADING])
    return simplified(text.translate(_SPACES_TO_NOTHING))


def is_code_like(cell: object) -> bool:
    """Whether a cell of a code column can be a code at all, and is no 审核人：李强."""
    if not isinstance(cell, str) or cell.isascii():
        return True
    return any(map(str.isdigit, cell)) and not _FOOTER.match(row_key(cell))


def is_caption(cell: object) -> bool:
    """Whether a cell that stands alone in its row is a caption or a date: 一、食品销售, 台账（二）."""
    if not isinstance(cell, str):
        return not isinstance(cell, int | float) or isinstance(cell, bool)
    key = row_key(cell)
    return bool(_CAPTION.match(key)) or parse_date(key) is not None


class RowSorter:
    """Tells the rows of one sheet apart; made from its heading.

    A ledger says what its headings mean (`meaning`), which of its `codes` make a row data at a glance, what
    can be a code at all (`is_code`), and how the headings and totals in its column of names end (`name_ends`,
    two characters: such a row is looked at closely).
    """

    meaning: Headings
    codes: tuple[str, ...]
    is_code = staticmethod(is_code_like)
    name_ends: frozenset[str]

    def __init__(self, matching: Matching, heading_rows: Sequence[Sequence[object]]) -> None:
        fields = matching.fields
        self.places = {key: heading.column for key, heading in fields.items()}
        self.columns = sorted(heading.column for heading in fields.values())
        self.name = fields["name"].column if "name" in fields else -1
        self.code_columns = [fields[k].column for k in self.codes if k in fields]
        self.heading_rows = [
            {c: heading_key(cell) for c, cell in enumerate(row) if isinstance(cell, str)}
            for row in heading_rows
        ]
        self.name_headings = {row.get(self.name, "") for row in self.heading_rows}
        self.last_heading_row = matching.last_row
        self.note_row = -3  # the last row of remarks below the data

    def why_not_data(self, number: int, cells: Sequence[object]) -> str | None:
        """Why a row is left out, in Chinese ("" for a blank one); None when it is data.

        Data rows pass at once: a name that is no heading, and a licence number or credit code."""
        width = len(cells)
        name = cells[self.name] if self.name < width else None
        coded = False
        for column in self.code_columns:
            if column < width and cells[column] is not None and self.is_code(cells[column]):
                coded = True
                break
        if (
            coded
            and name.__class__ is str
            and number > self.last_heading_row + 2
            and name[-2:] not in self.name_ends
            and not _ODD_NAME.search(name)
        ):
            return None
        return self._look(number, cells, coded=coded)

    def _look(self, number: int, cells: Sequence[object], *, coded: bool) -> str | None:
        filled = {c: cell for c, cell in enumerate(cells) if cell is not None}
        texts = {c: row_key(cell) for c, cell in filled.items() if isinstance(cell, str)}
        filled = {c: cell for c, cell in filled.items() if texts.get(c, cell) != ""}
        texts = {c: text for c, text in texts.items() if text}
        if not filled:
            self.note_row += number == self.note_row + 1
            return ""
        same = self._same_as_heading(texts)
        if same < len(texts) and not coded:
            places = self._headings_in(texts)
            if any(self.places.get(key, at) != at for key, at in places.items()):
                return OTHER_HEADING
            if places:
                return "重复的表头"
        if same >= 2 and same * 2 >= len(filled):
            return "重复的表头"
        first = next(iter(texts.values()), "")
        if _EXAMPLE.match(first) or _EXAMPLE.match(texts.get(self.name, "")):
            return "填写示例"
        if number <= self.last_heading_row + 2 and self._is_guide(filled, texts):
            return "栏次或填写提示"
        is_signed = ":" in first and _FOOTER.match(first)
        if coded and not is_signed and not _TOTAL.match(texts.get(self.name, "")):
            return None
        if any(_TOTAL.match(text) for text in texts.values()):
            return "合计行"
        # 填表说明： and below it line by line what is to be known.
        goes_on = len(filled) == 1 and texts and number == self.note_row + 1
        if (
            goes_on
            or _FOOTER.match(first)
            or sum(bool(_FOOTER.match(t)) for t in texts.values()) > 1
        ):
            self.note_row = number
            return "填表人、说明等"
        if not any(column in filled for column in self.columns):
            return "只有序号或未识别列的内容"
        if len(filled) == 1 and (self.name not in filled or is_caption(filled[self.name])):
            return "小标题或零散文字"
        return None

    def _same_as_heading(self, texts: dict[int, str]) -> int:
        """How many texts stand in a row of the heading at the same place."""
        keys = {column: heading_key(text) for column, text in texts.items()}
        return max(
            (sum(row.get(c) == key for c, key in keys.items()) for row in self.heading_rows),
            default=0,
        )

    def _headings_in(self, texts: dict[int, str]) -> dict[str, int]:
        """{field: column} of a row that is surely a ledger's heading; else empty."""
        found = {at: self.meaning.find_field(heading_key(text)) for at, text in texts.items()}
        places = {field[0]: at for at, field in found.items() if field and not field[2]}
        is_heading = (
            len(places) >= max(4, len(texts) / 2)
            and "name" in places
            and any(code in places for code in self.codes)
        )
        return places if is_heading else {}

    @staticmethod
    def _is_guide(filled: dict[int, object], texts: dict[int, str]) -> bool:
        """A row of column numbers (1 2 3 …, 甲 乙 1 2) or of 必填/选填 under the heading."""
        if len(filled) < 3:
            return False
        if len(texts) == len(filled) and all(text in _HINTS for text in texts.values()):
            return True
        numbers = []
        for cell in filled.values():
            text = row_key(str(cell)).strip("()")
            if text.isdigit() and len(text) < 4:
                numbers.append(int(text))
            elif text not in _ORDINALS:
                return False
        return len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
