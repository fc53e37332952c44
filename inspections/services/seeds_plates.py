"""First words of plates and public pages (示例，可修改)."""

import datetime

import pghistory

from ..models import PlateText


def load(*, on: datetime.date) -> None:
    """The row for all, where there is none; what staff edited stays."""
    with pghistory.context(via="seed"):
        PlateText.objects.get_or_create(area=None)
