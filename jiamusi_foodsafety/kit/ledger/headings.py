"""Which row is the heading, and which column is which field: certain, unsure or unmatched."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jiamusi_foodsafety.kit.codes import mask_id_cards
from jiamusi_foodsafety.kit.hanzi import simplified
from jiamusi_foodsafety.kit.ledger.columns import Column
from jiamusi_foodsafety.kit.ledger.staging import cell_text
from jiamusi_foodsafety.kit.phones import mask_numbers

SEARCHED_ROWS = 60
DEEPEST_HEADING = 3
# Longer texts are no headings: a cell may hold megabytes.
LONGEST_HEADING = 500
_BRACKETS = str.maketrans("[]{}【】〔〕<>", "()()()()()")
_MARKERS = re.compile(
    r"\((?:必填|选填|必填项|必须|非必填|可选|必录|\*|示例|示例数据|请勿修改|下拉选择|下拉|单选|文本|文本格式|数字|日期|只读)\)"
    r"|\((?:例如|例|示例|如)[:].*?\)|[*#★☆▲△●◆■※:;。]"
)
# Marks that nobody sees: zero-width spaces, directions, soft hyphens.
INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BRACKETED = re.compile(r"\([^()]*\)")
_NUMBERED = re.compile(r"^(?:\d{1,2}[.、)]|\(\d{1,2}\)|[一二三四五六七八九十]{1,2}、)(?=\D)")
_UNITS = re.compile(r"(?<=..)(?:平方米|平米|m2|㎡|万元|\(人\)|\(家\))$")
_DIGITS = re.compile(r"\d{6}")
# A leaf that says nothing without its group: 姓名 under 食品安全总监 is no legal person.
GENERIC = frozenset(
    [
        "姓名",
        "名字",
        "名称",
        "电话",
        "联系电话",
        "手机",
        "手机号",
        "手机号码",
        "联系方式",
        "职务",
        "编号",
        "号码",
        "地址",
        "级别",
        "等级",
        "层级",
        "单位",
        "类别",
        "类型",
        "性质",
        "日期",
        "时间",
        "数量",
        "分类",
        "状态",
        "说明",
        "人员",
        "代码",
    ]
)
_NAMES = frozenset({"姓名", "名字"})
_PHONES = frozenset({"电话", "联系电话", "手机", "手机号", "手机号码", "联系方式"})
# Leaves that belong to whomever their group's words mean.
_OF_PEOPLE = frozenset({"姓名", "电话", "职务"})
# Worse than any heading that says the field itself.
_BY_OWNER = 100
SERIAL = frozenset({"序号", "序", "行号", "NO", "No", "no", "编码序号", "顺序号", "no.", "NO."})
_NOT_CANDIDATES = ("身份证", "照片", "图片", "附件", "邮箱", "传真", "邮编", "经度", "纬度", "是否")


def heading_key(text: object) -> str:
    """A heading for comparison: half width, simplified, no spaces, stars, 必填 marks, numbering."""
    text = INVISIBLE.sub("", str(text)[:LONGEST_HEADING])
    key = simplified("".join(unicodedata.normalize("NFKC", text).split()))
    key = _MARKERS.sub("", key.translate(_BRACKETS))
    if key.startswith("(") and key.endswith(")") and key.count("(") == 1:
        key = key[1:-1]
    return _NUMBERED.sub("", key)


@dataclass
class Heading:
    """One column's heading: `text` as shown, the field it surely means, its rank of precedence."""

    column: int
    text: str
    field: str = ""
    rank: float = 0
    is_weak: bool = False
    why: str = ""


@dataclass
class Matching:
    """The heading of one sheet and what it means."""

    first_row: int
    last_row: int
    headings: list[Heading]
    fields: dict[str, Heading] = field(default_factory=dict)
    duplicated: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    unsure: list[dict] = field(default_factory=list)

    @property
    def unmatched(self) -> list[Heading]:
        """Headings that no field took."""
        taken = {id(heading) for heading in self.fields.values()}
        return [h for h in self.headings if id(h) not in taken]

    def missing(self, required: Iterable[str]) -> list[str]:
        """Required fields without a sure column."""
        return [key for key in required if key not in self.fields]


def _stacked(rows: Sequence[Sequence[object]]) -> list[list[str]]:
    """For each column its texts from top to bottom, a group's text over all columns it spans."""
    width = max(map(len, rows))
    texts = [[str(c) if isinstance(c, str) else "" for c in row] + [""] * (width - len(row))
             for row in rows]  # fmt: skip
    for upper in range(len(texts) - 1):
        group = ""
        for column in range(width):
            if texts[upper][column]:
                group = texts[upper][column]
            elif any(texts[lower][column] for lower in range(upper + 1, len(texts))):
                texts[upper][column] = group
            else:
                group = ""
    stacks = []
    for column in range(width):
        stack: list[str] = []
        for row in texts:
            if row[column] and (not stack or heading_key(stack[-1]) != heading_key(row[column])):
                stack.append(row[column])
        stacks.append(stack)
    return stacks


