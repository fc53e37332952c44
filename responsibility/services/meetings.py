"""Meetings are recorded; what they decide becomes tasks, which are done by their owner and closed by the
issuer."""

import datetime
from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Max

from jiamusi_foodsafety.jurisdiction.scopes import area_scope
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import ActionState
from ..models import Action, Decision, Meeting
from .records import tell


class MeetingError(DomainError):
    pass


@transaction.atomic
def decision_add(
    *,
    actor,
    meeting: Meeting,
    text: str,
    decision: Decision | None,
    task: Mapping[str, Any] | None,
    address: str | None = None,
) -> Decision:
    """Add a decision to a meeting (or take an earlier one), and give somebody a task of it. Raises
    MeetingError when the task's area lies outside the meeting's."""
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    with pghistory.context(user=actor.pk, via="meeting"):
        if decision is None:
            last = meeting.decisions.aggregate(last=Max("order"))["last"] or 0
            decision = Decision.objects.create(meeting=meeting, order=last + 1, text=text)
        if task is not None:
            if not task["area"].pk.startswith(meeting.area_id):
                raise MeetingError("任务的责任属地要在开会单位的属地之内。")
            Action.objects.create(decision=decision, **task)
    tell(actor, meeting, {"act": "decision", "decision": decision.pk}, address)
    return decision


def _locked(action, states, words):
    row = (
        Action.objects.select_for_update(of=("self",))
        .select_related("decision__meeting")
        .get(pk=action.pk)
    )
    if row.state not in states:
        raise MeetingError(
            f"这项任务现在是“{row.get_state_display()}”，不能{words}。请看最新情况。"
        )
    return row


@transaction.atomic
def action_done(
    *, actor, action: Action, result: str, at: datetime.datetime, address: str | None = None
) -> Action:
    """The owner reports a task as done, with its result. Raises MeetingError when it is not open any more,
    or is not the actor's: it is given to a person, or to the area of which he has the bureau's right."""
    row = _locked(action, {ActionState.OPEN}, "再报办结")
    if not may_do(actor, row):
        raise MeetingError("这项任务不是交给您的。")
    row.state, row.result, row.done_at, row.done_by = ActionState.DONE, result, at, actor
    with pghistory.context(user=actor.pk, via="action"):
        row.save(update_fields=["state", "result", "done_at", "done_by"])
    tell(actor, row, {"act": "done", "result": result}, address)
    return row


@transaction.atomic
def action_close(
    *, actor, action: Action, at: datetime.datetime, address: str | None = None
) -> Action:
    """The issuer accepts what was done: the task is closed. Raises MeetingError when it is not reported as
    done, or the actor does not belong to the issuer."""
    row = _locked(action, {ActionState.DONE}, "销账")
    _check_issuer(actor, row)
    row.state, row.closed_at = ActionState.CLOSED, at
    with pghistory.context(user=actor.pk, via="action"):
        row.save(update_fields=["state", "closed_at"])
    tell(actor, row, {"act": "close"}, address)
    return row


@transaction.atomic
def action_return(
    *, actor, action: Action, why: str, due_on: datetime.date | None, address: str | None = None
) -> Action:
    """The issuer sends a task back, with a later day if he wants. Raises MeetingError as above."""
    row = _locked(action, {ActionState.DONE}, "退回")
    _check_issuer(actor, row)
    if not why.strip():
        raise MeetingError("退回请写原因。")
    row.state, row.done_at, row.done_by = ActionState.OPEN, None, None
    row.result = f"退回：{why.strip()}"[:300]
    row.due_on = due_on or row.due_on
    with pghistory.context(user=actor.pk, via="action"):
        row.save(update_fields=["state", "done_at", "done_by", "result", "due_on"])
    tell(actor, row, {"act": "return", "why": why}, address)
    return row


def may_do(actor, action: Action) -> bool:
    """Whether a task is this person's to report: his own, or one of his area without a person."""
    if action.user_id is not None:
        return action.user_id == actor.pk
    return actor.has_perm("responsibility.change_meeting") and area_scope(actor).covers(
        action.area_id
    )


def may_close(actor, action: Action) -> bool:
    """Whether this person belongs to those who gave the task."""
    return actor.has_perm("responsibility.change_meeting") and area_scope(actor).covers(
        action.decision.meeting.area_id
    )


def _check_issuer(actor, row):
    if not may_close(actor, row):
        raise MeetingError("只有开会的单位能销账或退回。")
