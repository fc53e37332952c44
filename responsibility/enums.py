"""Words of responsibility: who holds whom, lists, pledges, letters, notices (domain guide §1.2, §1.6–1.9)."""

from django.db import models

from jiamusi_foodsafety.jurisdiction.enums import Level

# 包保层级: the words for a cadre's level, by the level of the territory he answers for.
LEVEL_WORDS = {
    Level.CITY: "市级",
    Level.COUNTY: "县级",
    Level.TOWNSHIP: "乡级",
    Level.VILLAGE: "村级",
}


class CadreLevel(models.TextChoices):
    """包保层级 (domain §1.2: A ↔ 市, B ↔ 县, C ↔ 乡, D ↔ 村). Values are those of jurisdiction's Level."""

    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWNSHIP = "township", "乡级"
    VILLAGE = "village", "村级"


class Standing(models.TextChoices):
    """How a bond stands, derived by the database from its own columns (Assignment.standing)."""

    HELD = "held", "已包"
    EXCEPTED = "excepted", "例外(有理由)"
    UNFIT = "unfit", "层级或属地不符"
    PENDING = "pending", "待交接"


# Standings that count as 已包 of the coverage (K04): a bearer in post, of the level that the grade asks for, in
# whose area the business lies; or one with a reason.
COVERED = (Standing.HELD, Standing.EXCEPTED)


class AssignmentReason(models.TextChoices):
    PLAN = "plan", "自动分配"
    MANUAL = "manual", "人工指定"
    HANDOVER = "handover", "干部交接"
    LEDGER = "ledger", "台账"
    UNDO = "undo", "撤销分配"


class EndReason(models.TextChoices):
    NONE = "", "—"
    REPLACED = "replaced", "改由他人包保"
    HANDOVER = "handover", "干部交接"
    REMOVED = "removed", "解除包保"
    DEREGISTERED = "deregistered", "主体不在册"
    UNDO = "undo", "撤销分配"


class LeaveReason(models.TextChoices):
    """Why a cadre leaves (domain §0 F23, §10.14)."""

    TRANSFER = "transfer", "调任"
    RETIREMENT = "retirement", "退休"
    LEAVE = "leave", "离岗"
    ELECTION = "election", "换届"
    REDIVISION = "redivision", "分工调整"
    WITHDRAWN = "withdrawn", "登记撤销"


# What a person may choose; 登记撤销 comes of an upload that was undone.
LEAVE_CHOICES = [choice for choice in LeaveReason.choices if choice[0] != LeaveReason.WITHDRAWN]


class HandoverState(models.TextChoices):
    SCHEDULED = "scheduled", "未到日子"
    DONE = "done", "已交接"
    CANCELLED = "cancelled", "已取消"


class PlanState(models.TextChoices):
    PLANNED = "planned", "待执行"
    APPLIED = "applied", "已执行"
    UNDONE = "undone", "已撤销"
    DISCARDED = "discarded", "已放弃"


class PlanMove(models.TextChoices):
    """Why the plan gives a business to a cadre."""

    NEW = "new", "新分配"
    UNFIT = "unfit", "层级不符改派"
    PENDING = "pending", "待交接改派"
    AREA = "area", "属地不符改派"
    RETURN = "return", "替代改回"
    BALANCE = "balance", "均衡调整"
    LEDGER = "ledger", "按台账改派"


class ChangeKind(models.TextChoices):
    """变更台账 (domain §0 F23)."""

    CADRE_NEW = "cadre_new", "干部新增"
    CADRE_POST = "cadre_post", "干部职务变动"
    CADRE_LEFT = "cadre_left", "干部离任"
    CADRE_BACK = "cadre_back", "干部复任"
    ENTITY_NEW = "entity_new", "主体新设"
    ENTITY_STATUS = "entity_status", "主体状态变更"
    ENTITY_GRADE = "entity_grade", "主体升降级"
    ENTITY_AREA = "entity_area", "主体迁址"
    ENTITY_GONE = "entity_gone", "主体注销"
    BOND_NEW = "bond_new", "新增包保"
    BOND_MOVED = "bond_moved", "更换包保干部"
    BOND_ENDED = "bond_ended", "解除包保"


CADRE_CHANGES = tuple(kind for kind in ChangeKind if kind.value.startswith("cadre"))
ENTITY_CHANGES = tuple(kind for kind in ChangeKind if kind.value.startswith("entity"))
BOND_CHANGES = tuple(kind for kind in ChangeKind if kind.value.startswith("bond"))


class ListKind(models.TextChoices):
    """三清单 (domain §1.7)."""

    RESPONSIBILITY = "responsibility", "责任清单"
    TASK = "task", "任务清单"
    SUPERVISION = "supervision", "督查清单"


