"""Visits as a phone sends them."""

import uuid

from inspections.models import Checklist
from inspections.rules.checklists import applies


def key():
    return uuid.uuid4().hex


def answers_for(entity, checklist, **more):
    """是 for every item that applies to the business; `more` = {code: answer}."""
    items = checklist.items.prefetch_related("categories").order_by("order")
    codes = [
        item.code
        for item in items
        if applies([c.pk for c in item.categories.all()], entity.category_id)
    ]
    return dict.fromkeys(codes, "yes") | more


def problem(item, **more):
    return {"key": key(), "item": item, "title": "货架有过期食品", "kind": "general"} | more


def sent_for(entity, *, level="village", wrong=(), **more):
    """A visit on 2022-11-02 from 9:30 to 9:40 with all items answered; `wrong`: items answered 否."""
    checklist = Checklist.objects.get(level=level, state="issued")
    return {
        "key": key(), "entity": entity.pk, "checklist": checklist.pk, "kind": "visit",
        "mode": "on_site", "started_at": "2022-11-02T09:30:00+08:00",
        "finished_at": "2022-11-02T09:40:00+08:00",
        "answers": answers_for(entity, checklist, **dict.fromkeys(wrong, "no")),
        "problems": [problem(item) for item in wrong], "photos": [], "contact": "李四", "note": "",
    } | more  # fmt: skip


def suspended_for(entity, **more):
    told = sent_for(entity)
    return told | {"kind": "suspended", "checklist": None, "answers": {}, "problems": []} | more
