"""包保档案 of one business: twelve items (domain §6.3)."""

import datetime

from django.db.models import Count, Q

from entities.models import EntityMerge, Proposal
from entities.queries.entities import entity_get
from inspections.models import (
    ControlCheck,
    EntityCompliance,
    Problem,
    PublicPlate,
    SafetyExam,
    SafetyPerson,
    SafetyTraining,
    Visit,
)
from inspections.queries.papers import visit_paper_of
from jiamusi_foodsafety.kit.phones import mask_numbers, mask_phone
from responsibility.enums import COVERED, PledgeState
from responsibility.models import Assignment, Change, Pledge

from ...rules.archives import Archive, Section, state_of
from .shared import day, some, table, visit_result

KIND = "entity"
# Whole lists of visits in the print.
PAPERS = 6
ASKED = (
    ("name", "主体名称"), ("licence_no", "许可证编号"), ("credit_code", "统一社会信用代码"),
    ("address", "经营地址"), ("legal_person", "负责人"), ("phone", "联系电话"),
)  # fmt: skip


def entity_archive(
    *, user, pk: int, on: datetime.date, with_papers: bool = False
) -> Archive | None:
    """The file of one business, nothing out of scope. `with_papers`: the newest visits' whole lists, for the
    print."""
    entity = entity_get(user=user, pk=pk)
    if entity is None:
        return None
    bonds = Assignment.objects.filter(entity=entity).select_related("cadre")
    history, total = some(bonds, "-from_on", "-pk")
    active = next((bond for bond in history if bond.to_on is None), None)
    people = list(SafetyPerson.objects.filter(entity=entity).order_by("ended_on", "post", "pk"))
    compliance = EntityCompliance.objects.filter(pk=entity.pk).first()
    sections = [
        _card(entity),
        _licence(entity, on),
        _grade(entity),
        _bonds(history, total, active),
        _pledge(active),
        _visits(user, entity, with_papers),
        _problems(entity),
        _officers(people, compliance, on),
        _training(people, compliance, on),
        _controls(entity),
        _changes(entity),
        _plate(entity),
    ]
    return Archive(
        kind=KIND, key=str(entity.pk), name=entity.name, area=entity.area.path_name, area_code=entity.area_id,
        keeper=_keeper(entity.area), sections=sections,
        facts=[
            ("许可证编号", entity.licence_no), ("包保等级", entity.get_grade_display()),
            ("经营状态", entity.get_status_display()), ("属地", entity.area.path_name),
            ("包保干部", f"{active.cadre.name}（{active.get_level_display()}）" if active else "未分配"),
        ],
    )  # fmt: skip


def _keeper(area):
    while area.parent is not None and len(area.code) > 6:
        area = area.parent
    return area.name


def _card(entity):
    lacking = [words for name, words in ASKED if not getattr(entity, name)]
    return Section(
        "card", "主体信息卡", state_of(not lacking), f"{day(entity.updated_at)} 更新",
        lack=f"没有{'、'.join(lacking)}，请监管所补齐。" if lacking else "",
        facts=[
            ("主体名称", entity.name), ("统一社会信用代码", entity.credit_code),
            ("主体类别", entity.category.name), ("业态", entity.form),
            ("经营地址", entity.address), ("属地", entity.area.path_name),
            ("负责人", entity.legal_person), ("联系电话", mask_phone(entity.phone) if entity.phone else ""),
            ("经营状态", entity.get_status_display()), ("从业人数", _number(entity.staff_count)),
            ("摸底日期", day(entity.surveyed_on)), ("备注", mask_numbers(entity.note)),
        ],
    )  # fmt: skip


def _number(value):
    return "" if value is None else f"{value:,}"


def _licence(entity, on):
    valid = entity.is_permanent or (entity.expires_on is not None and entity.expires_on >= on)
    until = "长期" if entity.is_permanent else day(entity.expires_on)
    lack = "没有有效期" if not until else f"许可证 {until} 已到期"
    return Section(
        "licence", "证照", state_of(valid), f"有效期至 {until}" if until else "",
        lack="" if valid else f"{lack}，请监管所核实换证。",
        facts=[
            ("许可证种类", entity.get_licence_kind_display()), ("许可证编号", entity.licence_no),
            ("发证日期", day(entity.issued_on)), ("有效期至", until),
        ],
    )  # fmt: skip


