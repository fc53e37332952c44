"""The demonstration's papers: lists issued, pledges and letters signed or not, notices answered, a meeting
and a training held. Through the services that its users call; constructed words are marked 示例."""

import datetime
import random
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from jiamusi_foodsafety.jurisdiction.models import Area, User

from ..enums import LetterKind, LetterState, MeetingMode, NoticeState, PledgeState
from ..models import Cadre, Letter, Meeting, Notice, Pledge, Training
from ..services.duties import duties_make
from ..services.letters import letters_make, letters_sign
from ..services.lists import lists_issue_all
from ..services.meetings import decision_add
from ..services.notices import answer_mark, notice_issue, target_answer, target_receive
from ..services.pledges_bulk import pledges_make, pledges_sign
from ..services.training import attendees_add, rest_passed

SIGNED_PLEDGES = 3770
# What is left unsigned when the first pledges are signed, and at the end at the city.
FIRST_UNSIGNED, CITY_UNSIGNED = 60, 2
# 签状: units whose letter nobody signed yet, by kind; the rest signed.
UNSIGNED_LETTERS = {LetterKind.TOWNSHIP: 7, LetterKind.VILLAGE: 106, LetterKind.MEMBER: 2}
# number of the notice: counties that have not signed for it, that have not answered it
OPEN_NOTICES = {
    11: ((), ("230828",)),
    13: ((), ("230883",)),
    14: (("230828", "230883"), ("230828", "230883", "230805", "230811", "230882")),
}
ANSWERS = ("无变更", "已按要求完成", "已传达到乡镇、村(社区)", "已核对，无问题", "干部变更已交接")


def sign_first(*, city: Area, by: User, on: datetime.date, at: datetime.datetime) -> None:
    """Lists issued and nearly all pledges signed, before life changes what they say."""
    lists_issue_all(actor=by, effective_from=on, at=at)
    cadres = Cadre.objects.within(city.pk)
    pledges_make(cadres=cadres, actor=by, at=at, year=on.year, is_issued=True)
    waiting = list(
        Pledge.objects.within(city.pk)
        .filter(state=PledgeState.WAITING)
        .exclude(level="city")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    left = random.Random(city.pk).sample(waiting, min(FIRST_UNSIGNED, len(waiting)))
    left += list(
        Pledge.objects.within(city.pk)
        .filter(level="city")
        .order_by("-pk")
        .values_list("pk", flat=True)[:CITY_UNSIGNED]
    )
    open_ones = Pledge.objects.within(city.pk).exclude(pk__in=left)
    pledges_sign(pledges=open_ones, actor=by, on=on, at=at)


def sign_rest(*, city: Area, by: User, on: datetime.date, at: datetime.datetime) -> None:
    """Pledges for those named since; so many signed that SIGNED_PLEDGES stand."""
    cadres = Cadre.objects.within(city.pk)
    resign = Pledge.objects.within(city.pk).filter(state=PledgeState.RESIGN).values("cadre")
    pledges_make(
        cadres=cadres.exclude(pk__in=resign), actor=by, at=at, year=on.year, is_issued=True
    )
    pledges = Pledge.objects.within(city.pk).filter(cadre__is_in_post=True)
    missing = SIGNED_PLEDGES - pledges.filter(state=PledgeState.SIGNED).count()
    if missing > 0:
        waiting = pledges.filter(state=PledgeState.WAITING).exclude(level="city")
        chosen = list(waiting.order_by("pk").values_list("pk", flat=True)[:missing])
        pledges_sign(pledges=Pledge.objects.filter(pk__in=chosen), actor=by, on=on, at=at)


@transaction.atomic
def seed_papers(*, city: Area, by: User, clerks: Mapping[str, User], at: datetime.datetime) -> None:
    """Letters, notices, a meeting and a training, where none are yet. `clerks`: county code → account."""
    if Letter.objects.within(city.pk).exists():
        return
    on = at.date()
    duties_make(on=on)
    _letters(city, by=by, on=on)
    _notices(city, by=by, clerks=clerks, at=at)
    _meetings(city, by=by, on=on)
    _training(city, by=by, on=on)


def _letters(city, *, by, on):
    areas = Area.objects.within(city.pk)
    letters_make(areas=areas, year=on.year, actor=by, due_on=on - datetime.timedelta(days=3))
    waiting = Letter.objects.within(city.pk).filter(year=on.year, state=LetterState.WAITING)
    kept: list[int] = []
    for kind, number in UNSIGNED_LETTERS.items():
        keys = list(waiting.filter(kind=kind).order_by("pk").values_list("pk", flat=True))
        kept += random.Random(f"{city.pk}{kind}").sample(keys, min(number, len(keys)))
    letters_sign(
        letters=waiting.filter(~Q(pk__in=kept)), actor=by, on=on - datetime.timedelta(days=10)
    )


def _notices(city, *, by, clerks, at):
    drafts = Notice.objects.filter(area=city, state=NoticeState.DRAFT, number__lte=14)
    for notice in drafts.order_by("number"):
        day = at - datetime.timedelta(days=(15 - notice.number) * 2)
        issued = day.replace(hour=14, minute=50)
        notice.due_at = issued + datetime.timedelta(days=4)
        notice.save(update_fields=["due_at"])
        notice_issue(actor=by, notice=notice, at=issued)
        unsigned, unanswered = OPEN_NOTICES.get(notice.number, ((), ()))
        for target in notice.targets.order_by("area_id"):
            clerk = clerks.get(target.area_id)
            if clerk is None or target.area_id in unsigned:
                continue
            minutes = 12 + int(target.area_id[-2:], 36) * 3
            received = issued + datetime.timedelta(minutes=minutes)
            target_receive(actor=clerk, target=target, at=received)
            if target.area_id in unanswered:
                continue
            target.refresh_from_db()
            target_answer(
                actor=clerk, target=target, seen=answer_mark(target),
                answer=random.Random(f"{notice.number}{target.area_id}").choice(ANSWERS),
                at=received + datetime.timedelta(hours=18),
            )  # fmt: skip


def _meetings(city, *, by, on):
    for number, (days, text) in enumerate(
        ((38, "各县(市、区)按时完成摸底调查和主体分级"), (12, "包保干部名册和台账当月建齐")),
        start=1,
    ):
        held = on - datetime.timedelta(days=days)
        meeting = Meeting.objects.create(
            area=city, title=f"全市食安办主任视频会议（第 {number} 次）", mode=MeetingMode.VIDEO,
            held_on=held, host="市局主要领导", attendance=66 + number, is_example=True,
            attendees="市局领导小组成员，各县(市、区)市场监管局", created_by=by,
            summary="部署推进食品安全“两个责任”落实（示例，可修改）",
        )  # fmt: skip
        decision_add(
            actor=by, meeting=meeting, text=text, decision=None,
            task={"area": city, "owner": "市局食品协调科", "due_on": held + datetime.timedelta(days=20)},
        )  # fmt: skip


def _training(city, *, by, on):
    training = Training.objects.create(
        area=city, title="包保干部业务培训（示例）", held_on=on - datetime.timedelta(days=9),
        hours=2, place="视频会议", trainer="市局食品协调科", content="包保范围、督导清单和系统使用",
        is_example=True, created_by=by,
    )  # fmt: skip
    for level in ("city", "county", "township"):
        attendees_add(actor=by, training=training, area=city.pk, level=level)
    rest_passed(actor=by, training=training, records=training.records.exclude(pk__endswith=7))
