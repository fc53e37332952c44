"""What people write into an export template; nothing here saves."""

from django import forms

from jiamusi_foodsafety.jurisdiction.queries import areas_visible
from jiamusi_foodsafety.kit.forms import HouseForm

from ..enums import ProfileFormat
from ..queries.profiles.columns import CATALOGUE, columns_of
from ..queries.profiles.rows import filters_of
from ..rules.profiles import FIXED, SERIAL

FIXED_LABEL = "固定内容"


class ProfileForm(HouseForm):
    """The head of a template; columns and conditions are read beside it."""

    name = forms.CharField(label="名称", max_length=60, help_text="如：国家平台包保关系导入表")
    area = forms.ChoiceField(label="属地", help_text="这里和以下各级都可以用，各导各的数据")
    format = forms.ChoiceField(label="格式", choices=ProfileFormat.choices)
    note = forms.CharField(
        label="说明", max_length=200, required=False, help_text="如：上传到哪个平台的哪个页面"
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        levels = ["city", "county", "township"]
        areas = areas_visible(user=user).filter(level__in=levels).order_by("code")
        self.fields["area"].choices = [
            (area.code, "　" * ((len(area.code) - 4) // 2) + area.name) for area in areas
        ]


def column_lines(kind: str, columns: list[dict]) -> list[dict]:
    """The lines of the column table: the chosen ones first in their order, then the rest of the catalogue."""
    known = columns_of(kind)
    lines = []
    for place, column in enumerate(columns, start=1):
        key = column["key"]
        if key in known or key in (SERIAL, *FIXED):
            lines.append(_line(key, known.get(key)) | column | {"is_used": True, "order": place})
    chosen = {line["key"] for line in lines}
    rest = [SERIAL, *(column.key for column in CATALOGUE[kind]), *FIXED]
    return lines + [_line(key, known.get(key)) for key in rest if key not in chosen]


def _line(key, column):
    label = "序号" if key == SERIAL else FIXED_LABEL if column is None else column.label
    return {
        "key": key, "label": label, "heading": "" if key in FIXED else label, "format": "",
        "text": "", "formats": column.formats.items() if column else (), "is_used": False,
        "order": "", "is_fixed": key in FIXED,
    }  # fmt: skip


def columns_from(data, kind: str) -> list[dict]:
    """The ticked columns of a posted form in the order of their numbers; those without one come last."""
    known = columns_of(kind)
    found = []
    for place, key in enumerate([SERIAL, *known, *FIXED]):
        if not data.get(f"use-{key}"):
            continue
        order = data.get(f"order-{key}", "").strip()
        number = int(order) if order.isascii() and order.isdecimal() and len(order) < 5 else 9999
        column = {"key": key, "heading": data.get(f"heading-{key}", "").strip()}
        if data.get(f"format-{key}"):
            column["format"] = data[f"format-{key}"]
        if key in FIXED:
            column["text"] = data.get(f"text-{key}", "").strip()[:100]
        found.append((number, place, column))
    return [column for _, _, column in sorted(found, key=lambda row: row[:2])]


def filters_from(data, kind: str) -> dict:
    """The conditions of a posted form that the lists offer."""
    found = {}
    for key, (_, choices, is_many) in filters_of(kind).items():
        values = [value for value in data.getlist(f"filter-{key}") if value in choices]
        if is_many and values:
            found[key] = values
        elif values:
            found[key] = values[0]
    return found


def filter_lines(kind: str, filters: dict) -> list[dict]:
    """The conditions as fields: key, label, choices with what is chosen."""
    lines = []
    for key, (label, choices, is_many) in filters_of(kind).items():
        chosen = filters.get(key) or ([] if is_many else next(iter(choices)))
        chosen = chosen if is_many else [chosen]
        lines.append(
            {
                "key": key, "label": label, "is_many": is_many,
                "choices": [(value, words, value in chosen) for value, words in choices.items()],
            }
        )  # fmt: skip
    return lines
