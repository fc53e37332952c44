"""What a phone may send as a visit: each fault as (field, sentence). Nothing is put right silently."""

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A phone's clock may run ahead by so much; a draft may wait for so long.
AHEAD = datetime.timedelta(minutes=10)
LATEST_DAYS = 60
MOST_PHOTOS, MOST_NOTE, MOST_CONTACT = 30, 500, 40
ANSWERS = ("yes", "no", "na")
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Item:
    """An item of a list that applies to the business."""

    code: str
    text: str
    na_allowed: bool


def is_key(text: object) -> bool:
    """Whether something is a key that a phone draws: 32 hex characters."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


def is_clean(value: object) -> bool:
    """Whether no text anywhere in a JSON value holds the NUL character, which the database refuses."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, Mapping):
        return all(is_clean(key) and is_clean(inner) for key, inner in value.items())
    return all(map(is_clean, value)) if isinstance(value, list) else True


# What a phone sends, by field: the kind of its value, and of what a list holds.
SHAPES = {
    "key": (str, None), "kind": (str, None), "mode": (str, None), "contact": (str, None),
    "note": (str, None), "answers": (dict, None), "controls": (dict, None), "problems": (list, dict),
    "photos": (list, str), "campaigns": (list, int),
}  # fmt: skip


def shape_faults(sent: Mapping) -> list[str]:
    """The fields whose value is of another kind than they take; what is not sent is no fault."""
    found = []
    for name, (kind, inner) in SHAPES.items():
        value = sent.get(name)
        if value is None:
            continue
        if (
            not isinstance(value, kind)
            or not is_clean(value)
            or (inner is not None and not all(isinstance(one, inner) for one in value))
        ):
            found.append(name)
    return found


def moment(text: object) -> datetime.datetime | None:
    """A moment with its zone from ISO text; None for what is none. Without a zone it would be a guess."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.datetime.fromisoformat(text)
        return found.astimezone(SHANGHAI) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def day_of(at: datetime.datetime) -> datetime.date:
    """The day of a moment in Asia/Shanghai, whatever the server's zone."""
    return at.astimezone(SHANGHAI).date()


def clock_faults(
    started_at: datetime.datetime, finished_at: datetime.datetime, at: datetime.datetime
) -> list[tuple[str, str]]:
    """What is wrong with the phone's clock, seen at `at`: in the future, too long ago, or backwards."""
    today, day = day_of(at), day_of(started_at)
    if day > today or started_at > at + AHEAD or finished_at > at + AHEAD:
        told = max(started_at, finished_at).astimezone(SHANGHAI)
        return [(
            "started_at",
            f"手机时间是 {told:%Y-%m-%d %H:%M}，比现在晚。请校准手机的日期和时间，再填一次。",
        )]  # fmt: skip
    if (today - day).days > LATEST_DAYS:
        return [(
            "started_at",
            f"督导日期是 {day}，已超过 {LATEST_DAYS} 天，不能再报。日期不对的，请校准手机时间后重填。",
        )]  # fmt: skip
    if finished_at < started_at:
        return [("finished_at", "结束时间早于开始时间。请校准手机的日期和时间，再填一次。")]
    return []


def answer_faults(items: Sequence[Item], answers: Mapping[str, object]) -> list[str]:
    """Every item that applies is answered, no other; 不涉及 only where the list allows it."""
    known = {item.code: item for item in items}
    missing = [code for code in known if code not in answers]
    found = []
    if missing:
        found.append(f"还有 {len(missing)} 项没有填：{'、'.join(missing)}。")
    strange = sorted(str(code) for code in answers if code not in known)
    if strange:
        found.append(f"{'、'.join(strange)[:60]} 不在这家主体的清单里，请刷新后再填。")
    for code, value in answers.items():
        if code in known and value not in ANSWERS:
            found.append(f"{code} 只能填是、否或不涉及。")
        elif code in known and value == "na" and not known[code].na_allowed:
            found.append(f"{code} 不能填不涉及。")
    return found


def problem_faults(answers: Mapping[str, object], problems: Iterable[Mapping]) -> list[str]:
    """Each 否 says what is wrong, once; a problem belongs to an item that was answered 否."""
    problems = list(problems)
    wrong = [code for code, value in answers.items() if value == "no"]
    told = [problem.get("item") for problem in problems]
    found = []
    silent = [code for code in wrong if code not in told]
    if silent:
        found.append(f"{'、'.join(silent)} 填了否，请写明是什么问题。")
    for item in dict.fromkeys(told):
        if item not in wrong:
            found.append(f"{str(item)[:10]} 没有填否，不能报问题。")
        elif told.count(item) > 1:
            found.append(f"{item} 报了两次，请并成一个问题。")
    for problem in problems:
        if not is_key(problem.get("key")):
            found.append("问题没有编号，请刷新页面后再填。")
        title = problem.get("title")
        if not isinstance(title, str) or not title.strip():
            found.append(f"{str(problem.get('item'))[:10]} 请写明是什么问题。")
        elif len(title) > 120:
            found.append(f"{str(problem.get('item'))[:10]} 问题写得太长，最多 120 字。")
        if len(str(problem.get("detail") or "")) > 500:
            found.append(f"{str(problem.get('item'))[:10]} 说明太长，最多 500 字。")
    return found


def photo_faults(photos: Sequence[str], problems: Sequence[Mapping]) -> list[str]:
    """The keys of photographs are keys, and not too many."""
    keys = list(photos)
    for problem in problems:
        own = problem.get("photos") or []
        keys += own if isinstance(own, list) else [own]
    if not all(map(is_key, keys)):
        return ["照片没有编号，请刷新页面后重拍。"]
    return [f"一次督导最多 {MOST_PHOTOS} 张照片。"] if len(keys) > MOST_PHOTOS else []
