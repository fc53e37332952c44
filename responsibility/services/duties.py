"""Dated to-dos: made from the lists in force, set-based and repeatable; done, and opened again."""

import datetime
from collections.abc import Iterable

import pghistory
from django.core.files.base import File
from django.db import connection, transaction
from django.urls import reverse

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import Cycle, DutyCloser, DutyOwner, DutyState, ListKind, Mark, PledgeState
from ..models import CalendarDay, Duty, ListItem
from ..queries.duties import occasional_items
from ..queries.lists import lists_in_force
from ..rules.periods import occasion, periods_of
from .notifications import notify

MANY = 1000
LEFT = "干部已离任或调动"
DROPPED = "清单已不再列这一项"
# What falls due, as a table: a line of a list in force × a period that is open on the day.
_DUE = """due (item_id, code, level, owner, period, starts_on, due_on) AS (
    SELECT * FROM unnest(%(item)s::bigint[], %(code)s::text[], %(level)s::text[], %(owner)s::text[],
                         %(period)s::text[], %(starts_on)s::date[], %(due_on)s::date[]))"""
_COLUMNS = """item_id, code, area_id, cadre_id, period, starts_on, due_on, state, note, file,
              file_name, revision"""
_MAKE_CADRES = f"""
    WITH {_DUE}
    INSERT INTO responsibility_duty ({_COLUMNS})
    SELECT v.item_id, v.code, c.area_id, c.id, v.period, v.starts_on, v.due_on, 'open', %(note)s, '', '', 1
    FROM due v JOIN responsibility_cadre c ON c.level = v.level AND c.is_in_post
    WHERE v.owner = 'cadre' AND c.area_id LIKE %(within)s
      AND NOT EXISTS (SELECT 1 FROM responsibility_duty d WHERE d.code = v.code
                      AND d.area_id = c.area_id AND d.cadre_id = c.id AND d.period = v.period)
    ORDER BY c.area_id, c.id, v.due_on, v.item_id
    ON CONFLICT (code, area_id, cadre_id, period) DO NOTHING"""
_MAKE_AREAS = f"""
    WITH {_DUE}
    INSERT INTO responsibility_duty ({_COLUMNS})
    SELECT v.item_id, v.code, a.code, NULL, v.period, v.starts_on, v.due_on, 'open', %(note)s, '', '', 1
    FROM due v JOIN jurisdiction_area a ON a.level = v.level AND a.is_active
    WHERE v.owner = 'area' AND a.code LIKE %(within)s
      AND NOT EXISTS (SELECT 1 FROM responsibility_duty d WHERE d.code = v.code
                      AND d.area_id = a.code AND d.cadre_id IS NULL AND d.period = v.period)
    ORDER BY a.code, v.due_on, v.item_id
    ON CONFLICT (code, area_id, cadre_id, period) DO NOTHING"""
# Whether the one who owes it still stands where it fell due.
_STANDS = """CASE WHEN d.cadre_id IS NULL THEN a.is_active
             ELSE c.is_in_post AND c.area_id = d.area_id END"""
# Whether a list in force still asks for it; what is past its day, or was given by somebody, stays owed.
_LISTED = f"""(d.due_on < %(on)s OR EXISTS (
    SELECT 1 FROM responsibility_listitem i
    WHERE i.id = d.item_id AND i.cycle = '{Cycle.ANY_TIME.value}') OR EXISTS (
    SELECT 1 FROM due v WHERE v.code = d.code AND v.period = d.period
      AND v.level = coalesce(c.level, a.level)
      AND v.owner = CASE WHEN d.cadre_id IS NULL THEN 'area' ELSE 'cadre' END))"""
_FROM = """FROM responsibility_duty d JOIN jurisdiction_area a ON a.code = d.area_id
           LEFT JOIN responsibility_cadre c ON c.id = d.cadre_id"""
_CANCEL = f"""
    WITH {_DUE}, gone AS (
        SELECT d.id, {_STANDS} AS stands {_FROM}
        WHERE d.state = 'open' AND d.area_id LIKE %(within)s AND NOT ({_STANDS} AND {_LISTED})
        ORDER BY d.id FOR UPDATE OF d)
    UPDATE responsibility_duty t SET state = 'cancelled', revision = t.revision + 1,
        note = CASE WHEN gone.stands THEN %(dropped)s ELSE %(left)s END
    FROM gone WHERE t.id = gone.id"""