def _leaf(key: str) -> str:
    """姓名 and 电话 for all words that say the same; other keys as they are."""
    if key in _NAMES:
        return "姓名"
    return "电话" if key in _PHONES else key


def _has_groups(rows: Sequence[tuple[int, Sequence[object]]]) -> bool:
    """Whether the first of several heading rows has a text over more than one column below."""
    top, below = rows[0][1], rows[1][1]
    if any(isinstance(c, str) and ("：" in c or ":" in c) for c in top):
        return False
    return any(
        (column >= len(top) or top[column] is None) and below[column] is not None
        for column in range(1, len(below))
    )


class Headings:
    """What the headings of one ledger mean.

    `never`: words in a heading that make it another thing than the field. `identity`: fields of which a
    sheet must have one. `owners`: words of a group → the person's field; `owned`: that field → the fields of
    the leaves 姓名, 电话, 职务, 名称 below its group. `counts_generic`: words such as 姓名 tell this ledger's
    heading.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        identity: Iterable[str],
        never: Mapping[str, tuple[str, ...]] | None = None,
        owners: Sequence[tuple[re.Pattern, str]] = (),
        owned: Mapping[str, Mapping[str, str]] | None = None,
        counts_generic: bool = False,
    ) -> None:
        self.columns = tuple(columns)
        self.by_key = {column.key: column for column in columns}
        self.required = tuple(column.key for column in columns if column.required)
        self.identity = frozenset(identity)
        self.never, self.owners, self.owned = never or {}, owners, owned or {}
        self.counts_generic = counts_generic
        self.synonyms: dict[str, tuple[str, int, bool]] = {}
        for column in columns:
            for rank, heading in enumerate(column.headings):
                self.synonyms.setdefault(
                    heading_key(heading), (column.key, rank, heading in column.weak)
                )

    def find_field(self, key: str) -> tuple[str, float, bool] | None:
        """(field, rank, weak) that a heading's key surely means; None when it is not certain."""
        if not key:
            return None
        bare = _BRACKETED.sub("", key)
        for candidate, worse in ((key, 0.0), (bare, 0.4), (_UNITS.sub("", bare), 0.5)):
            found = self.synonyms.get(candidate)
            if found:
                name, rank, weak = found
                if any(word in key for word in self.never.get(name, ())):
                    return None
                return name, rank + worse, weak
        return None

    def _heading(self, column: int, stack: list[str]) -> Heading:
        """The meaning of one column: group and leaf together, else the leaf where it speaks for itself."""
        leaf = " ".join(stack[-1].split())
        key = heading_key(leaf)
        if len(stack) == 1:
            found = self.find_field(key)
            return Heading(column, leaf, *(found or ("", 0, False)))
        groups = [heading_key(group) for group in stack[:-1]]
        for start in range(len(groups)):
            combined = "".join(groups[start:]) + key
            found = self.find_field(combined)
            if found:
                return Heading(column, combined, *found)
        owner = self._owner(groups, key)
        if owner and key in GENERIC:
            return Heading(
                column, groups[-1] + leaf, *(self._of_owner(owner, key) or ("", 0, False))
            )
        return Heading(column, leaf, *(self.find_field(key) or ("", 0, False)))

    def _owner(self, groups: list[str], key: str) -> str:
        """The field that a group names, else the person whom its words mean; empty when neither."""
        for group in reversed(groups):
            if found := self.find_field(group):
                return found[0]
        if _leaf(key) in _OF_PEOPLE:
            for group in reversed(groups):
                for words, name in self.owners:
                    if words.search(group):
                        return name
        return ""

    def _of_owner(self, owner: str, key: str) -> tuple[str, float, bool] | None:
        """(field, rank, weak) of a leaf such as 姓名 that says something only about its group's owner."""
        field = self.owned.get(owner, {}).get(_leaf(key))
        return (field, _BY_OWNER, False) if field else None

    def _read_heading(
        self, rows: Sequence[tuple[int, Sequence[object]]], choices: Mapping[str, str]
    ) -> list[Heading]:
        headings = []
        for column, stack in enumerate(_stacked([cells for _, cells in rows])):
            if not stack:
                continue
            heading = self._heading(column, stack)
            chosen = choices.get(heading_key(heading.text))
            if chosen is not None:
                heading.field, heading.rank, heading.is_weak = chosen, -1, False
                heading.why = "" if chosen else "已选择不导入"
            headings.append(heading)
        return headings

    def _is_heading_like(self, rows: Sequence[tuple[int, Sequence[object]]]) -> bool:
        """Whether rows below a first heading row belong to it, and are not the first data."""
        top, *below = [cells for _, cells in rows]
        texts = [cell for cell in top if cell is not None]
        # Data above a heading that is printed again is no upper heading row: codes and numbers tell.
        if any(not isinstance(cell, str) or _DIGITS.search(cell) for cell in texts):
            return False
        for cells in below:
            filled = [(c, cell) for c, cell in enumerate(cells) if cell is not None]
            if not filled or any(not isinstance(cell, str) for _, cell in filled):
                return False
            known = [
                c for c, cell in filled if (k := heading_key(cell)) in GENERIC or self.find_field(k)
            ]
            if len(known) * 2 < len(filled):
                return False
        return len(texts) > 1

    def _score(self, headings: Sequence[Heading]) -> int:
        """Distinct fields that headings mean, as a rule without help of a generic word."""
        return len(
            {
                h.field
                for h in headings
                if h.field and (self.counts_generic or heading_key(h.text) not in GENERIC)
            }
        )

    def _is_ledger(self, headings: Sequence[Heading]) -> bool:
        fields = {h.field for h in headings if h.field}
        strong = {h.field for h in headings if h.field and not h.is_weak}
        return len(fields) >= 3 and bool(self.identity & strong)

    def _is_complete(self, headings: Sequence[Heading]) -> bool:
        """Whether a ledger can be read by these: rows between it and a later heading are data."""
        return {h.field for h in headings}.issuperset(self.required)

    def find_heading(
        self, rows: Sequence[tuple[int, Sequence[object]]], choices: Mapping[str, str] | None = None
    ) -> Matching | None:
        """The heading among the first rows of a sheet (one to three rows deep); None: no ledger.

        `choices` {heading: field or ""} are what a person decided for headings before.
        """
        choices = {heading_key(heading): value or "" for heading, value in (choices or {}).items()}
        best: tuple[tuple[int, bool, int, int], Matching] | None = None
        for start in range(min(len(rows), SEARCHED_ROWS)):
            if not any(isinstance(cell, str) for cell in rows[start][1]):
                continue
            for depth in range(1, DEEPEST_HEADING + 1):
                part = rows[start : start + depth]
                if len(part) < depth or (depth > 1 and not self._is_heading_like(part)):
                    break
                headings = self._read_heading(part, choices)
                if not self._is_ledger(headings):
                    continue
                score = self._score(headings)
                if (
                    best
                    and part[0][0] > best[1].last_row
                    and (score <= best[0][0] or self._is_complete(best[1].headings))
                ):
                    continue  # printed again further down, perhaps glued to the data row above it
                rank = (score, depth > 1 and _has_groups(part), -depth, -start)
                if best is None or rank > best[0]:
                    best = rank, Matching(part[0][0], part[-1][0], headings)
        if best is None:
            return None
        assign(best[1])
        return best[1]

    def find_unsure(
        self,
        matching: Matching,
        rows: Sequence[tuple[int, Sequence[object]]],
        required: Iterable[str],
    ) -> list[dict]:
        """Headings that may mean a field not found yet: {heading, candidates, samples}.

        A heading that ends with a synonym of an open field, or holds one of a required open field.
        """
        required = set(required)
        result = []
        for heading in matching.unmatched:
            key = _BRACKETED.sub("", heading_key(heading.text))
            if heading.field or heading.rank < 0 or any(word in key for word in _NOT_CANDIDATES):
                continue
            candidates: dict[str, None] = {}
            for synonym, (name, _, is_weak) in self.synonyms.items():
                if name in matching.fields or is_weak or len(synonym) < 3:
                    continue
                if any(word in key for word in self.never.get(name, ())):
                    continue
                if key.endswith(synonym) or (name in required and synonym in key):
                    candidates[name] = None
            if candidates:
                samples = samples_below(matching, heading, rows)
                result.append(
                    {"heading": heading.text, "candidates": list(candidates), "samples": samples}
                )
        return result

    def missing_sentence(self, missing: Sequence[str]) -> str:
        """E_HEADER_MISSING in words: which columns are wanted."""
        names = "、".join(self.by_key[key].heading for key in missing)
        return f"没有找到必需的列：{names}。请核对表头后重新上传，或按模板填写。"


