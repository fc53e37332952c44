"""Eleven ways in which eleven bureaus keep the same ledger: format, sheets, headings, habits."""

from dataclasses import dataclass, field

Heading = tuple[str, str] | tuple[str, str, str]  # field, heading, and the group heading above it


@dataclass(frozen=True)
class Layout:
    """One county's file. `split` makes the sheets; `dates` and `codes` are the habits of the typist."""

    code: str
    extension: str
    columns: tuple[Heading, ...]
    title: tuple[str, ...] = ()
    split: str = ""  # "", "town", "category", "half"
    dates: tuple[str, ...] = ("cell",)
    numbers: str = "number"  # number, unit
    grades: tuple[str, ...] = ("{}",)
    operating: tuple[str, ...] = ("在营",)
    village_style: str = "short"  # short, full
    phones: str = "text"  # text, number
    merge_town: bool = False
    repeat_every: int = 0
    hidden_rows: int = 0
    total: bool = False
    footer: tuple[str, ...] = ()
    notes_sheet: bool = False
    old_sheet: str = ""
    charset: str = ""
    delimiter: str = ","
    widths: dict[str, int] = field(default_factory=dict)

    @property
    def two_rows(self) -> bool:
        return any(len(column) == 3 for column in self.columns)

    @property
    def keys(self) -> list[str]:
        return [column[0] for column in self.columns]


def _columns(text: str) -> tuple[Heading, ...]:
    """Read `field=heading` or `field=group/heading`, one a word; `_` stands for a line break in a heading."""
    made = []
    for word in text.split():
        key, _, heading = word.partition("=")
        group, slash, below = heading.partition("/")
        heading = heading.replace("_", "\n")
        made.append((key, below.replace("_", "\n"), group) if slash else (key, heading))
    return tuple(made)


