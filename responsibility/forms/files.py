"""A paper that somebody hands in: checked by its content, not by its name."""

import re
import unicodedata
import zipfile

from django import forms
from django.core.exceptions import ValidationError

MAX_PAPER = 20 * 1024 * 1024
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What the first bytes of a file with this ending look like.
STARTS = {
    "pdf": (b"%PDF-",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "doc": (OLD_OFFICE,),
    "xls": (OLD_OFFICE,),
    "wps": (OLD_OFFICE, b"PK\x03\x04"),
    "et": (OLD_OFFICE, b"PK\x03\x04"),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
    "ofd": (b"PK\x03\x04",),
}
# What a package with this ending must hold.
INSIDE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}
KINDS_TOLD = "PDF、OFD、Word、WPS、Excel 文件或照片（jpg、png），不超过 20 MB"


def told_name(name: str) -> str:
    """The name that the sender gave, fit to show and to download under: no path, no control signs."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    return kept[-200:]


class PaperField(forms.FileField):
    """One paper: PDF, OFD, Word, WPS, Excel or a photo up to 20 MB; `told` names it for the page."""

    def __init__(self, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("help_text", KINDS_TOLD)
        endings = ",".join(f".{ending}" for ending in STARTS)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": endings}))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        # Without a new file Django hands back the stored one.
        if not data or file is None:
            return None
        check_paper(file)
        return file


def check_paper(file) -> None:
    """Refuse a paper that is too big, of another kind, or not what its ending says. Raises ValidationError."""
    if file.size > MAX_PAPER:
        raise ValidationError("文件超过 20 MB，请压缩或拆分后再传。")
    ending = file.name.rpartition(".")[2].lower()
    if ending not in STARTS:
        raise ValidationError(f"不收“.{ending[:10]}”文件。请传{KINDS_TOLD}。")
    head = file.read(16)
    file.seek(0)
    if not head.startswith(STARTS[ending]):
        raise ValidationError("文件内容与扩展名不符，请用 WPS 打开后另存，再传一次。")
    if ending in INSIDE:
        _check_package(file, INSIDE[ending])


def _check_package(file, wanted):
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ValidationError("文件已损坏，请用 WPS 打开后另存，再传一次。") from error
    finally:
        file.seek(0)
    if wanted not in names:
        raise ValidationError("文件内容与扩展名不符，请用 WPS 打开后另存，再传一次。")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise ValidationError("文件带有宏，请另存为不带宏的文件后再传。")
