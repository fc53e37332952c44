"""PDF papers by typst: sources in templates/typst/, values handed over as JSON, nothing from the network."""

import functools
import json
import re
import tempfile

import typst
from django.conf import settings

from .errors import DocumentError

NAME = re.compile(r"[a-z][a-z0-9_]*")
# One of these must be there, or every character is an empty box (Debian: fonts-noto-cjk).
CHINESE = (
    "FangSong", "FangSong_GB2312", "STFangsong", "Noto Serif CJK SC", "Noto Sans CJK SC",
    "Source Han Serif SC", "Source Han Sans SC",
)  # fmt: skip


@functools.cache
def _fonts():
    return typst.Fonts()


def render_pdf(template: str, data: dict) -> bytes:
    """The PDF that templates/typst/<template>.typ makes of `data` (plain values: texts, numbers, lists, dicts).

    No Chinese font on the machine, or a value that the source cannot set → DocumentError.
    """
    if not NAME.fullmatch(template):
        raise ValueError(template)
    fonts = _fonts()
    if not set(CHINESE) & set(fonts.families()):
        raise DocumentError("服务器没有中文字体，生成不了 PDF。请管理员安装 fonts-noto-cjk。")
    root = settings.BASE_DIR / "templates" / "typst"
    with tempfile.TemporaryDirectory() as nothing:
        compiler = typst.Compiler(
            root / f"{template}.typ",
            root=root,
            font_paths=fonts,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, default=str)},
            package_path=nothing,
            package_cache_path=nothing,
        )
        try:
            return compiler.compile(format="pdf")
        except typst.TypstError as error:
            raise DocumentError("生成 PDF 时出错，数据没有改变。请告知管理员。") from error
