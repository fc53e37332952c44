"""The visit page as a plain form: what was told, in the words of `visit_submit`."""

from collections.abc import Mapping

from django.utils.crypto import salted_hmac

from ..enums import Answer, VisitKind, VisitMode
from ..queries.sheet import Sheet

BLANK = {
    "key": "", "started_at": "", "mode": "", "contact": "", "note": "", "suspended_note": "", "answers": {}, "campaigns": [],
}  # fmt: skip


def told_in(post: Mapping, sheet: Sheet) -> dict:
    """What the form says; each line of the sheet is given its own part, so that nothing typed is lost. With
    `rest` in it the items without an answer become 是."""
    told = {name: post.get(name, "").strip() for name in BLANK if isinstance(BLANK[name], str)}
    told["answers"] = {}
    chosen = post.getlist("campaign")
    told["campaigns"] = [one.pk for one in sheet.campaigns if str(one.pk) in chosen]
    for line in sheet.lines:
        code = line.item.code
        answer = post.get(f"a-{code}", "")
        if answer not in [value for value, _ in line.answers]:
            answer = Answer.YES.value if "rest" in post else ""
        if answer:
            told["answers"][code] = answer
        line.told = {
            "answer": answer,
            "phrases": [
                phrase for phrase in post.getlist(f"p-{code}") if phrase in line.item.phrases
            ],
            "detail": post.get(f"d-{code}", "").strip(),
            "on_spot": bool(post.get(f"s-{code}")),
            "kind": post.get(f"k-{code}", ""),
        }
    return told


def missing_in(told: dict, sheet: Sheet) -> list[str]:
    """What still has to be filled in, as sentences."""
    left = [line.number for line in sheet.lines if line.item.code not in told["answers"]]
    if not sheet.checklist:
        return ["还没有在用的督导清单。请告知市局启用后再督导。"]
    return [f"还有 {len(left)} 项没填，从第 {left[0]} 项起。"] if left else []


def suspension_lacks(told: dict) -> list[str]:
    """What the record of a suspension still needs, as sentences."""
    return (
        []
        if told["suspended_note"]
        else ["请写明怎么知道停产停业的，例如“门上锁，邻居说歇业一个月”。"]
    )


def sent_from(
    told: dict, sheet: Sheet, *, kind: str, photos: Mapping[str, list], finished_at
) -> dict:
    """The visit as `visit_submit` takes it. `photos`: item code ("" for the whole) → keys. The keys of the
    problems follow from the form's, so that the same form sent twice is the same visit."""
    is_visit = kind == VisitKind.VISIT
    wrong = [line for line in sheet.lines if told["answers"].get(line.item.code) == Answer.NO]
    return {
        "key": told["key"],
        "entity": sheet.entity.pk,
        "checklist": sheet.checklist.pk if is_visit and sheet.checklist else None,
        "kind": kind,
        "mode": told["mode"] or VisitMode.ON_SITE.value,
        "started_at": told["started_at"],
        "finished_at": finished_at,
        "answers": told["answers"] if is_visit else {},
        "problems": [_problem(line, told["key"], photos) for line in wrong] if is_visit else [],
        "photos": photos.get("", []),
        "campaigns": told["campaigns"] if is_visit else [],
        "contact": told["contact"],
        "note": told["note"] if is_visit else told["suspended_note"],
    }


def _problem(line, key, photos):
    told, item = line.told, line.item
    return {
        "key": key_for(key, item.code),
        "item": item.code,
        "title": ("；".join(told["phrases"]) or f"未落实：{item.text}")[:120],
        "detail": told["detail"],
        "kind": told["kind"] or item.problem_kind,
        "on_spot": told["on_spot"],
        "photos": photos.get(item.code, []),
    }


def key_for(key: str, part: str) -> str:
    """A key of 32 hex digits that follows from another one and a word."""
    return salted_hmac("inspections.visit", f"{key}:{part}").hexdigest()[:32]
