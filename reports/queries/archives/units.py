"""包保档案 of one unit (市、县、乡): plan, lists, letters, meetings, notices, reports … (domain §6.3)."""

import datetime

from inspections.models import CheckRound
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.jurisdiction.queries import place_of
from responsibility.enums import DocumentKind, LetterState, ListState, NoticeState, PledgeState
from responsibility.models import (
    Cadre,
    Document,
    LedgerState,
    Letter,
    ListDocument,
    Meeting,
    NoticeTarget,
    Pledge,
    Training,
)

from ...enums import Punctuality, ReviewState
from ...models import CountyReview, DailyReport
from ...rules.archives import Archive, Section, state_of
from .shared import day, some, table

KIND = "unit"


def unit_archive(*, user, code: str, on: datetime.date) -> Archive | None:
    """The file of one city, county or town; nothing out of scope, nor for a village."""
    place = place_of(user=user, code=code)
    if place is None or place.area is None or place.level == "village":
        return None
    area = place.area
    sections = [
        _plan(area),
        _lists(area),
        _letters(area, on),
        _pledges(area),
        _meetings(area),
        _notices(area),
        _reports(area),
        _ledger(area),
        _training(area, on),
        _checks(area),
    ]
    cadres = Cadre.objects.within(area.code).in_post().count()
    return Archive(
        kind=KIND, key=area.code, name=area.name, area=area.path_name, area_code=area.code,
        keeper=next((a.name for a in place.ancestors if len(a.code) == 6), area.name),
        sections=sections,
        facts=[
            ("层级", area.get_level_display()), ("区划代码", area.code), ("在岗包保干部", f"{cadres:,} 人"),
        ],
    )  # fmt: skip


def _above(area):
    return [area.code[:n] for n in (4, 6, 9) if n <= len(area.code)]


def _plan(area):
    found = Document.objects.filter(kind=DocumentKind.PLAN, is_active=True, area__in=_above(area))
    rows, total = some(found.select_related("area"), "-area_id", "-pk")
    section = Section(
        "plan", "工作方案", state_of(rows), rows[0].title if rows else "",
        lack="" if rows else "没有工作方案，请在会议与文件中登记。",
    )  # fmt: skip
    lines = [(r.title, r.document_no, r.area.name, day(r.issued_on), r.file_name) for r in rows]
    return table(
        section, ("标题", "文号", "单位", "成文日期", "文件"), (20, 12, 10, 10, 12), lines, total
    )


def _lists(area):
    found = ListDocument.objects.filter(level=area.level, state=ListState.ISSUED)
    rows, total = some(found, "kind", "pk")
    section = Section(
        "lists", "三张清单", state_of(rows), f"{total} 份在用" if rows else "",
        lack="" if rows else "本级清单还没有印发，请市局印发。",
    )  # fmt: skip
    lines = [
        (r.title, r.get_kind_display(), f"第 {r.version} 版{'（示例）' if r.is_example else ''}", day(r.effective_from))
        for r in rows
    ]  # fmt: skip
    return table(section, ("标题", "清单", "版次", "生效"), (20, 10, 10, 10), lines, total)


def _letters(area, on):
    found = Letter.objects.filter(area=area, year=on.year).exclude(state=LetterState.VOID)
    rows, total = some(found, "kind", "pk")
    applies = len(area.code) > 4
    signed = any(row.state == LetterState.SIGNED for row in rows)
    section = Section(
        "letters", "层级签状", state_of(signed, applies=applies),
        f"{on.year} 年 {sum(r.state == LetterState.SIGNED for r in rows)} / {total} 份已签" if rows else "",
        lack="" if signed or not applies else f"{on.year} 年责任状还没有签，请与上级签订。",
    )  # fmt: skip
    lines = [
        (r.get_kind_display(), r.unit or area.name, r.upper, r.get_state_display(), day(r.signed_on), r.scan_name)
        for r in rows
    ]  # fmt: skip
    return table(section, ("类别", "签状单位", "上级单位", "状态", "签订", "扫描件"), (8, 12, 14, 8, 10, 12), lines, total)  # fmt: skip


def _pledges(area):
    cadres = Cadre.objects.within(area.code).in_post()
    due = cadres.count()
    signed = Pledge.objects.filter(state=PledgeState.SIGNED, cadre__in=cadres).count()
    complete = due > 0 and signed >= due
    return Section(
        "pledges", "承诺书", state_of(complete, applies=due > 0),
        f"{signed:,} / {due:,} 人有效",
        lack="" if complete or not due else f"还有 {due - signed:,} 人没有有效的承诺书，请催签。",
    )  # fmt: skip


