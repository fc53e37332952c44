"""A .docx before anybody opens it: is it one, how large does it get, does it reach outside itself."""

import io
import re
import zipfile

from .errors import DocumentError

MAX_BYTES = 5 * 1024 * 1024
MAX_PARTS = 500
MAX_UNPACKED = 30 * 1024 * 1024
MAX_XML = 2 * 1024 * 1024
DOCUMENT = "word/document.xml"
# A relationship that leaves the file; a hyperlink waits for a person's click, all others load by themselves.
EXTERNAL = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
LINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']")


def check_docx(data: bytes) -> None:
    """Refuse what is no plain .docx: other formats, bombs, macros, entities, parts loaded from elsewhere."""
    if len(data) > MAX_BYTES:
        raise DocumentError("文件超过 5 MB。请压缩其中的图片后再传。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_parts(package)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, NotImplementedError):
        raise DocumentError(
            "打不开这个文件。请用 WPS 或 Word 另存为 .docx（没有密码）后再传。"
        ) from None


def _check_parts(package):
    parts = package.infolist()
    names = {part.filename for part in parts}
    if DOCUMENT not in names or "[Content_Types].xml" not in names:
        raise DocumentError("这不是 Word 文档（.docx）。请用 WPS 或 Word 另存为 .docx 后再传。")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise DocumentError("文件解开后太大。请删去多余的图片和对象后再传。")
    for part in parts:
        name = part.filename.lower()
        if "vbaproject" in name or "/embeddings/" in name or "/activex/" in name:
            raise DocumentError("文件里有宏或嵌入对象。请删去后另存为 .docx 再传。")
        if not name.endswith((".xml", ".rels")):
            continue
        if part.file_size > MAX_XML:
            raise DocumentError("文件的文字部分太大，不像一份模板。请检查后再传。")
        with package.open(part) as stream:
            text = stream.read(MAX_XML + 1)
        if len(text) > MAX_XML or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise DocumentError("文件的内部结构不对。请用 WPS 或 Word 另存为 .docx 后再传。")
        if any(not LINK.search(found) for found in EXTERNAL.findall(text)):
            raise DocumentError("文件引用了外部的图片或模板。请改为插入到文件里再传。")
