"""What is this file, is it safe to parse, and what would the parser not tell?"""

import os
from pathlib import Path

from jiamusi_foodsafety.kit.workbook.cells import Prescan
from jiamusi_foodsafety.kit.workbook.limits import MB, Limits
from jiamusi_foodsafety.kit.workbook.refusal import (
    UNPACK_ADVICE,
    WorkbookRefused,
    corrupt,
    wrong_type,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_TYPES = (
    (b"%PDF", "文件是 PDF"),
    (b"{\\rtf", "文件是 RTF 文档"),
    (b"\x7fELF", "文件是可执行程序，不是表格"),
    (b"MZ", "文件是可执行程序，不是表格"),
    (b"\x89PNG", "文件是图片"),
    (b"\xff\xd8\xff", "文件是图片"),
    (b"GIF8", "文件是图片"),
    (b"BM", "文件是图片"),
    (b"Rar!", "文件是压缩包，不是表格"),
    (b"7z\xbc\xaf", "文件是压缩包，不是表格"),
    (b"\x1f\x8b", "文件是压缩包，不是表格"),
    (b"BZh", "文件是压缩包，不是表格"),
    (b"\xfd7zXZ", "文件是压缩包，不是表格"),
    (b"SQLite format 3", "文件是数据库，不是表格"),
)


def prescan(path: str | os.PathLike, *, limits: Limits | None = None) -> Prescan:
    """Find the kind of a file by its content, refuse what is unsafe, note what readers hide.

    Raises WorkbookRefused with one of E_EMPTY_FILE, E_TOO_LARGE, E_TYPE, E_ENCRYPTED, E_CORRUPT,
    E_UNSAFE, E_TOO_MANY_ROWS, E_TOO_MANY_COLS, E_ENCODING.
    """
    limits = limits or Limits()
    path = os.fspath(path)
    size = os.path.getsize(path)
    if size > limits.file_bytes:
        raise WorkbookRefused(
            "E_TOO_LARGE",
            f"文件超过 {limits.file_bytes // MB} MB。请删去图片等无关内容，或按乡镇拆分后分别上传。",
        )
    with open(path, "rb") as file:
        head = file.read(4096)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        if size > 4096 and Path(path).read_bytes().strip(b"\x00 \t\r\n"):
            raise wrong_type("文件不是表格")
        raise WorkbookRefused(
            "E_EMPTY_FILE", "文件是空的，没有任何内容。请确认保存成功后重新上传。"
        )
    try:
        return scan_content(path, head, limits)
    except (WorkbookRefused, MemoryError):
        raise
    except Exception as error:
        # Whatever a damaged file trips over is the file's fault, and the cause is kept.
        raise corrupt() from error


def scan_content(path: str, head: bytes, limits: Limits) -> Prescan:
    """Hand the file to the scanner that its first bytes ask for."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        from jiamusi_foodsafety.kit.workbook.zipped import scan_zip

        return scan_zip(path, limits)
    if head.startswith(OLE):
        from jiamusi_foodsafety.kit.workbook.xls import scan_ole

        return scan_ole(path, limits)
    for magic, what in OTHER_TYPES:
        # Two letters alone may begin a plain text: a binary file has NUL bytes as well.
        if head.startswith(magic) and (len(magic) > 2 or b"\x00" in head):
            raise wrong_type(what, UNPACK_ADVICE) if "压缩包" in what else wrong_type(what)
    from jiamusi_foodsafety.kit.workbook.text import scan_text

    return scan_text(path, limits)
