"""What may be wrong in any ledger: kind name, meaning, cure (in Chinese)."""

from collections.abc import Iterable
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of finding: E_ refuses the file, R_ the row, W_ only tells."""

    code: str
    name: str
    meaning: str
    cure: str


# What refuses a whole file.
FILE_KINDS: tuple[Kind, ...] = (
    Kind("E_EMPTY_FILE", "空文件", "文件里没有任何内容", "确认保存成功后重新上传"),
    Kind("E_TOO_LARGE", "文件过大", "超过 20 MB，或展开后过大、读取过久", "删去图片等无关内容，或按乡镇拆分后分别上传"),
    Kind("E_TYPE", "不是表格", "内容不是可以读取的表格文件", "上传 .xlsx、.xls、.et、.xlsb、.ods 或 .csv 格式的台账"),
    Kind("E_ENCRYPTED", "有打开密码", "文件设置了打开密码", "在 Excel 或 WPS 中去掉打开密码，另存后再传"),
    Kind("E_CORRUPT", "文件已损坏", "文件不完整或内部结构损坏", "用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传"),
    Kind("E_UNSAFE", "不安全的文件", "压缩炸弹、外部实体等有风险的内容", "新建工作簿，复制数据后重新上传"),
    Kind("E_TOO_MANY_ROWS", "行数过多", "有数据的行超过 200,000 行", "按乡镇拆分成几个文件后分别上传"),
    Kind("E_TOO_MANY_COLS", "列数过多", "有数据的列超过 200 列", "删去台账以外的列后重新上传"),
    Kind("E_HEADER_MISSING", "缺少必需的列", "没有找到必需的表头", "补上提示的列，或在页面上指定哪一列是它"),
    Kind("E_HEADER_DUP", "表头重复", "同一个表头出现两次，或一个工作表里有两张列序不同的表，分不清用哪一列",
         "改掉或删去其中一列，两张表分放两个工作表，再重新上传"),
    Kind("E_EMPTY", "没有数据", "有表头，但没有一行数据", "填好数据后重新上传"),
    Kind("E_ENCODING", "文字编码读不懂", "csv 的编码不是 UTF-8、GB18030 或 UTF-16", "用 Excel 或 WPS 另存为 .xlsx 后重新上传"),
)  # fmt: skip

# What every ledger may find in a row, by code.
ROW_KINDS: dict[str, Kind] = {kind.code: kind for kind in (
    Kind("R_REQUIRED", "必填项为空", "必填的单元格没有填", "补填后重新上传"),
    Kind("R_PRECISION", "长数字已丢位", "长数字被 Excel 改成科学计数，后几位已丢失", "把该列设为“文本”后重新填写"),
    Kind("R_DATE", "日期读不懂", "不是可以确定的日期，或没有这一天", "写成 2027-11-05 这样的日期"),
    Kind("R_PHONE", "电话不对", "没有 11 位手机号、7–8 位座机或 400/800 号码", "核对后改正，不知道可以留空"),
    Kind("R_NUMBER", "数字不对", "面积、人数等不是可用的数字", "只填数字"),
    Kind("R_ENUM", "不在可选范围", "类别、等级、状态等不是认识的写法", "改成可选的写法"),
    Kind("R_LENGTH", "内容过长", "文字超过允许的长度", "删减后重新上传"),
    Kind("R_AREA_FOREIGN", "不属于本地", "所在县区或完整地名是别的县区", "转交所属县区上传，或改正属地"),
    Kind("R_AREA_UNKNOWN", "属地不明", "区划表中找不到，或与上级对不上，或不能确定是哪一个", "按区划表写全称"),
    Kind("R_CELL_ERROR", "单元格有错误", "单元格是 #N/A、#REF! 等错误，或逻辑值", "改正公式，或直接填写内容"),
    Kind("R_NO_VALUE", "公式没有结果", "公式从未计算过，文件里没有它的值", "用 Excel 或 WPS 打开保存一次，或直接填写内容"),
    Kind("W_PHONE", "不止一个电话", "一格里有一个号码和别的内容，只留第一个号码，其余记入备注", "需要时一格只填一个号码"),
    Kind("W_AREA_SHALLOW", "属地只到乡镇", "村（社区）不在区划表中，属地先记到乡镇，原文保留", "按区划表写村（社区）全称"),
)}  # fmt: skip


def codes_table(kinds: Iterable[Kind]) -> str:
    """The codes as a Markdown table for the documentation."""
    effect = {"E": "整份不收", "R": "该行不收", "W": "收下并提示"}
    lines = ["| 代码 | 名称 | 后果 | 含义 | 处理办法 |", "|---|---|---|---|---|"]
    lines += [
        f"| {k.code} | {k.name} | {effect[k.code[0]]} | {k.meaning} | {k.cure} |" for k in kinds
    ]
    return "\n".join(lines)
