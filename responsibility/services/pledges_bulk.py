"""Pledges by the thousand, set-based: make, sign, review by the re-sign rule. Every step may be run twice."""

import datetime
from collections.abc import Iterable

import pghistory
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit

from ..enums import CadreLevel, PledgeState, SignedVia
from ..models import Assignment, Cadre, Pledge, PledgeTemplate
from ..queries.pledge_annex import ANNEX_SQL, OBLIGED_SQL
from ..rules.pledges import pledge_number, pledge_prefix, valid_until
from .duties import duties_close_signed
from .pledges import OPEN, resign_rule, sign_by

BATCH = 1000
# Longer than the clock's job rests between two looks.
LATELY = datetime.timedelta(minutes=15)
# Numbers are given out one after the other: whoever makes pledges waits here for the other.
NUMBERS = 230800
UPPER_LENGTH = {CadreLevel.COUNTY: 4, CadreLevel.TOWNSHIP: 6, CadreLevel.VILLAGE: 9}


def pledges_due(cadres: QuerySet[Cadre]) -> QuerySet[Cadre]:
    """Those in post who have neither an open pledge nor one that stands (待重签 does not stand)."""
    has = Pledge.objects.filter(cadre=OuterRef("pk"), state__in=[*OPEN, PledgeState.SIGNED])
    return cadres.filter(~Exists(has), is_in_post=True)


@transaction.atomic
def pledges_make(
    *, cadres: QuerySet[Cadre], actor, at: datetime.datetime, year: int, is_issued: bool = False,
    most: int | None = None, address=None,
) -> int:  # fmt: skip
    """A draft (or, with `is_issued`, 待签) for each cadre who needs one, at most `most`; how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS])
    rows = list(pledges_due(cadres).order_by("area_id", "pk")[:most])
    if not rows:
        return 0
    uppers, templates, serials = _uppers(rows), _templates(), _serials(year)
    state = PledgeState.WAITING if is_issued else PledgeState.DRAFT
    due_on = sign_by(at) if is_issued else None
    made = []
    for cadre in rows:
        prefix = pledge_prefix(year, cadre.area_id)
        serials[prefix] = serials.get(prefix, 0) + 1
        made.append(
            Pledge(
                cadre=cadre,
                area_id=cadre.area_id,
                level=cadre.level,
                name=cadre.name,
                post=cadre.post,
                unit=cadre.unit,
                state=state,
                number=pledge_number(prefix, serials[prefix]),
                superior_unit=f"{uppers[cadre.pk]}食品安全委员会"[:80],
                issued_at=at if is_issued else None,
                issued_by=actor if is_issued else None,
                due_on=due_on,
                template_id=templates.get(cadre.level),
            )
        )
    with pghistory.context(user=actor.pk if actor else None, via="pledges"):
        Pledge.objects.bulk_create(made, batch_size=BATCH)
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="pledge",
        detail={"act": "make", "count": len(made), "issued": is_issued},
    )  # fmt: skip
    return len(made)


def _uppers(cadres):
    """{cadre: the name of the area to whose committee he promises}: one level up; a city's to the city's own."""
    codes = {
        cadre.pk: cadre.area_id[: min(UPPER_LENGTH.get(cadre.level, 4), len(cadre.area_id))]
        for cadre in cadres
    }
    names = dict(Area.objects.filter(pk__in=set(codes.values())).values_list("pk", "name"))
    return {pk: names[code] for pk, code in codes.items()}


def _templates():
    """{level: key of the newest template in use}."""
    rows = PledgeTemplate.objects.filter(is_active=True).order_by("pk")
    return dict(rows.values_list("level", "pk"))


def _serials(year):
    """{prefix: last serial} of this year's numbers."""
    sql = """
        SELECT left(number, length(number) - length(split_part(number, '-', 3))),
               max(split_part(number, '-', 3)::int)
        FROM responsibility_pledge WHERE number LIKE %s GROUP BY 1
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{year}-%"])
        return dict(cursor.fetchall())


SIGN = f"""
UPDATE responsibility_pledge p SET
    state = '{PledgeState.SIGNED.value}', annex = made.annex, held_count = made.total,
    name = c.name, post = c.post, unit = c.unit, level = c.level,
    signed_on = %(on)s, signed_at = %(at)s, signed_by_id = %(by)s, signed_via = %(via)s,
    issued_at = coalesce(p.issued_at, %(at)s), valid_to = %(until)s,
    due_on = NULL
FROM ({ANNEX_SQL}) AS made, responsibility_cadre c
WHERE made.cadre_id = p.cadre_id AND c.id = p.cadre_id AND p.id = ANY(%(pledges)s)
  AND p.state IN ('{PledgeState.DRAFT.value}', '{PledgeState.WAITING.value}')
