"""The columns of a ledger, each declared once: everything that knows a heading comes from here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One field of the ledger.

    `synonyms` in order of precedence; `weak` ones match only when nothing better does. `kind` names
    the cleaner: text, name, code, licence, date, phone, area, category, grade, status, decimal,
    integer, output.
    """

    key: str
    heading: str
    kind: str
    synonyms: tuple[str, ...]
    weak: tuple[str, ...] = ()
    required: bool = False
    max_length: int = 0
    example: str = ""
    help: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that means this column, in order of precedence."""
        own = () if self.heading in self.synonyms else (self.heading,)
        return own + self.synonyms + self.weak


def _c(key: str, heading: str, kind: str, synonyms: str, **rest) -> Column:
    rest["weak"] = tuple(rest.pop("weak", "").split())
    return Column(key, heading, kind, tuple(synonyms.split()), **rest)


COLUMNS: tuple[Column, ...] = (
    _c("name", "主体名称", "name",
       "主体名称 单位名称 企业名称 经营者名称 食品经营者名称 店名 店铺名称 字号 字号名称 市场主体名称 生产经营者名称 "
       "食品生产经营者名称 食品生产经营主体名称 获证主体名称 生产者名称 经营主体名称 商户名称 户名 门店名称 经营单位名称 被包保主体名称 "
       "包保主体名称 主体(单位)名称 经营单位 单位(店铺)名称 经营者(单位)名称 包保对象名称 包保对象 被包保主体 被包保单位",
       weak="名称 主体 单位 企业", required=True, max_length=200, example="富锦市长安镇好又多超市",
       help="与营业执照或许可证一致"),
    _c("credit_code", "统一社会信用代码", "code",
       "统一社会信用代码 社会信用代码 信用代码 统一代码 营业执照号 营业执照号码 营业执照编号 注册号 证件号码 统一信用代码 "
       "统一社会信用代码/注册号 统一社会信用代码(身份证号码) 统一社会信用代码/身份证号码 营业执照注册号 营业执照统一社会信用代码 "
       "社会统一信用代码 统一社会代码 信用代码证号",
       weak="代码", required=True, max_length=18, example="92230882MA19KP5Q9D",
       help="18 位；小作坊、小餐饮、小食杂、小摊点可以不填"),
    _c("licence_no", "许可证编号", "licence",
       "许可证编号 许可证号 证书编号 食品经营许可证号 食品经营许可证编号 SC编号 生产许可证号 食品生产许可证编号 食品生产许可证号 "
       "生产许可证编号 许可证号码 许可证书编号 许可编号 许可证(备案)编号 许可证/备案编号 许可(备案)证号 许可证或备案编号 备案编号 "
       "备案号 登记证号 登记证编号 登记编号 登记号 许可(登记)证号 许可证(登记证)编号 经营许可证号 经营许可证编号 证号 证照编号 "
       "小作坊登记证号 备案登记编号 许可证编号/备案编号 许可证或登记证编号 许可证编号/登记证编号 小餐饮登记证号 小食杂登记证号 小作坊登记证编号",
       weak="编号", required=True, max_length=60, example="JY12308820012349",
       help="JY、SC、YB 加 14 位数字；三小填登记证号"),
    _c("issued_on", "发证日期", "date",
       "发证日期 签发日期 许可证发证日期 发证时间 颁证日期 有效期起 有效期自 许可证有效期起 许可日期 备案时间 备案日期 登记日期 核发日期 "
       "有效期起始日期", example="2022-11-05", help="如 2022-11-05"),
    _c("expires_on", "许可证有效期至", "date",
       "许可证有效期至 有效期至 有效期止 到期日 有效日期 有效期截止日期 许可证到期日 许可证到期日期 到期日期 有效期限至 许可证有效期 "
       "许可证有效期止 有效期截止 截止日期 证书有效期至 有效期到 到期时间 许可期限 有效期限 许可证有效期限 许可证有效期截止日 许可证到期时间 有效期截止日", weak="有效期",
       example="2027-11-04", help="如 2027-11-04；没有期限写“长期”"),
    _c("legal_person", "法定代表人", "text",
       "法定代表人(负责人) 法定代表人 法定代表人/负责人 法定代表人姓名 法人 法人代表 法人姓名 负责人 业主 经营者 企业法人 经营者姓名 负责人姓名 "
       "业主姓名 主要负责人 企业负责人 单位负责人 法人(负责人) 法定代表人或负责人 法定代表人(业主) 法定代表人/业主 店主 主体负责人 食品安全负责人",
       max_length=60, example="王芳", help="法定代表人、负责人或业主"),
    _c("phone", "联系电话", "phone",
       "联系电话 电话 手机 联系方式 手机号 手机号码 电话号码 联系手机 法人电话 法定代表人电话 法定代表人联系电话 负责人电话 "
       "负责人联系电话 业主电话 经营者电话 主体联系电话 企业联系电话 单位电话 法人联系电话 法定代表人手机 联系人电话 主体负责人电话 "
       "法定代表人(负责人)电话 法定代表人(负责人)联系电话 负责人手机 业主联系电话 企业电话 负责人手机号 企业负责人电话 主要负责人电话 经营者联系电话",
       max_length=40, example="13900000001", help="手机、座机或 400 电话；一格一个"),
    _c("county", "所在县区", "area",
       "所在县区 县区 县(市、区) 县(市区) 县市区 所属县区 区县 所在县(市、区) 所在区县 所在县市区 所属区县 县(区) 市(县、区) 所在地区 行政区 "
       "属地县区 行政区划 所属县(市、区) 所在市(区县)", max_length=60, example="富锦市",
       help="县区局上传时可以不填"),
    _c("town", "乡镇街道", "area",
       "所属乡镇 乡镇街道 街道 乡镇(街道) 镇街 所在乡镇 乡镇 街道(乡镇) 乡镇/街道 街道乡镇 所属街道 所属乡镇街道 所属乡镇(街道) 所在乡镇街道 "
       "所在乡镇(街道) 乡(镇、街道) 镇(街道) 乡镇、街道 乡(镇)街道 所在街道 街道/乡镇 乡镇街 乡(镇)、街道 属地乡镇 镇(街) 乡镇(街)",
       weak="镇", required=True, max_length=60, example="长安镇", help="按区划表写全称"),
    _c("village", "村社区", "area",
       "村(社区) 村社区 社区 村屯 村/社区 社区(村) 社区/村 所在村 所在社区 所属村 所属社区 所属村(社区) 所在村(社区) 行政村 村居 村(居) "
       "村、社区 村委会 社区村 村级 所属村社区", weak="村", max_length=60, example="东风村", help="按区划表写全称"),
    _c("address", "经营地址", "text",
       "经营场所 经营地址 生产地址 实际地址 地址 经营场所地址 实际经营地址 生产经营地址 生产经营场所 详细地址 经营场所详细地址 主体地址 单位地址 "
       "企业地址 生产场所 具体地址 营业地址 经营地点 营业场所 注册地址 住所 经营住所 住所(经营场所)", max_length=300,
       example="富锦市长安镇东风村31号", help="实际经营场所"),
    _c("category", "主体类别", "category",
       "主体类别 主体类型 环节 类别名称 企业类型 经营类别 主体分类 所属环节 环节(生产/流通/餐饮) 单位类别 生产经营类别 经营环节 许可类别 经营主体类型 "
       "食品生产经营环节 主体性质 监管类别 企业类别 单位类型", weak="类别 类型 分类", required=True, max_length=40,
       example="食品销售", help="食品生产、食品销售、餐饮服务、单位食堂、学校幼儿园食堂、小作坊、小餐饮、小食杂、小摊点、市场开办者、网络平台"),
    _c("form", "业态", "text", "业态 主体业态 经营业态 行业 经营方式 经营形式 业态类型 行业类别 具体业态 经营类型",
       max_length=60, example="超市", help="如超市、餐馆、学校食堂"),
    _c("floor_area", "经营面积", "decimal",
       "经营面积 面积(㎡) 面积 营业面积 使用面积 场所面积 经营场所面积 建筑面积 店铺面积 经营面积(平方米)", example="120",
       help="平方米"),
    _c("seats", "座位数", "integer", "座位数 餐位 餐位数 座位 就餐座位数 就餐座位", example="60", help="个"),
    _c("diners", "用餐人数", "integer",
       "用餐人数 就餐人数 供餐人数 每餐用餐人数 每餐就餐人数 最大就餐人数 供餐人数规模 日供餐人数 每餐供餐人数 最大供餐人数", example="300",
       help="每餐用餐人数"),
    _c("annual_output", "年产值", "output", "年产值 年产值(万元) 年销售额 年主营收入 年主营业务收入 年营业收入 年收入 产值",
       example="500", help="万元"),
    _c("staff_count", "从业人数", "integer",
       "从业人数 从业人员数 从业人员 从业人员人数 从业人员数量 职工人数 员工人数 员工数", example="5", help="人"),
    _c("status", "经营状态", "status",
       "经营状态 状态 是否在营 是否正常经营 主体状态 经营情况 营业状态 存续状态 是否经营 是否营业 运营状态 生产经营状态 经营状况 目前状态 目前经营状况", max_length=40,
       example="在营", help="在营、停产停业、季节性经营；停业未注销等只作为筛除线索"),
    _c("grade", "包保等级", "grade", "包保等级 等级 级别 分级 ABCD 主体等级 主体分级 分级等级 包保级别 包保分级 ABCD等级 "
       "ABCD级 主体级别 分级结果 等级(ABCD) 分层分级等级 分级情况 包保主体等级", example="D",
       help="A、B、C、D；不是风险等级"),
    _c("risk_grade", "风险等级", "risk", "风险等级 风险分级 风险级别 风险分级等级 食品安全风险等级", example="B",
       help="A、B、C、D；与包保等级是两回事"),
    _c("station", "监管所", "text",
       "监管所 日常监管机构 监管单位 日常监督管理机构 市场监管所 所属监管所 市场监督管理所 监管机构 属地监管所 辖区监管所 管辖所 日常监管单位 "
       "管辖单位 所属市场监管所", max_length=60, example="长安市场监管所", help="市场监督管理所名称"),
    _c("supervisor", "监管员", "text",
       "监管员 日常监督管理人员 监管人员 日常监管人员 监管责任人 监管人 监管干部 日常监管人", max_length=60, example="李强"),
    _c("surveyed_on", "摸底日期", "date", "摸底日期 摸底时间 摸底调查日期 调查日期 核查日期", example="2022-10-20"),
    _c("surveyed_by", "摸底人", "text", "摸底人 摸底人员 调查人 核查人 摸底调查人", max_length=60, example="李强"),
    _c("safety_director", "食品安全总监", "text",
       "食品安全总监 总监 食品安全总监姓名 安全总监", max_length=60, example="赵敏"),
    _c("safety_officer", "食品安全员", "text",
       "食品安全员 安全员 食品安全管理员 食品安全管理人员 食品安全员姓名 安全管理员", max_length=60, example="孙勇"),
    _c("cadre_name", "包保干部", "text",
       "包保干部 包保领导 包保责任人 包抓干部 包联干部 包保干部姓名 包保人 包保人员 包保领导姓名 包保责任人姓名 属地包保干部 包保领导干部 "
       "包抓领导 包联领导 包保人姓名 干部姓名", max_length=120, example="张三", help="几个人用顿号隔开，第一个为主"),
    _c("cadre_post", "包保干部职务", "text",
       "包保干部职务 包保领导职务 职务 包保责任人职务 包保干部单位及职务 包保干部单位职务 包保人职务 干部职务 单位及职务", max_length=120,
       example="副镇长"),
    _c("cadre_phone", "包保干部电话", "phone",
       "包保干部电话 包保干部联系电话 包保干部手机 包保领导电话 包保责任人电话 包保干部联系方式 包保责任人联系电话 包保领导联系电话 包保人电话 "
       "包保干部手机号 包保干部手机号码 干部电话 干部联系电话", max_length=120, example="13900000002"),
    _c("cadre_level", "包保层级", "text", "包保层级 包保干部层级 层级 包保级次 包保干部级别", max_length=20,
       example="乡级", help="市级、县级、乡级、村级"),
    _c("note", "备注", "text", "备注 说明 备注说明 备注信息 其他说明 情况说明", max_length=500, example=""),
)  # fmt: skip

BY_KEY: dict[str, Column] = {column.key: column for column in COLUMNS}
REQUIRED = tuple(column.key for column in COLUMNS if column.required)
# Words in a heading that make it another scale or another thing than the field.
NEVER = {
    "grade": ("风险", "量化", "信用", "动态", "年度", "学历", "监管等级", "监督等级"),
    "category": ("风险",),
    "form": ("风险",),
}


def columns_table() -> str:
    """The columns as a Markdown table for the documentation."""
    lines = [
        "| 字段 | 标准表头 | 必填 | 也认这些表头（按优先次序） | 填写说明 | 示例 |",
        "|---|---|---|---|---|---|",
    ]
    for c in COLUMNS:
        others = "、".join(h for h in c.headings if h != c.heading)
        must = "是" if c.required else ""
        lines.append(f"| {c.key} | {c.heading} | {must} | {others} | {c.help} | {c.example} |")
    return "\n".join(lines)
