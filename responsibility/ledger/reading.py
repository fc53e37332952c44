"""One row of a cadre ledger: the cleaner of each column, then the rules over the row."""

from collections.abc import Callable
from functools import lru_cache

from jiamusi_foodsafety.jurisdiction.rules import AreaIndex
from jiamusi_foodsafety.kit.ledger import clean, reading
from jiamusi_foodsafety.kit.ledger.columns import Column
from jiamusi_foodsafety.kit.ledger.reading import MEMO_SIZE, SHEET, Layout
from jiamusi_foodsafety.kit.ledger.staging import text_array

from ..rules.places import cadre_place
from .columns import BY_KEY, COLUMNS
from .staging import STAGED_FIELDS
from .words import LEVEL_NAMES, is_name, level_of

LAYOUT = Layout(
    COLUMNS,
    STAGED_FIELDS,
    late=("county", "town", "village", "phone", "liaison_phone"),
    unique=("name", "phone"),
    not_clearable=("name", "level", "county", "town"),
    silent=("village",),
)
AT = LAYOUT.at
OTHER_PHONE = {"phone": "其他电话：", "liaison_phone": "联络员其他电话："}
# Where somebody first stood in the file: sheet, row as Excel shows it.
Seen = tuple[str, int]


class Context:
    """What the rows of all sheets share: the areas, the day, who was seen before."""

    def __init__(self, *, areas: AreaIndex, today: str) -> None:
        self.today = today
        self.people: dict[tuple, Seen] = {}
        self.place = lru_cache(maxsize=MEMO_SIZE)(
            lambda level, county, town, village: cadre_place(areas, level, county, town, village)
        )


class RowReader(reading.RowReader):
    """Reads the rows of one sheet of cadres."""

    layout = LAYOUT
    context: Context

    def make_cleaner(self, column: Column, heading: str) -> Callable:
        """The cleaner of one column by its kind."""
        if column.kind == "name":
            return name_cleaner(column.max_length)
        if column.kind == "level":
            return level_cell
        if column.kind == "area":
            return clean.area_text
        if column.kind == "phone":
            return clean.clean_phone
        if column.kind == "date":
            return clean.date_cleaner(is_end=False)
        return clean.text_cleaner(column.max_length)

    def finish_row(self, number: int, values: list, late: list) -> None:
        """The rules that look at more than one cell."""
        told = {field for field, _, _ in self.found}
        county, town, village, phone, liaison_phone = late
        for key in ("name", "level"):
            if values[AT[key]] is None and key not in told:
                self.tell(key, "R_REQUIRED", f"{BY_KEY[key].heading}没有填。请补填。")
        if values[AT["level"]] is not None and not told & {"county", "town", "village"}:
            place = self.context.place(values[AT["level"]], county, town, village)
            values[AT["area_id"]] = place.code
            if place.finding:
                self.tell(place.field, place.finding, place.message)
        self._finish_phones(values, phone, liaison_phone)
        self._finish_dates(values)
        self._finish_person(number, values)
        if self.cleared:
            values[AT["cleared"]] = text_array(self.cleared)

    def _finish_phones(self, values: list, phone, liaison_phone) -> None:
        """What stood beside a number goes to the note."""
        note = values[AT["note"]]
        for key, pair in (("phone", phone), ("liaison_phone", liaison_phone)):
            if not pair:
                continue
            values[AT[key]] = pair[0]
            if pair[1]:
                self.tell(
                    key, "W_PHONE", f"已取第一个号码 {pair[0]}，其余“{pair[1][:60]}”记入备注。"
                )
                rest = OTHER_PHONE[key] + pair[1]
                note = f"{note}；{rest}" if note else rest
        if note is not None and len(note) > BY_KEY["note"].max_length:
            self.tell("note", "R_LENGTH", "备注加上其余电话超过 200 个字。请删减。")
            note = None
        values[AT["note"]] = note

    def _finish_dates(self, values: list) -> None:
        begins, ends = values[AT["in_post_from"]], values[AT["in_post_to"]]
        if ends is None:
            return
        if begins is not None and ends < begins:
            self.tell("in_post_to", "R_DATE", f"任职止 {ends} 早于任职起 {begins}。请核对。")
        elif ends <= self.context.today:
            self.tell(
                "in_post_to", "W_LEFT", f"任职止 {ends} 已到，登记为离任。仍在岗的请写“清空”。"
            )

    def _finish_person(self, number: int, values: list) -> None:
        """R_DUP: the same person stands in an earlier row: name and number, or name, level and area."""
        name, phone = values[AT["name"]], values[AT["phone"]]
        if name is None:
            return
        key = name, phone or (values[AT["level"]], values[AT["area_id"]])
        mine = values[SHEET], number
        seen = self.context.people.setdefault(key, mine)
        if seen != mine and (phone or values[AT["area_id"]]):
            where = f"第 {seen[1]} 行"
            if seen[0] != mine[0]:
                where = f"工作表“{seen[0]}”{where}"
            self.tell("name", "R_DUP", f"与{where}是同一个人。请保留一行；同名不同人请写上电话。")


def name_cleaner(max_length: int) -> Callable:
    """A cleaner of one person's name: 王 芳 → 王芳; several people in a cell are told."""
    clean_person = clean.person_cleaner(max_length)

    def clean_name(cell: object, tell: Callable) -> str | None:
        text = clean_person(cell, tell)
        if text is not None and not is_name(text):
            tell("R_NAME", f"{clean.shown(text)}不是一个人的姓名。请一行写一人。")
            return None
        return text

    return clean_name


def level_cell(cell: object, tell: Callable) -> str | None:
    """The level that a cell means: R_LEVEL_UNKNOWN when its words are not known."""
    text = clean.plain(cell, tell)
    if text is None:
        return None
    level = level_of(text)
    if not level:
        names = "、".join(LEVEL_NAMES.values())
        tell("R_LEVEL_UNKNOWN", f"{clean.shown(text)}不是包保层级。请填：{names}。")
    return level or None
