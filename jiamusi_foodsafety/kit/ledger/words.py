"""Words that stand for no value, in every ledger."""

# What clerks write where there is nothing to write.
BLANK_WORDS = frozenset({
    "无", "暂无", "没有", "空", "空白", "(空白)", "(空)", "-", "--", "---", "—", "——", "–", "/", "//", "\\", "、",
    ".", "。", "*", "N/A", "n/a", "NA", "null", "NULL", "None", "none", "nil", "不详", "未知", "待补充", "待补",
    "无数据", "未填", "未填写", "…", "……", "_",
})  # fmt: skip
CLEAR_WORD = "清空"
