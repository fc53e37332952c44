"""The frame of a 督查 round and what a seed draws from it: set-based, from the histories, so that the same can
be drawn again at any time whatever became of the register since."""

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection

from entities.enums import OBLIGED
from entities.models import Entity
from jiamusi_foodsafety.jurisdiction.models import Area
from responsibility.models import Cadre

from ..enums import SampleKind
from ..models import CheckRound, CheckSample, CheckStratum

ENTITY_EVENTS = Entity.pgh_event_model._meta.db_table
CADRE_EVENTS = Cadre.pgh_event_model._meta.db_table


class Frame(NamedTuple):
    """Where and when the frame is taken: an area code, a moment, and the last events of both histories that
    count (what is written later does not)."""

    area: str
    moment: datetime.datetime
    entity_event: int
    cadre_event: int


class Drawn(NamedTuple):
    """One drawn row: its stratum, its place in the stratum's order, its id, and the area where it stood."""

    stratum: str
    rank: int
    id: int
    area: str


# The last event up to the moment of each that ever stood in the area; of these, who stood there then.
_LAST = """
    SELECT DISTINCT ON (pgh_obj_id) pgh_obj_id AS id, area_id, {columns}
    FROM {events}
    WHERE pgh_created_at <= %(moment)s AND pgh_id <= %(bound)s
      AND pgh_obj_id IN (SELECT pgh_obj_id FROM {events} WHERE area_id LIKE %(below)s)
    ORDER BY pgh_obj_id, pgh_id DESC
"""
_FRAMES = {
    SampleKind.ENTITY: (
        _LAST.format(columns="status, grade", events=ENTITY_EVENTS),
        "last.grade",
        "last.status = ANY(%(obliged)s)",
    ),
    SampleKind.CADRE: (
        _LAST.format(columns="level, is_in_post", events=CADRE_EVENTS),
        "last.level",
        "last.is_in_post",
    ),
}


def frame_of(check_round: CheckRound) -> Frame:
    """The frame that a drawn round keeps."""
    return Frame(
        check_round.target_id,
        check_round.frame_at,
        check_round.frame_entity_event,
        check_round.frame_cadre_event,
    )


def last_events() -> tuple[int, int]:
    """The newest event of the register's and of the cadres' history now; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT coalesce(max(pgh_id), 0) FROM {ENTITY_EVENTS}),"
            f" (SELECT coalesce(max(pgh_id), 0) FROM {CADRE_EVENTS})"
        )
        return cursor.fetchone()


def writers_wait() -> None:
    """Let writers of the register and of cadres finish before the newest event is read, and hold new ones
    until this transaction ends: for a frame of the last hour only, which somebody may be writing into."""
    with connection.cursor() as cursor:
        for model in (Entity, Cadre):
            cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE MODE")


def _values(frame, kind):
    bound = frame.entity_event if kind == SampleKind.ENTITY else frame.cadre_event
    return {
        "moment": frame.moment,
        "bound": bound,
        "below": f"{frame.area}%",
        "obliged": list(OBLIGED),
    }


def frame_sizes(*, frame: Frame, kind: str) -> dict[str, int]:
    """How many stand in each stratum of the frame: 应包 businesses by grade ("" = 待分级), or cadres in post
    by level; one statement."""
    last, stratum, wanted = _FRAMES[kind]
    sql = f"""
        SELECT {stratum}, count(*) FROM ({last}) AS last
        WHERE area_id LIKE %(below)s AND {wanted} GROUP BY 1
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, _values(frame, kind))
        return dict(cursor.fetchall())


def sample_drawn(*, frame: Frame, kind: str, seed: str, quotas: Mapping[str, int]) -> list[Drawn]:
    """The first n of each stratum in the order of rules.checks.draw_order, by stratum and rank; one statement
    whatever the frame's size."""
    last, stratum, wanted = _FRAMES[kind]
    sql = f"""
        SELECT stratum, rank, id, area_id FROM (
            SELECT {stratum} AS stratum, id, area_id, row_number() OVER (
                PARTITION BY {stratum}
                ORDER BY sha256(convert_to(%(seed)s || '|' || id, 'UTF8')), id
            ) AS rank
            FROM ({last}) AS last
            WHERE area_id LIKE %(below)s AND {wanted} AND {stratum} = ANY(%(strata)s)
        ) AS ordered
        JOIN unnest(%(strata)s::text[], %(quotas)s::int[]) AS q(key, quota) ON q.key = stratum
        WHERE rank <= quota
        ORDER BY stratum, rank
    """
    values = _values(frame, kind) | {
        "seed": seed,
        "strata": list(quotas),
        "quotas": list(quotas.values()),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Drawn(*row) for row in cursor.fetchall()]


