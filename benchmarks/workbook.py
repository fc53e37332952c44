"""The workbook of the benchmark: 27,748 businesses × 18 columns, the same for every way of importing."""

import csv
import datetime
from pathlib import Path

from django.conf import settings
from rustpy_xlsxwriter import FastExcel

from entities.generator.quotas import city_businesses

ROWS = 27_748
SEED = 2022
AREAS = settings.BASE_DIR / "fixtures" / "areas.csv"
# Heading → attribute of the generator's tuple; 18 columns as a county's ledger has them.
COLUMNS = {
    "主体名称": "name",
    "统一社会信用代码": "credit_code",
    "许可证编号": "licence_no",
    "发证日期": "issued_on",
    "许可证有效期至": "expires_on",
    "法定代表人": "legal_person",
    "联系电话": "phone",
    "所在县区": "county",
    "乡镇街道": "town",
    "村社区": "village",
    "经营地址": "address",
    "主体类别": "category",
    "业态": "form",
    "经营面积": "floor_area",
    "座位数": "seats",
    "从业人数": "staff_count",
    "包保等级": "grade",
    "摸底日期": "surveyed_on",
}
PLACE = ("所在县区", "乡镇街道", "村社区")
FOREVER = "长期"


def build(path: Path, rows: int = ROWS) -> Path:
    """Write the workbook: texts for names, codes and dates, numbers for sizes."""
    with AREAS.open(encoding="utf-8", newline="") as file:
        names = {area["code"]: area["name"] for area in csv.DictReader(file)}
    businesses = city_businesses(
        seed=SEED, total=rows, as_of=datetime.date(2026, 11, 1), areas=AREAS
    )
    records = (
        {heading: _value(business, key, names) for heading, key in COLUMNS.items()}
        for business in businesses
    )
    FastExcel(str(path)).sheet("台账", records).save()
    return path


def _value(business, key, names):
    if key == "expires_on" and business.is_permanent:
        return FOREVER
    if key in {"county", "town"}:
        return names.get(getattr(business, key), "")
    if key == "village":
        return names.get(business.village, business.shallow)
    value = getattr(business, key)
    return value.isoformat() if isinstance(value, datetime.date) else value
