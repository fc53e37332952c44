"""Words of inspections: visits (督导), problems, checks of tier on tier (督查); domain guide §1.3–1.5, §1.7, §4."""

from django.db import models

# Presets of the frequency table; 优化版 stays empty until the office fills it.
DEFAULT_PRESET = "默认"
PRESETS = (DEFAULT_PRESET, "优化版")


class Cycle(models.TextChoices):
    """How long a period of the frequency table is (domain §1.3)."""

    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF_YEAR = "half_year", "每半年"
    YEAR = "year", "每年"


class PeriodKind(models.TextChoices):
    REGULAR = "regular", "定期"
    KEY = "key", "重要节点"


class DueState(models.TextChoices):
    """What has become of a visit that is due in a period."""

    OPEN = "open", "待督导"
    DONE = "done", "已督导"
    # its last day passed, a later visit made up for it; does not count as done in the period (K09)
    LATE = "late", "逾期已补"
    EXCUSED = "excused", "停产停业(本期免)"
    VOID = "void", "不再应督导"


class ChecklistLevel(models.TextChoices):
    """Which list is walked through, by who visits (domain §1.4: M 33, T 23, V 16 items)."""

    MAIN = "main", "市县级"
    TOWNSHIP = "township", "乡级"
    VILLAGE = "village", "村级"


class ChecklistState(models.TextChoices):
    DRAFT = "draft", "草稿"
    ISSUED = "issued", "在用"
    SUPERSEDED = "superseded", "已替代"


class Heading(models.TextChoices):
    """The four national headings of the list (domain §1.4), and what a business type adds."""

    SYSTEM = "system", "一、完善安全管理体系"
    ROUTINE = "routine", "二、抓好常态化防控"
    EMERGENCY = "emergency", "三、强化应急处置"
    PUBLICITY = "publicity", "四、加强宣传和培训"
    ADDED = "added", "五、本类主体加查"


class Answer(models.TextChoices):
    YES = "yes", "是"
    NO = "no", "否"
    NOT_APPLICABLE = "na", "不涉及"


class VisitKind(models.TextChoices):
    VISIT = "visit", "督导"
    # recorded instead of a visit; excuses the period only (domain §2.1 W02, §9)
    SUSPENDED = "suspended", "停产停业"


class VisitMode(models.TextChoices):
    """督导方式 (domain §1.3)."""

    ON_SITE = "on_site", "现场督导"
    GROUP = "group", "集中督导"
    REPORT = "report", "集中汇报"
    VIDEO = "video", "视频会议"
    PHONE = "phone", "电话询问"
    ONLINE = "online", "线上督导"


class ProblemState(models.TextChoices):
    """Where a problem stands (domain §1.5). Upper path: put right on the spot or by the business itself;
    lower path: handed to the market-regulation station."""

    OPEN = "open", "待整改"
    FIXED = "fixed", "已整改待核查"
    CLEARED = "cleared", "已销号"
    TO_CLAIM = "to_claim", "待认领"
    HANDLING = "handling", "处置中"
    TO_REVIEW = "to_review", "待复查"
    FED_BACK = "fed_back", "已反馈"
    CLOSED = "closed", "已闭环"
    FILED = "filed", "已转立案"
    VOID = "void", "误报作废"
    # the business has closed for good: nothing is left to put right
    ENDED = "ended", "主体停业已终止"


# Somebody must still act.
OPEN_STATES = (
    ProblemState.OPEN,
    ProblemState.FIXED,
    ProblemState.TO_CLAIM,
    ProblemState.HANDLING,
    ProblemState.TO_REVIEW,
    ProblemState.FED_BACK,
)
# Proven put right.
SETTLED_STATES = (ProblemState.CLEARED, ProblemState.CLOSED)
# Put right, and somebody has looked (K14); put right, looked at or not.
VERIFIED_STATES = (ProblemState.CLEARED, ProblemState.FED_BACK, ProblemState.CLOSED)
PUT_RIGHT = (*VERIFIED_STATES, ProblemState.FIXED, ProblemState.TO_REVIEW)