def _meetings(area):
    rows, total = some(Meeting.objects.filter(area=area), "-held_on", "-pk")
    section = Section(
        "meetings", "会议", state_of(rows), f"{total} 次" if rows else "",
        lack="" if rows else "没有会议记录，请登记。",
    )  # fmt: skip
    lines = [(day(r.held_on), r.title, r.get_mode_display(), r.host, r.minutes_name) for r in rows]
    return table(
        section, ("日期", "名称", "形式", "主持人", "纪要"), (10, 18, 8, 9, 12), lines, total
    )


def _notices(area):
    found = NoticeTarget.objects.filter(area=area, notice__state=NoticeState.ISSUED)
    rows, total = some(found.select_related("notice"), "-notice_id", "-pk")
    waiting = sum(row.received_at is None for row in rows)
    section = Section(
        "notices", "工作提示", state_of(rows and not waiting, applies=bool(rows)),
        f"收到 {total} 期，未签收 {waiting} 期" if rows else "没有发给本单位的工作提示",
        lack=f"有 {waiting} 期没有签收，请签收。" if waiting else "",
    )  # fmt: skip
    lines = [
        (f"第 {r.notice.number} 期" if r.notice.number else "", r.notice.title, day(r.received_at) or "未签收",
         day(r.answered_at))
        for r in rows
    ]  # fmt: skip
    return table(section, ("期号", "标题", "签收", "反馈"), (9, 22, 10, 10), lines, total)


def _reports(area):
    if area.level == "city":
        found = DailyReport.objects.filter(area=area)
        rows, total = some(found, "-date", "-pk")
        lines = [
            (day(r.date), f"第 {r.number} 期", r.get_state_display(), day(r.issued_at))
            for r in rows
        ]
        section = Section(
            "reports", "日报", state_of(rows), f"{total} 期" if rows else "",
            lack="" if rows else "还没有日报。",
        )  # fmt: skip
        return table(section, ("日期", "期号", "状态", "签发"), (10, 9, 9, 10), lines, total)
    if area.level != "county":
        return Section("reports", "日报", state_of(False, applies=False), "日报由县(市、区)核对")
    found = CountyReview.objects.filter(area=area).select_related("report")
    rows, total = some(found, "-report_id", "-pk")
    missed = sum(row.punctuality == Punctuality.MISSING for row in rows)
    section = Section(
        "reports", "日报", state_of(rows), f"{total} 期，未报 {missed} 期" if rows else "",
        lack="" if rows else "还没有日报。",
    )  # fmt: skip
    lines = [
        (day(r.report.date), f"第 {r.report.number} 期", ReviewState(r.state).label,
         r.get_punctuality_display(), day(r.reported_at))
        for r in rows
    ]  # fmt: skip
    return table(
        section, ("日期", "期号", "核对", "及时", "确认"), (10, 9, 10, 8, 10), lines, total
    )


def _ledger(area: Area):
    if area.level != "township":
        found = LedgerState.objects.within(area.code).filter(area__level="township")
        built, total = found.filter(is_built=True).count(), found.count()
        return Section(
            "ledger", "台账", state_of(total and built == total, applies=total > 0),
            f"{built} / {total} 个乡镇(街道)已建立" if total else "",
            lack=f"还有 {total - built} 个乡镇(街道)没有建立台账。" if built < total else "",
        )  # fmt: skip
    row = LedgerState.objects.filter(area=area).first()
    built = bool(row and row.is_built)
    return Section(
        "ledger", "台账", state_of(built), f"{day(row.built_on)} 建立" if built else "",
        lack="" if built else "台账还没有建立，请建立后登记。",
    )  # fmt: skip


def _training(area, on):
    rows, total = some(Training.objects.filter(area=area), "-held_on", "-pk")
    this_year = any(row.held_on.year == on.year for row in rows)
    applies = len(area.code) <= 6
    section = Section(
        "training", "培训", state_of(this_year, applies=applies), f"{total} 次" if rows else "",
        lack="" if this_year or not applies else f"{on.year} 年还没有组织培训。",
    )  # fmt: skip
    lines = [(day(r.held_on), r.title, f"{r.hours} 学时", r.trainer) for r in rows]
    return table(section, ("日期", "名称", "学时", "主讲"), (10, 22, 9, 10), lines, total)


def _checks(area):
    rows, total = some(CheckRound.objects.filter(target=area), "-pk")
    section = Section(
        "checks", "督查", state_of(rows, applies=False),
        f"受督查 {total} 轮" if rows else "还没有受过督查",
    )  # fmt: skip
    lines = [
        (f"{r.year} 年第 {r.number} 轮", r.team_name, day(r.starts_on), day(r.ends_on), r.get_state_display())
        for r in rows
    ]  # fmt: skip
    return table(section, ("轮次", "督查组", "起", "止", "阶段"), (14, 14, 10, 10, 8), lines, total)
