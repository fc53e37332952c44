"""What city and counties told each other in the demonstration: ledgers built, questions answered, an
instruction given, experience collected. All constructed (示例)."""

import datetime
import random
from collections.abc import Mapping

from jiamusi_foodsafety.jurisdiction.models import Area, User

from ..enums import AdoptionState, MeetingMode
from ..models import Experience, Guidance
from ..services.guidance import answer_mark, guidance_answer, guidance_ask
from ..services.instructions import instructions_create
from ..services.ledger_states import ledger_states_set

# Of 139 places that keep a ledger (138 towns and 高新区).
WITHOUT_LEDGER = 9
QUESTIONS = (
    ("230822", "分级口径", "一户既有超市又有现场制售，按哪个定级？", "按规模大的一项定级，备注写明另一项。"),
    ("230828", "包保范围", "只备案不发证的预包装食品店算不算应包主体？", "算。备案的一并梳理，类别填食品销售。"),
    ("230883", "农场归属", "农场里的商店由谁包保？", "按所在农场的乡级、村级干部包保，农场没有村的由管理区干部包保。"),
    ("230805", "台账字段", "没有统一社会信用代码的小食杂怎么填？", "三小可以不填信用代码，登记证号必须填。"),
    ("230882", "异常筛除", "关门半年但证没注销的怎么办？", "监管所提请停业未注销，县局复核后从应包中筛除，重新开门再恢复。"),
    ("2308G1", "层级对应", "本区不设乡镇，C 级由谁包保？", "由区里的乡级包保干部包保，属地填本区。"),
)  # fmt: skip
PRACTICES = (
    ("四川乐山", "一名市领导包保一家 A 级食堂，一对一", AdoptionState.PARTLY),
    ("陕西安康", "市级包保干部各有一个食安委成员单位做联系单位", AdoptionState.ADOPTED),
    ("安徽六安", "督导清单简化为乡“六有六无”、村“五有五无”图册", AdoptionState.STUDYING),
    ("四川广元", "食安办对责任、任务、督查清单和承诺书专档专卷", AdoptionState.ADOPTED),
)


def seed_talk(*, city: Area, by: User, clerks: Mapping[str, User], at: datetime.datetime) -> None:
    """Where nothing was asked yet."""
    if Guidance.objects.within(city.pk).exists():
        return
    _ledgers(city, by=by, at=at)
    for days, (code, topic, question, answer) in enumerate(QUESTIONS, start=2):
        asked = (at - datetime.timedelta(days=days)).replace(hour=9, minute=20)
        guidance = guidance_ask(
            actor=clerks[code], area=Area.objects.get(pk=code), question=question, topic=topic,
            channel=MeetingMode.PHONE, asked_at=asked, at=asked, contact=clerks[code].name,
        )  # fmt: skip
        if days > 2:
            guidance_answer(
                actor=by, guidance=guidance, answer=answer, is_shared=True,
                at=asked + datetime.timedelta(hours=2), seen=answer_mark(guidance),
            )  # fmt: skip
    instructions_create(
        actor=by, areas=[Area.objects.get(pk="230828")], title="待分级主体限期清零",
        body="待分级 182 家，请逐户核定规模，按分级标准定级（示例，可修改）。",
        due_on=at.date() + datetime.timedelta(days=5), on=at.date(),
    )  # fmt: skip
    Experience.objects.bulk_create(
        Experience(
            area=city, source=source, title=title, adoption=adoption, is_example=True,
            created_by=by, search_text=f"{title}\n{source}",
        )
        for source, title, adoption in PRACTICES
    )  # fmt: skip


def _ledgers(city, *, by, at):
    """Most towns keep their ledger; a county unit without towns keeps its own."""
    areas = Area.objects.within(city.pk).active()
    towns = list(areas.filter(level="township").order_by("code"))
    with_towns = {town.parent_id for town in towns}
    places = towns + [c for c in areas.counties().order_by("code") if c.pk not in with_towns]
    late = random.Random(city.pk).sample([place.pk for place in places], WITHOUT_LEDGER)
    ledger_states_set(
        actor=by, areas=[place for place in places if place.pk not in late], is_built=True,
        built_on=at.date() - datetime.timedelta(days=6), at=at,
    )  # fmt: skip
