"""倒排工期 and 三年目标: first rows as an example, and what the city changes of them."""

import datetime
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..models import PlanStage, PlanTarget, YearGoal
from ..queries.plans import goals_stamp, stage_stamp
from ..rules.plans import plan_fault

PATH = "fixtures/reports/back_plan.json"


class PlanError(DomainError):
    """A plan that cannot stand."""


@transaction.atomic
def plan_load(
    *, city: Area, at: datetime.datetime, on: datetime.date | None = None
) -> dict[str, int]:
    """The example plan of a city (示例，可修改): its dates moved so that the day it was written for falls on
    `on`; without `on` as they are written. Only where the city has none; repeatable."""
    told = json.loads((settings.BASE_DIR / PATH).read_text(encoding="utf-8"))
    written = datetime.date.fromisoformat(told["written_for"])
    moved = (on or written) - written
    Area.objects.select_for_update(of=("self",)).get(pk=city.pk)
    made = {"stages": 0, "goals": 0}
    if not PlanStage.objects.filter(area=city).exists():
        for order, row in enumerate(told["stages"], start=1):
            _load_stage(city, order, row, moved, at)
        made["stages"] = len(told["stages"])
    if not YearGoal.objects.filter(area=city).exists():
        goals = [
            YearGoal(area=city, year=(on or written).year + row["year"], title=row["title"],
                     indicator=code, aim=aim, order=order, is_example=True)
            for row in told["goals"]
            for order, (code, aim) in enumerate(row["aims"], start=1)
        ]  # fmt: skip
        YearGoal.objects.bulk_create(goals)
        made["goals"] = len(goals)
    return made


def _load_stage(city, order, row, moved, at):
    day = datetime.date.fromisoformat
    stage = PlanStage.objects.create(
        area=city, name=row["name"], order=order, metric=row["metric"],
        starts_on=day(row["starts_on"]) + moved, start_share=row.get("start_share", 0),
        done_on=day(row["done_on"]) + moved if row.get("done_on") else None, is_example=True,
    )  # fmt: skip
    PlanTarget.objects.bulk_create(
        PlanTarget(stage=stage, on=day(on) + moved, share=share, made_at=at)
        for on, share in row["targets"]
    )


@transaction.atomic
def stage_change(
    *, actor, stage: PlanStage, name: str, starts_on: datetime.date, start_share: Decimal,
    done_on: datetime.date | None, is_active: bool,
    targets: Sequence[tuple[datetime.date, Decimal]], reason: str, seen: str,
    at: datetime.datetime, address: str | None = None,
) -> PlanStage:  # fmt: skip
    """Change a stage; its targets (day, %) are replaced where they differ, the old ones kept with `reason`.
    `seen`: the stamp of the plan that the page showed. Repeatable. Raises PlanError where days or shares do not
    rise, the last is not 100 %, a change has no reason, or somebody changed the stage since."""
    row = PlanStage.objects.select_for_update(of=("self",)).get(pk=stage.pk)
    if _is_so(row, name, starts_on, start_share, done_on, is_active, targets):
        return row
    if seen != stage_stamp(row, row.targets.filter(ended_at=None)):
        raise PlanError("别人刚改过这个阶段，您的修改没有保存。请核对现在的计划后再改。")
    fault = plan_fault(starts_on=starts_on, start_share=start_share, targets=targets)
    if fault:
        raise PlanError(fault)
    others = PlanStage.objects.filter(area=row.area_id, name=name.strip()).exclude(pk=row.pk)
    if others.exists():
        raise PlanError(f"已经有叫“{name.strip()}”的阶段，请换个名称。")
    wanted = {day: Decimal(share) for day, share in targets}
    kept = {one.on: one for one in row.targets.filter(ended_at=None).order_by("on")}
    gone = [one for day, one in kept.items() if wanted.get(day) != one.share]
    new = [day for day in wanted if day not in kept or kept[day] in gone]
    if (gone or new) and not reason.strip():
        raise PlanError("改了目标，请写明原因；原来的目标会保留备查。")
    PlanTarget.objects.filter(pk__in=[one.pk for one in gone]).update(ended_at=at, ended_by=actor)
    PlanTarget.objects.bulk_create(
        PlanTarget(stage=row, on=day, share=wanted[day], made_at=at, made_by=actor,
                   reason=reason.strip())
        for day in sorted(new)
    )  # fmt: skip
    row.name, row.starts_on, row.start_share = name.strip(), starts_on, start_share
    row.done_on, row.is_active, row.is_example = done_on, is_active, False
    row.save()
    audit(
        actor=actor, address=address, action=AuditAction.CHANGE, object_type="倒排工期",
        object_id=str(row.pk), area_code=row.area_id,
        detail={"stage": row.name, "reason": reason.strip(),
                "targets": {f"{day}": f"{share}" for day, share in sorted(wanted.items())}},
    )  # fmt: skip
    return row