class ListState(models.TextChoices):
    DRAFT = "draft", "草稿"
    ISSUED = "issued", "已印发"
    SUPERSEDED = "superseded", "已替代"


class Mark(models.TextChoices):
    FULL = "full", "●"
    ASSIST = "assist", "○"


class Cycle(models.TextChoices):
    """How often a task falls due (domain §1.7 B)."""

    NONE = "", "—"
    PERIOD = "period", "每周期"
    HALF_YEAR = "half_year", "半年"
    QUARTER = "quarter", "季"
    MONTH = "month", "月"
    YEAR = "year", "年度"
    ANY_TIME = "any_time", "随时"
    FIRST = "first", "首次"
    BEFORE_HOLIDAY = "before_holiday", "节前"
    DAILY = "daily", "日(攻坚期)"


class DutyOwner(models.TextChoices):
    CADRE = "cadre", "包保干部"
    AREA = "area", "属地单位"


class DutyCloser(models.TextChoices):
    """What closes a task by itself."""

    NONE = "", "人工办结"
    PLEDGE = "pledge", "签订承诺书时自动办结"


class DutyState(models.TextChoices):
    OPEN = "open", "待办"
    DONE = "done", "已办"
    CANCELLED = "cancelled", "不再适用"


class PledgeState(models.TextChoices):
    """承诺书 (domain §1.6)."""

    DRAFT = "draft", "草稿"
    WAITING = "waiting", "待签"
    SIGNED = "signed", "已签"
    RESIGN = "resign", "待重签"
    VOID = "void", "失效"


class SignedVia(models.TextChoices):
    NONE = "", "—"
    TYPED = "typed", "系统内签"
    SCAN = "scan", "扫描件"


class LetterKind(models.TextChoices):
    """层级签状 (domain §1.6): the unit that signs upwards, to the unit above."""

    COUNTY = "county", "市 ↔ 县"
    TOWNSHIP = "township", "县 ↔ 乡"
    VILLAGE = "village", "乡 ↔ 村"
    MEMBER = "member", "食安委 ↔ 成员单位"


class LetterState(models.TextChoices):
    WAITING = "waiting", "未签"
    SIGNED = "signed", "已签"
    VOID = "void", "失效"


class BodyKind(models.TextChoices):
    LEADING_GROUP = "leading_group", "领导小组"
    TASK_FORCE = "task_force", "工作专班"
    SPECIAL_GROUP = "special_group", "专项工作组"
    SUPERVISION_TEAM = "supervision_team", "督导组"
    COMMITTEE = "committee", "食安委"


class MemberRole(models.TextChoices):
    HEAD = "head", "组长"
    DEPUTY = "deputy", "副组长"
    MEMBER = "member", "成员"
    LIAISON = "liaison", "联络员"


class MeetingMode(models.TextChoices):
    VIDEO = "video", "视频"
    ON_SITE = "on_site", "现场"
    PHONE = "phone", "电话"


class ActionState(models.TextChoices):
    OPEN = "open", "办理中"
    DONE = "done", "已办结"
    CLOSED = "closed", "已销账"


class DocumentLevel(models.TextChoices):
    NATIONAL = "national", "国家"
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县(市、区)"


class DocumentKind(models.TextChoices):
    LAW = "law", "法律法规"
    POLICY = "policy", "政策文件"
    SPIRIT = "spirit", "会议精神"
    PLAN = "plan", "工作方案"
    OTHER = "other", "其他"


class NoticeState(models.TextChoices):
    DRAFT = "draft", "草稿"
    ISSUED = "issued", "已下发"
    WITHDRAWN = "withdrawn", "已撤回"


# What its targets see.
SENT_NOTICES = (NoticeState.ISSUED, NoticeState.WITHDRAWN)


class TrainingResult(models.TextChoices):
    NONE = "", "未记"
    PASSED = "passed", "合格"
    FAILED = "failed", "不合格"
    ABSENT = "absent", "缺席"


class AdoptionState(models.TextChoices):
    STUDYING = "studying", "研究中"
    ADOPTED = "adopted", "已采纳"
    PARTLY = "partly", "部分采纳"
    DECLINED = "declined", "不采纳"


class InstructionState(models.TextChoices):
    """督办 (domain §0 F18)."""

    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"
    CLOSED = "closed", "已办结"


class BatchKind(models.TextChoices):
    PLEDGES = "pledges", "批量生成承诺书"
    LETTERS = "letters", "批量生成责任状"
    DUTIES = "duties", "生成任务"
    PAPERS = "papers", "打包下载承诺书"
    ARCHIVE = "archive", "打包包保档案"


# Kinds that leave a file behind, which lies no longer than it takes to fetch it.
BUNDLES = (BatchKind.PAPERS, BatchKind.ARCHIVE)


class BatchState(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "没有完成"
