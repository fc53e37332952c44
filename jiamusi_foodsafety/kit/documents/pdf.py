"""PDF papers by typst: sources in templates/typst/, values handed over as JSON, nothing from the network."""

import json
import re
import subprocess
import sys
from pathlib import Path

import structlog
from django.conf import settings

from .errors import DocumentError

log = structlog.get_logger(__name__)

NAME = re.compile(r"[a-z][a-z0-9_]*")
CHILD = Path(__file__).with_name("typeset.py")
NO_FONT = 3
SECONDS = 120


def render_pdf(template: str, data: dict) -> bytes:
    """The PDF that templates/typst/<template>.typ makes of `data` (plain values: texts, numbers, lists, dicts).

    No Chinese font on the machine, or a value that the source cannot set → DocumentError.
    """
    if not NAME.fullmatch(template):
        raise ValueError(template)
    root = settings.BASE_DIR / "templates" / "typst"
    values = json.dumps(data, ensure_ascii=False, default=str).encode("utf-8", "replace")
    try:
        made = subprocess.run(
            [sys.executable, "-I", CHILD, root / f"{template}.typ", root],
            input=values,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DocumentError("文书太长，生成 PDF 超过时限。请分开下载。") from None
    if made.returncode == NO_FONT:
        raise DocumentError("服务器没有中文字体，生成不了 PDF。请管理员安装 fonts-noto-cjk。")
    if made.returncode:
        told = made.stderr.decode("utf-8", "replace")[-500:]
        log.error("typeset_failed", template=template, status=made.returncode, told=told)
        raise DocumentError("生成 PDF 时出错，数据没有改变。请告知管理员。")
    return made.stdout
