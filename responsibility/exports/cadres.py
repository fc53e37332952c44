"""Cadres as a spreadsheet."""

import datetime
from typing import BinaryIO

from django.db.models import QuerySet

from jiamusi_foodsafety.kit.workbook.write import write_xlsx

from ..models import Cadre
from ..queries.cadres import export_rows
from ..services.cadre_accounts import NewAccount

HEADINGS = (
    "姓名", "职务", "单位", "包保层级", "县(市、区)", "乡镇(街道)", "村(社区)", "电话", "包保联系单位", "联络员",
    "联络员电话", "任职起", "任职止", "在岗", "账号", "在包(家)", "上限(家)", "承诺书", "备注",
)  # fmt: skip
PHONES = ("电话", "联络员电话")
# A masked number is no number: a heading that says so is not taken for one.
MASKED = "脱敏"


def write_cadres(found: QuerySet[Cadre], *, with_phones: bool, target: BinaryIO) -> None:
    """Write the cadres as xlsx; without `with_phones` numbers are masked and their headings say so."""
    headings = [
        f"{MASKED}{heading}" if heading in PHONES and not with_phones else heading
        for heading in HEADINGS
    ]
    write_xlsx(target, headings, export_rows(found, with_phones=with_phones), sheet="包保干部")


def write_accounts(made: list[NewAccount], *, target: BinaryIO) -> None:
    """Write new accounts with their first passwords: the only time that they are shown."""
    rows = [
        (
            account.cadre.area.path_name,
            account.cadre.name,
            account.cadre.get_level_display(),
            account.username,
            account.password,
        )
        for account in made
    ]
    write_xlsx(target, ("属地", "姓名", "层级", "用户名", "初始密码"), rows, sheet="新账号")


def file_name(what: str, *, scope: str, who: str, at: datetime.datetime) -> str:
    """The file's name says what, who and when: an export that leaks tells its origin."""
    safe = "".join(sign for sign in f"{what}_{scope}_{who}" if sign.isalnum() or sign in "_-（）")
    return f"{safe}_{at:%Y%m%d-%H%M%S}.xlsx"
