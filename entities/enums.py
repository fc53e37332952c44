"""Words of the register. Statuses and their effect on the denominators are domain guide §9's table."""

from django.db import models

from jiamusi_foodsafety.kit.ledger.states import (  # the words of uploads, for this room's modules
    RowAction,
    RowOutcome,
    Stage,
    UploadChannel,
    UploadMode,
    UploadState,
)

__all__ = [
    "OBLIGED",
    "PROPOSABLE",
    "REGISTERED",
    "SCREENED",
    "STATUS_SHAPES",
    "Grade",
    "GradeSource",
    "LicenceKind",
    "ProposalKind",
    "ProposalSource",
    "ProposalState",
    "RiskGrade",
    "RowAction",
    "RowOutcome",
    "SampleState",
    "Stage",
    "StandardState",
    "Status",
    "TransferState",
    "TwinKind",
    "TwinState",
    "UploadChannel",
    "UploadMode",
    "UploadState",
]


class Status(models.TextChoices):
    OPERATING = "operating", "在营"
    SUSPENDED = "suspended", "停产停业"
    SEASONAL = "seasonal", "季节性经营(季内)"
    OFF_SEASON = "off_season", "季节性经营(季外)"
    NOT_OPENED = "not_opened", "在建未开业"
    CLOSED = "closed", "停业未注销"
    DORMANT = "dormant", "歇业"
    LOST = "lost", "查无下落"
    CANCELLED = "cancelled", "注销"
    REVOKED = "revoked", "吊销撤销"
    MOVED_OUT = "moved_out", "迁出"
    DUPLICATE = "duplicate", "重复登记"
    NOT_FOOD = "not_food", "非食品"
    WITHDRAWN = "withdrawn", "已撤销"


# 应包 N: must be held by a cadre.
OBLIGED = (Status.OPERATING, Status.SUSPENDED, Status.SEASONAL)
# 筛除 X: in the register, outside 应包.
SCREENED = (Status.OFF_SEASON, Status.NOT_OPENED, Status.CLOSED, Status.DORMANT, Status.LOST)
# 在册 R = N + X. Everything else is outside the register.
REGISTERED = OBLIGED + SCREENED
# What a station may propose (the county approves).
PROPOSABLE = (
    Status.CLOSED,
    Status.LOST,
    Status.DORMANT,
    Status.NOT_OPENED,
    Status.OFF_SEASON,
    Status.CANCELLED,
    Status.REVOKED,
    Status.MOVED_OUT,
    Status.DUPLICATE,
    Status.NOT_FOOD,
)


# The mark beside the word; what is not named here is out (minus circle).
STATUS_SHAPES = {
    Status.OPERATING: "ok",
    Status.SEASONAL: "ok",
    Status.SUSPENDED: "half",
    Status.WITHDRAWN: "back",
}


class Grade(models.TextChoices):
    """包保等级: A is the largest and most important. Not the risk grade, where A is the lowest risk."""

    NONE = "", "待定"
    A = "A", "A级"
    B = "B", "B级"
    C = "C", "C级"
    D = "D", "D级"


class GradeSource(models.TextChoices):
    NONE = "", "—"
    LEDGER = "ledger", "台账"
    RULE = "rule", "规则判定"
    MANUAL = "manual", "人工设定"


class LicenceKind(models.TextChoices):
    JY = "JY", "食品经营许可证"
    SC = "SC", "食品生产许可证"
    YB = "YB", "仅销售预包装食品备案"
    SMALL = "SMALL", "三小登记(备案)"
    SP = "SP", "食品流通许可证(旧)"
    CY = "CY", "餐饮服务许可证(旧)"
    QS = "QS", "生产许可证QS(旧)"


class RiskGrade(models.TextChoices):
    NONE = "", "未评"
    A = "A", "风险A级"
    B = "B", "风险B级"
    C = "C", "风险C级"
    D = "D", "风险D级"


class ProposalKind(models.TextChoices):
    SCREEN = "screen", "筛除"
    RESTORE = "restore", "恢复"
    GRADE = "grade", "定级"


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", "待县局复核"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class ProposalSource(models.TextChoices):
    PERSON = "person", "人工提请"
    LEDGER = "ledger", "台账备注"
    MISSING = "missing", "全量台账缺失"
    EXPIRY = "expiry", "许可证已到期"


class SampleState(models.TextChoices):
    NONE = "", "未抽中"
    PENDING = "pending", "待抽核"
    PASSED = "passed", "抽核属实"
    REJECTED = "rejected", "抽核退回"


class StandardState(models.TextChoices):
    DRAFT = "draft", "草稿"
    ACTIVE = "active", "执行中"
    RETIRED = "retired", "已停用"


class TransferState(models.TextChoices):
    OPEN = "open", "待处理"
    ACCEPTED = "accepted", "已迁入"
    REJECTED = "rejected", "不属实"


class TwinKind(models.TextChoices):
    """Why businesses may be one and the same. One credit code may rightly hold several licences (domain §5.3)."""

    CODE = "code", "信用代码相同"
    PLACE = "place", "名称、地址相同"


class TwinState(models.TextChoices):
    OPEN = "open", "待判断"
    DISMISSED = "dismissed", "不是同一家"
    GONE = "gone", "已不相同"
