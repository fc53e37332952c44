"""The columns that a template may have, by what it is about: the one catalogue of form, preview and export."""

from entities.enums import GradeSource, LicenceKind, Status
from inspections.enums import VisitKind, VisitMode
from responsibility.enums import AssignmentReason, CadreLevel, LeaveReason, Standing

from ...enums import ProfileKind
from ...rules.profiles import Column


def _words(choices):
    return {value: str(label) for value, label in choices.choices}


_LEVEL = _words(CadreLevel)
AREA = (
    Column("city", "市", "area_id", "area"),
    Column("county", "县(市、区)", "area_id", "area"),
    Column("town", "乡镇(街道)", "area_id", "area"),
    Column("village", "村(社区)", "area_id", "area"),
    Column("area_code", "区划代码", "area_id"),
)


def _business(lead):
    """The business, seen from itself or from what hangs on it."""
    return (
        Column("entity_name", "主体名称", f"{lead}name"),
        Column("credit_code", "统一社会信用代码", f"{lead}credit_code"),
        Column("licence_no", "许可证编号", f"{lead}licence_no"),
        Column("licence_kind", "许可证种类", f"{lead}licence_kind", "choice", _words(LicenceKind)),
        Column("category", "主体类别", f"{lead}category__name"),
        Column("form", "业态", f"{lead}form"),
        Column("address", "经营地址", f"{lead}address"),
        Column("legal_person", "法定代表人(负责人)", f"{lead}legal_person"),
        Column("entity_phone", "主体联系电话", f"{lead}phone", "phone"),
    )


_REGISTER = (
    Column("grade", "包保等级", "grade", "grade"),
    Column("grade_source", "等级来源", "grade_source", "choice", _words(GradeSource)),
    Column("suggested_grade", "建议等级", "suggested_grade", "grade"),
    Column("risk_grade", "风险等级", "risk_grade"),
    Column("status", "经营状态", "status", "choice", _words(Status)),
    Column("issued_on", "发证日期", "issued_on", "date"),
    Column("expires_on", "有效期至", "expires_on", "date"),
    Column("floor_area", "经营面积(㎡)", "floor_area", "number"),
    Column("seats", "座位数", "seats", "number"),
    Column("diners", "每餐用餐人数", "diners", "number"),
    Column("annual_output", "年产值(万元)", "annual_output", "number"),
    Column("staff_count", "从业人数", "staff_count", "number"),
    Column("station_text", "监管所", "station_text"),
    Column("supervisor", "监管员", "supervisor"),
    Column("safety_director", "食品安全总监", "safety_director"),
    Column("safety_officer", "食品安全员", "safety_officer"),
    Column("surveyed_on", "摸底日期", "surveyed_on", "date"),
    Column("note", "备注", "note", "note"),
)


def _cadre(lead):
    return (
        Column("cadre_name", "包保干部", f"{lead}name"),
        Column("cadre_unit", "干部单位", f"{lead}unit"),
        Column("cadre_post", "干部职务", f"{lead}post"),
        Column("cadre_phone", "干部电话", f"{lead}phone", "phone"),
        Column("liaison_unit", "包保联系单位", f"{lead}liaison_unit"),
        Column("liaison_name", "联络员", f"{lead}liaison_name"),
        Column("liaison_phone", "联络员电话", f"{lead}liaison_phone", "phone"),
    )


_LEVEL_COLUMN = Column("level", "包保层级", "level", "choice", _LEVEL)
CATALOGUE: dict[str, tuple[Column, ...]] = {
    ProfileKind.ENTITIES: (*_business(""), *AREA, *_REGISTER),
    ProfileKind.CADRES: (
        *_cadre(""), _LEVEL_COLUMN, *AREA,
        Column("in_post_from", "任职起", "in_post_from", "date"),
        Column("in_post_to", "任职止", "in_post_to", "date"),
        Column("is_in_post", "在岗", "is_in_post", "flag"),
        Column("leave_reason", "离任原因", "leave_reason", "choice", _words(LeaveReason)),
        Column("load", "在包(家)", "load__total", "number"),
        Column("account", "账号", "user__username"),
    ),
    ProfileKind.ASSIGNMENTS: (
        *_business("entity__"), *_cadre("cadre__"), _LEVEL_COLUMN,
        Column("grade", "包保等级", "grade", "grade"),
        Column("status", "经营状态", "status", "choice", _words(Status)),
        *AREA,
        Column("from_on", "起始日期", "from_on", "date"),
        Column("to_on", "截止日期", "to_on", "date"),
        Column("standing", "包保状态", "standing", "choice", _words(Standing)),
        Column("reason", "由来", "reason", "choice", _words(AssignmentReason)),
        Column("exception_reason", "例外理由", "exception_reason"),
        Column("safety_director", "食品安全总监", "entity__safety_director"),
        Column("safety_officer", "食品安全员", "entity__safety_officer"),
    ),
    ProfileKind.VISITS: (
        Column("visited_on", "督导日期", "visited_on", "date"),
        *_business("entity__"), *_cadre("cadre__"), _LEVEL_COLUMN,
        Column("grade", "包保等级", "grade", "grade"),
        *AREA,
        Column("kind", "种类", "kind", "choice", _words(VisitKind)),
        Column("mode", "督导方式", "mode", "choice", _words(VisitMode)),
        Column("checked", "已查(项)", "checked", "number"),
        Column("wrong", "不合格(项)", "wrong", "number"),
        Column("contact", "主体在场人", "contact"),
        Column("started_at", "开始", "started_at", "moment"),
        Column("finished_at", "结束", "finished_at", "moment"),
        Column("received_at", "上报时间", "received_at", "moment"),
        Column("note", "备注", "note", "note"),
    ),
}  # fmt: skip


def columns_of(kind: str) -> dict[str, Column]:
    """Key → column of one kind of template."""
    return {column.key: column for column in CATALOGUE[kind]}