def _grade(entity):
    rule = entity.suggested_rule
    return Section(
        "grade", "分级依据", state_of(entity.grade), entity.get_grade_source_display(),
        lack="" if entity.grade else "还没有分级，请县局定级。",
        facts=[
            ("包保等级", entity.get_grade_display()), ("等级来源", entity.get_grade_source_display()),
            ("定级理由", entity.grade_reason), ("按标准建议", entity.suggested_grade or "待定"),
            ("命中规则", str(rule) if rule else ""), ("风险等级", entity.get_risk_grade_display()),
        ],
    )  # fmt: skip


def _bonds(history, total, active):
    held = active is not None and active.standing in COVERED
    section = Section(
        "bonds", "包保关系史", state_of(held),
        f"{active.cadre.name}，自 {day(active.from_on)}" if active else "",
        lack="" if held else "现在没有层级对应的在岗包保干部，请县局分配。",
    )  # fmt: skip
    rows = [
        (bond.cadre.name, bond.get_level_display(), day(bond.from_on), day(bond.to_on) or "至今",
         bond.get_reason_display(), bond.get_end_reason_display() if bond.to_on else "")
        for bond in history
    ]  # fmt: skip
    heads = ("包保干部", "层级", "起", "止", "由来", "结束原因")
    return table(section, heads, (10, 7, 11, 11, 10, 12), rows, total)


def _pledge(active):
    found = None
    if active is not None:
        signed = Pledge.objects.filter(cadre=active.cadre_id, state=PledgeState.SIGNED)
        found = signed.order_by("-pk").first()
    return Section(
        "pledge", "承诺书、责任清单", state_of(found),
        f"{day(found.signed_on)} 签订，附主体 {found.held_count} 家" if found else "",
        lack="" if found else "包保干部没有有效的承诺书，请催签。" if active else "没有包保干部。",
        facts=[
            ("承诺人", f"{found.name} {found.post}"), ("编号", found.number),
            ("签订日期", day(found.signed_on)), ("有效期至", day(found.valid_to)),
        ] if found else [],
    )  # fmt: skip


def _visits(user, entity, with_papers):
    found = Visit.objects.filter(entity=entity).select_related("cadre")
    found = found.annotate(pictures=Count("photos"))
    rows, total = some(found, "-visited_on", "-pk")
    valid = [visit for visit in rows if not visit.is_void and visit.kind == "visit"]
    section = Section(
        "visits", "督导任务清单", state_of(valid),
        f"{total} 次，最近 {day(valid[0].visited_on)}" if valid else "",
        lack="" if valid else "还没有督导过，请包保干部督导。",
    )  # fmt: skip
    if with_papers:
        papers = (visit_paper_of(user=user, pk=visit.pk) for visit in valid[:PAPERS])
        section.papers = [paper for paper in papers if paper is not None]
    lines = [
        (day(v.visited_on), v.cadre.name, v.get_mode_display() if v.kind == "visit" else "—",
         str(v.checked), visit_result(v), str(v.pictures))
        for v in rows
    ]  # fmt: skip
    return table(section, ("日期", "督导人", "方式", "已查(项)", "结果", "照片(张)"), (10, 9, 10, 8, 14, 8), lines, total)  # fmt: skip


def _problems(entity):
    rows, total = some(Problem.objects.filter(entity=entity), "-pk")
    waiting = sum(row.clock_at is not None for row in rows)
    section = Section(
        "problems", "问题整改", state_of(rows, applies=False),
        f"{total} 个，未办结 {waiting} 个" if rows else "没有发现过问题",
    )  # fmt: skip
    lines = [
        (row.number, day(row.found_on), mask_numbers(row.title), row.get_state_display(), day(row.settled_at))
        for row in rows
    ]  # fmt: skip
    return table(
        section, ("编号", "发现", "问题", "状态", "办结"), (12, 10, 20, 9, 10), lines, total
    )


