"""Shapes of input for dated to-dos; nothing here saves."""

from django import forms

from entities.forms import DayField
from jiamusi_foodsafety.jurisdiction.models import Area
from jiamusi_foodsafety.kit.forms import HouseForm

from ..models import ListItem
from ..queries.duties import areas_to_task, occasional_for
from .files import PaperField, told_name


class _ItemField(forms.ModelChoiceField):
    """A line of a list: which level owes it, what it is."""

    def label_from_instance(self, item):
        who = f"{item.document.get_level_display()}{item.get_owner_display()}"
        return f"{item.code} {item.heading or item.clause}（{who}）"


class _AreaField(forms.ModelChoiceField):
    """An area behind its county's name."""

    def label_from_instance(self, area):
        return area.path_name


class GiveForm(HouseForm):
    """Which 随时 task falls due, for whom and by when."""

    item = _ItemField(label="任务", queryset=ListItem.objects.none(), empty_label="请选择")
    area = _AreaField(
        label="派给", queryset=Area.objects.none(), empty_label="请选择",
        help_text="这里面所有这一级的单位（或在岗干部）各办一次",
    )  # fmt: skip
    due_on = DayField(label="期限")
    note = forms.CharField(
        label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="因为什么事、要办到什么程度",
    )  # fmt: skip

    def __init__(self, *args, user, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = occasional_for(user=user, on=on)
        self.fields["area"].queryset = areas_to_task(user=user)

    def told(self) -> dict:
        """What the service takes."""
        return self.cleaned_data | {"area": self.cleaned_data["area"].pk}


class DoneForm(HouseForm):
    """What was done, and the deliverable."""

    note = forms.CharField(
        label="办理情况", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    file = PaperField(label="成果物")
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)

    def told(self) -> dict:
        """What the service takes."""
        file = self.cleaned_data["file"]
        return {
            "note": self.cleaned_data["note"],
            "revision": self.cleaned_data["revision"],
            "file": file,
            "file_name": told_name(file.name) if file else "",
        }


class ReopenForm(HouseForm):
    """Why a done to-do is opened again."""

    reason = forms.CharField(
        label="重新打开的理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)