XIANGYANG = Layout(
    "230803", "xlsx",
    _columns(
        "seq=序号 name=主体名称 credit_code=统一社会信用代码 licence_no=许可证编号 issued_on=发证日期 expires_on=许可证有效期至 "
        "legal_person=法定代表人（负责人） phone=联系电话 county=所在县区 town=乡镇（街道） village=村（社区） "
        "address=经营地址 category=主体类别 form=业态 floor_area=经营面积（㎡） seats=座位数 diners=用餐人数 "
        "annual_output=年产值（万元） staff_count=从业人数 status=经营状态 grade=包保等级 cadre_name=包保干部 "
        "cadre_post=职务 cadre_phone=包保干部电话 station=监管所 supervisor=监管员 safety_director=食品安全总监 "
        "safety_officer=食品安全员 surveyed_on=摸底日期 surveyed_by=摸底人 note=备注"
    ),
    title=("佳木斯市向阳区食品生产经营主体台账", "填报单位：向阳区市场监督管理局　　　　填报日期：{today}"),
    split="town", dates=("cell", "cell", "cell", "cn"), notes_sheet=True, total=True,
    footer=("填表人：{clerk}　　审核人：{chief}　　联系电话：0454-8{digits}",),
)  # fmt: skip
QIANJIN = Layout(
    "230804", "xlsx",
    _columns(
        "seq=序号 county=区县 town=属地信息/街道 village=属地信息/社区 name=主体信息/单位名称 "
        "credit_code=主体信息/社会信用代码 legal_person=主体信息/负责人 phone=主体信息/联系方式 "
        "address=主体信息/经营场所 category=主体信息/主体类型 form=主体信息/主体业态 licence_no=许可信息/许可证号 "
        "issued_on=许可信息/签发日期 expires_on=许可信息/有效期至 floor_area=规模/经营面积 seats=规模/餐位 "
        "diners=规模/就餐人数 annual_output=规模/年产值 staff_count=规模/从业人员 grade=分级包保/等级 "
        "cadre_level=分级包保/包保层级 cadre_name=分级包保/包保领导 cadre_post=分级包保/职务 "
        "cadre_phone=分级包保/包保干部电话 surveyed_on=摸底/摸底日期 surveyed_by=摸底/摸底人 note=备注"
    ),
    title=("前进区食品安全“两个责任”包保台账", "填报单位：前进区食安办　填报日期：{today}"),
    dates=("dash", "cell"), grades=("{}级", "{}级", "{}"), old_sheet="2021年旧台账", total=True,
    footer=("填表人：{clerk}", "审核人：{chief}"),
)  # fmt: skip
DONGFENG = Layout(
    "230805", "xlsx",
    _columns(
        "town=乡镇街道 village=村社区 seq=序号 name=企业名称 category=主体类别 form=经营业态 address=经营地址 "
        "legal_person=法人 phone=电话 credit_code=信用代码 licence_no=食品经营许可证号 issued_on=发证日期 "
        "expires_on=到期日 floor_area=面积（㎡） seats=座位数 diners=供餐人数 annual_output=年产值（万元） "
        "staff_count=从业人员数 status=是否正常经营 grade=包保等级 cadre_name=包保责任人 cadre_post=职务 "
        "county=所属县区 station=日常监管机构 supervisor=日常监督管理人员 surveyed_on=摸底日期 surveyed_by=摸底人 note=说明"
    ),
    title=("东风区食品生产经营主体底数台账",),
    dates=("dot", "dot", "cn"), operating=("是",), merge_town=True, hidden_rows=38, numbers="unit",
    grades=("{}", "{}", "{}", "Ａ"), total=True, footer=("制表：东风区市场监督管理局",),
)  # fmt: skip
SUBURB = Layout(
    "230811", "xlsx",
    _columns(
        "seq=编号 name=经营者名称 licence_no=许可证编号 credit_code=统一社会信用代码 category=主体类别 form=业态 "
        "town=镇街 village=村屯 address=实际地址 legal_person=业主 phone=手机 issued_on=发证日期 "
        "expires_on=有效期止 floor_area=经营面积㎡ seats=座位数 diners=用餐人数 annual_output=年产值 "
        "staff_count=从业人数 grade=级别 cadre_name=包保干部 cadre_post=职务 cadre_phone=包保干部电话 "
        "safety_officer=食品安全管理员 status=状态 surveyed_on=摸底日期 note=备注"
    ),
    title=("郊区食品生产经营主体台账（{sheet}）", "单位：郊区市场监督管理局　　　　　{today}"),
    split="category", dates=("serial", "cell", "compact"), repeat_every=50, total=True,
    grades=("{}", "{}", "lower"), operating=("正常",), village_style="full",
)  # fmt: skip
HUANAN = Layout(
    "230822", "xls",
    _columns(
        "seq=序号 name=市场主体名称 credit_code=统一社会信用代码 legal_person=法定代表人 phone=联系电话 "
        "town=所属乡镇 village=村（社区） address=经营场所 domicile=住所 category=主体类别 form=业态 licence_no=许可证编号 "
        "issued_on=发证日期 expires_on=有效期至 floor_area=经营面积 seats=座位数 diners=用餐人数 "
        "annual_output=年产值（万元） staff_count=从业人数 risk_grade=风险等级 grade=包保等级 "
        "cadre_name=包抓干部 cadre_post=职务 cadre_phone=包保干部电话 station=监管单位 surveyed_on=摸底日期 "
        "surveyed_by=摸底人 note=备注"
    ),
    title=("桦南县食品安全包保主体台账", "（截至{today}）"),
    split="half", dates=("cell", "cell", "dash"), grades=("{}级",), phones="number", notes_sheet=True, total=True,
    footer=("填表人：{clerk}　审核人：{chief}",),
)  # fmt: skip
HUACHUAN = Layout(
    "230826", "ods",
    _columns(
        "name=主体名称 credit_code=统一代码 licence_no=证书编号 expires_on=有效期至 issued_on=签发日期 legal_person=企业法人 "
        "phone=联系电话 town=乡镇街道 village=村社区 address=地址 category=主体类型 form=业态 floor_area=经营面积 "
        "seats=座位数 diners=就餐人数 annual_output=年产值 staff_count=从业人数 status=经营状态 grade=分级 "
        "cadre_name=包联干部 cadre_post=职务 surveyed_on=摸底日期 surveyed_by=摸底人 note=备注"
    ),
    title=("桦川县食品生产经营主体摸底台账",), dates=("dash", "cn"), hidden_rows=21, total=True,
    operating=("在营", "正常经营"), old_sheet="作废",
)  # fmt: skip
TANGYUAN = Layout(
    "230828", "csv",
    _columns(
        "seq=序号 town=乡镇街道 village=村（社区） name=店名 category=主体类别 form=业态 credit_code=统一社会信用代码 "
        "licence_no=许可证号 issued_on=发证日期 expires_on=有效期至 legal_person=经营者 phone=电话 address=经营地址 "
        "floor_area=面积(㎡) seats=座位数 diners=用餐人数 annual_output=年产值 staff_count=从业人员 grade=包保等级 "
        "cadre_name=包保干部 cadre_post=职务 cadre_phone=包保干部电话 status=经营状态 surveyed_on=摸底日期 surveyed_by=摸底人 note=备注"
    ),
    title=("汤原县食品生产经营主体台账",), dates=("dot", "slash", "cn"), charset="gb18030",
    footer=("填表人：{clerk}",), numbers="unit",
)  # fmt: skip
TONGJIANG = Layout(
    "230881", "csv",
    _columns(
        "name=食品经营者名称 credit_code=统一社会信用代码 licence_no=许可证编号 category=主体类别 form=主体业态 "
        "county=县（市、区） town=乡镇（街道） village=村（社区） address=经营场所 legal_person=负责人 phone=联系电话 "
        "issued_on=发证日期 expires_on=有效期止 floor_area=经营面积 seats=座位数 diners=用餐人数 annual_output=年产值 "
        "staff_count=从业人数 grade=包保等级 cadre_level=包保层级 cadre_name=包保干部 cadre_phone=包保干部电话 "
        "supervisor=监管员 surveyed_on=摸底日期 note=备注"
    ),
    dates=("dash", "slash"), charset="utf-16", delimiter="\t", village_style="full", grades=("{}", "{}级"),
)  # fmt: skip
FUJIN = Layout(
    "230882", "xlsx",
    _columns(
        "seq=序号 name=主体名称 credit_code=统一社会信用代码 category=主体类型 legal_person=法定代表人 phone=联系电话 "
        "address=经营地址 town=乡镇街道 village=村社区 risk_grade=风险等级 grade=包保等级 safety_director=食品安全总监 "
        "safety_officer=食品安全员 status=经营状态 form=业态 licence_no=许可证编号 issued_on=发证日期 "
        "expires_on=许可证有效期至 floor_area=经营面积（平方米） seats=座位数 diners=用餐人数 annual_output=年产值（万元） "
        "staff_count=从业人员数 cadre_level=包保层级 cadre_name=包保干部 cadre_post=职务 cadre_phone=包保干部电话 "
        "station=监管所 supervisor=监管员 surveyed_on=摸底日期 surveyed_by=摸底人 note=备注"
    ),
    title=("富锦市食品生产经营主体分级包保台账", "填报单位：富锦市市场监督管理局　　填报日期：{today}　　单位：家"),
    split="category", dates=("cell", "cn", "dash", "serial"), grades=("{}级", "{}", "wide", "lower"),
    hidden_rows=45, notes_sheet=True, old_sheet="旧（勿用）", total=True,
    footer=("填表人：{clerk}　　　　审核人：{chief}", "注：本表每月25日前更新。"),
)  # fmt: skip
FUYUAN = Layout(
    "230883", "et",
    _columns(
        "seq=序号 town=所属乡镇 village=村屯 name=单位名称 legal_person=负责人 phone=手机 address=经营场所 "
        "category=主体类别 form=业态 credit_code=统一社会_信用代码 licence_no=许可证_编号 issued_on=发证_日期 "
        "expires_on=有效期至 floor_area=面积_（㎡） seats=座位数 diners=用餐人数 annual_output=年产值 staff_count=从业_人数 "
        "grade=包保_等级 cadre_name=包保_干部 cadre_post=职务 cadre_phone=包保干部_电话 surveyed_on=摸底_日期 status=是否在营 note=备注"
    ),
    title=("抚远市食品生产经营主体台账", "抚远市市场监督管理局　{today}"), dates=("cn", "cell"), operating=("是",),
    total=True, phones="number", footer=("填表：{clerk}",),
)  # fmt: skip
GAOXIN = Layout(
    "2308G1", "xlsx",
    _columns(
        "seq=序号 county=所在县区 town=乡镇街道 name=单位名称 credit_code=统一社会信用代码 licence_no=许可证编号 "
        "category=主体类别 form=业态 address=经营地址 legal_person=法定代表人 phone=联系电话 issued_on=发证日期 "
        "expires_on=有效期至 floor_area=经营面积 seats=座位数 diners=用餐人数 annual_output=年产值（万元） "
        "staff_count=从业人数 status=状态 grade=包保等级 cadre_name=包保干部 cadre_post=职务 cadre_phone=包保干部电话 "
        "safety_officer=安全员 surveyed_on=摸底日期 surveyed_by=摸底人 note=备注"
    ),
    title=("佳木斯高新区食品主体台账",), dates=("cell", "compact", "serial"), operating=("在产在营", "在营"),
)  # fmt: skip

LAYOUTS = {
    layout.code: layout
    for layout in (XIANGYANG, QIANJIN, DONGFENG, SUBURB, HUANAN, HUACHUAN, TANGYUAN, TONGJIANG, FUJIN, FUYUAN, GAOXIN)
}  # fmt: skip
