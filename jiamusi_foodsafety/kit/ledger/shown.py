"""What the pages of an upload show of it: steps, sheets, columns, kinds of findings. Nothing is read here."""

from collections import Counter
from collections.abc import Mapping, Sequence

from .columns import Column
from .headings import heading_key
from .records import UploadRecord
from .states import Stage, UploadState

# "not said yet": the empty choice means "leave this column alone".
UNSAID = "?"


def recognised(
    upload: UploadRecord, columns: Sequence[Column], remembered: Mapping[str, str]
) -> list[dict]:
    """Which heading became which field, and why."""
    chosen = {heading_key(heading) for heading, field in upload.choices.items() if field}
    kept = {heading_key(heading) for heading, field in remembered.items() if field}
    return [
        {
            "heading": upload.columns[column.key],
            "field": column.heading,
            "key": column.key,
            "why": _why(column, heading_key(upload.columns[column.key]), chosen, kept),
        }
        for column in columns
        if column.key in upload.columns
    ]


def _why(column, key, chosen, kept):
    if key in chosen:
        return "本次选择"
    if key in kept:
        return "本县上次的选择"
    if key == heading_key(column.heading):
        return "标准列名"
    known = {heading_key(heading) for heading in column.headings}
    return "同义列名" if key in known else "相近列名"


def sheets_read(upload):
    """The sheets with what was skipped in each, in words."""
    shown = []
    for sheet in upload.sheets:
        whys = Counter(skip["why"] for skip in sheet.get("skipped", ()))
        words = [f"跳过{why} {count}" for why, count in whys.items()]
        if sheet.get("hidden_rows"):
            words.append(f"隐藏行 {sheet['hidden_rows']}（已读入并提示）")
        heads = sheet.get("header_rows") or []
        if sheet.get("note"):
            words.insert(0, sheet["note"])
        elif heads and heads[0] != heads[-1]:
            words.insert(0, "多行表头")
        shown.append(
            {
                "name": sheet["name"],
                "heads": "–".join(str(row) for row in sorted(set(heads))),
                "rows": sheet["rows"],
                "note": "；".join(words),
            }
        )
    return shown


def skipped(upload):
    """What was left out of all sheets, and hidden rows that were not, in words."""
    whys = Counter(skip["why"] for sheet in upload.sheets for skip in sheet.get("skipped", ()))
    words = "、".join(f"{why} {count:,}" for why, count in whys.items())
    hidden = sum(sheet.get("hidden_rows", 0) for sheet in upload.sheets)
    parts = [f"跳过：{words}"] if words else []
    if hidden:
        parts.append(f"隐藏行 {hidden:,}（已读入并提示）")
    return "；".join(parts)


def stages(upload: UploadRecord) -> list[dict]:
    """The six steps with what is known of each: state done | now | later | failed, and a short note."""
    order = list(Stage)
    at = order.index(upload.stage) if upload.stage in order else 0
    finished = upload.state in {UploadState.APPLIED, UploadState.UNDONE}
    halted = upload.state in {UploadState.REFUSED, UploadState.DISCARDED}
    shown = []
    for index, stage in enumerate(order):
        if finished or index < at:
            state = "done"
        elif index > at:
            state = "later"
        else:
            state = "failed" if halted else "now"
        shown.append(
            {"name": stage.label, "state": state, "note": _stage_note(upload, stage, state)}
        )
    return shown


def _stage_note(upload, stage, state):
    if state == "later":
        return "等待"
    if state == "failed":
        return upload.get_state_display()
    if state == "now":
        return _now_note(upload, stage)
    if stage == Stage.REVIEW:
        return "已确认"
    if stage == Stage.MATCH and upload.columns:
        aside = len({item["heading"] for item in upload.unmatched})
        return f"{len(upload.columns)} 列，" + (f"{aside} 列未用" if aside else "全部对上")
    seconds = upload.seconds.get(stage.value)
    if seconds is None:
        return ""
    time = f"{max(seconds, 0.1):.1f} 秒"
    return f"{upload.rows:,} 行，{time}" if stage == Stage.CHECK else time


