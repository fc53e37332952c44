"""包保档案 of one cadre: nine items (domain §6.3)."""

import datetime

from inspections.models import CheckSample, Visit
from jiamusi_foodsafety.kit.phones import mask_phone
from responsibility.enums import ListKind, ListState, PledgeState
from responsibility.models import (
    Assignment,
    Cadre,
    Change,
    ListDocument,
    LoadCap,
    Membership,
    Pledge,
    TrainingRecord,
)

from ...rules.archives import Archive, Section, state_of
from .shared import day, some, table, visit_result

KIND = "cadre"


def cadre_archive(*, user, pk: int, on: datetime.date) -> Archive | None:
    """The file of one cadre; nothing out of scope."""
    cadre = (
        Cadre.objects.visible_to(user)
        .select_related("area__parent__parent__parent", "load")
        .filter(pk=pk)
        .first()
    )
    if cadre is None:
        return None
    pledges, number = some(Pledge.objects.filter(cadre=cadre), "-pk")
    signed = next((row for row in pledges if row.state == PledgeState.SIGNED), None)
    sections = [
        _facts(cadre),
        _appointment(cadre),
        _pledges(pledges, number, signed),
        _list(cadre, signed),
        _visits(cadre),
        _training(cadre, on),
        _checks(cadre),
        _changes(cadre),
        _load(cadre),
    ]
    area = cadre.area
    while area.parent is not None and len(area.code) > 6:
        area = area.parent
    return Archive(
        kind=KIND, key=str(cadre.pk), name=cadre.name, area=cadre.area.path_name,
        area_code=cadre.area_id, keeper=area.name,
        sections=sections,
        facts=[
            ("包保层级", cadre.get_level_display()), ("单位", cadre.unit), ("职务", cadre.post),
            ("属地", cadre.area.path_name), ("任职", _term(cadre)),
        ],
    )  # fmt: skip


def _term(cadre):
    if cadre.is_in_post:
        return f"{day(cadre.in_post_from)} 起在岗" if cadre.in_post_from else "在岗"
    return f"{day(cadre.in_post_to)} {cadre.get_leave_reason_display() or '离任'}".strip()


def _facts(cadre):
    asked = (("unit", "单位"), ("post", "职务"), ("phone", "电话"), ("in_post_from", "任职日期"))
    lacking = [words for name, words in asked if not getattr(cadre, name)]
    liaison = f"{cadre.liaison_unit} {cadre.liaison_name}".strip()
    return Section(
        "facts", "基本信息", state_of(not lacking), f"{day(cadre.updated_at)} 更新",
        lack=f"没有{'、'.join(lacking)}，请县局补齐。" if lacking else "",
        facts=[
            ("姓名", cadre.name), ("包保层级", cadre.get_level_display()), ("单位", cadre.unit),
            ("职务", cadre.post), ("电话", mask_phone(cadre.phone) if cadre.phone else ""),
            ("属地", cadre.area.path_name), ("任职", _term(cadre)), ("包保联系单位、联络员", liaison),
        ],
    )  # fmt: skip


def _appointment(cadre):
    found = Membership.objects.filter(cadre=cadre).select_related("body", "basis")
    rows, total = some(found, "-from_on", "-pk")
    papers = [row for row in rows if row.basis_id]
    section = Section(
        "appointment", "任命、分工文件", state_of(papers),
        papers[0].basis.title if papers else "",
        lack="" if papers else "没有登记任命或分工文件，请在组织机构中补上依据。",
    )  # fmt: skip
    lines = [
        (row.body.name, row.get_role_display(), day(row.from_on), day(row.to_on) or "至今",
         f"{row.basis.title} {row.basis.document_no}".strip() if row.basis else "")
        for row in rows
    ]  # fmt: skip
    return table(
        section, ("机构", "职务", "起", "止", "依据文件"), (14, 7, 10, 10, 16), lines, total
    )


def _pledges(rows, total, signed):
    section = Section(
        "pledge", "承诺书", state_of(signed),
        f"{day(signed.signed_on)} 签订，有效期至 {day(signed.valid_to) or '长期'}" if signed else "",
        lack="" if signed else "没有有效的承诺书，请催签。",
    )  # fmt: skip
    lines = [
        (row.number, row.get_state_display(), day(row.signed_on), day(row.valid_to),
         row.resign_reason or row.void_reason)
        for row in rows
    ]  # fmt: skip
    return table(
        section, ("编号", "状态", "签订", "有效期至", "说明"), (14, 8, 10, 10, 14), lines, total
    )


