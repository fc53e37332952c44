"""The one way in which a file is turned away."""

from jiamusi_foodsafety.kit.workbook.cells import address


class WorkbookRefused(Exception):
    """A whole file is refused: a stable code and one Chinese sentence that says what to do."""

    def __init__(self, code: str, message: str):
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def corrupt(detail: str = "") -> WorkbookRefused:
    """E_CORRUPT with the usual advice."""
    reason = f"（{detail}）" if detail else ""
    return WorkbookRefused(
        "E_CORRUPT",
        f"文件已损坏，无法完整读取{reason}。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传。",
    )


def unsafe(detail: str) -> WorkbookRefused:
    """E_UNSAFE with the usual advice."""
    return WorkbookRefused(
        "E_UNSAFE",
        f"文件存在安全风险（{detail}），已拒绝读取。请用 Excel 或 WPS 新建工作簿，复制数据后重新上传。",
    )


KINDS_ADVICE = "请上传 .xlsx、.xls、.et、.xlsb、.ods 或 .csv 格式的台账。"
UNPACK_ADVICE = "请先解压，再上传里面的台账。"


def wrong_type(detail: str, advice: str = KINDS_ADVICE) -> WorkbookRefused:
    """E_TYPE: the content is not a table that we read."""
    return WorkbookRefused("E_TYPE", f"{detail}。{advice}")


def encrypted() -> WorkbookRefused:
    """E_ENCRYPTED: a password is needed to open the file."""
    return WorkbookRefused(
        "E_ENCRYPTED", "文件设置了打开密码，无法读取。请在 Excel 或 WPS 中取消打开密码后重新上传。"
    )


def too_many_rows(limit: int) -> WorkbookRefused:
    """E_TOO_MANY_ROWS: more rows carry data than the limit."""
    return WorkbookRefused(
        "E_TOO_MANY_ROWS", f"有数据的行超过 {limit:,} 行。请按乡镇拆分成几个文件后分别上传。"
    )


def too_many_columns(sheet: str, limit: int) -> WorkbookRefused:
    """E_TOO_MANY_COLS: more columns of one sheet carry data than the limit."""
    return WorkbookRefused(
        "E_TOO_MANY_COLS",
        f"工作表“{sheet}”有数据的列超过 {limit} 列。请删去台账以外的列后重新上传。",
    )


def too_spread(sheet: str, last_row: int, last_column: int) -> WorkbookRefused:
    """E_TOO_LARGE: the cells lie over a rectangle larger than a reader can hold."""
    return WorkbookRefused(
        "E_TOO_LARGE",
        f"工作表“{sheet}”的内容散布到 {address(last_row, last_column - 1)}，范围过大。"
        "请删去台账以外的单元格，或按乡镇拆分后分别上传。",
    )
