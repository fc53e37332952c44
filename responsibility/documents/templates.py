"""What the papers made from an office's template share."""

from jiamusi_foodsafety.kit.documents import DocumentError

from ..models.pledges import OfficeTemplate

BLANK_DAY = "　　　年　　月　　日"


def stored_template(template: OfficeTemplate) -> bytes:
    """A template's file. A lost file → DocumentError."""
    try:
        with template.file.open("rb") as stored:
            return stored.read()
    except FileNotFoundError:
        raise DocumentError("模板文件不在了，请重新上传这份模板。") from None