def _list(cadre, signed):
    found = ListDocument.objects.filter(
        kind=ListKind.RESPONSIBILITY, level=cadre.level, state=ListState.ISSUED
    ).first()
    has_annex = bool(signed and signed.annex)
    note = f"{found}" if found else ""
    if has_annex:
        note = f"随承诺书签订，附主体 {signed.held_count} 家" + (f"；{note}" if note else "")
    return Section(
        "list", "责任清单", state_of(has_annex or found), note,
        lack="" if has_annex or found else "本级还没有印发责任清单，请市局印发。",
    )  # fmt: skip


def _visits(cadre):
    found = Visit.objects.filter(cadre=cadre).select_related("entity")
    rows, total = some(found, "-visited_on", "-pk")
    holds = cadre.load.total if hasattr(cadre, "load") else 0
    section = Section(
        "visits", "任务清单（每次督导）", state_of(rows, applies=holds > 0),
        f"{total} 次" if rows else "还没有包保主体" if not holds else "",
        lack="" if rows or not holds else "还没有督导记录，请本人督导。",
    )  # fmt: skip
    lines = [
        (day(v.visited_on), v.entity.name, v.get_mode_display() if v.kind == "visit" else "—", visit_result(v))
        for v in rows
    ]  # fmt: skip
    return table(section, ("日期", "主体", "方式", "结果"), (10, 20, 10, 12), lines, total)


def _training(cadre, on):
    found = TrainingRecord.objects.filter(cadre=cadre).select_related("training")
    rows, total = some(found, "-training__held_on", "-pk")
    passed = any(r.result == "passed" and r.training.held_on.year == on.year for r in rows)
    section = Section(
        "training", "培训记录", state_of(passed), f"{total} 次" if rows else "",
        lack="" if passed else f"{on.year} 年还没有培训合格，请安排轮训。",
    )  # fmt: skip
    lines = [
        (day(r.training.held_on), r.training.title, f"{r.training.hours} 学时",
         r.get_result_display(), "" if r.score is None else str(r.score))
        for r in rows
    ]  # fmt: skip
    return table(
        section, ("日期", "培训", "学时", "结果", "测试分数"), (10, 18, 8, 8, 9), lines, total
    )


def _checks(cadre):
    found = CheckSample.objects.filter(cadre=cadre, is_replaced=False)
    rows, total = some(found.select_related("check_round__target"), "-pk")
    section = Section(
        "checks", "督查结果", state_of(rows, applies=False),
        f"被抽到 {total} 次" if rows else "没有被抽到过",
    )  # fmt: skip
    lines = [
        (f"{r.check_round.year} 年第 {r.check_round.number} 轮", r.check_round.get_level_display(),
         r.check_round.target.name, r.get_call_verdict_display())
        for r in rows
    ]  # fmt: skip
    return table(section, ("轮次", "督查", "督查对象", "电话抽问"), (14, 10, 14, 10), lines, total)


def _changes(cadre):
    rows, total = some(Change.objects.filter(cadre=cadre).select_related("entity"), "-pk")
    section = Section(
        "changes", "变更", state_of(rows, applies=False), f"{total} 条" if rows else "没有变更"
    )
    lines = [
        (day(c.happened_on), c.get_kind_display(), c.entity.name if c.entity_id else "",
         f"{c.before} → {c.after}".strip(" →"))
        for c in rows
    ]  # fmt: skip
    return table(section, ("日期", "事项", "主体", "变更"), (10, 11, 16, 16), lines, total)


def _load(cadre):
    found = Assignment.objects.active().filter(cadre=cadre).select_related("entity__category")
    rows, total = some(found, "grade", "entity_id")
    cap = LoadCap.objects.filter(level=cadre.level).values_list("most", flat=True).first()
    held = cadre.load.total if hasattr(cadre, "load") else 0
    section = Section(
        "load", "包保主体、负荷", state_of(rows, applies=cadre.is_in_post),
        f"在包 {held} 家" + (f"，上限 {cap} 家" if cap else ""),
        lack="" if rows or not cadre.is_in_post else "还没有包保主体，请县局分配。",
    )  # fmt: skip
    lines = [
        (b.entity.name, b.entity.licence_no, b.entity.category.name, b.get_grade_display(), day(b.from_on))
        for b in rows
    ]  # fmt: skip
    return table(
        section, ("主体", "许可证编号", "类别", "等级", "起"), (18, 14, 10, 6, 10), lines, total
    )