class Side(models.TextChoices):
    """Whose act a move is. 四方协同: the cadre, market regulation (station, county, city), the industry
    department, the business; the last two have no account, an official writes down what they said."""

    CADRE = "cadre", "包保干部"
    STATION = "station", "监管所"
    COUNTY = "county", "县区局"
    CITY = "city", "市局"
    INDUSTRY = "industry", "行业主管"
    ENTITY = "entity", "主体"
    SYSTEM = "system", "系统"


class ProblemAct(models.TextChoices):
    """What is done to a problem; rules/moves says who may do it when."""

    REPORT = "report", "发现"
    ON_SPOT = "on_spot", "当场改正"
    FIX = "fix", "登记整改"
    CLEAR = "clear", "核查销号"
    VERIFY = "verify", "现场核实销号"
    REJECT = "reject", "退回整改"
    TRANSFER = "transfer", "移交监管所"
    CLAIM = "claim", "认领"
    SEND_BACK = "send_back", "退回县区局"
    ASSIGN = "assign", "指派监管所"
    RETURN = "return", "改由主体自改"
    FINISH = "finish", "处置完成"
    REDO = "redo", "复查不通过"
    FEED_BACK = "feed_back", "复查通过并反馈"
    CLOSE = "close", "核实闭环"
    DISPUTE = "dispute", "退回处置"
    ASK = "ask", "申请延期"
    APPROVE = "approve", "批准延期"
    REFUSE = "refuse", "不批准延期"
    FILE_CASE = "file_case", "转立案"
    VOID = "void", "误报作废"
    REMARK = "remark", "补充说明"
    CLIMB = "climb", "逾期升级"
    BEARER = "bearer", "更换包保干部"
    END = "end", "主体停业终止"
    RESUME = "resume", "主体恢复重新整改"


class ProblemSource(models.TextChoices):
    VISIT = "visit", "督导"
    CHECK = "check", "督查"
    OTHER = "other", "其他"


# --- 督查, campaigns, 对标达标 -----------------------------------------------------------------


class CheckLevel(models.TextChoices):
    """Which tier checks the next (domain §1.7); values are those of the upper level's CadreLevel."""

    CITY = "city", "市督县"
    COUNTY = "county", "县督乡"
    TOWNSHIP = "township", "乡督村"


class CheckState(models.TextChoices):
    """The stages of a 督查 round."""

    TEAM = "team", "编组"
    DRAWN = "drawn", "抽样"
    ON_SITE = "on_site", "现场"
    LETTER = "letter", "反馈书"
    FIXING = "fixing", "整改"
    REVIEW = "review", "回头看"
    CLOSED = "closed", "已结"
    VOID = "void", "已作废"


class SampleKind(models.TextChoices):
    ENTITY = "entity", "主体"
    CADRE = "cadre", "包保干部"


class Verdict(models.TextChoices):
    """The result of one item of the 督查清单."""

    NONE = "", "未查"
    FITS = "fits", "符合"
    PARTLY = "partly", "基本符合"
    FAILS = "fails", "不符合"


class GradeVerdict(models.TextChoices):
    """核级: whether the 包保等级 of a drawn business is right. Too low: it should be a more important one."""

    NONE = "", "未核"
    FITS = "fits", "相符"
    LOW = "low", "偏低"
    HIGH = "high", "偏高"


class CadreKnown(models.TextChoices):
    """What the business answers to "包保干部是谁、来过没有" (domain §1.7)."""

    NONE = "", "未问"
    CAME = "came", "是，来过"
    VAGUE = "vague", "记不清"
    NEVER = "never", "没来过"
    UNKNOWN = "unknown", "不知道是谁"


