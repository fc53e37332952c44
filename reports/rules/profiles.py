"""导出模板: formats of a value, and what makes a table that can be written."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_COLUMNS = 60
MOST_HEADING = 40
SERIAL, FIXED = "serial", ("fixed1", "fixed2", "fixed3")

# kind of a column → its formats, the usual one first
FORMATS: dict[str, dict[str, str]] = {
    "date": {
        "iso": "2022-11-02", "slash": "2022/11/02", "dense": "20221102", "zh": "2022年11月2日",
        "cell": "表格日期",
    },
    "choice": {"label": "文字", "value": "代码"},
    "grade": {"letter": "A", "label": "A级"},
    "flag": {"word": "是/否", "digit": "1/0"},
}  # fmt: skip
PERMANENT = "长期"


@dataclass(frozen=True)
class Column:
    """One column that a template may have: where its value comes from (`path`, as the database names it) and of
    which kind it is: text, number, date, moment, choice (`words`), grade, flag, phone, note, area."""

    key: str
    label: str
    path: str
    kind: str = "text"
    words: Mapping[str, str] | None = None

    @property
    def formats(self) -> dict[str, str]:
        return FORMATS.get(self.kind, {})


def formatted(column: Column, value: Any, format: str) -> Any:
    """A value as the template wants it; empty stays empty. Phones and free texts are the caller's to mask."""
    if value is None or value == "":
        return None
    if column.kind == "date" and isinstance(value, datetime.date):
        return _day(value, format or "iso")
    if column.kind == "grade":
        return f"{value}级" if format == "label" else value
    if column.kind == "choice":
        return value if format == "value" else str((column.words or {}).get(value, value))
    if column.kind == "flag":
        words = ("1", "0") if format == "digit" else ("是", "否")
        return words[0] if value else words[1]
    if column.kind == "number":
        return int(value) if value == int(value) else float(value)
    return value


def _day(value, format):
    if format == "cell":
        return value
    if format == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return {"iso": f"{value:%Y-%m-%d}", "slash": f"{value:%Y/%m/%d}", "dense": f"{value:%Y%m%d}"}.get(
        format, f"{value:%Y-%m-%d}"
    )  # fmt: skip


def columns_problem(columns: Sequence[Mapping[str, str]], known: Mapping[str, Column]) -> str:
    """What keeps these columns from being a table, in a sentence; "" where nothing does."""
    if not columns:
        return "请至少选一列。"
    if len(columns) > MOST_COLUMNS:
        return f"最多 {MOST_COLUMNS} 列，现在有 {len(columns)} 列，请删减。"
    seen: set[str] = set()
    for column in columns:
        key, heading = column["key"], column["heading"].strip()
        if key not in known and key not in (SERIAL, *FIXED):
            return "有一列不认识，请重新选择。"
        if not heading:
            return "每一列都要有表头，请填写。"
        if len(heading) > MOST_HEADING:
            return f"表头“{heading[:12]}…”超过 {MOST_HEADING} 个字，请缩短。"
        if heading in seen:
            return f"表头“{heading}”重复，请改成不同的。"
        seen.add(heading)
        formats = known[key].formats if key in known else {}
        if column.get("format") and column["format"] not in formats:
            return f"“{heading}”的格式不认识，请重新选择。"
    return ""