_REVIVE = f"""
    WITH {_DUE}, back AS (
        SELECT d.id {_FROM}
        WHERE d.state = 'cancelled' AND d.due_on >= %(on)s AND d.area_id LIKE %(within)s
          AND {_STANDS} AND {_LISTED}
        ORDER BY d.id FOR UPDATE OF d)
    UPDATE responsibility_duty t SET state = 'open', revision = t.revision + 1, note = ''
    FROM back WHERE t.id = back.id"""


# Signed in the period of the task: what it asks for is there, whichever came first.
_CLOSE_SIGNED = f"""
    WITH signed AS (
        SELECT DISTINCT ON (d.id) d.id, p.number, p.signed_at, p.signed_by_id FROM responsibility_duty d
        JOIN responsibility_listitem i ON i.id = d.item_id
            AND i.closed_by = '{DutyCloser.PLEDGE.value}'
        JOIN responsibility_pledge p ON p.cadre_id = d.cadre_id
            AND p.state = '{PledgeState.SIGNED.value}' AND p.signed_on BETWEEN d.starts_on AND d.due_on
        WHERE d.state = 'open' AND d.area_id LIKE %(within)s
          AND (%(cadres)s::bigint[] IS NULL OR d.cadre_id = ANY(%(cadres)s::bigint[]))
        ORDER BY d.id, p.signed_on DESC, p.id DESC)
    UPDATE responsibility_duty t SET state = 'done', done_at = coalesce(signed.signed_at, now()), done_by_id = signed.signed_by_id,
        revision = t.revision + 1, note = '承诺书 ' || signed.number || ' 已签订'
    FROM signed WHERE t.id = signed.id AND t.state = 'open'"""


class DutyError(DomainError):
    """A to-do that cannot be done or opened again as asked."""


def _due_on(on):
    """Columns of the table of what falls due on this day, by the 任务清单 in force (● lines only)."""
    holidays = list(CalendarDay.objects.filter(is_workday=False).values_list("date", "name"))
    rows = []
    items = ListItem.objects.filter(
        document__in=lists_in_force(kinds=[ListKind.TASK], on=on), mark=Mark.FULL
    ).select_related("document")
    for item in items.order_by("document__level", "order", "pk"):
        rows += [
            (item.pk, item.code, item.document.level, item.owner, period.label, period.starts_on,
             period.due_on)
            for period in periods_of(item.cycle, on, holidays)
        ]  # fmt: skip
    return _as_columns(rows)


def _as_columns(rows):
    names = ("item", "code", "level", "owner", "period", "starts_on", "due_on")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


@transaction.atomic
def duties_make(*, on: datetime.date, area: str | None = None) -> dict[str, int]:
    """Make the to-dos that are open on a day: once for each line, period and cadre in post of its level,
    or area unit of its level. What nobody owes any more is cancelled, what is owed again opened. May run
    any number of times. `area` narrows it to a subtree. What
    a signed pledge answers already is closed. Counts: cadres, areas, cancelled, reopened, closed."""
    values = _due_on(on) | {"on": on, "within": f"{area or ''}%", "left": LEFT, "dropped": DROPPED}
    values["note"] = ""
    counts = {}
    with pghistory.context(via="duties"), connection.cursor() as cursor:
        for key, sql in (
            ("cancelled", _CANCEL),
            ("reopened", _REVIVE),
            ("cadres", _MAKE_CADRES),
            ("areas", _MAKE_AREAS),
        ):
            cursor.execute(sql, values)
            counts[key] = cursor.rowcount
        if counts["cadres"] + counts["areas"] > MANY:
            # With the statistics of an empty table the next run took 7 s instead of 0.1 (measured).
            cursor.execute("ANALYZE responsibility_duty")
        counts["closed"] = _close_signed(cursor, within=area or "", cadres=None)
    return counts


