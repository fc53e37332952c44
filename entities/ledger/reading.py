"""One row of an entity ledger: the cleaner of each column, then the rules over the row."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache

from entities.ledger import check
from entities.ledger import clean as sizes
from entities.ledger.columns import BY_KEY, COLUMNS, Column
from entities.ledger.staging import STAGED_FIELDS
from entities.rules import is_small_business, licence_area
from jiamusi_foodsafety.jurisdiction.rules import AreaIndex
from jiamusi_foodsafety.kit.ledger import clean, reading
from jiamusi_foodsafety.kit.ledger.headings import heading_key
from jiamusi_foodsafety.kit.ledger.reading import MEMO_SIZE, Layout
from jiamusi_foodsafety.kit.ledger.staging import text_array

PEOPLE = frozenset({
    "legal_person", "supervisor", "surveyed_by", "safety_director", "safety_officer", "cadre_name",
})  # fmt: skip
STAGED_AS = {"station": "station_text"}
WITH_AREA_DIGITS = frozenset({"JY", "SC", "YB"})
OTHER_PHONE = {"phone": "其他电话：", "cadre_phone": "包保干部其他电话："}
LAYOUT = Layout(
    COLUMNS,
    STAGED_FIELDS,
    # Fields whose value hangs on other cells of the row: kept aside until all cells are clean.
    late=(
        "credit_code", "licence_no", "county", "town", "village", "phone", "cadre_phone", "status",
    ),
    staged_as=STAGED_AS,
    # Almost every value of these is another one: nothing to remember.
    unique=("name", "credit_code", "licence_no", "phone", "address"),
    not_clearable=("name", "licence_no", "county", "town", "category"),
    silent=("village",),
)  # fmt: skip
AT = LAYOUT.at


class Context:
    """What the rows of all sheets share: the words, the areas, the day, what was seen before."""

    def __init__(
        self, *, areas: AreaIndex, categories: Sequence, statuses: Sequence, today: str
    ) -> None:
        self.areas = areas
        self.today = today
        self.categories = {
            clean.word_key(word): code
            for code, name, synonyms in categories
            for word in (*synonyms, name, code)
        }
        self.category_names = "、".join(name for _, name, _ in categories)
        self.statuses = {
            clean.word_key(word): (code, effect)
            for code, name, synonyms, effect in statuses
            if effect in {"keep", "propose"}
            for word in (*synonyms, name)
        }
        self.status_names = "、".join(n for _, n, _, effect in statuses if effect == "keep")
        self.licences: dict[str, check.Seen] = {}
        self.codes: dict[str, check.Seen] = {}
        self.resolve = lru_cache(maxsize=MEMO_SIZE)(areas.resolve)
        self.county_of = lru_cache(maxsize=MEMO_SIZE)(self._county_of)
        self.is_small = lru_cache(maxsize=MEMO_SIZE)(is_small_business)
        self.remark = lru_cache(maxsize=MEMO_SIZE)(check.remark_status)
        self.status_of = lru_cache(maxsize=MEMO_SIZE)(
            lambda text: check.status_of(text, self.statuses)
        )

    def _county_of(self, code: str | None) -> tuple[str, str, frozenset[str], tuple[str, ...]]:
        """(code, name, six-digit codes, heads of addresses) of the county that an area is in."""
        county = self.areas.ancestor(code or "", "county")
        if code != county:
            return self.county_of(county)
        name = self.areas.names.get(county, "")
        heads = tuple(head for head in (*self.areas.cities, name) if head)
        return county, name, frozenset(self.areas.former_codes(county)), heads


def _scale(heading: str) -> Decimal | None:
    """The factor to 万元 of a heading such as 年产值(元)."""
    key = heading_key(heading)
    if "万元" in key:
        return None
    return Decimal(10000) if "亿" in key else Decimal("0.0001") if "元" in key else None


def status_text(cell: object, tell: Callable) -> str | None:
    """The words of a status cell; TRUE and FALSE answer 是否在营."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return clean.plain(cell, tell)