def assign(matching: Matching) -> None:
    """Give each field its column: the earliest synonym; say which headings stay aside and why."""
    by_field: dict[str, list[Heading]] = {}
    for heading in matching.headings:
        if heading.field:
            by_field.setdefault(heading.field, []).append(heading)
        elif not heading.why:
            key = heading_key(heading.text)
            heading.why = "序号列，不导入" if key in SERIAL else "不是台账字段"
    for key, found in by_field.items():
        strong = [h for h in found if not h.is_weak] or found
        winner = min(strong, key=lambda h: (h.rank, h.column))
        matching.fields[key] = winner
        for other in found:
            if other is winner:
                continue
            if heading_key(other.text) == heading_key(winner.text):
                matching.duplicated.append(winner.text)
            other.why = f"与“{winner.text}”是同一项，只取“{winner.text}”"
            matching.notices.append(
                f"“{other.text}”与“{winner.text}”是同一项，只取“{winner.text}”。"
            )


def samples_below(
    matching: Matching, heading: Heading, rows: Sequence[tuple[int, Sequence[object]]]
) -> list[str]:
    """The first three values under a heading, for a person who must say what it is."""
    values = (cells[heading.column] for number, cells in rows
              if number > matching.last_row and heading.column < len(cells))  # fmt: skip
    return [
        mask_numbers(mask_id_cards(cell_text(value)))[:40] for value in values if value is not None
    ][:3]
