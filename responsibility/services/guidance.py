"""点对点指导: a county asks, the city answers; what serves all goes into the 问答汇编 (F15)."""

import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..models import Guidance
from ..queries.recipients import recipients_of
from .notifications import notify

ASK, ANSWER = "responsibility.add_guidance", "responsibility.answer_guidance"


class GuidanceError(DomainError):
    pass


def _record(actor, address, act, row, **detail):
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="guidance",
        object_id=row.pk, area_code=row.area_id, detail={"act": act} | detail,
    )  # fmt: skip


def _page(row):
    return reverse("responsibility:guidance-detail", args=[row.pk])


@transaction.atomic
def guidance_ask(
    *,
    actor,
    area: Area,
    question: str,
    channel: str,
    asked_at: datetime.datetime,
    at: datetime.datetime,
    contact: str = "",
    topic: str = "",
    answer: str = "",
    address: str | None = None,
) -> Guidance:
    """Write down a question of a county; with an answer, if it was given at once on the telephone. Without
    one, those of the city who answer are told. Raises GuidanceError for a time to come."""
    if asked_at > at:
        raise GuidanceError("提问时间在以后，请改正。")
    row = Guidance(
        area=area, question=question.strip(), channel=channel, asked_at=asked_at, contact=contact,
        topic=topic,
    )  # fmt: skip
    if answer.strip():
        row.answer, row.answered_at, row.answered_by = answer.strip(), at, actor
    row.save()
    _record(actor, address, "ask", row)
    if row.answered_at is None:
        notify(
            users=recipients_of(areas=[area.pk[:4]], permission=ANSWER),
            key=f"guidance-{row.pk}",
            text=f"{area.name}提问：{row.question[:60]}",
            url=_page(row),
        )
    return row


@transaction.atomic
def guidance_answer(
    *, actor, guidance: Guidance, answer: str, is_shared: bool, at, seen: str = "", address=None
) -> Guidance:
    """Answer, or better an answer (the history keeps both); `is_shared` puts it before all counties of the
    city. `seen` is `answer_mark` of what the writer had before his eyes. Raises GuidanceError where another
    answered meanwhile."""
    row = Guidance.objects.select_for_update(of=("self",)).get(pk=guidance.pk)
    if seen != answer_mark(row):
        raise GuidanceError(
            f"{row.answered_by or '系统'}在 {timezone.localtime(row.answered_at):%m-%d %H:%M} 已答复，"
            "您写的没有保存。请看过后再补充。"
        )
    row.answer, row.answered_at, row.answered_by = answer.strip(), at, actor
    row.is_shared = is_shared
    row.save()
    _record(actor, address, "answer", row, is_shared=is_shared)
    notify(
        users=recipients_of(areas=[row.area_id], permission=ASK),
        key=f"guidance-{row.pk}-{at:%Y%m%d%H%M%S%f}",
        text=f"提问已答复：{row.question[:60]}",
        url=_page(row),
    )
    return row


def answer_mark(row: Guidance) -> str:
    """What tells one answer from the next."""
    return f"{row.answered_at:%Y%m%d%H%M%S%f}" if row.answered_at else ""