def _is_so(row, *wanted):
    """Whether a stage already stands as it is wanted."""
    *facts, targets = wanted
    pairs = [PlanTarget(on=day, share=Decimal(share)) for day, share in targets]
    names = ("name", "starts_on", "start_share", "done_on", "is_active")
    as_wanted = PlanStage(**dict(zip(names, facts, strict=True)))
    as_wanted.name = as_wanted.name.strip()
    return stage_stamp(as_wanted, pairs) == stage_stamp(row, row.targets.filter(ended_at=None))


@transaction.atomic
def goals_change(
    *, actor, city: Area, aims: Iterable[tuple[int, Decimal, bool]], seen: str,
    at: datetime.datetime, address: str | None = None,
) -> int:  # fmt: skip
    """Set the aims of goals, (id, aim, in use); gives how many changed. `seen`: the stamp of the goals that the
    page showed. Raises PlanError for ids of another city, and where somebody changed a goal since."""
    rows = {
        row.pk: row
        for row in YearGoal.objects.select_for_update(of=("self",)).filter(area=city).order_by("pk")
    }
    changed = {}
    if seen != goals_stamp(rows.values()):
        raise PlanError("别人刚改过年度目标，您的修改没有保存。请核对现在的目标值后再改。")
    for pk, aim, is_active in aims:
        row = rows.get(pk)
        if row is None:
            raise PlanError("有一项年度目标不在了，请刷新后再改。")
        if (row.aim, row.is_active) != (aim, is_active):
            changed[f"{row.year} {row.indicator}"] = f"{row.aim} → {aim}"
            row.aim, row.is_active, row.is_example = aim, is_active, False
            row.save(update_fields=["aim", "is_active", "is_example"])
    if changed:
        audit(
            actor=actor, address=address, action=AuditAction.CHANGE, object_type="年度目标",
            object_id=city.pk, area_code=city.pk, detail=changed,
        )  # fmt: skip
    return len(changed)


@transaction.atomic
def goal_make(
    *, actor, city: Area, year: int, title: str, indicator: str, aim: Decimal,
    at: datetime.datetime, address: str | None = None,
) -> YearGoal:  # fmt: skip
    """One more goal of a year. Raises PlanError where the year has this indicator already."""
    Area.objects.select_for_update(of=("self",)).get(pk=city.pk)
    same = YearGoal.objects.filter(area=city, year=year)
    if same.filter(indicator=indicator).exists():
        raise PlanError(f"{year} 年这个指标已经有目标了，请在下面改它的目标值。")
    goal = YearGoal.objects.create(
        area=city, year=year, title=title.strip(), indicator=indicator, aim=aim,
        order=same.count() + 1,
    )  # fmt: skip
    audit(
        actor=actor, address=address, action=AuditAction.CHANGE, object_type="年度目标",
        object_id=city.pk, area_code=city.pk, detail={"new": f"{year} {indicator} {aim}"},
    )  # fmt: skip
    return goal