"""


@transaction.atomic
def pledges_sign(
    *, pledges: QuerySet[Pledge], actor, on: datetime.date, at: datetime.datetime,
    via: str = SignedVia.SCAN, address=None,
) -> int:  # fmt: skip
    """Record many pledges signed by hand on one day (a meeting where all signed), set-based, each with its
    annex frozen; the number that were open."""
    rows = pledges.filter(state__in=OPEN).order_by("pk").select_for_update(of=("self",))
    found = dict(rows.values_list("pk", "cadre_id"))
    if not found:
        return 0
    with pghistory.context(user=actor.pk if actor else None, via="pledges"):
        old = Pledge.objects.filter(
            cadre__in=found.values(), state__in=[PledgeState.SIGNED, PledgeState.RESIGN]
        )
        old.update(state=PledgeState.VOID, void_reason="已由新的承诺书替代")
        with connection.cursor() as cursor:
            values = {
                "pledges": list(found), "cadres": list(found.values()), "on": on, "at": at, "via": via,
                "by": actor.pk if actor else None,
                "until": valid_until(on, resign_rule().valid_months),
            }  # fmt: skip
            cursor.execute(SIGN, values)
            signed = cursor.rowcount
        duties_close_signed(cadres=found.values())
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="pledge",
        detail={"act": "sign", "via": via, "count": signed},
    )  # fmt: skip
    return signed


# Of each signed pledge: what differs from now. `changed` counts businesses on either side alone.
REVIEW = f"""
WITH kept AS (
    SELECT p.id, p.cadre_id, p.held_count, p.valid_to, p.level <> c.level AS level_changed,
           (p.post <> c.post OR p.unit <> c.unit) AS post_changed,
           ARRAY(SELECT (held ->> 'id')::bigint FROM jsonb_array_elements(p.annex -> 'entities') held)
               AS before,
           ARRAY(SELECT a.entity_id FROM responsibility_assignment a
                 WHERE a.cadre_id = c.id AND a.to_on IS NULL AND a.status IN ({OBLIGED_SQL})) AS now
    FROM responsibility_pledge p JOIN responsibility_cadre c ON c.id = p.cadre_id
    WHERE p.state = '{PledgeState.SIGNED.value}' AND c.is_in_post
      AND (%(cadres)s::bigint[] IS NULL OR p.cadre_id = ANY(%(cadres)s::bigint[]))
), counted AS (
    SELECT *, (SELECT count(*) FROM unnest(before) b WHERE b <> ALL(now))
            + (SELECT count(*) FROM unnest(now) n WHERE n <> ALL(before)) AS changed
    FROM kept
), told AS (
    SELECT id, concat_ws('；',
        CASE WHEN level_changed AND %(on_level)s THEN '包保层级变动' END,
        CASE WHEN post_changed AND %(on_post)s THEN '职务或单位变动' END,
        CASE WHEN changed >= %(least)s AND changed * 100 >= %(percent)s * greatest(held_count, 1)
             THEN '包保主体变动 ' || changed || ' 家' END,
        CASE WHEN valid_to < %(on)s THEN '有效期已满' END) AS reason
    FROM counted
)
UPDATE responsibility_pledge p SET state = '{PledgeState.RESIGN.value}', resign_reason = told.reason,
    due_on = %(due)s
FROM told WHERE told.id = p.id AND told.reason <> ''
"""


FOLLOW = f"""
UPDATE responsibility_pledge p SET name = c.name, post = c.post, unit = c.unit, level = c.level
FROM responsibility_cadre c
WHERE c.id = p.cadre_id AND p.state IN ('{PledgeState.DRAFT.value}', '{PledgeState.WAITING.value}')
  AND (p.name, p.post, p.unit, p.level) IS DISTINCT FROM (c.name, c.post, c.unit, c.level)
  AND (%(cadres)s::bigint[] IS NULL OR p.cadre_id = ANY(%(cadres)s::bigint[]))
"""


def pledges_follow(*, on: datetime.date, at: datetime.datetime) -> dict[str, int]:
    """The review of those alone whose bonds were made or ended lately: what changed asks for its re-sign within
    minutes, not at the hour. Counts as pledges_review."""
    since = at - LATELY
    bonds = Assignment.objects.filter(Q(made_at__gte=since) | Q(ended_at__gte=since))
    cadres = list(bonds.order_by().values_list("cadre_id", flat=True).distinct())
    if not cadres:
        return {"resign": 0, "void": 0, "followed": 0}
    return pledges_review(on=on, cadres=cadres)


@transaction.atomic
def pledges_review(*, on: datetime.date, cadres: Iterable[int] | None = None) -> dict[str, int]:
    """Hold all pledges (or these cadres') against the present: signed ones that differ materially by the
    re-sign rule → 待重签 with the reason; those of cadres who left → 失效; open ones take the cadre's new
    post and level. Counts: resign, void, followed."""
    ids = None if cadres is None else sorted(set(cadres))
    rule = resign_rule()
    chosen = Pledge.objects.exclude(state=PledgeState.VOID)
    if ids is not None:
        chosen = chosen.filter(cadre__in=ids)
    with pghistory.context(user=None, via="pledges_review"), connection.cursor() as cursor:
        void = chosen.filter(cadre__is_in_post=False).update(
            state=PledgeState.VOID, void_reason="承诺人离岗"
        )
        values = {
            "cadres": ids, "on": on, "due": on + datetime.timedelta(days=rule.resign_days), "on_level": rule.on_level, "on_post": rule.on_post,
            "least": max(rule.held_changed_least, 1), "percent": rule.held_changed_percent,
        }  # fmt: skip
        cursor.execute(REVIEW, values)
        resign = cursor.rowcount
        cursor.execute(FOLLOW, {"cadres": ids})
        followed = cursor.rowcount
    return {"resign": resign, "void": void, "followed": followed}