def _officers(people, compliance, on):
    present = [one for one in people if one.is_in_post(on)]
    posts = {one.post for one in present}
    needed = []
    if compliance is None or compliance.need_officer is not False:
        needed.append(("officer", "食品安全员"))
    if compliance is not None and compliance.need_director:
        needed.append(("director", "食品安全总监"))
    lacking = [words for post, words in needed if post not in posts]
    section = Section(
        "officers", "两员任命", state_of(present and not lacking, applies=bool(needed)),
        f"在任 {len(present)} 人" if present else "",
        lack=f"没有{'、'.join(lacking)}，请主体任命后登记。" if lacking else "",
    )  # fmt: skip
    rows = [
        (one.get_post_display(), one.name, day(one.appointed_on), day(one.ended_on) or "在任", one.document_name)
        for one in people
    ]  # fmt: skip
    return table(
        section, ("岗位", "姓名", "任命", "离任", "任命文件"), (10, 8, 10, 10, 14), rows, len(rows)
    )


def _training(people, compliance, on):
    ids = [one.pk for one in people]
    found = SafetyTraining.objects.filter(person__in=ids, is_void=False).select_related("person")
    trained, total = some(found, "-held_on", "-pk")
    exams, more = some(
        SafetyExam.objects.filter(person__in=ids, is_void=False).select_related("person"),
        "-held_on", "-pk",
    )  # fmt: skip
    this_year = any(row.held_on.year == on.year for row in [*trained, *exams])
    needed = compliance is None or compliance.need_officer is not False
    section = Section(
        "training", "两员培训、考核", state_of(this_year, applies=needed),
        f"培训 {total} 次，考核 {more} 次" if total or more else "",
        lack="" if this_year else f"{on.year} 年还没有培训或考核记录，请主体补记。",
    )  # fmt: skip
    rows = [(day(r.held_on), r.person.name, "培训", f"{r.content} {r.hours} 学时") for r in trained]
    rows += [(day(r.held_on), r.person.name, "考核", str(r)) for r in exams]
    return table(section, ("日期", "姓名", "种类", "内容"), (10, 8, 7, 22), sorted(rows, reverse=True), total + more)  # fmt: skip


def _controls(entity):
    found = ControlCheck.objects.filter(entity=entity, is_void=False)
    rows, total = some(found, "-checked_on", "-pk")
    section = Section(
        "controls", "日周月抽查", state_of(rows), f"{total} 条" if rows else "",
        lack="" if rows else "还没有抽查过日管控、周排查、月调度，督导时请查看。",
    )  # fmt: skip
    lines = [
        (day(r.checked_on), r.get_control_display(), r.get_told_display(), day(r.last_on), r.get_state_display())
        for r in rows
    ]  # fmt: skip
    return table(
        section, ("查看", "制度", "所见", "最近记录", "状态"), (10, 12, 10, 10, 10), lines, total
    )


def _changes(entity):
    changes, total = some(Change.objects.filter(entity=entity), "-pk")
    proposals, more = some(Proposal.objects.filter(entity=entity), "-pk")
    merges = EntityMerge.objects.filter(Q(kept=entity) | Q(gone=entity)).order_by("-pk")[:20]
    rows = [
        (day(c.happened_on), c.get_kind_display(), f"{c.before} → {c.after}".strip(" →"), c.note)
        for c in changes
    ]
    rows += [
        (day(p.proposed_at), f"{p.get_kind_display()}审批", mask_numbers(p.reason), p.get_state_display())
        for p in proposals
    ]  # fmt: skip
    rows += [
        (day(m.made_at), "重复登记合并", m.reason, "已撤销" if m.undone_at else "已合并")
        for m in merges
    ]
    section = Section(
        "changes", "变更与异常审批", state_of(rows, applies=False),
        f"{len(rows)} 条" if rows else "没有变更和审批",
    )  # fmt: skip
    return table(section, ("日期", "事项", "内容", "结果、说明"), (10, 11, 18, 13), sorted(rows, reverse=True), total + more + len(merges))  # fmt: skip


def _plate(entity):
    plate = PublicPlate.objects.filter(entity=entity, revoked_at=None).first()
    return Section(
        "plate", "公示牌", state_of(plate), f"{day(plate.drawn_at)} 生成" if plate else "",
        lack="" if plate else "还没有公示编码，请县局生成公示牌。",
    )  # fmt: skip
