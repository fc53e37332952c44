"""The codes of everything that may be wrong in a cadre ledger: kind name, meaning, cure (in Chinese)."""

from jiamusi_foodsafety.kit.ledger.findings import FILE_KINDS, ROW_KINDS, Kind

KINDS: tuple[Kind, ...] = (
    *FILE_KINDS,
    ROW_KINDS["R_REQUIRED"],
    Kind("R_NAME", "不是一个人的姓名", "一格里不止一个人，或不是人名", "一行写一人"),
    Kind("R_LEVEL_UNKNOWN", "层级不认识", "包保层级不是市级、县级、乡级、村级之一", "改成其中之一"),
    Kind("R_LEVEL_AREA", "层级与属地不符", "属地写得比层级深或浅，或这个属地没有这一级", "按层级写到市、县、乡镇或村"),
    ROW_KINDS["R_AREA_FOREIGN"],
    ROW_KINDS["R_AREA_UNKNOWN"],
    Kind("R_CODE", "含身份证号", "单元格里有身份证号，系统不收集", "删去后重新上传"),
    ROW_KINDS["R_PRECISION"],
    ROW_KINDS["R_DATE"],
    ROW_KINDS["R_PHONE"],
    ROW_KINDS["R_LENGTH"],
    Kind("R_DUP", "重复", "同一人在文件中已出现，或电话是名册中另一个人的", "保留一行，或核对电话"),
    Kind("R_CADRE_AMBIGUOUS", "分不清是哪一个人", "名册中同名同层级同属地的干部不止一人，没有电话分不清", "写上电话"),
    ROW_KINDS["R_CELL_ERROR"],
    ROW_KINDS["R_NO_VALUE"],
    ROW_KINDS["W_PHONE"],
    Kind(
        "W_AREA_SHALLOW", "属地只到乡镇", "村级干部的村社区没有填，或这个乡镇没有村，记在乡镇，包保范围是整个乡镇",
        "只管一个村的，补填村社区"),
    Kind("W_LEFT", "已离任", "任职止已到，或名册中这名干部已离任", "仍在岗的，任职止写“清空”"),
)  # fmt: skip

BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}
