"""培训: sessions, who was there with which result, and K18."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from ..enums import TrainingResult
from ..models import Cadre, Training, TrainingRecord
from .newest import PER_PAGE, NewestPage, newest_page


@dataclass(frozen=True)
class TrainingRate:
    """K18 培训率 = 本年培训合格干部 / 在岗干部, in 人."""

    passed: int
    cadres: int

    @property
    def percent(self):
        return self.passed * 100 / self.cadres if self.cadres else None


def _in_post(user, area, year):
    """The cadres in post, each with whether he passed a training of the year."""
    passed = TrainingRecord.objects.filter(
        cadre=OuterRef("pk"),
        result=TrainingResult.PASSED,
        training__held_on__range=(datetime.date(year, 1, 1), datetime.date(year, 12, 31)),
    )
    cadres = Cadre.objects.visible_to(user).within(area).in_post()
    return cadres.annotate(is_trained=Exists(passed))


def training_rate(*, user, area: str, year: int) -> TrainingRate:
    """K18 of the cadres in post below `area` whom the user may see; one statement. A cadre counts once,
    however many trainings he passed in the year."""
    counts = _in_post(user, area, year).aggregate(
        passed=Count("pk", filter=Q(is_trained=True)), cadres=Count("pk")
    )
    return TrainingRate(**counts)


def trained_page(
    *, user, area: str, year: int, is_trained: bool, after: str = ""
) -> tuple[list[Cadre], str]:
    """The cadres behind K18, or those that it lacks: 50 by area, and the key of the next page."""
    found = _in_post(user, area, year).filter(is_trained=is_trained)
    return _by_area(found.select_related("area__parent__parent"), "area", after)


def trainings_in(*, user, area="", year="", text="") -> QuerySet[Training]:
    """The sessions that the user may see and that meet the conditions."""
    found = Training.objects.visible_to(user)
    if area:
        found = found.within(area)
    if year:
        found = found.filter(held_on__year=int(year))
    if text:
        found = found.filter(Q(title__contains=text) | Q(content__contains=text))
    return found


def training_page(found: QuerySet[Training], *, user, **cursor) -> NewestPage:
    """One page, newest first, each with the results of the cadres whom the user may see in `counts`; two
    statements."""
    page = newest_page(found.select_related("area"), column="held_on", **cursor)
    with_counts(page.rows, user=user)
    return page


def with_counts(rows: list[Training], *, user) -> list[Training]:
    """These sessions, each with the results of the cadres whom the user may see in `counts`; one statement."""
    counts = _counts_of(user, [row.pk for row in rows])
    for row in rows:
        row.counts = counts.get(row.pk, _none())
    return rows


def _none():
    return {"all": 0, **dict.fromkeys(["unmarked", "passed", "failed", "absent"], 0)}


def _counts_of(user, keys):
    rows = (
        TrainingRecord.objects.visible_to(user)
        .filter(training__in=keys)
        .order_by()
        .values("training_id")
        .annotate(
            all=Count("pk"),
            unmarked=Count("pk", filter=Q(result=TrainingResult.NONE)),
            passed=Count("pk", filter=Q(result=TrainingResult.PASSED)),
            failed=Count("pk", filter=Q(result=TrainingResult.FAILED)),
            absent=Count("pk", filter=Q(result=TrainingResult.ABSENT)),
        )
    )
    return {row.pop("training_id"): row for row in rows}


def training_get(*, user, pk: int, to_change: bool = False) -> Training | None:
    """One session with its `counts`; nothing when out of scope."""
    rows = Training.objects.kept_by(user) if to_change else Training.objects.visible_to(user)
    row = rows.select_related("area", "created_by").filter(pk=pk).first()
    if row is not None:
        row.counts = _counts_of(user, [pk]).get(pk, _none())
    return row


def records_in(*, user, training: Training, result="", area="") -> QuerySet[TrainingRecord]:
    """The records of a session that the user may see; result "unmarked" are those without one."""
    found = TrainingRecord.objects.visible_to(user).filter(training=training)
    if result:
        found = found.filter(result="" if result == "unmarked" else result)
    return found.within(area) if area else found


def record_page(found: QuerySet[TrainingRecord], *, after: str = "") -> tuple[list, str]:
    """50 records by the cadre's area, and the key where the next page begins ("" at the end)."""
    return _by_area(found.select_related("cadre__area__parent__parent"), "cadre__area", after)


def _by_area(found, path, after):
    code, mark, pk = after.partition("~")
    if mark and pk.isdecimal() and len(pk) < 19:
        found = found.filter(Q(**{f"{path}__gt": code}) | Q(**{path: code, "pk__gt": int(pk)}))
    rows = list(found.order_by(f"{path}_id", "pk")[: PER_PAGE + 1])
    if len(rows) <= PER_PAGE:
        return rows, ""
    last = rows[PER_PAGE - 1]
    area = last.cadre.area_id if path.startswith("cadre") else last.area_id
    return rows[:PER_PAGE], f"{area}~{last.pk}"


def record_rows(found: QuerySet[TrainingRecord]):
    """The records for an export, by the cadre's area."""
    rows = found.select_related("cadre__area", "training").order_by("cadre__area_id", "pk")
    for row in rows.iterator(chunk_size=1000):
        yield (
            row.training.title,
            row.training.held_on,
            row.cadre.name,
            row.cadre.get_level_display(),
            row.cadre.unit,
            row.cadre.post,
            row.cadre.area.name,
            row.get_result_display(),
            row.score,
            row.note,
        )


def cadre_trainings(*, user, pk: int) -> tuple[Cadre | None, list[TrainingRecord], dict]:
    """One cadre, his trainings newest first, and how many hours he passed in each year."""
    cadre = Cadre.objects.visible_to(user).select_related("area").filter(pk=pk).first()
    if cadre is None:
        return None, [], {}
    rows = TrainingRecord.objects.filter(cadre=cadre).select_related("training__area")
    hours = (
        rows.filter(result=TrainingResult.PASSED)
        .order_by()
        .values_list("training__held_on__year")
        .annotate(total=Sum("training__hours"))
    )
    return cadre, list(rows.order_by("-training__held_on", "-pk")[:200]), dict(hours)