class Seen(models.TextChoices):
    """Whether the business could show something."""

    NONE = "", "未看"
    SEEN = "seen", "有"
    MISSING = "missing", "缺"
    NOT_DUE = "na", "不涉及"


class CallVerdict(models.TextChoices):
    """电话抽问: how well a drawn cadre knows the work. No mark for the person (domain §10 trap 9)."""

    NONE = "", "未问"
    GOOD = "good", "熟悉"
    BASIC = "basic", "基本熟悉"
    POOR = "poor", "不熟悉"
    MISSED = "missed", "未接通"


class FindingState(models.TextChoices):
    OPEN = "open", "待整改"
    ANSWERED = "answered", "已答复"
    FIXED = "fixed", "已改"
    UNFIXED = "unfixed", "未改"


# The target owes an answer.
OWED_FINDINGS = (FindingState.OPEN, FindingState.UNFIXED)


class CheckLetterState(models.TextChoices):
    DRAFT = "draft", "草稿"
    ISSUED = "issued", "已发"
    SUPERSEDED = "superseded", "已替代"


class TagKind(models.TextChoices):
    """What carries a campaign."""

    VISIT = "visit", "督导"
    PROBLEM = "problem", "问题"
    DUTY = "duty", "清单任务"
    ACTION = "action", "会议任务"
    CHECK = "check", "督查"


class StandardState(models.TextChoices):
    """对标达标 (domain §0 F03)."""

    NOT_STARTED = "not_started", "未开始"
    IN_PROGRESS = "in_progress", "推进中"
    MET = "met", "已达标"
    UNMET = "unmet", "未达标"


# --- the enterprise's own responsibility (domain §4) -----------------------------------------
class SafetyPost(models.TextChoices):
    """Who answers inside the business."""

    DIRECTOR = "director", "食品安全总监"
    OFFICER = "officer", "食品安全员"
    HEAD = "head", "主要负责人"


class PersonSource(models.TextChoices):
    MANUAL = "manual", "人工登记"
    LEDGER = "ledger", "台账确认"
    VISIT = "visit", "督导所见"


class EndReason(models.TextChoices):
    """Why somebody is no longer appointed."""

    REPLACED = "replaced", "换人"
    LEFT = "left", "离职"
    FAILED = "failed", "考核不合格"
    BARRED = "barred", "不得任职"
    WRONG = "wrong", "登记有误"


class ExamKind(models.TextChoices):
    ENTERPRISE = "enterprise", "企业自行考核"
    SPOT = "spot", "监管部门抽查考核"


class Control(models.TextChoices):
    """What a business must have set up; a checklist item names the one that its answer tells of."""

    DIRECTOR = "director", "食品安全总监任命"
    OFFICER = "officer", "食品安全员任命"
    DUTIES = "duties", "总监职责"
    CODE = "code", "安全员守则"
    RISK_LIST = "risk_list", "风险管控清单"
    DAILY = "daily", "日管控"
    WEEKLY = "weekly", "周排查"
    MONTHLY = "monthly", "月调度"
    TRAINING = "training", "培训考核记录"


# 日周月 (K20)
ROUND_CONTROLS = (Control.DAILY, Control.WEEKLY, Control.MONTHLY)


class Told(models.TextChoices):
    """What was seen of a control at one look."""

    SEEN = "seen", "见到"
    MISSING = "missing", "没有"
    NOT_REQUIRED = "na", "不涉及"


class ControlState(models.TextChoices):
    """Where a control stands after the newest look (domain §4)."""

    ABSENT = "absent", "未建立"
    BUILT = "built", "已建立"
    VERIFIED = "verified", "已核实"
    FAILED = "failed", "不落实"
    NOT_REQUIRED = "na", "不涉及"


# in place | not in place: numerator and the rest of the denominator of K20
IN_PLACE = (ControlState.BUILT, ControlState.VERIFIED)
NOT_IN_PLACE = (ControlState.ABSENT, ControlState.FAILED)
