"""From businesses to sheets: split, ordered, headed, with title and total rows, merges and hidden rows."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from entities.generator.businesses import Business
from entities.generator.cells import Cell, Clerk
from entities.generator.geography import County
from entities.generator.layouts import Layout
from entities.generator.refusals import spoil

Row = list[Cell]
NOTES = (
    "填表说明",
    "1. 本表由市场监督管理所填写，县（市、区）局审核。",
    "2. 一个许可证填一行；同一单位有多个许可证的分行填写。",
    "3. 包保等级按主体规模、业态确定，A级最高，不是风险等级。",
    "4. 已关门、搬走的主体在备注栏注明，不要删行。",
)
WIDTHS = {
    "name": 30,
    "credit_code": 22,
    "licence_no": 22,
    "address": 38,
    "seq": 6,
    "form": 14,
    "note": 18,
}


@dataclass
class Sheet:
    """A finished sheet; merges are (row, column, row, column), counted from 1; rows hold plain cells."""

    name: str
    rows: list[Row] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    heading_rows: set[int] = field(default_factory=set)
    is_hidden: bool = False
    widths: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Entry:
    """A business in the ledger; `refusal` is the code that its row must earn."""

    business: Business
    refusal: str = ""


def arrange(
    entries: list[Entry], layout: Layout, county: County, rng: random.Random
) -> list[tuple[str, list[Entry]]]:
    """The entries by sheet; repeats come after the row that they repeat."""
    repeats = [e for e in entries if e.refusal == "R_DUP"]
    order = {town.code: i for i, town in enumerate(county.towns)}
    rows = [e for e in entries if e.refusal != "R_DUP"]
    if layout.code != "2308G1":
        rows.sort(key=lambda e: (order.get(e.business.town, 0), e.business.village or ""))
    groups: dict[str, list[Entry]] = {}
    for i, entry in enumerate(rows):
        groups.setdefault(
            _sheet_of(entry.business, layout, county, order, i >= len(rows) // 2), []
        ).append(entry)
    for repeat in repeats:
        key = repeat.business.licence_no
        for group in groups.values():
            at = next((i for i, e in enumerate(group) if e.business.licence_no == key), None)
            if at is not None:
                group.insert(_place_after(group, at, layout, rng), repeat)
    return list(groups.items())


def _place_after(group: list[Entry], at: int, layout: Layout, rng: random.Random) -> int:
    """A later place; where the town cells are merged, within the same town."""
    last = len(group)
    if layout.merge_town:
        town = group[at].business.town
        last = next((i for i in range(at, len(group)) if group[i].business.town != town), last)
    return rng.randint(at + 1, last)


def _sheet_of(b: Business, layout: Layout, county: County, order: dict, second: bool) -> str:
    if layout.split == "town":
        return county.towns[order[b.town]].name
    if layout.split == "half":
        return "台账（一）" if not second else "台账（二）"
    if layout.split == "category":
        if b.category == "食品生产":
            return "食品生产"
        if b.category in ("餐饮服务", "单位食堂", "学校幼儿园食堂", "小餐饮"):
            return "餐饮服务及食堂"
        return "小作坊小食杂小摊点" if b.category.startswith("小") else "食品销售"
    return "台账"


class SheetBuilder:
    """Lays out one sheet of one county in the manner of its layout."""

    def __init__(self, layout: Layout, clerk: Clerk, rng: random.Random, words: dict[str, str]):
        self.layout = layout
        self.clerk = clerk
        self.rng = rng
        self.words = words
        self.width = len(layout.columns)

    def build(self, name: str, entries: list[Entry]) -> Sheet:
        sheet = Sheet(name, widths=[WIDTHS.get(key, 12) for key in self.layout.keys])
        self._titles(sheet)
        self._heading(sheet)
        towns: list[tuple[int, str | None]] = []
        for n, entry in enumerate(entries, 1):
            if self.layout.repeat_every and n > 1 and n % self.layout.repeat_every == 1:
                self._heading(sheet)
            sheet.rows.append(self._cells(entry, n))
            towns.append((len(sheet.rows), entry.business.town))
        self._hide_rows(sheet, [row for row, _ in towns])
        if self.layout.merge_town:
            self._merge_towns(sheet, towns)
        self._ending(sheet, len(entries))
        return sheet

    def _titles(self, sheet: Sheet) -> None:
        for text in self.layout.title:
            sheet.rows.append(
                [text.format(sheet=sheet.name, **self.words)] + [None] * (self.width - 1)
            )
            row = len(sheet.rows)
            sheet.merges.append((row, 1, row, self.width))

    def _heading(self, sheet: Sheet) -> None:
        columns = self.layout.columns
        top = len(sheet.rows) + 1
        sheet.heading_rows.add(top)
        if not self.layout.two_rows:
            sheet.rows.append([column[1] for column in columns])
            return
        sheet.heading_rows.add(top + 1)
        groups = [column[2] if len(column) == 3 else "" for column in columns]
        firsts = [not g or i == 0 or groups[i - 1] != g for i, g in enumerate(groups)]
        sheet.rows.append(
            [
                (g or c[1]) if first else None
                for g, c, first in zip(groups, columns, firsts, strict=True)
            ]
        )
        sheet.rows.append([c[1] if g else None for g, c in zip(groups, columns, strict=True)])
        for i, group in enumerate(groups):
            if not group:
                sheet.merges.append((top, i + 1, top + 1, i + 1))
            elif firsts[i]:
                end = i
                while end + 1 < len(groups) and groups[end + 1] == group:
                    end += 1
                sheet.merges.append((top, i + 1, top, end + 1))

    def _cells(self, entry: Entry, n: int) -> Row:
        cells = self.clerk.row(entry.business)
        if entry.refusal and entry.refusal != "R_DUP":
            cells = spoil(cells, entry.refusal, self.rng, self.layout)
        cells["seq"] = n
        return [cells[key] for key in self.layout.keys]

    def _hide_rows(self, sheet: Sheet, rows: list[int]) -> None:
        """Rows that a forgotten filter hides: their data count."""
        sheet.hidden_rows.update(
            self.rng.sample(rows, min(self.layout.hidden_rows, len(rows) // 8))
        )

    def _merge_towns(self, sheet: Sheet, towns: list[tuple[int, str | None]]) -> None:
        """One merged cell for each run of rows of one town."""
        column = self.layout.keys.index("town") + 1
        start, previous = 0, object()
        for row, town in [*towns, (len(sheet.rows) + 1, object())]:
            if town != previous:
                if start and row - 1 > start:
                    sheet.merges.append((start, column, row - 1, column))
                start, previous = row, town
            else:
                sheet.rows[row - 1][column - 1] = None

    def _ending(self, sheet: Sheet, count: int) -> None:
        if self.layout.total:
            row: Row = [None] * self.width
            row[0], row[1] = "合计", f"{count}家"
            sheet.rows.append(row)
        for text in self.layout.footer:
            sheet.rows.append([text.format(**self.words)] + [None] * (self.width - 1))

    def notes(self) -> Sheet:
        return Sheet("填表说明", [[line] for line in NOTES], widths=[80])

    def old(self, name: str, entries: Iterable[Entry]) -> Sheet:
        """A hidden sheet with last year's rows: same headings, nothing of it may be imported."""
        sheet = self.build(name, [Entry(self._aged(e.business)) for e in entries])
        sheet.is_hidden = True
        return sheet

    def _aged(self, b: Business) -> Business:
        years = timedelta(1500)
        past = {
            key: day - years
            for key in ("issued_on", "expires_on", "surveyed_on")
            if (day := getattr(b, key))
        }
        return b._replace(name=f"{b.name}（旧）", note="旧台账", **past)