@transaction.atomic
def duties_give(
    *,
    actor,
    item: ListItem,
    area: str,
    on: datetime.date,
    due_on: datetime.date,
    note: str = "",
    address: str | None = None,
) -> int:
    """Let a 随时 line of a 任务清单 in force fall due, because something happened on the day `on`: for each cadre
    in post, or each unit, of its level below `area`; how many owe it now. Once a line, day and person: whoever
    has it already is left as he is. Raises DutyError."""
    if not occasional_items(on=on).filter(pk=item.pk).exists():
        raise DutyError("这一项不在现行任务清单的“随时”任务里，请刷新后另选。")
    if due_on < on:
        raise DutyError("期限不能早于今天。")
    period, level = occasion(on, due_on), item.document.level
    row = (item.pk, item.code, level, item.owner, period.label, period.starts_on, period.due_on)
    values = _as_columns([row]) | {"within": f"{area}%", "note": note.strip()[:300]}
    is_cadres = item.owner == DutyOwner.CADRE
    with pghistory.context(user=actor.pk, via="duties"), connection.cursor() as cursor:
        cursor.execute(_MAKE_CADRES if is_cadres else _MAKE_AREAS, values)
        made = cursor.rowcount
    if not made:
        who = f"在岗的{item.document.get_level_display()}干部" if is_cadres else "这一级的单位"
        raise DutyError(f"没有派出：这里没有{who}，或今天已经派过这一项。")
    _tell_owers(item, period, area)
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="duty", area_code=area,
        detail={"act": "give", "code": item.code, "due_on": str(due_on), "count": made},
    )  # fmt: skip
    return made


def _tell_owers(item, period, area):
    """A line under the bell of the cadres who owe it; units see it in 我的待办."""
    rows = Duty.objects.filter(item=item, period=period.label, area__code__startswith=area)
    users = rows.exclude(cadre__user=None).values_list("cadre__user", flat=True)
    notify(
        users=users, key=f"duty-{item.pk}-{period.label}",
        text=f"新的任务：{item.heading or item.clause}，{period.due_on} 前办结。"[:200],
        url=f"{reverse('responsibility:duty-list')}?whose=mine",
    )  # fmt: skip


def _close_signed(cursor, *, within, cadres):
    cursor.execute(_CLOSE_SIGNED, {"within": f"{within}%", "cadres": cadres})
    return cursor.rowcount


def duties_close_signed(*, cadres: Iterable[int]) -> int:
    """Close the open tasks that a signed pledge answers (`closed_by` of the list's line) of these cadres;
    how many. Part of the signing's transaction, in its history context."""
    with connection.cursor() as cursor:
        return _close_signed(cursor, within="", cadres=sorted(set(cadres)))


def _locked(duty, revision):
    """The row, locked, if it still stands as its reader saw it."""
    found = (
        Duty.objects.select_for_update(of=("self",), no_key=True)
        .select_related("done_by")
        .get(pk=duty.pk)
    )
    if found.revision != revision:
        if found.state == DutyState.DONE and found.done_by:
            raise DutyError(f"{found.done_by.get_full_name()} 已经办结这一项，您的内容没有保存。")
        raise DutyError("这一项刚被别人改过，您的内容没有保存。请看过现在的内容再办。")
    return found


@transaction.atomic
def duty_complete(
    *,
    actor,
    duty: Duty,
    revision: int,
    at: datetime.datetime,
    note: str = "",
    file: File | None = None,
    file_name: str = "",
    address: str | None = None,
) -> Duty:
    """Mark a to-do as done, with what was done or the deliverable. Two at once → DutyError."""
    found = _locked(duty, revision)
    if found.state == DutyState.CANCELLED:
        raise DutyError("这一项已不再适用，不用办理。")
    if found.state == DutyState.DONE:
        raise DutyError("这一项已经办结。")
    note = note.strip()
    if not note and file is None and not found.file:
        raise DutyError("请写明办理情况，或上传成果物。")
    found.state, found.note = DutyState.DONE, note
    found.done_at, found.done_by = at, actor
    found.revision += 1
    if file is not None:
        found.file_name = file_name
        found.file.save(file_name, file, save=False)
    found.save()
    _told(actor, found, "complete", address, {"file": file_name} if file is not None else {})
    return found


@transaction.atomic
def duty_reopen(
    *, actor, duty: Duty, revision: int, reason: str, address: str | None = None
) -> Duty:
    """Open a done to-do again, with the reason; its deliverable stays until another comes."""
    found = _locked(duty, revision)
    if found.state != DutyState.DONE:
        raise DutyError("这一项没有办结，不用重新打开。")
    if not reason.strip():
        raise DutyError("请写明重新打开的理由。")
    found.state, found.note = DutyState.OPEN, reason.strip()
    found.done_at = found.done_by = None
    found.revision += 1
    found.save()
    _told(actor, found, "reopen", address, {"reason": found.note})
    return found


def _told(actor, duty, act, address, detail):
    audit(
        actor=actor,
        action=AuditAction.CHANGE,
        address=address,
        object_type="duty",
        object_id=duty.pk,
        area_code=duty.area_id,
        detail={"act": act, "code": duty.code, "period": duty.period} | detail,
    )
