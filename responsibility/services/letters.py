"""责任状 of the 签状链: made for a year, recorded when signed. Scoping is the caller's."""

import datetime
import json
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from jiamusi_foodsafety.jurisdiction.enums import AuditAction
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.services import audit
from jiamusi_foodsafety.kit.errors import DomainError

from ..enums import LetterKind, LetterState
from ..models import Letter

KINDS = {
    "county": LetterKind.COUNTY,
    "township": LetterKind.TOWNSHIP,
    "village": LetterKind.VILLAGE,
}
MEMBERS = Path(settings.BASE_DIR) / "fixtures" / "responsibility" / "member_units.json"


class LetterError(DomainError):
    pass


def member_names() -> list[str]:
    """The usual members of a city's 食安委 (示例，可修改)."""
    return json.loads(MEMBERS.read_text(encoding="utf-8"))["units"]


@transaction.atomic
def letters_make(
    *, areas: QuerySet[Area], year: int, actor, due_on: datetime.date | None = None,
    has_members: bool = True, address=None,
) -> int:  # fmt: skip
    """A letter for each county, town and village of `areas` that has none this year, with the one above it;
    and, for a city, for each member of its 食安委. Repeatable; how many are new."""
    standing = Letter.objects.filter(year=year).exclude(state=LetterState.VOID)
    has = standing.filter(area=OuterRef("pk"), unit="")
    rows = areas.active().filter(~Exists(has), level__in=KINDS).select_related("parent")
    made = [
        Letter(kind=KINDS[area.level], year=year, area=area, upper=area.parent.name, due_on=due_on)
        for area in rows.order_by("pk")
    ]
    for city in areas.active().filter(level="city").order_by("pk") if has_members else ():
        made += _members(city, year, standing, due_on)
    Letter.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True)
    if made:
        audit(
            actor=actor, action=AuditAction.CHANGE, address=address, object_type="letter",
            detail={"act": "make", "year": year, "count": len(made)},
        )  # fmt: skip
    return len(made)


def _members(city, year, standing, due_on):
    """This year's missing letters of the city's members: those of the year before, else the usual ones."""
    earlier = Letter.objects.filter(area=city, kind=LetterKind.MEMBER, year=year - 1)
    earlier = earlier.exclude(state=LetterState.VOID).order_by("pk")
    names = list(earlier.values_list("unit", flat=True)) or member_names()
    has = set(standing.filter(area=city).values_list("unit", flat=True))
    upper = f"{city.name}食品安全委员会"
    return [
        Letter(kind=LetterKind.MEMBER, year=year, area=city, unit=name, upper=upper, due_on=due_on)
        for name in names
        if name not in has
    ]


@transaction.atomic
def member_add(
    *, area: Area, unit: str, year: int, actor, due_on: datetime.date | None = None, address=None
) -> Letter:
    """One more member of the 食安委 of a city or county signs this year. Raises LetterError."""
    unit = "".join(unit.split())
    if not unit:
        raise LetterError("请填写成员单位的名称。")
    if area.level not in ("city", "county"):
        raise LetterError("成员单位只设在市、县(市、区)两级食安委。")
    Area.objects.select_for_update(of=("self",)).get(pk=area.pk)
    standing = Letter.objects.filter(year=year, area=area, unit=unit)
    if standing.exclude(state=LetterState.VOID).exists():
        raise LetterError(f"{unit}今年的责任状已经有了。")
    letter = Letter.objects.create(
        kind=LetterKind.MEMBER, year=year, area=area, unit=unit[:80], due_on=due_on,
        upper=f"{area.name}食品安全委员会",
    )  # fmt: skip
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="letter",
        object_id=letter.pk, area_code=area.pk, detail={"act": "member", "unit": unit},
    )  # fmt: skip
    return letter


def _locked(letter):
    return Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)


@transaction.atomic
def letter_sign(
    *, letter: Letter, actor, signed_on: datetime.date, on: datetime.date, signer_up: str,
    signer_down: str, file: File | None = None, name: str = "", address=None,
) -> Letter:  # fmt: skip
    """Record that a letter is signed: its day, who signed on both sides, its scan. Raises LetterError."""
    found = _locked(letter)
    if found.state == LetterState.SIGNED:
        raise LetterError(f"这份责任状已登记为 {found.signed_on:%Y-%m-%d} 签订，不必再登记。")
    if found.state == LetterState.VOID:
        raise LetterError("这份责任状已失效。")
    if signed_on > on:
        raise LetterError("签订日期不能晚于今天。")
    if signed_on.year not in (found.year - 1, found.year, found.year + 1):
        raise LetterError(f"这是 {found.year} 年的责任状，请核对签订日期。")
    found.state, found.signed_on, found.recorded_by = LetterState.SIGNED, signed_on, actor
    found.signer_up, found.signer_down = signer_up.strip()[:40], signer_down.strip()[:40]
    if file is not None:
        found.scan_name = name[-200:]
        found.scan.save(name, file, save=False)
    found.save()
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="letter",
        object_id=found.pk, area_code=found.area_id, detail={"act": "sign"},
    )  # fmt: skip
    return found


@transaction.atomic
def letters_sign(*, letters: QuerySet[Letter], actor, on: datetime.date, address=None) -> int:
    """Record many letters signed at one meeting, set-based; the number that were not signed before."""
    signed = letters.filter(state=LetterState.WAITING).update(
        state=LetterState.SIGNED, signed_on=on, recorded_by=actor
    )
    if signed:
        audit(
            actor=actor, action=AuditAction.CHANGE, address=address, object_type="letter",
            detail={"act": "sign", "count": signed},
        )  # fmt: skip
    return signed


@transaction.atomic
def letter_void(*, letter: Letter, actor, reason: str, address=None) -> Letter:
    """Withdraw a letter with a reason (→ 失效); the unit may then get a new one. Raises LetterError."""
    found = _locked(letter)
    reason = reason.strip()
    if found.state == LetterState.VOID:
        raise LetterError("这份责任状已经失效。")
    if not reason:
        raise LetterError("请写明失效原因。")
    found.state, found.void_reason = LetterState.VOID, reason[:120]
    found.save(update_fields=["state", "void_reason"])
    audit(
        actor=actor, action=AuditAction.CHANGE, address=address, object_type="letter",
        object_id=found.pk, area_code=found.area_id, detail={"act": "void", "reason": reason},
    )  # fmt: skip
    return found