class InFrame(NamedTuple):
    """One of the frame: its stratum, its place in the stratum's order, what it is ordered by (hexadecimal),
    its id, the name that it has now, and the area where it stood."""

    stratum: str
    rank: int
    digest: str
    id: int
    name: str
    area: str


def frame_listed(*, frame: Frame, kind: str, seed: str) -> list[InFrame]:
    """Everything that the sample was drawn from, by stratum and place in the order: the first n of each are the
    drawn ones, and whoever has this list sees so without this system; one statement."""
    last, stratum, wanted = _FRAMES[kind]
    model = Entity if kind == SampleKind.ENTITY else Cadre
    sql = f"""
        SELECT {stratum} AS stratum, row_number() OVER (PARTITION BY {stratum} ORDER BY d.digest, last.id),
            encode(d.digest, 'hex'), last.id, t.name, last.area_id
        FROM ({last}) AS last
        JOIN {model._meta.db_table} t ON t.id = last.id
        CROSS JOIN LATERAL (SELECT sha256(convert_to(%(seed)s || '|' || last.id, 'UTF8')) AS digest) AS d
        WHERE last.area_id LIKE %(below)s AND {wanted}
        ORDER BY 1, 2
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, _values(frame, kind) | {"seed": seed})
        return [InFrame(*row) for row in cursor.fetchall()]


def drawn_words(*, check_round: CheckRound) -> dict[tuple[str, int], str]:
    """(kind, id) → 抽中 or 已换, of all that was drawn in a round."""
    rows = CheckSample.objects.filter(check_round=check_round)
    return {
        (row.kind, row.entity_id or row.cadre_id): "已换" if row.is_replaced else "抽中"
        for row in rows
    }


def area_names(*, below: str) -> dict[str, str]:
    """Code → name of the areas below a code, the area itself too."""
    return dict(Area.objects.filter(code__startswith=below).values_list("code", "name"))


def redraw_differences(*, check_round: CheckRound) -> list[str]:
    """Draw again with the round's own seed and frame, and say in words where that differs from what the round
    keeps: sizes of strata, ids and their order. Empty = equal. A replaced row keeps its place in the order, and
    what was drawn for it is the next: so each stratum is compared as far as it was drawn."""
    frame, told = frame_of(check_round), []
    strata = list(CheckStratum.objects.filter(check_round=check_round))
    kept_rows = list(
        CheckSample.objects.filter(check_round=check_round).order_by("kind", "stratum", "rank")
    )
    for kind in SampleKind:
        sizes = frame_sizes(frame=frame, kind=kind)
        mine = [row for row in strata if row.kind == kind]
        for row in mine:
            if row.frame != sizes.get(row.key, 0):
                told.append(
                    f"{kind.label}层 {row.key or '待分级'}：抽样框 {row.frame}，重数 {sizes.get(row.key, 0)}"
                )
        kept = [row for row in kept_rows if row.kind == kind]
        depth = dict.fromkeys((row.key for row in mine), 0)
        for row in kept:
            depth[row.stratum] = max(depth.get(row.stratum, 0), row.rank)
        again = sample_drawn(frame=frame, kind=kind, seed=check_round.seed, quotas=depth)
        was = [(row.stratum, row.rank, row.entity_id or row.cadre_id) for row in kept]
        now = [(row.stratum, row.rank, row.id) for row in again]
        told += [
            f"{kind.label}层 {stratum or '待分级'}第 {rank} 名：原来没有编号 {pk}"
            for stratum, rank, pk in now
            if (stratum, rank, pk) not in set(was)
        ]
        told += [
            f"{kind.label}层 {stratum or '待分级'}第 {rank} 名：重抽不出编号 {pk}"
            for stratum, rank, pk in was
            if (stratum, rank, pk) not in set(now)
        ]
    return told
