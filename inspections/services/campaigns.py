"""专项: what belongs to which campaign."""

import datetime
from collections.abc import Iterable

import pghistory
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from responsibility.models import Action, Duty

from ..enums import TagKind
from ..models import Campaign, CampaignTag, CheckRound, Problem, Visit

# what carries it → (kind, the tag's field)
CARRIERS = {
    Visit: (TagKind.VISIT, "visit"),
    Problem: (TagKind.PROBLEM, "problem"),
    Duty: (TagKind.DUTY, "duty"),
    Action: (TagKind.ACTION, "action"),
    CheckRound: (TagKind.CHECK, "check_round"),
}
MOST = 20
# Which marks are meant, and what is in use on that day: one statement, so that a visit stays within its twelve.
TAG = """
INSERT INTO inspections_campaigntag (campaign_id, kind, area_id, visit_id, problem_id, duty_id, action_id,
    check_round_id, is_active, tagged_by_id, tagged_at)
SELECT c.id, m.kind, m.area,
       CASE m.kind WHEN 'visit' THEN m.id END, CASE m.kind WHEN 'problem' THEN m.id END,
       CASE m.kind WHEN 'duty' THEN m.id END, CASE m.kind WHEN 'action' THEN m.id END,
       CASE m.kind WHEN 'check' THEN m.id END, true, %(by)s, %(at)s
FROM inspections_campaign c
CROSS JOIN unnest(%(kinds)s::text[], %(areas)s::text[], %(rows)s::bigint[]) AS m(kind, area, id)
WHERE c.id = ANY(%(ids)s) AND c.is_active
  AND (c.from_on IS NULL OR c.from_on <= %(on)s) AND (c.to_on IS NULL OR c.to_on >= %(on)s)
ORDER BY c.id, m.kind, m.id
ON CONFLICT DO NOTHING
"""


def area_of(row) -> str:
    """The area that a tag of this row is filed under."""
    return row.target_id if isinstance(row, CheckRound) else row.area_id


def campaigns_tag(
    *,
    visit: Visit | None = None,
    problem: Problem | None = None,
    duty: Duty | None = None,
    action: Action | None = None,
    check: CheckRound | None = None,
    problems: Iterable[Problem] = (),
    ids: Iterable[int],
    actor,
    at: datetime.datetime,
) -> int:
    """Put campaigns on what is given; how many new marks. May be done twice. Ids of no campaign in use on that
    day are passed over: a draft kept on a phone is not lost by a campaign that ended meanwhile. One statement
    whatever the number; none without ids."""
    keys = sorted({key for key in ids if isinstance(key, int) and 0 < key < 2**63})[:MOST]
    rows = [row for row in (visit, problem, duty, action, check, *problems) if row is not None]
    if not keys or not rows:
        return 0
    told = {
        "ids": keys,
        "kinds": [CARRIERS[type(row)][0].value for row in rows],
        "areas": [area_of(row) for row in rows],
        "rows": [row.pk for row in rows],
        "by": getattr(actor, "pk", None),
        "at": at,
        "on": timezone.localdate(at),
    }
    with pghistory.context(user=told["by"], via="campaign"), connection.cursor() as cursor:
        cursor.execute(TAG, told)
        return cursor.rowcount


def _in_use(on):
    return Campaign.objects.filter(
        Q(from_on=None) | Q(from_on__lte=on), Q(to_on=None) | Q(to_on__gte=on), is_active=True
    )


def _tag(row, campaign_id, actor, at):
    kind, field = CARRIERS[type(row)]
    return CampaignTag(
        campaign_id=campaign_id, kind=kind, area_id=area_of(row), tagged_by=actor, tagged_at=at,
        **{field: row},
    )  # fmt: skip


@transaction.atomic
def campaigns_set(*, row, ids: Iterable[int], actor, at: datetime.datetime) -> tuple[int, int]:
    """Make a visit, problem, task or round carry exactly these campaigns (of those in use; one no longer in use
    stays as it is); how many were put on and taken off. What is taken off stays, not active."""
    _kind, field = CARRIERS[type(row)]
    wanted = set(ids)
    type(row)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    open_to_choice = set(_in_use(timezone.localdate(at)).values_list("pk", flat=True))
    tags = {tag.campaign_id: tag for tag in CampaignTag.objects.filter(**{field: row})}
    put, taken = [], []
    for key in sorted(open_to_choice):
        tag = tags.get(key)
        if key in wanted and (tag is None or not tag.is_active):
            put.append(key)
        elif key not in wanted and tag is not None and tag.is_active:
            taken.append(tag.pk)
    with pghistory.context(user=actor.pk, via="campaign"):
        back = [tags[key].pk for key in put if key in tags]
        CampaignTag.objects.filter(pk__in=back).update(
            is_active=True, tagged_by=actor, tagged_at=at
        )
        CampaignTag.objects.bulk_create(_tag(row, key, actor, at) for key in put if key not in tags)
        CampaignTag.objects.filter(pk__in=taken).update(is_active=False)
    return len(put), len(taken)
