"""The codes of everything that may be wrong in a ledger: kind name, meaning, cure (in Chinese)."""

from jiamusi_foodsafety.kit.ledger.findings import FILE_KINDS, ROW_KINDS, Kind

KINDS: tuple[Kind, ...] = (
    *FILE_KINDS,
    ROW_KINDS["R_REQUIRED"],
    Kind("R_CODE", "证号不对", "信用代码、许可证编号的位数或字符不对，或填了身份证号", "对照证照改正"),
    ROW_KINDS["R_PRECISION"],
    ROW_KINDS["R_DATE"],
    ROW_KINDS["R_PHONE"],
    ROW_KINDS["R_NUMBER"],
    ROW_KINDS["R_ENUM"],
    ROW_KINDS["R_LENGTH"],
    ROW_KINDS["R_AREA_FOREIGN"],
    ROW_KINDS["R_AREA_UNKNOWN"],
    Kind("R_DUP", "重复", "许可证编号在文件中已出现，或已在其他县区登记", "保留一行，或核对是否一户多证"),
    ROW_KINDS["R_CELL_ERROR"],
    ROW_KINDS["R_NO_VALUE"],
    Kind("W_CHECK_DIGIT", "校验码不符", "证号的校验位或类别编码与规则不符（真实证号也有不符的）", "对照证照核对，无误可不管"),
    Kind("W_AREA_DIGITS", "证号地区不符", "许可证编号中的地区码不是本县区", "核对是否迁入或填错，无误可不管"),
    Kind("W_OLD_LICENCE", "旧证", "SP、QS、餐饮服务许可证等旧证", "核对是否已换新证"),
    Kind("W_EXPIRED", "已过期", "有效期早于今天", "核对是否已换证；仍在经营的按无证线索办理"),
    ROW_KINDS["W_PHONE"],
    ROW_KINDS["W_AREA_SHALLOW"],
    Kind("W_GRADE_DIFFERS", "等级不一致", "台账等级与人工设定的不同（不覆盖人工设定），或与按分级标准的建议不同（照台账写入）", "核对等级或规模；人工设定的在主体页修改"),
    Kind("W_CODE_SHARED", "代码被几户使用", "同一统一社会信用代码下有不同名称的主体", "核对是否一户多证或填错"),
    Kind("W_CADRE_UNKNOWN", "包保干部未找到", "包保干部的名字在干部库中没有", "核对姓名，或先登记干部"),
    Kind("W_CADRE_AMBIGUOUS", "包保干部重名", "包保干部的名字对应不止一人", "写明单位或电话"),
)  # fmt: skip

BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}
