"""Shapes of input of 两员与日周月; nothing here saves."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from jiamusi_foodsafety.kit.forms import HouseForm, HouseModelForm
from jiamusi_foodsafety.kit.phones import mask_phone
from responsibility.forms.files import PaperField, told_name
from responsibility.forms.organisation import DayField

from ..enums import Control, EndReason, ExamKind, Told
from ..models import RiskList, SafetyExam, SafetyPerson, SafetyTraining
from ..rules.enterprise import PHONE


class PastDayField(DayField):
    """A day that is not to come."""

    def clean(self, value):
        day = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise ValidationError("日期不能晚于今天。")
        return day


class FiledForm(HouseModelForm):
    """A record and its checked file: `values()` is what a service takes."""

    paper = None  # (file field, field of its name)

    def values(self, names=None):
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if (names is None or name in names) and (not self.paper or name != self.paper[0])
        }
        file = self.cleaned_data.get(self.paper[0]) if self.paper else None
        if file:
            values[self.paper[0]], values[self.paper[1]] = file, told_name(file.name)
        return values

    def changes(self):
        """What this person changed."""
        return self.values(self.changed_data)


class PersonForm(FiledForm):
    """Somebody whom the business appointed."""

    paper = ("document", "document_name")
    document = PaperField(label="任命文件")

    class Meta:
        model = SafetyPerson
        fields = ("post", "name", "phone", "appointed_on", "duty_scope", "document")
        field_classes = {"appointed_on": PastDayField}
        help_texts = {
            "appointed_on": "照任命文件填写，不清楚就不填",
            "duty_scope": "如：后厨、库房；不写身份证号",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.phone:
            # the whole number is shown by itself, and that is recorded
            self.initial["phone"] = mask_phone(self.instance.phone)

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        if len(name) < 2 or any(sign.isdigit() for sign in name):
            raise ValidationError("请写姓名，不带数字。")
        return name

    def clean_phone(self):
        phone = self.cleaned_data["phone"].strip()
        # a masked number that was left as it stood is no new number
        is_kept = phone == self.initial.get("phone")
        if phone and not is_kept and not PHONE.fullmatch(phone):
            raise ValidationError("电话只写数字，如 13804540000 或 0454-8888888。")
        return phone


class EndForm(HouseForm):
    """The end of an appointment."""

    on = PastDayField(label="离任日期")
    reason = forms.ChoiceField(label="离任原因", choices=[("", "请选择"), *EndReason.choices])
    note = forms.CharField(label="说明", max_length=200, required=False)


class TrainingForm(FiledForm):
    paper = ("certificate", "certificate_name")
    certificate = PaperField(label="培训证明")

    class Meta:
        model = SafetyTraining
        fields = ("held_on", "hours", "content", "certificate")
        field_classes = {"held_on": PastDayField}
        help_texts = {"hours": "可填半学时，如 2.5"}


class ExamForm(FiledForm):
    result = forms.TypedChoiceField(
        label="结果", choices=[("1", "合格"), ("0", "不合格")], coerce=lambda text: text == "1"
    )
    kind = forms.ChoiceField(label="种类", choices=ExamKind.choices)

    class Meta:
        model = SafetyExam
        fields = ("held_on", "kind", "result", "score", "note")
        field_classes = {"held_on": PastDayField}
        help_texts = {"score": "0–100，没有评分就不填"}

    def values(self, names=None):
        values = super().values(names)
        values["is_passed"] = values.pop("result")
        return values


class ControlForm(HouseForm):
    """One look at one control."""

    control = forms.ChoiceField(label="制度", choices=Control.choices)
    on = PastDayField(label="查看日期")
    state = forms.ChoiceField(label="所见", choices=Told.choices)
    last_on = PastDayField(label="最近一份记录的日期", required=False, help_text="见到记录时填写")
    sampled = forms.ChoiceField(
        label="抽查核对", choices=[("", "没有抽查"), ("1", "相符"), ("0", "不相符")], required=False
    )
    note = forms.CharField(label="说明", max_length=200, required=False)

    def look(self):
        """What a service takes."""
        data = self.cleaned_data
        sampled = {"1": True, "0": False}.get(data["sampled"])
        return {
            "state": data["state"],
            "last_on": data["last_on"],
            "is_sampled_right": sampled,
            "note": data["note"].strip(),
        }


class RiskListForm(FiledForm):
    paper = ("file", "file_name")
    file = PaperField(label="清单文件")

    class Meta:
        model = RiskList
        fields = ("dated_on", "items", "file")
        field_classes = {"dated_on": PastDayField}
        widgets = {"items": forms.Textarea(attrs={"rows": 6})}
        help_texts = {"items": "每行一个风险点和它的管控措施；也可只传文件"}

    def clean(self):
        data = super().clean()
        if not data.get("items", "").strip() and not data.get("file"):
            self.add_error("items", "请写风险点和措施，或传清单文件。")
        return data


class VoidForm(HouseForm):
    """Why a wrong record does not count."""

    reason = forms.CharField(label="作废理由", max_length=200)
