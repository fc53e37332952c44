"""The sentences of forms: every field says what to do, and every form of the product is made of the house's."""

import pytest
from django import forms
from django.contrib import admin
from django.urls import get_resolver

from jiamusi_foodsafety.kit.forms import GuidingMixin, HouseForm
from reports.models import DailyReport  # the highest room: all below are loaded

ROOMS = ("jiamusi_foodsafety.", "entities.", "responsibility.", "inspections.", "reports.")


class Sample(HouseForm):
    day = forms.DateField(label="交接日期")
    name = forms.CharField(label="姓名", max_length=3)
    level = forms.ChoiceField(label="包保层级", choices=[("a", "甲")])
    places = forms.MultipleChoiceField(label="下发对象", choices=[("a", "甲")])
    file = forms.FileField(label="扫描件")
    number = forms.IntegerField(label="期号", min_value=1)
    share = forms.DecimalField(label="比例", max_value=100, decimal_places=1, max_digits=4)
    is_read = forms.BooleanField(label="已阅读")
    reason = forms.CharField(label="原因", error_messages={"required": "请写明原因。"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["later"] = forms.CharField(label="后加的")


def told(**given):
    errors = Sample(given).errors
    return {name: list(sentences) for name, sentences in errors.items()}


def test_a_field_left_empty_says_what_to_do():
    assert told() == {
        "day": ["请填写交接日期。"],
        "name": ["请填写姓名。"],
        "level": ["请选择包保层级。"],
        "places": ["请至少选一项：下发对象。"],
        "file": ["请选择扫描件。"],
        "number": ["请填写期号。"],
        "share": ["请填写比例。"],
        "is_read": ["请勾选“已阅读”。"],
        "reason": ["请写明原因。"],
        "later": ["请填写后加的。"],
    }


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("day", "13月", "交接日期读不懂，请写成 2022-11-02 这样的日期。"),
        ("name", "四个字呀", "姓名最多 3 个字，现在有 4 个，请删减。"),
        ("name", "a\0", "姓名里有看不见的字符，请删去后重新填写。"),
        ("level", "b", "所选的包保层级不在可选范围内，请重新选择。"),
        ("places", ["b"], "所选的下发对象不在可选范围内，请重新选择。"),
        ("number", "一", "期号请填整数，例如 12。"),
        ("number", "0", "期号不能小于 1，请核对。"),
        ("share", "多", "比例请填数字，例如 12.5。"),
        ("share", "101", "比例不能大于 100，请核对。"),
        ("share", "1.25", "比例最多 1 位小数，请核对。"),
    ],
)
def test_a_wrong_value_says_what_to_do(field, value, sentence):
    assert told(**{field: value})[field] == [sentence]


def kinds(base):
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_form_of_the_product_is_made_of_the_houses():
    assert DailyReport is not None
    assert get_resolver().url_patterns  # loads every view and its forms
    ours = {kind for kind in kinds(forms.BaseForm) if kind.__module__.startswith(ROOMS)}
    assert len(ours) > 50
    assert [kind for kind in ours if not issubclass(kind, GuidingMixin)] == []


def test_the_administrations_forms_are_made_of_the_houses():
    admins = [
        entry
        for model, entry in admin.site._registry.items()
        if type(entry).__module__.startswith(ROOMS)
    ]
    all_of_them = [*admins, *(inline for entry in admins for inline in entry.inlines)]
    assert len(admins) > 20
    assert [entry for entry in all_of_them if not issubclass(entry.form, GuidingMixin)] == []
