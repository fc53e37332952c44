"""Forms that say what to do: every form of the product is a HouseForm or a HouseModelForm, and a field that has
no sentence of its own gets one that names the field, instead of Django's 该字段是必填项。"""

from django import forms
from django.db import models

# Codes of Django's own failures → our sentence, for the first kind of field that fits.
_PICKED = (forms.ChoiceField, forms.FileField)
_WORDS = (
    (forms.BooleanField, {"required": "请勾选“{label}”。"}),
    (forms.MultipleChoiceField, {"required": "请至少选一项：{label}。"}),
    (forms.ModelMultipleChoiceField, {"required": "请至少选一项：{label}。"}),
    (_PICKED, {"required": "请选择{label}。"}),
    (forms.Field, {"required": "请填写{label}。"}),
    (
        (forms.DateTimeField, forms.SplitDateTimeField),
        {"invalid": "{label}读不懂，请写成 2022-11-02 18:00 这样的日期和时间。"},
    ),
    (forms.DateField, {"invalid": "{label}读不懂，请写成 2022-11-02 这样的日期。"}),
    (forms.FloatField, {"invalid": "{label}请填数字，例如 12.5。"}),
    (forms.DecimalField, {"invalid": "{label}请填数字，例如 12.5。"}),
    (forms.IntegerField, {"invalid": "{label}请填整数，例如 12。"}),
    (
        forms.FileField,
        {
            "invalid": "没有收到{label}，请重新选择文件后再提交。",
            "missing": "没有收到{label}，请重新选择文件后再提交。",
            "empty": "{label}是空文件，请重新选择。",
        },
    ),
    (
        forms.DecimalField,
        {
            "max_digits": "{label}最多 %(max)s 位数字，请核对。",
            "max_decimal_places": "{label}最多 %(max)s 位小数，请核对。",
            "max_whole_digits": "{label}的整数部分最多 %(max)s 位，请核对。",
        },
    ),
    (
        (forms.ChoiceField, forms.ModelMultipleChoiceField),
        {
            "invalid_choice": "所选的{label}不在可选范围内，请重新选择。",
            "invalid_list": "所选的{label}不在可选范围内，请重新选择。",
            "invalid_pk_value": "所选的{label}不在可选范围内，请重新选择。",
        },
    ),
    (
        forms.CharField,
        {
            "max_length": "{label}最多 %(limit_value)d 个字，现在有 %(show_value)d 个，请删减。",
            "null_characters_not_allowed": "{label}里有看不见的字符，请删去后重新填写。",
        },
    ),
    (
        (forms.IntegerField, forms.DecimalField),
        {
            "min_value": "{label}不能小于 %(limit_value)s，请核对。",
            "max_value": "{label}不能大于 %(limit_value)s，请核对。",
        },
    ),
)


class GuidingMixin:
    """Gives the fields their sentences before they are cleaned, so that fields and labels which a form sets in
    its `__init__` have them too."""

    def full_clean(self):
        for bound in self:
            _guide(bound.field, bound.label)
        super().full_clean()


class HouseForm(GuidingMixin, forms.Form):
    pass


class HouseModelForm(GuidingMixin, forms.ModelForm):
    def full_clean(self):
        for bound in self:
            _guide_unique(bound, self.instance)
        super().full_clean()


def _guide_unique(bound, row):
    """A value that must be the only one and is taken, where the model has no sentence of its own."""
    columns = {column.name: column for column in row._meta.concrete_fields}
    column = columns.get(bound.name)
    if (
        column
        and column.error_messages.get("unique") == models.Field.default_error_messages["unique"]
    ):
        words = f"这个{bound.label}已经有了，请核对，或换一个。"
        bound.field.error_messages.setdefault("unique", words)


def _guide(field, label):
    for kinds, words in _WORDS:
        if not isinstance(field, kinds):
            continue
        for code, sentence in words.items():
            if _is_djangos(field, code):
                field.error_messages[code] = sentence.format(label=str(label).rstrip("：:"))


def _is_djangos(field, code):
    """Whether the field still has Django's own words, or none, for this failure."""
    words = field.error_messages.get(code)
    if words is None:
        return True
    for kind in type(field).__mro__:
        default = vars(kind).get("default_error_messages", {}).get(code)
        if default is not None:
            return kind.__module__.startswith("django.") and words == default
    return False