class RowReader(reading.RowReader):
    """Reads the rows of one sheet of businesses."""

    layout = LAYOUT
    context: Context

    def make_cleaner(self, column: Column, heading: str) -> Callable:
        """The cleaner of one column by its kind; the heading may name a unit."""
        kind, context = column.kind, self.context
        if kind in {"name", "text"}:
            maker = clean.person_cleaner if column.key in PEOPLE else clean.text_cleaner
            return maker(column.max_length)
        if kind == "date":
            return clean.date_cleaner(is_end=column.key == "expires_on")
        if kind in {"decimal", "integer", "output"}:
            return sizes.number_cleaner(column.key, _scale(heading) if kind == "output" else None)
        if kind == "category":
            return clean.enum_cleaner(context.categories, context.category_names)
        if kind == "grade":
            return sizes.grade_cleaner("包保等级")
        if kind == "risk":
            return sizes.grade_cleaner("风险等级")
        if kind == "status":
            return status_text
        if kind == "phone":
            return clean.clean_phone
        return clean.area_text if kind == "area" else clean.code_text

    def finish_row(self, number: int, values: list, late: list) -> None:
        """The rules that look at more than one cell."""
        context, tell = self.context, self.tell
        told = {field for field, _, _ in self.found} if self.found else _NOBODY
        name, category, form = values[_NAME], values[_CATEGORY], values[_FORM]
        if name is None and "name" not in told:
            check.check_required("name", BY_KEY["name"].heading, name, tell)
        if category is None and "category" not in told:
            check.check_required("category", BY_KEY["category"].heading, category, tell)
        small = context.is_small(category, form)
        code, licence, county, town, village, phone, cadre_phone, status = late
        code = check.check_credit_code(
            code, small, "credit_code" in told or ("credit_code" in self.cleared and small), tell
        )
        values[_CODE] = code
        licence, kind = check.check_licence(licence, small, "licence_no" in told, tell)
        values[_LICENCE], values[_KIND] = licence, kind
        verdict = context.resolve(county, town, village)
        if verdict.reason:
            check.tell_area(verdict, told, tell)
        values[_AREA], values[_AREA_TEXT] = verdict.code, verdict.text
        self._finish_dates(values)
        if phone:
            values[_PHONE] = phone[0]
        if cadre_phone:
            values[_CADRE_PHONE] = cadre_phone[0]
        note = values[_NOTE]
        if phone or cadre_phone or status or note:
            self._finish_texts(values, phone, cadre_phone, status, note)
        self._finish_identity(number, values)
        if self.cleared:
            self._finish_cleared(values)

    def _finish_dates(self, values: list) -> None:
        expires = values[_EXPIRES]
        if expires is None:
            return
        if expires == clean.PERMANENT:
            values[_EXPIRES], values[_PERMANENT] = None, "t"
            return
        values[_PERMANENT] = "f"
        check.check_expiry(expires, values[_ISSUED], self.context.today, self.tell)

    def _finish_texts(self, values: list, phone, cadre_phone, status, note) -> None:
        """Status words and remarks; what stood beside a phone number goes to the note."""
        if status:
            said = self.context.status_of(status)
            if said is None:
                names = self.context.status_names
                self.tell(
                    "status",
                    "R_ENUM",
                    f"{clean.shown(status)}不是可选的写法。请填：{names}，或停业未注销等。",
                )
            else:
                values[_STATUS], values[_PROPOSED] = said
                values[_STATUS_TEXT] = status if said[1] else None
        if note and values[_PROPOSED] is None:
            proposed = self.context.remark(note)
            if proposed:
                values[_PROPOSED], values[_STATUS_TEXT] = proposed, note
        for key, pair in (("phone", phone), ("cadre_phone", cadre_phone)):
            if pair and pair[1]:
                self.tell(
                    key, "W_PHONE", f"已取第一个号码 {pair[0]}，其余“{pair[1][:60]}”记入备注。"
                )
                rest = OTHER_PHONE[key] + pair[1]
                note = f"{note}；{rest}" if note else rest
        if note is not None and len(note) > BY_KEY["note"].max_length:
            self.tell("note", "R_LENGTH", "备注加上其余电话超过 500 个字。请删减。")
            note = None
        values[_NOTE] = note

    def _finish_identity(self, number: int, values: list) -> None:
        """What hangs on the county and on the rows before: area digits, duplicates, shared codes."""
        context = self.context
        licence, kind, code, name = values[_LICENCE], values[_KIND], values[_CODE], values[_NAME]
        county, county_name, known, heads = context.county_of(values[_AREA])
        mine = (self.sheet, number, name)
        if licence is not None:
            # Digits of another county are no news in a row that names another county.
            is_here = county and county == (context.areas.caller_county or county)
            if is_here and kind in WITH_AREA_DIGITS and licence_area(licence) not in known:
                check.check_licence_area(licence, county, known, county_name, self.tell)
            # 三小 numbers are counted by county and kind.
            key = licence if kind != "SMALL" else f"{county}/{values[AT['category']]}/{licence}"
            seen = context.licences.setdefault(key, mine)
            if seen is not mine:
                check.check_duplicate(seen, self.sheet, self.tell)
        if code is not None:
            seen = context.codes.setdefault(code, mine)
            if seen is not mine:
                check.check_shared_code(seen, name, self.sheet, self.tell)
        address = values[_ADDRESS]
        if address is not None:
            values[_ADDRESS_KEY] = check.address_key(address, heads)

    def _finish_cleared(self, values: list) -> None:
        values[AT["cleared"]] = text_array([STAGED_AS.get(key, key) for key in self.cleared])


_NOBODY: frozenset[str] = frozenset()
_NAME, _CODE, _LICENCE, _KIND = (
    AT[k] for k in ("name", "credit_code", "licence_no", "licence_kind")
)
_CATEGORY, _FORM, _NOTE = (AT[k] for k in ("category", "form", "note"))
_ISSUED, _EXPIRES, _PERMANENT = (AT[k] for k in ("issued_on", "expires_on", "is_permanent"))
_PHONE, _CADRE_PHONE = AT["phone"], AT["cadre_phone"]
_AREA, _AREA_TEXT = AT["area_id"], AT["area_text"]
_ADDRESS, _ADDRESS_KEY = AT["address"], AT["address_key"]
_STATUS, _PROPOSED, _STATUS_TEXT = (AT[k] for k in ("status", "proposed_status", "status_text"))