def _now_note(upload, stage):
    if stage == Stage.REVIEW:
        return "请核对"
    if upload.state == UploadState.COLUMNS:
        return "请选列"
    return "排队中" if upload.state == UploadState.QUEUED else "进行中"


def finding_families(upload: UploadRecord, kinds: dict) -> list[dict]:
    """Refusals and hints by kind, most frequent first. `kinds`: code → name."""
    shown = []
    for initial, name, tone in (("R", "拒收", "red"), ("W", "提示", "amber")):
        found = [(code, n) for code, n in upload.findings.items() if code[0] == initial]
        if found:
            shown.append(
                {
                    "key": initial,
                    "name": name,
                    "tone": tone,
                    "count": sum(n for _, n in found),
                    "kinds": [
                        {"key": code, "name": kinds.get(code, code), "count": n}
                        for code, n in sorted(found, key=lambda pair: (-pair[1], pair[0]))
                    ],
                }
            )
    return shown


def headings(
    upload: UploadRecord,
    picked: Mapping[str, str],
    columns: Sequence[Column],
    remembered: Mapping[str, str],
) -> list[dict]:
    """All headings of the ledger once, the unsure ones first, with what is chosen for each now."""
    shown, by_key = {}, {column.key: column for column in columns}
    for item in upload.unsure:
        shown[item["heading"]] = _heading(item, "unsure", UNSAID, by_key)
    for item in upload.unmatched:
        shown.setdefault(item["heading"], _heading(item, "unmatched", "", by_key))
    for item in recognised(upload, columns, remembered):
        shown.setdefault(item["heading"], _heading(item, "matched", item["key"], by_key))
    for heading, item in shown.items():
        item["field"] = picked.get(heading, item["field"])
    return list(shown.values())


def _heading(item, state, field, by_key):
    return {
        "heading": item["heading"],
        "state": state,
        "field": field,
        "why": item.get("why", ""),
        "samples": item.get("samples", []),
        "candidates": [by_key[key] for key in item.get("candidates", []) if key in by_key],
    }


def wanted(upload: UploadRecord, columns: Sequence[Column]) -> list[Column]:
    """The required fields that no column was found for, as the upload's sentence names them."""
    if upload.state != UploadState.COLUMNS or not upload.code:
        return []
    names = upload.message.partition("：")[2].partition("。")[0].split("、")
    return [column for column in columns if column.heading in names]


def problems(
    picked: Mapping[str, str], wanted: Sequence[Column], columns: Sequence[Column]
) -> list[str]:
    """Sentences about what cannot stay as it was chosen."""
    found, by_key = [], {column.key: column for column in columns}
    lacking = [column.heading for column in wanted if column.key not in picked.values()]
    if lacking:
        names = "、".join(f"“{name}”" for name in lacking)
        found.append(f"必需的{names}还没有选是哪一列。台账里真的没有，请放弃本次上传，补上后再传。")
    unsaid = [heading for heading, field in picked.items() if field == UNSAID]
    if unsaid:
        names = "、".join(f"“{heading}”" for heading in unsaid)
        found.append(f"{names} 还没有选。请选对应的字段，或选“不导入这一列”。")
    for field in {field for field in picked.values() if field in by_key}:
        same = [heading for heading, other in picked.items() if other == field]
        if len(same) > 1:
            names = "、".join(f"“{heading}”" for heading in same)
            found.append(f"{names} 都选了“{by_key[field].heading}”。一个字段只能对应一列，请改选。")
    return found


def said(picked: Mapping[str, str], known: Mapping[str, dict]) -> dict[str, str]:
    """What a person said: the answers to questions, and what he changed of the rest."""
    return {
        heading: field
        for heading, field in picked.items()
        if known[heading]["state"] == "unsure" or field != known[heading]["field"]
    }
